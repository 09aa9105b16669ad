"""The mirror as the dashboard reads it: without blocking, and whatever becomes of the file.

SQLite is opened for reading alone. Each read is one transaction, so what a page shows
belongs together, and is ended when it takes too long; it is given to a thread as a whole,
for to hand each step of a cursor to one takes longer than the steps. Where it is there, the
search index beside the mirror is attached.
"""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
import time
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from sync_daemon.errors import MirrorError
from sync_daemon.mirror.database import (
    SchemaAge,
    database_path,
    schema_of,
    translated,
)
from sync_daemon.mirror.search.index import as_address, index_path, is_usable
from sync_daemon.mirror.search.keeper import IndexKeeper
from sync_daemon.mirror.words import has_words

T = TypeVar("T")

LONGEST_READ_S = 10.0
LONGEST_WORK = 6  # times as long as a read: figures over all rows
LONGEST_EXPORT = 60  # the same for files of all rows
_STEPS = 20_000  # of SQLite's machine between two looks at the clock
_BUSY_MS = 5_000
_REMEMBERED = 64  # answers
_READERS = 4  # threads, and connections
_WORKERS = 3  # threads for what looks at all rows, so that they do not hold up the others
_CONTENT = (
    "SELECT (SELECT max(touched) FROM rows), (SELECT max(at) FROM upkeep WHERE task = 'retention')"
)


class LiveMirror:
    """Reads of the mirror; whoever changes it uses an engine of the commands.

    Args:
        url: of the mirror.
        longest_read_s: then a read is ended, and told as an error.
    """

    def __init__(self, url: str, longest_read_s: float = LONGEST_READ_S) -> None:
        path = database_path(url)
        self._longest_read_s = longest_read_s
        self._file = _File(path) if path is not None else None
        self._server = create_async_engine(url) if path is None else None
        self._index = IndexKeeper(path) if path is not None else None
        self._nonce = secrets.token_hex(4)  # counters of another process mean something else
        self._times_opened = 0
        self._is_closing = False
        self._known: dict[Hashable, tuple[Hashable, asyncio.Task[Any]]] = {}
        self._readers = ThreadPoolExecutor(_READERS, "reader")
        self._workers = ThreadPoolExecutor(_WORKERS, "figures")
        self._lock = asyncio.Lock()

    async def read(self, do: Callable[[Connection], T]) -> T:
        """Run statements in one transaction.

        Raises:
            MirrorError: it is not there, cannot be read, or the read took too long.
        """
        return await self._run(self._readers, do, self._longest_read_s)

    async def work(self, do: Callable[[Connection], T], times: int = LONGEST_WORK) -> T:
        """As :meth:`read`, for what looks at all rows: it may take longer, and others pass it.

        Args:
            do: what reads.
            times: how many times as long as a read it may take.

        Raises:
            MirrorError: as there.
        """
        return await self._run(self._workers, do, self._longest_read_s * times)

    async def recall(
        self, key: Hashable, do: Callable[[Connection], T], mark: Hashable = None
    ) -> T:
        """As :meth:`work`, but asked once until the mirror changes; for figures over all rows.

        Args:
            key: names the question, and whoever may know the answer.
            do: finds it.
            mark: what the answer depends on, if on less than the whole mirror.
        """
        wanted = await self.version() if mark is None else mark
        at, task = self._known.get(key, (None, None))
        if task is None or at != wanted or _has_failed(task):
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            task = asyncio.create_task(self.work(do))
            self._known[key] = (wanted, task)
        found: T = await asyncio.shield(task)
        return found

    async def content(self) -> Hashable:
        """Something else after every change of a row's cells or results, or of its history."""
        found = await self.read(lambda connection: connection.exec_driver_sql(_CONTENT).one())
        return (self._file.identity if self._file is not None else None, *found)

    async def version(self) -> str:
        """Something else after every change of the mirror.

        Raises:
            MirrorError: it is not there, or cannot be read.
        """
        if self._file is None or self._index is None:
            return f"{self._nonce}-{time.monotonic_ns()}"  # a server tells no such thing
        async with self._lock:
            try:
                return await self._version(self._file, self._index)
            except BaseException:
                self._file.close()
                raise

    async def prepare_search(self, sort: str = "") -> None:
        """See that the search index knows most rows, and the order of a column, if one is named.

        It takes in rows in a thread meanwhile.
        """
        version = await self.version()
        if self._index is not None:
            if sort:
                await self._index.sort_by(sort)
            self._index.catch_up_soon(version)

    async def close(self) -> None:
        """Let go of all connections."""
        if self._index is not None:
            await self._index.close()
        self._is_closing = True
        await asyncio.gather(*(task for _, task in self._known.values()), return_exceptions=True)
        for threads in (self._readers, self._workers):
            threads.shutdown()
        if self._file is not None:
            self._file.close()
        if self._server is not None:
            await self._server.dispose()

    async def _version(self, file: _File, index: IndexKeeper) -> str:
        if not file.is_current() or file.index != index.identity():
            is_new = not file.is_current()
            file.close()
            if is_new:
                await index.check()
            await asyncio.to_thread(file.open, index.identity())
            self._times_opened += 1  # the counter means something else to each connection
        try:
            counter = file.counter()
        except MirrorError:  # perhaps somebody is about to write: there, one waits
            counter = await asyncio.to_thread(file.patient_counter)
        version = f"{self._nonce}-{self._times_opened}-{counter}"
        if version != file.checked:
            await asyncio.to_thread(file.check_schema)
            file.checked = version
        return version

    async def _run(
        self, threads: ThreadPoolExecutor, do: Callable[[Connection], T], within_s: float
    ) -> T:
        await self.version()
        if self._server is not None:
            return await _ask_server(self._server, do)
        assert self._file is not None  # noqa: S101 - it is a file, or a server
        engine = self._file.engine
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(threads, self._ask, engine, do, within_s)
        except _TooLongError:
            raise
        except MirrorError:
            async with self._lock:
                self._file.close()
            raise

    def _ask(self, engine: Engine, do: Callable[[Connection], T], within_s: float) -> T:
        ends_at = time.monotonic() + within_s

        def is_over() -> bool:
            return self._is_closing or time.monotonic() > ends_at

        with _told(engine), engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - as _connect made it
            driver.set_progress_handler(is_over, _STEPS)
            return do(connection)


class _TooLongError(MirrorError):
    """A read that took too long, of a mirror with which nothing is wrong."""


class _File:
    """A SQLite mirror, opened for reading.

    Attributes:
        checked: the version of which the schema was looked at.
        index: the file of the search index that is attached, if any.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._engine: Engine | None = None
        self._watch: sqlite3.Connection | None = None
        self.identity: tuple[int, int] | None = None
        self.index: tuple[int, int] | None = None
        self.checked = ""

    @property
    def engine(self) -> Engine:
        """For reading; another takes its place when the file is another."""
        assert self._engine is not None  # noqa: S101 - asked for after it was opened
        return self._engine

    def is_current(self) -> bool:
        """Whether what is open is the file that stands there now; raises MirrorError for none."""
        return _identity(self._path) == self.identity and self._engine is not None

    def open(self, index: tuple[int, int] | None) -> None:
        """Open what stands there now, with that index."""
        engine = create_engine(
            "sqlite://",
            creator=lambda: _connect(self._path),
            poolclass=QueuePool,
            pool_size=_READERS + _WORKERS,
            max_overflow=2,
        )
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
        identity = _identity(self._path)
        with translated(engine):
            watch = _connect(self._path)
        watch.execute("PRAGMA busy_timeout = 0")  # it is asked on the way, and must not wait
        self._engine, self._watch, self.identity, self.index = engine, watch, identity, index

    def counter(self) -> int:
        """The file's own counter of changes."""
        assert self._watch is not None  # noqa: S101 - opened with the engine
        with translated(self.engine):
            return int(self._watch.execute("PRAGMA data_version").fetchone()[0])

    def patient_counter(self) -> int:
        """The same, waiting for whoever writes."""
        assert self._watch is not None  # noqa: S101 - opened with the engine
        try:
            self._watch.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
            return self.counter()
        finally:
            with suppress(sqlite3.Error):
                self._watch.execute("PRAGMA busy_timeout = 0")

    def check_schema(self) -> None:
        """Raise MirrorError unless it has the newest schema."""
        with translated(self.engine), self.engine.connect() as connection:
            schema = schema_of(connection)
        if schema.age is not SchemaAge.NOW:
            message = "The mirror is empty, or of an older sheetd."
            raise MirrorError(message, hint="The next cycle brings it up to date: sheetd sync now.")

    def close(self) -> None:
        """Let go of it; reads that go on end first."""
        engine, watch = self._engine, self._watch
        self._engine = self._watch = None
        self.checked = ""
        with suppress(sqlite3.Error):
            if watch is not None:
                watch.close()
        if engine is not None:
            engine.dispose()


async def _ask_server(engine: AsyncEngine, do: Callable[[Connection], T]) -> T:
    with translated(engine.sync_engine):
        async with engine.connect() as connection:
            return await connection.run_sync(do)


@contextmanager
def _told(engine: Engine) -> Iterator[None]:
    """Errors of the database as what they are to somebody who asks."""
    try:
        with translated(engine):
            yield
    except MirrorError as error:
        if "interrupted" not in error.message:
            raise
        message = "That question took too long."
        raise _TooLongError(message, hint="Ask for less: one sheet, fewer words.") from error


def _has_failed(task: asyncio.Task[Any]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)


def _connect(path: Path) -> sqlite3.Connection:
    """For reading alone; with the search index, if there is one that can be read."""
    connection = sqlite3.connect(
        as_address(path, "ro"), uri=True, isolation_level=None, check_same_thread=False
    )
    for pragma in (f"busy_timeout = {_BUSY_MS}", "query_only = ON", "trusted_schema = OFF"):
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("sheetd_has_words", 3, has_words, deterministic=True)
    index = index_path(path)
    if index.exists():
        with suppress(sqlite3.Error):
            connection.execute("ATTACH DATABASE ? AS search", (as_address(index, "ro"),))
            if not is_usable(connection):
                connection.execute("DETACH DATABASE search")
    return connection


def _identity(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError as error:
        message = f"There is no mirror {path}."
        hint = "The first cycle makes it: sheetd sync now. Or put it back where it was."
        raise MirrorError(message, hint=hint) from error
    return found.st_dev, found.st_ino
