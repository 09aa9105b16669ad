"""Making the content of a SQLite mirror whole again: nothing in it that no cycle could use."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from sqlalchemy import Column, Connection, Engine, and_, delete, update

from sync_daemon.domain.pipeline import JobState
from sync_daemon.domain.rows import RowState
from sync_daemon.domain.status import RowStanding
from sync_daemon.mirror.codec import encode_time
from sync_daemon.mirror.repair.value_checks import READERS, TIMES, find_malformed
from sync_daemon.mirror.tables import jobs, rows, runs, sheets

_LONG_AGO = encode_time(datetime.fromtimestamp(0, UTC))
_REPLACED: Mapping[Column[Any], Mapping[str, str | None]] = {
    **{column: {column.name: None if column.nullable else _LONG_AGO} for column in TIMES},
    sheets.c.headers: {"headers": "[]"},
    sheets.c.metadata_ids: {"metadata_ids": "{}"},
    rows.c.owned: {"owned": "{}", "planned": ""},
    runs.c.report: {"report": "{}"},
}
"""What takes the place of values that cannot be understood; where nothing can, entries go."""

_WITH_A_RUN = ("row_versions", "results", "hand_edits", "writes")
_WITH_A_SHEET = ("rows", "writes")


@dataclass(slots=True)
class Repair:
    """What was done, in sentences, and what could not be."""

    done: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def make_whole(engine: Engine, repaired: Repair) -> None:
    """Remove what cannot be understood or refers to nothing, in one transaction.

    The next cycle compares everything, takes in rows whose cells are lost, and
    makes the views of the sheets anew.
    """
    with engine.connect() as connection, _references_unchecked(connection), connection.begin():
        _mend_content(connection, repaired)
        _mend_states(connection, repaired)
        _mend_references(connection, repaired)
        _mend_rows(connection, repaired)
        _mend_places(connection)
        connection.execute(update(sheets).values(headers="[]", settled=""))
    mark_cut_off(engine, repaired)


@contextmanager
def _references_unchecked(connection: Connection) -> Iterator[None]:
    """To be entered outside of a transaction: SQLite takes no notice of it inside."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - by the dialect
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


def _mend_content(connection: Connection, repaired: Repair) -> None:
    for column in READERS:
        keys = find_malformed(connection, column)
        table = column.table
        for key in keys:
            is_it = and_(*(table.c[name] == value for name, value in key.items()))
            if column in _REPLACED:
                connection.execute(update(table).where(is_it).values(_REPLACED[column]))
            else:
                connection.execute(delete(table).where(is_it))
        if keys:
            repaired.lost.append(f"{len(keys)} values of {table.name}.{column.name}.")


def _mend_states(connection: Connection, repaired: Repair) -> None:
    """A row in the sheet is live, whatever it was; one that is not is missed by the next cycle."""
    right: tuple[tuple[Column[str], Enum], ...] = (
        (rows.c.state, RowState.LIVE),
        (rows.c.standing, RowStanding.QUEUED),
        (jobs.c.state, JobState.QUEUED),
    )
    number = 0
    for column, state in right:
        known = [one.value for one in type(state)]
        wrong = update(column.table).where(column.not_in(known))
        number += connection.execute(wrong.values({column.name: state.value})).rowcount
    if number:
        repaired.done.append(f"{number} rows and jobs were given a state that there is.")


def _mend_references(connection: Connection, repaired: Repair) -> None:
    """Runs and sheets are put back in name, for what refers to them is worth more."""
    for table in _WITH_A_SHEET:
        connection.exec_driver_sql(
            "INSERT INTO sheets (name, spreadsheet_id)"  # noqa: S608 - names of ours
            f" SELECT DISTINCT sheet, '' FROM {table} WHERE sheet NOT IN (SELECT name FROM sheets)"
        )
    for table in _WITH_A_RUN:
        connection.exec_driver_sql(
            "INSERT INTO runs (id, trigger, started_at, status)"  # noqa: S608 - names of ours
            f" SELECT run_id, 'lost', min(at), 'lost' FROM {table}"
            " WHERE run_id NOT IN (SELECT id FROM runs) GROUP BY run_id"
        )
    removed = _remove_orphans(connection)
    if removed:
        repaired.lost.append(f"{removed} entries referred to something that is missing.")


def _remove_orphans(connection: Connection) -> int:
    """Remove entries whose reference leads nowhere, until none is left."""
    removed = 0
    while found := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
        gone = sum(
            connection.exec_driver_sql(
                f'DELETE FROM "{table}" WHERE rowid = ?',  # noqa: S608 - SQLite's own answer
                (rowid,),
            ).rowcount
            for table, rowid in {(row[0], row[1]) for row in found}
        )
        if not gone:
            break
        removed += gone
    return removed


def _mend_places(connection: Connection) -> None:
    """Each row has a place of its own in lists; where two share one, all are counted again."""
    query = "SELECT count(*) - count(DISTINCT nullif(place, 0)) FROM rows"
    if connection.exec_driver_sql(query).scalar():
        connection.exec_driver_sql(
            "UPDATE rows SET place = ordered.number FROM (SELECT row_id, row_number() OVER"
            " (ORDER BY place, first_seen, row_id) AS number FROM rows) AS ordered"
            " WHERE ordered.row_id = rows.row_id"
        )


def _mend_rows(connection: Connection, repaired: Repair) -> None:
    """Rows whose cells are lost are read again, as if they had changed."""
    forgotten = connection.exec_driver_sql(
        "UPDATE rows SET content_hash = '' WHERE content_hash <> '' AND NOT EXISTS"
        " (SELECT 1 FROM row_versions v WHERE v.row_id = rows.row_id AND v.version = rows.version)"
    ).rowcount
    if forgotten:
        repaired.lost.append(f"The cells of {forgotten} rows; the next cycle reads them again.")


def mark_cut_off(engine: Engine, repaired: Repair) -> None:
    """Have runs that a crash ended show as what they are; to be called while no cycle runs."""
    with engine.begin() as connection:
        number = connection.execute(
            update(runs).where(runs.c.status == "running").values(status="cut off")
        ).rowcount
    if number:
        repaired.done.append(f"{number} runs were marked as cut off.")
