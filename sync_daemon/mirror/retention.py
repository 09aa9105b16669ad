"""How long the mirror remembers: old history goes, nothing that is current ever does."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, Table, and_, bindparam, delete, func, select

from sync_daemon.domain.rows import RowState
from sync_daemon.mirror.codec import decode_time, encode_time
from sync_daemon.mirror.database import translated
from sync_daemon.mirror.tables import (
    feed_items,
    hand_edits,
    jobs,
    results,
    row_versions,
    rows,
    runs,
    tool_memory,
    upkeep,
    work_requests,
    writes,
    written_rows,
)
from sync_daemon.mirror.work_requests import OPEN, SOURCE

EVERY = timedelta(days=1)
_TASK = "retention"
_STEP = 5_000  # entries a transaction, so that nobody waits long
_STEPS = 20  # of a table in one go; the rest follows a day later
_WORTH_A_VACUUM = 0.25  # of the file's pages are free
_LEAST_FREE_PAGES = 2_560  # 10 MB of 4 kB


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """What is older goes; None keeps it for ever.

    Attributes:
        history: versions, results, hand edits and before-images that are not current, and
            requests that have ended.
        quiet_runs: runs that changed nothing, of which a schedule makes 1,440 a day.
    """

    history: datetime | None
    quiet_runs: datetime | None


@dataclass(frozen=True, slots=True)
class Pruned:
    """Entries that went, by table."""

    entries: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.entries.values())


def plan_retention(
    now: datetime, keep_history: timedelta | None, keep_runs: timedelta | None
) -> Cutoffs:
    """Where to cut; runs are kept no longer than history."""
    history = now - keep_history if keep_history is not None else None
    quiet = now - keep_runs if keep_runs is not None else None
    return Cutoffs(history, max(filter(None, (history, quiet)), default=None))


def is_due(engine: Engine, now: datetime) -> bool:
    """Whether the last pruning is a day ago, or a clock that was set forward claims more.

    A mirror that was never asked is new and holds nothing old: its first day begins now.
    """
    with translated(engine), engine.connect() as connection:
        found = connection.scalar(select(upkeep.c.at).where(upkeep.c.task == _TASK))
    last = decode_time(found)
    if last is None:
        _note(engine, now)
        return False
    return not timedelta(0) <= now - last < EVERY


def prune(engine: Engine, cutoffs: Cutoffs, now: datetime) -> Pruned:
    """Delete what is older than the cut-offs, and give the space back if it is much.

    To be called while no cycle runs. Versions that rows have now, deleted rows
    included, results that jobs point to, what tools keep of rows in the sheet,
    writes in doubt and requests that are open stay whatever their age. Killed in
    between, it leaves a mirror that is whole.
    """
    pruned = Pruned()
    for table, condition in _prunable(cutoffs):
        keys = _find(engine, table, condition)
        for start in range(0, len(keys), _STEP):
            _delete(engine, table, keys[start : start + _STEP])
        pruned.entries[table.name] = len(keys)
    _note(engine, now)
    if pruned.total:
        _give_back_space(engine)
    return pruned


def _note(engine: Engine, now: datetime) -> None:
    with translated(engine), engine.begin() as connection:
        connection.execute(delete(upkeep).where(upkeep.c.task == _TASK))
        connection.execute(upkeep.insert().values(task=_TASK, at=encode_time(now)))


def _prunable(cutoffs: Cutoffs) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Tables, in the order of references, with which of their entries go."""
    if cutoffs.history is not None:
        before = encode_time(cutoffs.history)
        yield from _old_writes(before)
        yield hand_edits, hand_edits.c.at < before
        pointed_to = select(jobs.c.result_id).where(jobs.c.result_id.is_not(None))
        yield results, and_(results.c.at < before, results.c.id.not_in(pointed_to))
        is_current = select(rows.c.row_id).where(
            rows.c.row_id == row_versions.c.row_id, rows.c.version == row_versions.c.version
        )
        yield row_versions, and_(row_versions.c.at < before, ~is_current.exists())
        in_sheet = select(rows.c.row_id).where(rows.c.state != RowState.DELETED.value)
        is_loose = tool_memory.c.row_id.is_(None) | tool_memory.c.row_id.not_in(in_sheet)
        yield tool_memory, and_(tool_memory.c.at < before, is_loose)
        yield from _old_requests(before)
    if cutoffs.quiet_runs is not None:
        yield runs, _is_quiet(encode_time(cutoffs.quiet_runs))


def _old_writes(before: str) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """A run's writes go together: an undo of the half of them would bring back wrong values."""
    old_runs = select(runs.c.id).where(runs.c.started_at < before)
    is_old = and_(writes.c.run_id.in_(old_runs), writes.c.state != "sent")
    yield written_rows, written_rows.c.write_id.in_(select(writes.c.id).where(is_old))
    left = select(written_rows.c.write_id).where(written_rows.c.write_id == writes.c.id)
    yield writes, and_(is_old, ~left.exists())


def _old_requests(before: str) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Requests that have ended, and what tells that their rows were placed; open ones stay."""
    is_over = work_requests.c.state.not_in(OPEN)
    yield work_requests, and_(work_requests.c.updated_at < before, is_over)
    is_placed = and_(feed_items.c.feed == SOURCE, feed_items.c.waiting_place == 0)
    left = select(work_requests.c.id).where(work_requests.c.id == feed_items.c.key)
    yield feed_items, and_(is_placed, feed_items.c.at < before, ~left.exists())


def _is_quiet(before: str) -> ColumnElement[bool]:
    """Old runs that nothing refers to; the newest stays, so that no id is given twice."""
    named = [select(table.c.run_id) for table in (row_versions, results, hand_edits, writes)]
    newest = select(func.max(runs.c.id)).scalar_subquery()
    is_old = and_(runs.c.started_at < before, runs.c.id < newest)
    return and_(is_old, *(runs.c.id.not_in(used) for used in named))


def _find(engine: Engine, table: Table, condition: ColumnElement[bool]) -> list[dict[str, Any]]:
    """The keys of entries that go, as parameters ``key_NAME``; the rest follows a day later."""
    key = [column.label(f"key_{column.name}") for column in table.primary_key]
    query = select(*key).where(condition).limit(_STEP * _STEPS)
    with translated(engine), engine.connect() as connection:
        return [dict(found) for found in connection.execute(query).mappings()]


def _delete(engine: Engine, table: Table, keys: Sequence[dict[str, Any]]) -> None:
    is_meant = [column == bindparam(f"key_{column.name}") for column in table.primary_key]
    with translated(engine), engine.begin() as connection:
        connection.execute(delete(table).where(*is_meant), keys)


def _give_back_space(engine: Engine) -> None:
    """Rewrite a SQLite file of which a good part is empty."""
    if engine.dialect.name != "sqlite":
        return  # PostgreSQL sees to it by itself
    with translated(engine):
        pooled = engine.raw_connection()
        try:
            connection = pooled.driver_connection
            assert isinstance(connection, sqlite3.Connection)  # noqa: S101 - by the dialect
            free = connection.execute("PRAGMA freelist_count").fetchone()[0]
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            if free >= _LEAST_FREE_PAGES and free > pages * _WORTH_A_VACUUM:
                connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            pooled.close()
