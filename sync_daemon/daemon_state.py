"""How the daemon is, in a small file beside the mirror: also when the mirror cannot be written.

The file has its full size from the start and is written in place, so that a full
disk does not matter; it is written only when something changes. While the daemon
runs it holds a lock on it (flock(2)), which ends with its process however that ends.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sync_daemon.domain.trouble import Trouble

_SIZE = 16_384  # bytes; a multiple of a page
_LOOKS = 5  # at a file that is just being written


@dataclass(frozen=True, slots=True)
class DaemonState:
    """What the file tells.

    Attributes:
        is_running: a daemon holds it.
        pid: of the daemon, while it runs.
        troubles: what keeps it from its work.
        more: troubles that the file has no room for.
    """

    is_running: bool = False
    pid: int | None = None
    troubles: tuple[Trouble, ...] = ()
    more: int = 0


def state_path(lock: Path) -> Path:
    """The file of the daemon whose cycles hold this lock: beside it."""
    return lock.with_suffix(".state")


class StateFile:
    """The daemon's side of the file. Nothing here raises: it is told of trouble, and makes none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None
        self._is_held = False
        self._content = b""

    def tell(self, troubles: Collection[Trouble]) -> None:
        """Write what is the matter, unless it is there already."""
        content = _encode(os.getpid(), list(troubles))
        with contextlib.suppress(OSError):
            file = self._opened()
            if content != self._content:
                os.pwrite(file, content, 0)
                self._content = content
            if not self._is_held:  # somebody just looked whether it is
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                self._is_held = True

    def close(self) -> None:
        """The daemon ends; what it told last stays."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                os.close(self._file)
        self._file, self._is_held, self._content = None, False, b""

    def _opened(self) -> int:
        """The file; again, if another has taken its place, as where its disk was away."""
        if self._file is not None and _is_at(self._file, self._path):
            return self._file
        self.close()
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return self._file


def _is_at(file: int, path: Path) -> bool:
    try:
        ours, there = os.fstat(file), path.stat()
    except OSError:
        return False
    return (ours.st_dev, ours.st_ino) == (there.st_dev, there.st_ino)


def load_state(path: Path) -> DaemonState:
    """What the daemon told last, and whether it runs; nothing where there is no such file."""
    for _ in range(_LOOKS):
        try:
            with path.open("rb") as file:
                is_running, content = _is_locked(file.fileno()), file.read(_SIZE)
            return _decode(content, is_running=is_running)
        except OSError:
            return DaemonState()
        except (ValueError, KeyError, TypeError):
            continue  # half of it was written
    return DaemonState()


def _is_locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    return False


def _encode(pid: int, troubles: Sequence[Trouble]) -> bytes:
    told, more = list(troubles), 0
    while len(text := _as_json(pid, told, more)) > _SIZE:
        told.pop()
        more += 1
    return text.ljust(_SIZE)


def _as_json(pid: int, troubles: Sequence[Trouble], more: int) -> bytes:
    listed = [trouble.to_json() for trouble in troubles]
    return json.dumps({"pid": pid, "troubles": listed, "more": more}).encode()


def _decode(content: bytes, *, is_running: bool) -> DaemonState:
    raw: dict[str, Any] = json.loads(content)
    return DaemonState(
        is_running=is_running,
        pid=int(raw["pid"]) if is_running else None,
        troubles=tuple(Trouble.from_json(trouble) for trouble in raw["troubles"]),
        more=int(raw["more"]),
    )
