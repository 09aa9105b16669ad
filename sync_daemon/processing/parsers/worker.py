"""A parser process: ``python -m sync_daemon.processing.parsers.worker SOCKET PIPE MB SECONDS``.

It ends with its parent: the socket closes when it is idle, and while a parser runs
the kernel sends SIGIO, which ends it, when the other end of the pipe is closed.
"""

from __future__ import annotations

import fcntl
import importlib
import os
import pickle
import resource
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from sync_daemon.processing.parsers.wire import (
    Answer,
    Failure,
    Reference,
    Reply,
    receive,
    send,
)
from sync_daemon.tooling.parsing import LIBRARIES

_MB = 1 << 20
_PAGE = os.sysconf("SC_PAGE_SIZE")
_MARGIN = 2 * _MB
_SPENT = 0.35  # of the memory that may be taken; what is held of it after a task


def main(arguments: list[str]) -> None:
    """Serve until the parent is gone or the process is spent."""
    number, life, memory_mb, seconds = map(int, arguments)
    _end_with_parent(life)
    _prepare()
    with socket.socket(fileno=number) as line, suppress(EOFError, BrokenPipeError):
        server = _Server(line, memory_mb * _MB, seconds)
        while server.serve():
            pass
    os._exit(0)


class _Server:
    """Does one task after the other.

    Args:
        line: to the pool.
        memory: bytes that tasks may take beyond what the imported modules do.
        seconds: of processor time, for one task.
    """

    def __init__(self, line: socket.socket, memory: int, seconds: int) -> None:
        self._line = line
        self._memory = memory
        self._seconds = seconds
        self._base = _size()
        self._stamps: dict[str, str] = {}  # package of a tool → the state it was loaded in

    def serve(self) -> bool:
        """Do one task; whether there may be another."""
        reference: Reference = pickle.loads(receive(self._line))  # noqa: S301 - our parent's
        try:
            read = self._load(reference)
        except BaseException as error:  # noqa: BLE001 - whatever an import raises
            self._answer(Reply(Answer.ERROR, Failure.of(error)))
            return True
        self._answer(Reply(Answer.READY))
        reply = self._work(read, receive(self._line))
        self._answer(reply)
        return not reply.is_spent

    def _load(self, reference: Reference) -> Callable[..., Any]:
        """The function, with what it needs; what modules take counts as nobody's."""
        before = _size()
        if reference.package and self._stamps.get(reference.package) != reference.stamp:
            from sync_daemon.processing.loading import make_package  # noqa: PLC0415 - rarely

            make_package(reference.package, Path(reference.folder))
            self._stamps[reference.package] = reference.stamp
        found: Callable[..., Any] = getattr(
            importlib.import_module(reference.module), reference.name
        )
        for library in getattr(found, LIBRARIES, ()):
            importlib.import_module(library)
        self._base += max(0, _size() - before)
        return found

    def _work(self, read: Callable[..., Any], given: bytes) -> Reply:
        most = self._base + self._memory
        _limit(resource.RLIMIT_CPU, int(time.process_time()) + self._seconds + 1)
        if self._base:
            _limit(resource.RLIMIT_AS, most)
        try:
            answer, content = _called(read, given)
        except MemoryError:
            answer, content = Answer.MEMORY, None
        finally:
            _limit(resource.RLIMIT_AS, resource.RLIM_INFINITY)
            _limit(resource.RLIMIT_CPU, resource.RLIM_INFINITY)
        if answer is Answer.MEMORY or _peak() > most - _MARGIN:  # libraries hide it sometimes
            return Reply(Answer.MEMORY, is_spent=True)
        return Reply(answer, content, is_spent=_size() - self._base > self._memory * _SPENT)

    def _answer(self, reply: Reply) -> None:
        send(self._line, pickle.dumps(reply))


def _called(read: Callable[..., Any], given: bytes) -> tuple[Answer, Any]:
    """The value as a pickle: to make that belongs to the task."""
    try:
        arguments, named = pickle.loads(given)  # noqa: S301 - our parent's
        return Answer.VALUE, pickle.dumps(read(*arguments, **named))
    except MemoryError:
        raise
    except BaseException as error:  # noqa: BLE001 - SystemExit must not end the worker either
        return Answer.ERROR, Failure.of(error)


def _limit(kind: int, soft: int) -> None:
    hard = resource.getrlimit(kind)[1]
    if hard != resource.RLIM_INFINITY and (soft == resource.RLIM_INFINITY or soft > hard):
        soft = hard
    resource.setrlimit(kind, (soft, hard))


def _size() -> int:
    """Bytes of address space, which is what RLIMIT_AS counts (proc(5), statm); 0 off Linux."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * _PAGE
    except OSError:
        return 0


def _peak() -> int:
    """The most that `_size` ever was (proc(5), VmPeak)."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmPeak:"):
                return int(line.split()[1]) << 10
    return 0


def _end_with_parent(life: int) -> None:
    signal.signal(signal.SIGIO, signal.SIG_DFL)  # its default is to end the process
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    with suppress(OSError):  # off Linux the bound on time is left
        fcntl.fcntl(life, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(life, fcntl.F_SETFL, fcntl.fcntl(life, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([life], [], [], 0)[0]:  # it was gone before
        os._exit(0)


def _prepare() -> None:
    """Leave signals to the parent, which may be at work yet when a service is stopped."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError):  # if memory runs out all the same, sheetd itself goes last
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


if __name__ == "__main__":
    main(sys.argv[1:])
