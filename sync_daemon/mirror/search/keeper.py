"""Keeps the search index up to date in threads, for a dashboard that asks it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path

import structlog

from sync_daemon.mirror.search.index import catch_up, check, index_path, sort_by

log = structlog.get_logger(__name__)


class IndexKeeper:
    """The index of one mirror. What fails is told in the log: without it, answers take longer.

    Args:
        mirror: the file.
    """

    def __init__(self, mirror: Path) -> None:
        self._mirror = mirror
        self._task: asyncio.Task[None] | None = None
        self._caught_up_at = ""
        self._lock = asyncio.Lock()
        self._is_closing = False

    def identity(self) -> tuple[int, int] | None:
        """Which file the index is, by device and inode; None if there is none."""
        try:
            found = index_path(self._mirror).stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    async def check(self) -> None:
        """See that there is an index, and that it fits a mirror that is new to this process."""
        await self._attempt(lambda: check(self._mirror))

    async def sort_by(self, column: str) -> None:
        """See that the index knows the order of a column."""
        async with self._lock:
            await self._attempt(lambda: sort_by(self._mirror, column))

    def catch_up_soon(self, version: str) -> None:
        """Have the index take in the rows that changed, unless it does already.

        Args:
            version: of the mirror.
        """
        is_busy = self._task is not None and not self._task.done()
        if version != self._caught_up_at and not is_busy:
            self._caught_up_at = version
            self._task = asyncio.create_task(
                self._attempt(lambda: catch_up(self._mirror, lambda: self._is_closing))
            )

    async def close(self) -> None:
        """Work no more."""
        self._is_closing = True
        if self._task is not None:
            await asyncio.wait([self._task])

    async def _attempt(self, do: Callable[[], object]) -> None:
        try:
            await asyncio.to_thread(do)
        except (sqlite3.Error, OSError) as error:
            log.warning("the search index could not be brought up to date", error=str(error))
