"""Copying the entries of a damaged SQLite mirror, around what cannot be read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from sqlalchemy import Table

from sync_daemon.mirror.database import connect_plainly
from sync_daemon.mirror.repair.fixes import Repair
from sync_daemon.mirror.tables import metadata

_ATTEMPTS = 5_000  # reads of a table that may fail; a damaged leaf takes some 50
_LARGEST_ROWID = (1 << 63) - 1
_BATCH = 1_000
UNREADABLE = (sqlite3.Error, UnicodeDecodeError)  # the latter where a message quotes damaged text


def copy_tables(source: sqlite3.Connection, target: Path, repaired: Repair) -> int:
    """Copy what can be read of each table into the empty ones of ``target``, of the same schema.

    Returns how many entries were saved; ``repaired`` is told of the others.

    Raises:
        sqlite3.Error: nothing can be read, or ``target`` cannot be written.
        UnicodeDecodeError: nothing can be read.
    """
    source.text_factory = decode_somehow
    source.execute("PRAGMA writable_schema = ON")  # make do with what is left of the schema
    saved, is_whole = 0, _has_whole_schema(source)
    with closing(connect_plainly(target)) as database:
        for table in metadata.sorted_tables:
            there, wanted = _columns(source, table), _columns(database, table)
            names = [name for name in wanted if name in there]
            if names:
                saved += _copy(source, database, table, names, repaired)
            elif wanted and not is_whole:
                repaired.lost.append(f"The location of {table.name} could not be read.")
        database.commit()
    return saved


def decode_somehow(text: bytes) -> str:
    """For ``text_factory``: damaged text too can be read, and told or mended."""
    return text.decode(errors="replace")


def _has_whole_schema(source: sqlite3.Connection) -> bool:
    try:
        source.execute("SELECT sql FROM sqlite_schema").fetchall()
    except UNREADABLE:
        return False
    return True


def _columns(database: sqlite3.Connection, table: Table) -> list[str]:
    """The columns of a table; none if an older mirror lacks it."""
    found = database.execute("SELECT name FROM pragma_table_info(?)", (table.name,)).fetchall()
    return [name for (name,) in found]


def _copy(
    source: sqlite3.Connection,
    target: sqlite3.Connection,
    table: Table,
    names: Sequence[str],
    repaired: Repair,
) -> int:
    listed, places = ", ".join(f'"{name}"' for name in names), ", ".join("?" for _ in names)
    insert = f'INSERT OR IGNORE INTO "{table.name}" ({listed}) VALUES ({places})'  # noqa: S608
    reading = Reading(source, f'SELECT rowid, {listed} FROM "{table.name}"')  # noqa: S608
    saved = read = 0
    for entries in reading.batches():
        read += len(entries)
        saved += target.executemany(insert, entries).rowcount
    if reading.is_given_up:
        repaired.lost.append(f"Part of {table.name} could not be read.")
    elif reading.unreadable:
        repaired.lost.append(f"Up to {reading.unreadable} entries of {table.name} were unreadable.")
    if read > saved:
        repaired.lost.append(f"{read - saved} entries of {table.name} made no sense any more.")
    return saved


class Reading:
    """The entries of a table, by rowid; a stretch that fails is halved until what fails is small.

    Attributes:
        unreadable: rowids that could not be read; there may never have been an entry.
        is_given_up: too much failed, so the rest was only read from its end.
    """

    def __init__(self, source: sqlite3.Connection, query: str) -> None:
        self._source = source
        # With the limit, nothing behind the last entry is touched, which may be damaged.
        self._query = f"{query} WHERE rowid BETWEEN ? AND ? ORDER BY rowid {{}} LIMIT ?"
        self.unreadable = 0
        self.is_given_up = False
        self._last = 0
        self._has_failed = False

    def batches(self) -> Iterator[list[Sequence[object]]]:
        """All that can be read, without the rowids, some at a time."""
        spans = [(1, _LARGEST_ROWID)]
        failed = 0
        while spans and failed < _ATTEMPTS:
            low, high = spans.pop()
            self._last, self._has_failed = low - 1, False
            yield from self._read(low, high, "ASC")
            if self._has_failed:
                failed += 1
                spans += self._rest(self._last + 1, high)
        if spans:
            self.is_given_up = True
            yield from self._read(spans[-1][0], _LARGEST_ROWID, "DESC")

    def _read(self, low: int, high: int, order: str) -> Iterator[list[Sequence[object]]]:
        """The entries up to the first that fails, from the one end or the other."""
        entries: list[Sequence[object]] = []
        span = (low, high, high - low + 1)
        try:
            for rowid, *values in self._source.execute(self._query.format(order), span):
                entries.append(values)
                self._last = rowid
                if len(entries) == _BATCH:
                    yield entries
                    entries = []
        except UNREADABLE:
            self._has_failed = True
        if entries:
            yield entries

    def _rest(self, low: int, high: int) -> list[tuple[int, int]]:
        """What to read yet of a stretch that failed at its first entry, the lower part last."""
        if low >= high:
            self.unreadable += low == high
            return []
        middle = (low + high) // 2
        return [(middle + 1, high), (low, middle)]
