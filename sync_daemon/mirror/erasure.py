"""Erasing a row for good: its history, and what the database file still holds of it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, RowMapping, delete, select

from sync_daemon.domain.rows import RowState
from sync_daemon.domain.status import RowStanding
from sync_daemon.errors import ConfigError, MirrorError
from sync_daemon.mirror.codec import encode_time
from sync_daemon.mirror.database import database_path, translated
from sync_daemon.mirror.search.index import index_path, remove_index
from sync_daemon.mirror.tables import (
    hand_edits,
    jobs,
    results,
    row_versions,
    rows,
    tool_memory,
    work_requests,
    writes,
    written_rows,
)

_HISTORY = (
    jobs,
    results,
    row_versions,
    hand_edits,
    written_rows,
    tool_memory,
    work_requests,
)  # in the order of references


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was erased with a row: entries by table; none if it was forgotten before."""

    row_id: str
    entries: dict[str, int]


def forget_row(engine: Engine, row_id: str, now: datetime) -> Forgotten:
    """Erase all that a deleted row ever held; only its id stays, so that no other row gets it.

    To be called while no cycle runs. Calling it again erases what a failure left in the file.

    Raises:
        ConfigError: there is no such row, or it is still in the sheet.
        MirrorError: the row is erased, but the file may still hold its text.
    """
    with translated(engine), engine.connect() as connection:
        connection.execution_options(sqlite_begin="IMMEDIATE")
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA secure_delete = ON")
            connection.commit()
        with connection.begin():
            _refuse(connection, row_id)
            entries = _erase(connection, row_id, now)
    if engine.dialect.name == "sqlite":
        with translated(engine):
            _rewrite_file(engine)
        _forget_searches(engine)
    return Forgotten(row_id, entries)


def check_forgettable(engine: Engine, row_id: str) -> None:
    """Raise what :func:`forget_row` would raise, and change nothing."""
    with translated(engine), engine.connect() as connection:
        _refuse(connection, row_id)


def _refuse(connection: Connection, row_id: str) -> None:
    row = connection.execute(select(rows).where(rows.c.row_id == row_id)).mappings().one_or_none()
    if row is None:
        message = f"There is no row with the id {row_id!r}."
        raise ConfigError(message, hint="`sheetd rows --deleted` lists deleted rows.")
    if row["state"] != RowState.DELETED.value:
        message = f"Row {row_id} is still in the sheet: row {row['row_number']} of {row['sheet']!r}"
        hint = "Delete it there, then `sheetd sync now`: it would come back otherwise."
        raise ConfigError(f"{message}.", hint=hint)
    if _is_in_flight(connection, row):
        message = f"Sheet {row['sheet']!r} was not yet checked after the last write to it."
        raise ConfigError(message, hint="`sheetd sync now`, then forget the row.")


def _is_in_flight(connection: Connection, row: RowMapping) -> bool:
    """Whether a write of the row may have reached the sheet unseen; its values tell it apart."""
    query = (
        select(writes.c.id)
        .join(written_rows, written_rows.c.write_id == writes.c.id)
        .where(writes.c.sheet == row["sheet"], writes.c.state == "sent")
        .where(written_rows.c.row_id.is_(None) | (written_rows.c.row_id == row["row_id"]))
    )
    return connection.execute(query.limit(1)).first() is not None


def _erase(connection: Connection, row_id: str, now: datetime) -> dict[str, int]:
    entries = {}
    for table in _HISTORY:
        erased = connection.execute(delete(table).where(table.c.row_id == row_id))
        entries[table.name] = erased.rowcount
    entries[written_rows.name] += _erase_leftovers(connection, row_id)
    at = encode_time(now)
    connection.execute(
        rows.update()
        .where(rows.c.row_id == row_id)
        .values(
            row_number=0, version=0, content_hash="", standing=RowStanding.QUEUED.value,
            status="", error="", planned="", owned="{}",
            computed="{}", first_seen=at, last_changed=at,
        )
    )  # fmt: skip
    return entries


def _erase_leftovers(connection: Connection, row_id: str) -> int:
    """Before-images of blank rows: results may have been left there by any row of the sheet."""
    sheet = select(rows.c.sheet).where(rows.c.row_id == row_id).scalar_subquery()
    of_the_sheet = select(writes.c.id).where(writes.c.sheet == sheet)
    return connection.execute(
        delete(written_rows).where(
            written_rows.c.row_id.is_(None), written_rows.c.write_id.in_(of_the_sheet)
        )
    ).rowcount


def _forget_searches(engine: Engine) -> None:
    """Whoever searches next makes the index again, without the row."""
    path = database_path(engine.url.render_as_string(hide_password=False))
    if path is None:
        return
    try:
        remove_index(path)
    except OSError as error:
        message = f"The row is erased, but {index_path(path)} still holds its words: {error}."
        raise MirrorError(message, hint="Delete that file; sheetd makes it again.") from error


def _rewrite_file(engine: Engine) -> None:
    """Make the file anew and empty its log: older pages and free space go with it."""
    pooled = engine.raw_connection()
    try:
        connection = pooled.driver_connection
        assert isinstance(connection, sqlite3.Connection)  # noqa: S101 - by the dialect
        connection.execute("VACUUM")
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        pooled.close()
    if busy:
        raise MirrorError(
            "The row is erased, but another program keeps the mirror's file as it was.",
            hint="Stop what reads the mirror, then give the command again.",
        )
