"""The SQL behind jobs and their results; functions on an open connection."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from importlib import import_module
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, func, select, union

from sync_daemon.domain.jobs import Job, Outcome, OutcomeKind
from sync_daemon.domain.pipeline import JobRecord, JobState
from sync_daemon.domain.rows import RowState
from sync_daemon.mirror.codec import decode_time, encode_json, encode_time
from sync_daemon.mirror.statements import chunks, insert_many
from sync_daemon.mirror.tables import jobs, results, rows

JOB_RECORDS = select(
    jobs.c.row_id,
    jobs.c.step,
    jobs.c.input_hash,
    jobs.c.state,
    jobs.c.attempts,
    jobs.c.due_at,
    jobs.c.error,
    results.c.output,
    results.c.input_hash,
).outerjoin(results, results.c.id == jobs.c.result_id)

# These are asked in every cycle, also when nothing happened: made once.
_NOW: BindParameter[str] = bindparam("now")
_AHEAD: BindParameter[str] = bindparam("ahead")
_SHEET: BindParameter[str] = bindparam("sheet")
_DUE = union(  # each by an index of its own, so that few jobs are looked at
    select(jobs.c.row_id).where(jobs.c.due_at <= _NOW),
    select(jobs.c.row_id).where(jobs.c.state == JobState.QUEUED.value),
    select(jobs.c.row_id).where(jobs.c.due_at.is_not(None), jobs.c.updated_at > _AHEAD),
).subquery()
DUE_ROWS = (
    select(_DUE.c.row_id)
    .join(rows, rows.c.row_id == _DUE.c.row_id)
    .where(rows.c.sheet == _SHEET, rows.c.state != RowState.DELETED.value)
)
"""Live rows of ``sheet`` with a job due by ``now``, or noted by a clock that was ``ahead``."""


def read_job_record(  # noqa: PLR0913 - one argument a column
    step: str,
    input_hash: str,
    state: str,
    attempts: int,
    due_at: str | None,
    error: str,
    output: str | None,
    output_hash: str | None,
) -> JobRecord:
    """A row of :data:`JOB_RECORDS`, without its row id."""
    return JobRecord(
        step=step,
        input_hash=input_hash,
        state=JobState(state),
        attempts=attempts,
        due_at=decode_time(due_at),
        error=error,
        values=None if output is None else json.loads(output),
        values_hash=output_hash or "",
    )


def upsert_jobs(connection: Connection, values: Sequence[Mapping[str, Any]]) -> None:
    """Insert or replace job records; columns not given keep their value."""
    if not values:
        return
    # The one in use alone: importing both takes a tenth of the start of a command.
    dialect = import_module(f"sqlalchemy.dialects.{connection.dialect.name}")
    insert = dialect.insert(jobs)
    kept = {name: insert.excluded[name] for name in values[0] if name not in {"row_id", "step"}}
    connection.execute(
        insert.on_conflict_do_update(index_elements=["row_id", "step"], set_=kept), list(values)
    )


def save_outcomes(
    connection: Connection,
    run_id: int,
    outcomes: Sequence[tuple[Outcome, JobRecord, int]],
    at: str,
) -> None:
    """Finished attempts: their results, if they have any, and their jobs' new states.

    Results get their ids here, under the transaction's write lock: one statement
    for all of them rather than one for each.
    """
    finished = [(o, version) for o, _, version in outcomes if o.kind is OutcomeKind.DONE]
    first_id = 1 + (connection.scalar(select(func.max(results.c.id))) or 0) if finished else 0
    insert_many(
        connection,
        results,
        ("id", "row_id", "step", "tool", "tool_version", "input_hash", "output", "at",
         "duration_s", "run_id"),
        [
            (result_id, o.job.row_id, o.job.step, o.job.tool, version, o.job.input_hash,
             encode_json(dict(o.values)), at, o.duration_s, run_id)
            for result_id, (o, version) in enumerate(finished, first_id)
        ],
    )  # fmt: skip
    result_ids = {id(o): result_id for result_id, (o, _) in enumerate(finished, first_id)}
    states = [(o, _job_values(o, record, at)) for o, record, _ in outcomes]
    upsert_jobs(
        connection,
        [{**v, "result_id": result_ids[id(o)]} for o, v in states if id(o) in result_ids],
    )
    upsert_jobs(connection, [values for o, values in states if id(o) not in result_ids])


def _job_values(outcome: Outcome, record: JobRecord, at: str) -> dict[str, Any]:
    return {
        "row_id": outcome.job.row_id,
        "step": outcome.job.step,
        "input_hash": record.input_hash,
        "state": record.state.value,
        "attempts": record.attempts,
        "due_at": record.due_at and encode_time(record.due_at),
        "error": record.error,
        "updated_at": at,
    }


def save_queued(connection: Connection, queued: Sequence[Job], at: str) -> None:
    """Attempts that are about to begin."""
    upsert_jobs(
        connection,
        [
            {
                "row_id": job.row_id,
                "step": job.step,
                "input_hash": job.input_hash,
                "state": JobState.QUEUED.value,
                "attempts": job.attempt,
                "due_at": None,
                "error": "",
                "updated_at": at,
            }
            for job in queued
        ],
    )


def make_rechecks_due(connection: Connection, row_ids: Collection[str], at: str) -> None:
    """Have finished jobs of rows that are run again some day run again now."""
    for chunk in chunks(row_ids):
        connection.execute(
            jobs.update()
            .where(jobs.c.row_id.in_(chunk), jobs.c.state == JobState.DONE.value)
            .where(jobs.c.due_at.is_not(None))
            .values(due_at=at)
        )
