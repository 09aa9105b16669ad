"""The file of the search index: made from the mirror, brought up to date, thrown away at will.

It stands beside the mirror, so that a cycle writes nothing for it, a backup does not hold
it, and nothing is lost with it. Each row of the mirror bears a mark that rises whenever its
cells or results change; the index knows up to which mark it has seen them, and whoever asks
it looks at the few rows beyond by themselves. An entry counts only as long as the mark of
its row is the one it was made from: so an answer is right however far behind the index is.

Entries are never changed. A row that changed gets a new one, of the next generation, whose
number keeps it in the row's place; when most entries are old ones, the index is made anew.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import select
from sqlalchemy.dialects import sqlite

from sync_daemon.mirror.database import FILES, make_private
from sync_daemon.mirror.search.columns import sort_key
from sync_daemon.mirror.search.terms import TOKENIZER, terms_of
from sync_daemon.mirror.tables import row_versions, rows

SCHEMA = "search"  # the name under which it is attached
GENERATION_BITS = 12
_LAYOUT = "1"  # to be raised when what stands below, or what a term is, changes
_TABLES = (
    "CREATE TABLE search.meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID",
    (
        "CREATE TABLE search.docs"
        " (place INTEGER PRIMARY KEY, generation INTEGER, touched INTEGER, digest BLOB)"
    ),
    (
        "CREATE VIRTUAL TABLE search.found USING fts5(terms, content = '', detail = 'none',"
        f" columnsize = 0, prefix = '1 2 3', tokenize = \"{TOKENIZER}\")"
    ),
    "CREATE VIRTUAL TABLE search.vocabulary USING fts5vocab('found', 'row')",
    "CREATE TABLE search.sorted (number INTEGER PRIMARY KEY, name TEXT UNIQUE, upto INTEGER)",
    (
        "CREATE TABLE search.keys (number INTEGER, is_blank INTEGER, key COLLATE NOCASE,"
        " place INTEGER, touched INTEGER,"
        " PRIMARY KEY (number, is_blank, key, place)) WITHOUT ROWID"
    ),
)
_ROWS = 1_000  # of one transaction
_WORTH_ANEW = 20_000  # old entries
_BUSY_MS = 5_000
_LARGEST_LOG = 4 << 20  # bytes


class _NoRoomError(Exception):
    """A row has had as many entries as its place has room for."""


def index_path(mirror: Path) -> Path:
    """Where the index of a mirror is."""
    return mirror.with_name(mirror.name + ".search")


def remove_index(mirror: Path) -> None:
    """Have no index: the next one to need it makes it again."""
    for end in FILES:
        path = index_path(mirror)
        path.with_name(path.name + end).unlink(missing_ok=True)


def as_address(path: Path, mode: str) -> str:
    """A file for SQLite to open in a mode: ``ro``, ``rwc``."""
    return f"file:{quote(str(path))}?mode={mode}"


def is_usable(connection: sqlite3.Connection) -> bool:
    """Whether the attached file is an index of this layout."""
    query = "SELECT value FROM search.meta WHERE key = 'layout'"
    try:
        return bool(connection.execute(query).fetchone() == (_LAYOUT,))
    except sqlite3.Error:
        return False


def check(mirror: Path) -> None:
    """Make the index if there is none, and empty one that does not fit the mirror.

    So it is after a backup took the mirror's place.

    Raises:
        sqlite3.Error: the mirror cannot be read, or the index not be written.
        OSError: the same.
    """
    with _opened(mirror) as connection:
        if not _fits(connection):
            _begin_anew(connection)


def catch_up(mirror: Path, is_over: Callable[[], bool] = lambda: False) -> int:
    """Take in the rows that changed since.

    Args:
        mirror: the file; it has the newest schema.
        is_over: asked between some rows and the next; then it ends.

    Returns:
        How many rows were taken in.

    Raises:
        sqlite3.Error: the mirror cannot be read, or the index not be written.
        OSError: the same.
    """
    number = 0
    with _opened(mirror) as connection:
        if _is_worn_out(connection):
            _begin_anew(connection)
        while not is_over():
            try:
                taken = _take_in(connection)
            except _NoRoomError:
                _begin_anew(connection)
                continue
            number += taken
            if not taken:
                break
    return number


def sort_by(mirror: Path, column: str) -> None:
    """See that the index knows the order of a column; the first time takes a look at all rows.

    Raises:
        sqlite3.Error: the mirror cannot be read, or the index not be written.
        OSError: the same.
    """
    with _opened(mirror) as connection:
        query = "SELECT number, upto FROM search.sorted WHERE name = ?"
        number, upto = connection.execute(query, (column,)).fetchone() or (None, -1)
        [newest] = connection.execute("SELECT max(touched) FROM rows").fetchone()
        if upto == (newest or 0):
            return
        with _written(connection):
            [newest] = connection.execute("SELECT coalesce(max(touched), 0) FROM rows").fetchone()
            if number is None:
                added = connection.execute("INSERT INTO search.sorted (name) VALUES (?)", (column,))
                number = added.lastrowid
            _refresh_keys(connection, number or 0, column, upto)
            connection.execute(
                "UPDATE search.sorted SET upto = ? WHERE number = ?", (newest, number)
            )


def _refresh_keys(connection: sqlite3.Connection, number: int, column: str, upto: int) -> None:
    if upto >= 0:
        connection.execute(
            "DELETE FROM search.keys WHERE number = ? AND place IN"
            " (SELECT place FROM rows WHERE touched > ?)",
            (number, upto),
        )
    changed = select(sort_key(column).label("key"), rows.c.place, rows.c.touched)
    changed = changed.join(row_versions, row_versions.c.row_id == rows.c.row_id)
    changed = changed.where(row_versions.c.version == rows.c.version, rows.c.touched > upto)
    compiled = changed.compile(dialect=sqlite.dialect(paramstyle="named"))
    connection.execute(
        "INSERT OR IGNORE INTO search.keys (number, is_blank, key, place, touched)"  # noqa: S608
        f" SELECT :number, key IS NULL, coalesce(key, 0), place, touched FROM ({compiled})"
        " ORDER BY 2, 3 COLLATE NOCASE, 4",
        {**compiled.params, "number": number},
    )


@contextmanager
def _opened(mirror: Path) -> Iterator[sqlite3.Connection]:
    """The mirror, for reading alone, with the index attached; one that is none is made again."""
    address = as_address(mirror, "ro")
    with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        connection.execute("PRAGMA trusted_schema = OFF")
        _attach(connection, mirror)
        connection.execute("PRAGMA search.synchronous = NORMAL")
        connection.execute(f"PRAGMA search.journal_size_limit = {_LARGEST_LOG}")
        yield connection


def _attach(connection: sqlite3.Connection, mirror: Path) -> None:
    """Attach the index, a new one if there is none or it is of another layout."""
    path = index_path(mirror)
    make_private(path)
    attach, address = "ATTACH DATABASE ? AS search", (as_address(path, "rwc"),)
    try:
        connection.execute(attach, address)
        is_fine = is_usable(connection) or _is_empty(connection)
    except sqlite3.DatabaseError:
        is_fine = False
    if not is_fine:
        with suppress(sqlite3.Error):
            connection.execute("DETACH DATABASE search")
        remove_index(mirror)
        make_private(path)
        connection.execute(attach, address)
    if not is_usable(connection):
        _make(connection)


def _is_empty(connection: sqlite3.Connection) -> bool:
    try:
        found = connection.execute("SELECT count(*) FROM search.sqlite_schema").fetchone()
    except sqlite3.Error:
        return False
    return bool(found == (0,))


def _make(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA search.journal_mode = WAL")
    with _written(connection):
        if not is_usable(connection):  # another process may have been as quick
            for statement in _TABLES:
                connection.execute(statement)
            _note(connection, "layout", _LAYOUT)


@contextmanager
def _written(connection: sqlite3.Connection) -> Iterator[None]:
    """A transaction on the index, of which the mirror is only read."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _note(connection: sqlite3.Connection, key: str, value: object) -> None:
    connection.execute("INSERT OR REPLACE INTO search.meta VALUES (?, ?)", (key, value))


def _known(connection: sqlite3.Connection, key: str) -> int:
    found = connection.execute("SELECT value FROM search.meta WHERE key = ?", (key,)).fetchone()
    return int(found[0]) if found else 0


def _is_worn_out(connection: sqlite3.Connection) -> bool:
    old = _known(connection, "old")
    if old < _WORTH_ANEW:
        return False
    [docs] = connection.execute("SELECT count(*) FROM search.docs").fetchone()
    return old > int(docs)


def _fits(connection: sqlite3.Connection) -> bool:
    """Whether each row that the index says to know is known: not so after a backup was restored."""
    upto = _known(connection, "upto")
    query = (
        "SELECT 1 FROM rows WHERE touched <= ? AND NOT EXISTS (SELECT 1 FROM search.docs"
        " WHERE docs.place = rows.place AND docs.touched = rows.touched) LIMIT 1"
    )
    return connection.execute(query, (upto,)).fetchone() is None


def _begin_anew(connection: sqlite3.Connection) -> None:
    with _written(connection):
        connection.execute("INSERT INTO search.found (found) VALUES ('delete-all')")
        for table in ("docs", "keys", "sorted"):
            connection.execute(f"DELETE FROM search.{table}")  # noqa: S608 - ours
        _note(connection, "upto", 0)
        _note(connection, "old", 0)


def _take_in(connection: sqlite3.Connection) -> int:
    """The next rows, in the order of their marks."""
    with _written(connection):
        upto = _known(connection, "upto")
        query = (
            "SELECT rows.place, rows.touched, row_versions.cells, rows.owned FROM rows"
            " LEFT JOIN row_versions ON row_versions.row_id = rows.row_id"
            " AND row_versions.version = rows.version"
            " WHERE rows.touched > ? ORDER BY rows.touched LIMIT ?"
        )
        found = connection.execute(query, (upto, _ROWS)).fetchall()
        if not found:
            return 0
        old = 0
        for place, touched, cells, owned in sorted(found):
            old += _add(connection, place, touched, terms_of(cells or "{}", owned))
        _note(connection, "upto", max(row[1] for row in found))
        _note(connection, "old", _known(connection, "old") + old)
    return len(found)


def _add(connection: sqlite3.Connection, place: int, touched: int, terms: str) -> bool:
    """One row; whether an older entry of it stays behind."""
    digest = blake2b(terms.encode(), digest_size=8).digest()
    query = "SELECT generation, digest FROM search.docs WHERE place = ?"
    before = connection.execute(query, (place,)).fetchone()
    if before is not None and before[1] == digest:
        connection.execute("UPDATE search.docs SET touched = ? WHERE place = ?", (touched, place))
        return False
    generation = before[0] + 1 if before is not None else 0
    if generation >> GENERATION_BITS:
        raise _NoRoomError
    connection.execute(
        "INSERT INTO search.found (rowid, terms) VALUES (?, ?)",
        ((place << GENERATION_BITS) + generation, terms),
    )
    connection.execute(
        "INSERT OR REPLACE INTO search.docs VALUES (?, ?, ?, ?)",
        (place, generation, touched, digest),
    )
    return before is not None
