"""What a parser could do, for a pool to run."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from pathlib import Path

from sync_daemon.tooling import ToolError, reads_with

MB = 1 << 20


class OddError(ToolError):
    """One that cannot be made again by its arguments."""

    def __init__(self) -> None:
        super().__init__("odd", hint="even")


def echo(value: object) -> object:
    """Give back what was given."""
    return value


def whereabouts() -> tuple[int, dict[str, str], list[str]]:
    """Tell of the process: its id, its environment and its open files."""
    held = [fd.name for fd in Path("/proc/self/fd").iterdir()]
    files = [str(Path(f"/proc/self/fd/{fd}").readlink()) for fd in held if _is_open(int(fd))]
    return os.getpid(), dict(os.environ), files


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:  # that of the listing itself
        return False
    return True


def spin(seconds: float) -> str:
    """Work for so long."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        pass
    return "done"


def sleep(seconds: float) -> str:
    """Wait for so long, without work."""
    time.sleep(seconds)
    return "done"


def hold_interpreter(path: Path) -> None:
    """Note that it has begun, then let no other code of Python run, as a parser in C does."""
    path.touch()
    re.fullmatch("(a|a)*", "a" * 60 + "b")


def grow(megabytes: int) -> int:
    """Take so much memory."""
    return sum(len(part) for part in [bytearray(MB) for _ in range(megabytes)])


def swallow(megabytes: int) -> str:
    """Take so much memory, and hide that there was not enough."""
    taken = []
    try:
        for _ in range(megabytes * 4):
            taken.append(bytearray(MB // 4))  # noqa: PERF401 - what was taken stays
    except MemoryError:
        return "there is nothing on this page"
    return "done"


def crash() -> None:
    """Bring the process down."""
    os.kill(os.getpid(), signal.SIGSEGV)


def kill_once(path: Path) -> str:
    """Be killed as by a kernel without memory, the first time."""
    if path.exists():
        return "done"
    path.touch()
    os.kill(os.getpid(), signal.SIGKILL)
    return ""


def leave() -> None:
    """End as a program would."""
    raise SystemExit(3)


def fail(message: str) -> None:
    """Say why not."""
    raise ToolError(message, hint="a hint")


def fail_oddly() -> None:
    """Raise what pickle cannot carry."""
    raise OddError


def recurse() -> None:
    """Go too deep."""
    recurse()


def wait_for(path: Path) -> str:
    """Work until a file is there; note before that it has begun."""
    path.with_suffix(".begun").touch()
    while not path.exists():
        time.sleep(0.01)
    return "done"


_KEPT: list[bytearray] = []


def keep(megabytes: int) -> None:
    """Take memory, and do not give it back."""
    _KEPT.extend(bytearray(MB) for _ in range(megabytes))


@reads_with("pypdf")
def is_loaded(module: str) -> bool:
    """Whether it was imported before."""
    return module in sys.modules
