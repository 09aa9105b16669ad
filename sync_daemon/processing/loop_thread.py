"""An event loop on a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine


class LoopThread:
    """Starts at once; `stop` is idempotent and does not wait.

    Args:
        on_end: awaited on the loop before it ends, to close what belongs to it.
    """

    def __init__(self, on_end: Callable[[], Awaitable[None]]) -> None:
        self._on_end = on_end
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._retiring: asyncio.Task[None] | None = None
        self._scheduled: set[Callable[[], None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._lock = threading.Lock()
        self.thread = threading.Thread(target=self._run, name="sheetd-loop", daemon=True)
        self.thread.start()

    def is_current(self) -> bool:
        """Whether the caller is on this loop's thread."""
        return threading.current_thread() is self.thread

    def call_soon(self, function: Callable[[], None]) -> None:
        """Call ``function`` on the loop's thread; calls that are still due are not doubled."""
        with self._lock:
            if function in self._scheduled or self._loop.is_closed():
                return
            self._scheduled.add(function)
        self._loop.call_soon_threadsafe(self._call, function)

    def wake_in(self, delay_s: float, function: Callable[[], None]) -> None:
        """Call ``function`` after ``delay_s`` instead of at the time asked for before.

        From the loop's thread.
        """
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(delay_s, function)

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine as a task; from the loop's thread."""
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def stop(self) -> None:
        """Cancel the tasks and end the loop."""
        with self._lock:
            if not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._stopping.set)

    def retire(self) -> None:
        """End the loop once its tasks have ended by themselves."""
        with self._lock:
            if not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._begin_to_retire)

    def _call(self, function: Callable[[], None]) -> None:
        with self._lock:
            self._scheduled.discard(function)
        function()

    def _begin_to_retire(self) -> None:
        self._retiring = self._loop.create_task(self._stop_when_idle())

    async def _stop_when_idle(self) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks)
        self._stopping.set()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            with self._lock:
                self._loop.close()

    async def _serve(self) -> None:
        await self._stopping.wait()
        if self._retiring is not None:
            self._retiring.cancel()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        await self._on_end()
