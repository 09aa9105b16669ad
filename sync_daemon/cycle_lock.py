"""The lock that lets one process at a time run a cycle on a mirror."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from sync_daemon.errors import MirrorError

LOOK_S, LOOKS = 5.0, 120  # so long `sync now` waits for the daemon's cycle to end


@contextmanager
def hold(path: Path, on_look: Callable[[], None]) -> Iterator[None]:
    """Hold the lock; the operating system lets go of it when its process dies.

    Args:
        path: its file.
        on_look: called every few seconds of waiting; it may raise StoppedError.

    Raises:
        MirrorError: another process did not let go of it, or it cannot be taken.
    """
    lock = _lock(path, LOOK_S)
    try:
        _acquire(lock, on_look)
    except OSError as error:
        message = f"The lock {path} cannot be taken: {error.strerror or error}."
        hint = "The user running sheetd must be able to write beside the mirror."
        raise MirrorError(message, hint=hint) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def hold_if_free(path: Path) -> Iterator[bool]:
    """Hold the lock if nobody does; yields whether it is held."""
    lock = _lock(path, 0)
    with suppress(Timeout, OSError):
        lock.acquire()
    try:
        yield lock.is_locked
    finally:
        lock.release()


def _acquire(lock: FileLock, on_look: Callable[[], None]) -> None:
    for _ in range(LOOKS):
        on_look()
        with suppress(Timeout):
            lock.acquire()
            return
    message = f"Another sheetd has held {lock.lock_file} for {LOOKS * LOOK_S / 60:.0f} min."
    raise MirrorError(message, hint="See what it does: sheetd status.")


def _lock(path: Path, timeout_s: float) -> FileLock:
    """For its owner alone: a lock that anybody can open, anybody can hold for ever."""
    with suppress(OSError):
        path.chmod(0o600)  # one that an older sheetd made
    return FileLock(path, timeout=timeout_s, mode=0o600)
