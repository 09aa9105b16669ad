"""What is wrong with a mirror, a sentence each, and what can be done about it."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Engine, Table, func, inspect, select, text
from sqlalchemy.exc import DBAPIError

from sync_daemon.domain.pipeline import JobState
from sync_daemon.domain.rows import RowState
from sync_daemon.domain.status import RowStanding
from sync_daemon.mirror.database import translated
from sync_daemon.mirror.repair.value_checks import READERS, find_malformed
from sync_daemon.mirror.tables import jobs, metadata, row_versions, rows, runs, sheets
from sync_daemon.mirror.views import view_name

REPAIR = "`sheetd db check --repair` repairs it."
_SHOWN = 5  # of the faults that SQLite names; there may be thousands
_COMPARED = "The next cycle reads the sheet again."


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be."""

    what: str
    remedy: str
    is_damage: bool = True  # or only worth knowing

    def __str__(self) -> str:
        """Both, in one line."""
        return f"{self.what} {self.remedy}"


def inspect_mirror(engine: Engine, configured: Collection[str], *, is_idle: bool) -> list[Finding]:
    """All that is wrong, the file's own faults first; if there are any, those alone.

    Args:
        engine: on a mirror with the newest schema.
        configured: names of the sheets in the configuration.
        is_idle: no cycle runs, so that what looks like one was cut off.
    """
    with translated(engine), engine.connect() as connection:
        faults = [*_file_faults(connection), *_missing_parts(connection), *_triggers(connection)]
        if faults:
            return faults
        found = [*_lost_references(connection), *_lost_cells(connection), *_content(connection)]
        found += [*_states(connection), *_views(connection), *_drift(connection, configured)]
        return [*found, *_cut_off(connection)] if is_idle else found


def _file_faults(connection: Connection) -> Iterator[Finding]:
    if connection.dialect.name != "sqlite":
        return
    faults = _integrity_faults(connection)
    for fault in faults[:_SHOWN]:
        if fault != "ok":
            yield Finding(f"The file is damaged: {' '.join(fault.split())}.", REPAIR)
    if len(faults) > _SHOWN:
        yield Finding(f"The file has {len(faults) - _SHOWN} more such faults.", REPAIR)


def _integrity_faults(connection: Connection) -> list[str]:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - by the dialect
    driver.text_factory = lambda told: told.decode(errors="replace")  # it may name damaged text
    try:
        return [row[0] for row in driver.execute("PRAGMA integrity_check")]
    finally:
        driver.text_factory = str


def _missing_parts(connection: Connection) -> Iterator[Finding]:
    """Tables, columns and indexes that the newest schema has and the mirror has not."""
    there = inspect(connection)
    names = set(there.get_table_names())
    for table in metadata.sorted_tables:
        if table.name not in names:
            yield Finding(f"The table {table.name} is missing.", REPAIR)
            continue
        columns = {column["name"] for column in there.get_columns(table.name)}
        for column in table.columns:
            if column.name not in columns:
                yield Finding(f"The column {table.name}.{column.name} is missing.", REPAIR)
        indexes = {index["name"] for index in there.get_indexes(table.name)}
        for index in table.indexes:
            if index.name not in indexes:
                yield Finding(f"The index {index.name} is missing.", REPAIR)


def find_triggers(database: sqlite3.Connection) -> list[str]:
    """The names of the triggers in a file: all are strangers', for sheetd makes none."""
    query = "SELECT name FROM sqlite_schema WHERE type = 'trigger' ORDER BY name"
    return [str(row[0]) for row in database.execute(query)]


def _triggers(connection: Connection) -> Iterator[Finding]:
    """They would run in each cycle, and can change what it reads and writes."""
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        for name in find_triggers(driver):
            what = f"The trigger {name} is not sheetd's, and runs when it writes."
            yield Finding(what, "`sheetd db check --repair` removes it.")


def _lost_references(connection: Connection) -> Iterator[Finding]:
    if connection.dialect.name != "sqlite":
        return  # PostgreSQL lets none come about
    found = connection.execute(text("PRAGMA foreign_key_check")).all()
    for (table, parent), number in Counter((row[0], row[2]) for row in found).items():
        what = f"{number} entries of {table} refer to something that is missing in {parent}."
        yield Finding(what, REPAIR)


def _lost_cells(connection: Connection) -> Iterator[Finding]:
    """Rows without the version that they are at; those with no content hash are told already."""
    current = select(row_versions.c.row_id).where(
        row_versions.c.row_id == rows.c.row_id, row_versions.c.version == rows.c.version
    )
    number = _count(connection, rows, ~current.exists(), rows.c.content_hash != "")
    if number:
        yield Finding(f"The cells of {number} rows are missing.", f"{REPAIR} {_COMPARED}")


def _content(connection: Connection) -> Iterator[Finding]:
    for column in READERS:
        number = len(find_malformed(connection, column))
        if number:
            name = f"{column.table.name}.{column.name}"
            yield Finding(f"{number} values of {name} cannot be understood.", REPAIR)


def _states(connection: Connection) -> Iterator[Finding]:
    known = ((rows.c.state, RowState), (rows.c.standing, RowStanding), (jobs.c.state, JobState))
    for column, states in known:
        names = [state.value for state in states]
        number = _count(connection, column.table, column.not_in(names))
        if number:
            yield Finding(f"{number} {column.table.name} are in a state that there is not.", REPAIR)


def _views(connection: Connection) -> Iterator[Finding]:
    """A view that is broken tells a person nothing, but no cycle needs it."""
    there = set(inspect(connection).get_view_names())
    known = connection.execute(select(sheets.c.name).where(sheets.c.headers != "[]")).scalars()
    for sheet in known.all():
        name = view_name(sheet)
        if name not in there:
            yield Finding(f"The view {name} is missing.", REPAIR)
        elif not _can_be_read(connection, name):
            yield Finding(f"The view {name} cannot be read.", REPAIR)


def _can_be_read(connection: Connection, view: str) -> bool:
    quoted = connection.dialect.identifier_preparer.quote_identifier(view)
    try:
        with connection.begin_nested():
            connection.execute(text(f"SELECT * FROM {quoted} LIMIT 1")).all()  # noqa: S608 - quoted
    except DBAPIError:
        return False
    return True


def _drift(connection: Connection, configured: Collection[str]) -> Iterator[Finding]:
    is_live = rows.c.state != RowState.DELETED.value
    for sheet in connection.execute(select(sheets.c.name)).scalars().all():
        if sheet not in configured:
            number = _count(connection, rows, rows.c.sheet == sheet, is_live)
            what = f"The sheet {sheet!r} with {number} rows is not in the configuration any more."
            yield Finding(what, "Its rows are kept; name it again to go on.", is_damage=False)


def _cut_off(connection: Connection) -> Iterator[Finding]:
    number = _count(connection, runs, runs.c.status == "running")
    if number:
        what = f"{number} runs were cut off by a crash or a power cut."
        yield Finding(what, "Nothing is lost; --repair marks them as such.", is_damage=False)
    number = _count(connection, jobs, jobs.c.state == JobState.QUEUED.value)
    if number:
        what = f"{number} jobs were at work or waiting when sheetd ended."
        yield Finding(what, "The next cycle runs them.", is_damage=False)


def _count(connection: Connection, table: Table, *conditions: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(table).where(*conditions)
    return connection.scalar(query) or 0
