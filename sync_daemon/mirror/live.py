"""The mirror as the dashboard reads it: without blocking, and whatever becomes of the file.

SQLite is opened for reading alone. Each read is one transaction, so what a page shows
belongs together, and is ended when it takes too long.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Hashable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote
from weakref import WeakKeyDictionary

import aiosqlite
from sqlalchemy import URL, Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from sync_daemon.errors import MirrorError
from sync_daemon.mirror.database import (
    SchemaAge,
    database_path,
    schema_of,
    translated,
)
from sync_daemon.mirror.words import has_words

T = TypeVar("T")

LONGEST_READ_S = 10.0
_STEPS = 20_000  # of SQLite's machine between two looks at the clock
_BUSY_MS = 5_000
_REMEMBERED = 64  # answers


class _Deadline:
    """When a connection's read has to be over, by the monotonic clock."""

    def __init__(self) -> None:
        self.at = float("inf")

    def is_over(self) -> int:
        """For SQLite's progress handler: anything but 0 interrupts the statement."""
        return int(time.monotonic() > self.at)


class LiveMirror:
    """Reads of the mirror; whoever changes it uses an engine of the commands.

    Args:
        url: of the mirror.
        longest_read_s: then a read is ended, and told as an error.
    """

    def __init__(self, url: str, longest_read_s: float = LONGEST_READ_S) -> None:
        self._url = url
        self._longest_read_s = longest_read_s
        self._path = database_path(url)
        self._engine: AsyncEngine | None = None
        self._watch: aiosqlite.Connection | None = None
        self._file: tuple[int, int] | None = None
        self._nonce = secrets.token_hex(4)  # counters of another process mean something else
        self._checked = ""
        self._known: dict[Hashable, Any] = {}
        self._known_at = ""
        self._deadlines: WeakKeyDictionary[aiosqlite.Connection, _Deadline] = WeakKeyDictionary()
        self._lock = asyncio.Lock()

    async def read(self, do: Callable[[Connection], T]) -> T:
        """Run statements in one transaction.

        Raises:
            MirrorError: it is not there, cannot be read, or the read took too long.
        """
        await self.version()
        engine = self._engine
        assert engine is not None  # noqa: S101 - version() has opened it
        try:
            with translated(engine.sync_engine):
                async with engine.connect() as connection:
                    return await connection.run_sync(do)
        except MirrorError as error:
            if "interrupted" not in error.message:
                await self._let_go()
                raise
            message = "That question took too long."
            raise MirrorError(message, hint="Ask for less: one sheet, fewer words.") from error

    async def recall(self, key: Hashable, do: Callable[[Connection], T]) -> T:
        """As :meth:`read`, but asked once until the mirror changes; for figures over all rows.

        Args:
            key: names the question, and whoever may know the answer.
            do: finds it.
        """
        version = await self.version()
        if self._known_at != version:
            self._known.clear()
            self._known_at = version
        if key not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[key] = await self.read(do)
        found: T = self._known[key]
        return found

    async def version(self) -> str:
        """Something else after every change of the mirror.

        Raises:
            MirrorError: it is not there, or cannot be read.
        """
        async with self._lock:
            try:
                return await self._version()
            except BaseException:
                await self._let_go()
                raise

    async def close(self) -> None:
        """Let go of all connections."""
        async with self._lock:
            await self._let_go()

    async def _version(self) -> str:
        if self._path is None:
            self._engine = self._engine or create_async_engine(self._url)
            return f"{self._nonce}-{time.monotonic_ns()}"  # a server tells no such thing
        identity = _identity(self._path)
        if self._engine is None or identity != self._file:
            await self._let_go()
            await self._open(self._path)
            self._file = identity
        assert self._watch is not None  # noqa: S101 - opened with the engine
        with translated(self._opened.sync_engine):
            async with self._watch.execute("PRAGMA data_version") as cursor:
                row = await cursor.fetchone()
        version = f"{self._nonce}-{self._file}-{row[0] if row else 0}"
        if version != self._checked:
            await self._check_schema()
            self._checked = version
        return version.replace(" ", "").replace("(", "").replace(")", "").replace(",", "-")

    @property
    def _opened(self) -> AsyncEngine:
        assert self._engine is not None  # noqa: S101 - asked for after it was opened
        return self._engine

    async def _open(self, path: Path) -> None:
        url = URL.create("sqlite+aiosqlite", database=str(path))
        self._engine = create_async_engine(url, async_creator=self._connect, pool_size=4)
        event.listen(self._engine.sync_engine, "begin", self._begin)
        with translated(self._engine.sync_engine):
            self._watch = await self._connect()

    async def _connect(self) -> aiosqlite.Connection:
        address = f"file:{quote(str(self._path))}?mode=ro"
        connection = await aiosqlite.connect(address, uri=True, isolation_level=None)
        for pragma in (f"busy_timeout = {_BUSY_MS}", "query_only = ON", "trusted_schema = OFF"):
            await connection.execute(f"PRAGMA {pragma}")
        deadline = _Deadline()
        self._deadlines[connection] = deadline
        await connection.set_progress_handler(deadline.is_over, _STEPS)
        await connection.create_function("sheetd_has_words", 3, has_words, deterministic=True)
        return connection

    def _begin(self, connection: Any) -> None:
        driver = connection.connection.driver_connection
        self._deadlines[driver].at = time.monotonic() + self._longest_read_s
        connection.exec_driver_sql("BEGIN")

    async def _check_schema(self) -> None:
        engine = self._opened
        with translated(engine.sync_engine):
            async with engine.connect() as connection:
                schema = await connection.run_sync(schema_of)
        if schema.age is not SchemaAge.NOW:
            message = "The mirror is empty, or of an older sheetd."
            raise MirrorError(message, hint="The next cycle brings it up to date: sheetd sync now.")

    async def _let_go(self) -> None:
        engine, watch = self._engine, self._watch
        self._engine = self._watch = None
        self._checked = ""
        with suppress(Exception):
            if watch is not None:
                await watch.close()
        with suppress(Exception):
            if engine is not None:
                await engine.dispose()


def _identity(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError as error:
        message = f"There is no mirror {path}."
        hint = "The first cycle makes it: sheetd sync now. Or put it back where it was."
        raise MirrorError(message, hint=hint) from error
    return found.st_dev, found.st_ino
