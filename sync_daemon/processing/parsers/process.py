"""One parser process, seen from the pool."""

from __future__ import annotations

import os
import pickle
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sync_daemon.processing.parsers.wire import Answer, Reference, Reply, receive, send

_MODULE = "sync_daemon.processing.parsers.worker"
_PASSED_ON = frozenset({"PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "LD_LIBRARY_PATH"})
_PASSED_ON_FAMILIES = ("LC_", "PYTHON", "COVERAGE")
_START_S = 60.0  # to begin and to import: on a small machine that takes a while


class End(Enum):
    """Why a process gave no answer."""

    TIME = "time"  # it took more than it may
    MEMORY = "memory"
    CRASHED = "crashed"  # the parser brought it down
    KILLED = "killed"  # by somebody else: the kernel short of memory, or a person


class EndedError(Exception):
    """The process is gone, and why."""

    def __init__(self, end: End) -> None:
        super().__init__(end.value)
        self.end = end


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one task may take.

    Attributes:
        memory_mb: beyond what Python and the imported modules take.
        processor_s: of processor time, held by the kernel.
        wall_s: of time; on a busy machine a task waits for the processor.
    """

    memory_mb: int = 120
    processor_s: int = 10
    wall_s: float = 40.0


class ParserProcess:
    """Starts at once, with nothing but a socket, a pipe and a small environment."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._line, far = socket.socketpair()
        reading, self._life = os.pipe()
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [
                    sys.executable, "-P", "-m", _MODULE,
                    str(far.fileno()), str(reading), str(bounds.memory_mb), str(bounds.processor_s),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment(os.environ),
                pass_fds=(far.fileno(), reading),
                start_new_session=True,
            )  # fmt: skip
        except BaseException:
            self._let_go()
            raise
        finally:
            far.close()
            os.close(reading)
        self.idle_since = 0.0

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def call(
        self,
        function: Callable[..., Any],
        given: tuple[tuple[Any, ...], dict[str, Any]],
        until: float,
    ) -> Reply:
        """Have it call a function; the reply is a value, pickled, or a failure.

        Raises:
            EndedError: it ended, or was ended because its time was over.
            TypeError: the function is none that another process can find.
        """
        reference, content = pickle.dumps(Reference.to(function)), pickle.dumps(given)
        try:
            reply = self._ask(reference, time.monotonic() + _START_S)
            if reply.answer is Answer.READY:
                reply = self._ask(content, min(until, time.monotonic() + self._bounds.wall_s))
        except (TimeoutError, OverflowError) as error:
            self.end()
            raise EndedError(End.TIME) from error
        except (OSError, EOFError) as error:
            raise EndedError(self._why()) from error
        if reply.answer is Answer.MEMORY:
            self.end()
            raise EndedError(End.MEMORY)
        return reply

    def kill(self) -> None:
        """Kill it while another thread waits for its answer, which then sees to the rest."""
        self._process.kill()

    def end(self) -> None:
        """Kill it, whatever it does; idempotent."""
        self._process.kill()
        self._process.wait()
        self._let_go()

    def _ask(self, content: bytes, until: float) -> Reply:
        self._line.settimeout(max(0.001, until - time.monotonic()))
        send(self._line, content)
        reply: Reply = pickle.loads(receive(self._line, until))  # noqa: S301 - see wire
        return reply

    def _why(self) -> End:
        """What ended it: it closes its end of the socket a moment before it is gone."""
        try:
            status = self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            status = -signal.SIGABRT
        self.end()
        match -status:
            case signal.SIGXCPU:
                return End.TIME
            case signal.SIGKILL:
                return End.KILLED
            case _:
                return End.CRASHED

    def _let_go(self) -> None:
        self._line.close()
        if self._life >= 0:
            os.close(self._life)
            self._life = -1


def environment(environ: Mapping[str, str]) -> dict[str, str]:
    """What a worker is told: no secrets, and where this process finds its modules."""
    kept = {
        name: value
        for name, value in environ.items()
        if name in _PASSED_ON or name.startswith(_PASSED_ON_FAMILIES)
    }
    return {**kept, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
