"""A mirror made anew from a file of unknown hands: our own schema, filled with known rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sync_daemon.errors import ConfigError, MirrorError
from sync_daemon.mirror.database import (
    connect_plainly,
    create,
    make_private,
    open_engine,
    translated,
    upgrade,
)
from sync_daemon.mirror.repair.fixes import Repair, make_whole
from sync_daemon.mirror.repair.integrity import inspect_mirror

_OURS = ("sqlite_%", "alembic_version")
_KINDS = {  # by the affinity that a declared type has ("Datatypes In SQLite", 3.1)
    "INT": "('integer', 'null')",
    "CHAR": "('text', 'null')",
    "CLOB": "('text', 'null')",
    "TEXT": "('text', 'null')",
    "REAL": "('integer', 'real', 'null')",
    "FLOA": "('integer', 'real', 'null')",
    "DOUB": "('integer', 'real', 'null')",
    "BOOL": "('integer', 'null')",
}


def rebuild(copy: Path, revision: str, target: Path) -> Repair:
    """Make ``target`` a mirror with the rows of ``copy``, brought to the newest schema.

    Tables are made by our own migrations, up to the ``revision`` of the copy, and
    filled from its tables of the same names. Its triggers, views and whatever else
    stands in it are not looked at.

    Raises:
        ConfigError: a table or column that the revision has is not there.
        MirrorError: it cannot be read, or what is in it makes no sense.
    """
    make_private(target)
    engine = open_engine(f"sqlite:///{target}")
    repaired = Repair()
    try:
        create(engine, revision)
        engine.dispose()
        with translated(engine):
            _fill(copy, target, repaired)
        upgrade(engine)
        make_whole(engine, repaired)
        damage = [found for found in inspect_mirror(engine, (), is_idle=True) if found.is_damage]
    finally:
        engine.dispose()
    if damage:
        message = f"The backup {copy} is damaged: {damage[0].what}"
        raise MirrorError(message, hint="Take an older one.")
    return repaired


def _fill(copy: Path, target: Path, repaired: Repair) -> None:
    with closing(connect_plainly(target.absolute().as_uri(), uri=True)) as database:
        database.execute("PRAGMA foreign_keys = OFF")  # they are looked at when all is there
        database.execute("ATTACH ? AS source", (f"{copy.absolute().as_uri()}?mode=ro&immutable=1",))
        for table in _tables(database):
            lost = _copy(database, table, copy)
            if lost:
                repaired.lost.append(f"{lost} entries of {table}, which made no sense.")
        database.commit()


def _tables(database: sqlite3.Connection) -> list[str]:
    query = (
        "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND rootpage > 0"
        " AND name NOT LIKE ? AND name <> ? ORDER BY name"
    )
    return [str(row[0]) for row in database.execute(query, _OURS)]


def _copy(database: sqlite3.Connection, table: str, copy: Path) -> int:
    """Take over a table's entries; returns how many are left out."""
    columns = dict(_columns(database, table, "main"))
    _see_that_it_is_a_table(database, table, columns, copy)
    listed = ", ".join(f'"{name}"' for name in columns)
    total = database.execute(f'SELECT count(*) FROM source."{table}"').fetchone()[0]  # noqa: S608
    kept: int = database.execute(
        f'INSERT OR IGNORE INTO main."{table}" ({listed})'  # noqa: S608 - names of our own schema
        f' SELECT {listed} FROM source."{table}"'
    ).rowcount
    for name, declared in columns.items():
        kinds = next((kinds for part, kinds in _KINDS.items() if part in declared), None)
        if kinds is not None:
            kept -= database.execute(
                f'DELETE FROM main."{table}" WHERE typeof("{name}") NOT IN {kinds}'  # noqa: S608
            ).rowcount
    return int(total) - kept


def _columns(database: sqlite3.Connection, table: str, schema: str) -> Iterator[tuple[str, str]]:
    query = "SELECT name, upper(type) FROM pragma_table_info(?, ?)"  # no generated ones
    for name, declared in database.execute(query, (table, schema)):
        yield str(name), str(declared)


def _see_that_it_is_a_table(
    database: sqlite3.Connection, table: str, columns: dict[str, str], copy: Path
) -> None:
    """One with pages of its own: a view or a virtual table of that name computes its entries."""
    query = "SELECT 1 FROM source.sqlite_schema WHERE type = 'table' AND rootpage > 0 AND name = ?"
    missing = columns.keys() - dict(_columns(database, table, "source")).keys()
    if missing or database.execute(query, (table,)).fetchone() is None:
        what = f"the column {table}.{min(missing)}" if missing else f"the table {table}"
        message = f"{copy} lacks {what}, which every backup of its version has."
        raise ConfigError(message, hint="Name a file that `sheetd db backup` made.")
