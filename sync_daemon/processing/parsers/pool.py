"""The pool: parser processes that are started when they are needed, and not kept for long."""

from __future__ import annotations

import asyncio
import os
import pickle
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sync_daemon.processing.parsers.process import Bounds, End, EndedError, ParserProcess
from sync_daemon.processing.parsers.wire import Answer, Failure, Reply
from sync_daemon.tooling import TooComplexError, ToolError, TransientToolError

T = TypeVar("T")

_PATIENCE_S = 0.2  # how long a task waits for a process before one more is started
_REPORT_S = 0.5  # before the deadline of the row, so that it says what was too much
_UNREADABLE = "The page cannot be read."
_BUSY = "Too many pages are being read at once."
_ENDS = {End.TIME: TooComplexError, End.MEMORY: TooComplexError}


@dataclass(frozen=True, slots=True)
class PoolLimits:
    """How many processes there are, for how long.

    Attributes:
        usual: as many as have work for a processor each.
        most: when those are kept busy by slow tasks; no other task waits for them.
        idle_s: after which one without work is ended.
        bounds: of one task.
    """

    usual: int = field(default_factory=lambda: min(4, os.cpu_count() or 1))
    most: int = 8
    idle_s: float = 30.0
    bounds: Bounds = field(default_factory=Bounds)


class ParserPool:
    """Implements `sync_daemon.tooling.Parsers` with processes that can be ended.

    A task that takes too much, or brings its process down, fails alone: the process is
    replaced by the next task that needs one. Threads may share a pool.
    """

    def __init__(self, limits: PoolLimits | None = None) -> None:
        self._limits = limits or PoolLimits()
        self._changed = threading.Condition()
        self._idle: list[ParserProcess] = []
        self._busy: set[ParserProcess] = set()
        self._starting = 0
        self._reaper: threading.Thread | None = None
        self._is_closed = False

    def call(self, read: Callable[..., T], arguments: tuple[Any, ...], named: dict[str, Any]) -> T:
        """What ``read`` gives, called in a process of the pool."""
        return self.call_until(read, arguments, named, time.monotonic() + 600.0)

    async def call_async(
        self, read: Callable[..., T], arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> T:
        """The same for an event loop."""
        return await self.until(time.monotonic() + 600.0).call_async(read, arguments, named)

    def until(self, deadline: float) -> BoundParsers:
        """The pool for one attempt, which has to be over at a time of the monotonic clock."""
        return BoundParsers(self, deadline)

    def call_until(
        self,
        read: Callable[..., T],
        arguments: tuple[Any, ...],
        named: dict[str, Any],
        deadline: float,
    ) -> T:
        """What ``read`` gives.

        Raises:
            TooComplexError: it took more time or memory than it may.
            ToolError: it brought the process down.
            TransientToolError: there was no process for it in time, or the pool is closed.
            Exception: whatever ``read`` raises.
        """
        until = deadline - _REPORT_S
        try:
            reply = self._try(read, (arguments, named), until)
        except EndedError as error:
            if error.end is not End.KILLED:
                raise self._reason(error) from error
            try:  # it may have been another's fault that memory ran out: once more
                reply = self._try(read, (arguments, named), until)
            except EndedError as again:
                raise self._reason(again) from again
        value: T = _value(reply)
        return value

    @property
    def pids(self) -> list[int]:
        """The processes that there are."""
        with self._changed:
            return [one.pid for one in (*self._idle, *self._busy)]

    def close(self) -> None:
        """End all processes, also those at work; idempotent."""
        with self._changed:
            self._is_closed = True
            idle, busy = list(self._idle), list(self._busy)
            self._idle.clear()
            self._changed.notify_all()
        for process in busy:
            process.kill()
        for process in idle:
            process.end()

    def _reason(self, error: EndedError) -> ToolError:
        if self._is_closed:
            return TransientToolError("sheetd is stopping.")
        if error.end in _ENDS or error.end is End.KILLED:
            return TooComplexError()
        return ToolError(_UNREADABLE)

    def _try(
        self,
        read: Callable[..., Any],
        given: tuple[tuple[Any, ...], dict[str, Any]],
        until: float,
    ) -> Reply:
        process = self._acquire(until)
        is_whole = False
        try:
            reply = process.call(read, given, until)
            is_whole = not reply.is_spent
        finally:
            self._release(process, is_whole=is_whole)
        return reply

    def _acquire(self, until: float) -> ParserProcess:
        asked = time.monotonic()
        with self._changed:
            while True:
                now = time.monotonic()
                if self._is_closed:
                    raise TransientToolError("sheetd is stopping.")
                if now >= until:
                    raise TransientToolError(_BUSY)
                if self._idle:
                    process = self._idle.pop()
                    self._busy.add(process)
                    return process
                count = len(self._busy) + self._starting
                is_patient = now - asked < _PATIENCE_S
                if count < (self._limits.usual if is_patient else self._limits.most):
                    self._starting += 1
                    break
                self._changed.wait(min(_PATIENCE_S, until - now))
        return self._start()

    def _start(self) -> ParserProcess:
        process = None
        try:
            process = ParserProcess(self._limits.bounds)
        finally:
            with self._changed:
                self._starting -= 1
                if process is not None:
                    self._busy.add(process)
        return process

    def _release(self, process: ParserProcess, *, is_whole: bool) -> None:
        with self._changed:
            self._busy.discard(process)
            is_kept = is_whole and not self._is_closed
            if is_kept:
                process.idle_since = time.monotonic()
                self._idle.append(process)
                self._watch_idle()
            self._changed.notify()
        if not is_kept:
            process.end()

    def _watch_idle(self) -> None:
        if self._reaper is None:
            self._reaper = threading.Thread(target=self._reap, name="sheetd-parsers", daemon=True)
            self._reaper.start()

    def _reap(self) -> None:
        """End processes that have had no work for a while, until there is none."""
        while True:
            with self._changed:
                oldest = self._idle[0].idle_since if self._idle else None
                if self._is_closed or (oldest is None and not self._busy):
                    self._reaper = None
                    return
                left = self._limits.idle_s
                if oldest is not None:
                    left += oldest - time.monotonic()
                if left > 0:
                    self._changed.wait(left)
                    continue
                process = self._idle.pop(0)
            process.end()


def _value(reply: Reply) -> Any:
    if reply.answer is Answer.VALUE:
        return pickle.loads(reply.content)  # noqa: S301 - see wire
    failure: Failure = reply.content
    error = failure.error()
    if isinstance(error, RecursionError):
        raise TooComplexError from error
    raise error


@dataclass(frozen=True, slots=True)
class BoundParsers:
    """A pool for one attempt: implements `sync_daemon.tooling.Parsers`."""

    pool: ParserPool
    deadline: float

    def call(self, read: Callable[..., T], arguments: tuple[Any, ...], named: dict[str, Any]) -> T:
        """As `ParserPool.call_until`."""
        return self.pool.call_until(read, arguments, named, self.deadline)

    async def call_async(
        self, read: Callable[..., T], arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> T:
        """The same on a thread of its own, so that no slow task fills those of the loop."""
        loop = asyncio.get_running_loop()
        found: asyncio.Future[T] = loop.create_future()

        def run() -> None:
            try:
                value = self.call(read, arguments, named)
            except BaseException as error:  # noqa: BLE001 - it is raised where it is awaited
                _tell(loop, found, None, error)
            else:
                _tell(loop, found, value, None)

        threading.Thread(target=run, name="sheetd-parsing", daemon=True).start()
        return await found


def _tell(
    loop: asyncio.AbstractEventLoop,
    found: asyncio.Future[Any],
    value: Any,
    error: BaseException | None,
) -> None:
    def settle() -> None:
        if found.done():  # it was given up
            return
        if error is not None:
            found.set_exception(error)
        else:
            found.set_result(value)

    try:
        loop.call_soon_threadsafe(settle)
    except RuntimeError:  # the loop is closed: nobody waits
        return
