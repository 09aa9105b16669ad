"""Server-sent events: what changed in the mirror, told to whoever listens and may know of it.

One task looks at the mirror's change counter; only when that moved does it ask what
changed. Each event has an id; who comes back with the last one gets what followed.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from collections import deque
from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import dataclass

from sqlalchemy import Connection

from sync_daemon.domain.access import Scope
from sync_daemon.errors import SheetdError
from sync_daemon.mirror.live import LiveMirror
from sync_daemon.services.changes import Change, Marks, find_changes, first_marks

LOOK_EVERY_S = 1.0
KEEP_ALIVE_S = 15.0
_REMEMBERED = 2_000
_LONGEST_QUEUE = 1_000


@dataclass(frozen=True, slots=True)
class Event:
    """One change with its number."""

    number: int
    change: Change

    def text(self, nonce: str) -> str:
        """As the stream writes it."""
        data = json.dumps(self.change.data, separators=(",", ":"))
        return f"id: {nonce}-{self.number}\nevent: {self.change.kind}\ndata: {data}\n\n"


class Broadcaster:
    """Looks at the mirror for all listeners.

    Args:
        mirror: what it looks at.
        look_every_s: how often.
    """

    def __init__(self, mirror: LiveMirror, look_every_s: float = LOOK_EVERY_S) -> None:
        self._mirror = mirror
        self._look_every_s = look_every_s
        self._nonce = secrets.token_hex(4)
        self._number = 0
        self._recent: deque[Event] = deque(maxlen=_REMEMBERED)
        self._listeners: set[asyncio.Queue[Event | None]] = set()
        self._is_ending = False
        self._task: asyncio.Task[None] | None = None
        self._version = ""
        self._marks: Marks | None = None

    async def listen(self, scope: Scope, last_id: str | None) -> AsyncIterator[str]:
        """The stream for one listener: what followed ``last_id``, then what comes."""
        queue: asyncio.Queue[Event | None] = asyncio.Queue(_LONGEST_QUEUE)
        missed = self._since(last_id)
        self._listeners.add(queue)
        self._start()
        try:
            yield f"retry: 3000\nid: {self._nonce}-{self._number}\n\n"
            if missed is None:
                yield f"id: {self._nonce}-{self._number}\nevent: reset\ndata: {{}}\n\n"
            for event in missed or ():
                if event.change.is_seen_by(scope):
                    yield event.text(self._nonce)
            while not self._is_ending:
                try:
                    async with asyncio.timeout(KEEP_ALIVE_S):
                        following = await queue.get()
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                if following is not None and following.change.is_seen_by(scope):
                    yield following.text(self._nonce)
        finally:
            self._listeners.discard(queue)

    async def look(self) -> None:
        """See what changed since the last look, and tell it."""
        version = await self._mirror.version()
        if version == self._version:
            return
        marks = self._marks
        found, self._marks = await self._mirror.read(_finder(marks))
        self._version = version
        self._tell(found)

    def end_streams(self) -> None:
        """End the streams, which would go on for ever: the server is stopping."""
        self._is_ending = True
        for queue in self._listeners:
            _put(queue, None)

    async def close(self) -> None:
        """Stop looking."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    def _start(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        while self._listeners:
            with contextlib.suppress(SheetdError):  # it is well again some day
                await self.look()
            await asyncio.sleep(self._look_every_s)

    def _tell(self, changes: Collection[Change]) -> None:
        for change in changes:
            self._number += 1
            event = Event(self._number, change)
            self._recent.append(event)
            for queue in self._listeners:
                _put(queue, event)

    def _since(self, last_id: str | None) -> list[Event] | None:
        """What followed an id; nothing for no id; None if that is not known any more."""
        if not last_id:
            return []
        nonce, _, number = last_id.rpartition("-")
        if nonce != self._nonce or not number.isascii() or not number.isdigit():
            return None
        last = int(number[:12])
        first = self._recent[0].number if self._recent else self._number + 1
        if last > self._number or last < first - 1:
            return None
        return [event for event in self._recent if event.number > last]


def _put(queue: asyncio.Queue[Event | None], event: Event | None) -> None:
    if queue.full():
        queue.get_nowait()  # whoever is so slow looks again by itself
    queue.put_nowait(event)


def _finder(marks: Marks | None) -> Callable[[Connection], tuple[list[Change], Marks]]:
    def find(connection: Connection) -> tuple[list[Change], Marks]:
        return ([], first_marks(connection)) if marks is None else find_changes(connection, marks)

    return find
