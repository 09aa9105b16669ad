"""Runs, jobs, sheets and quota as the API and the page show them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from sync_daemon.domain.access import Scope
from sync_daemon.domain.jobs import JsonValue
from sync_daemon.domain.pipeline import JobState
from sync_daemon.domain.rows import RowState
from sync_daemon.errors import NotFoundError
from sync_daemon.mirror.read_models import CURRENT_ROWS, MirrorReader, RowView, row_view
from sync_daemon.mirror.row_pages import COUNTED
from sync_daemon.mirror.tables import installation, jobs, rows, runs, writes, written_rows
from sync_daemon.services.cursors import decode_cursor, encode_cursor
from sync_daemon.services.rows import Page, check_name
from sync_daemon.settings import Settings, SheetSettings


@dataclass(frozen=True, slots=True)
class RunView:
    """A run: of whoever may not see all its sheets, the part that they may see."""

    run_id: int
    trigger: str
    started_at: str
    finished_at: str | None
    status: str
    report: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class JobView:
    """A job of the queue, or one that ended."""

    row_id: str
    sheet: str
    step: str
    state: str
    attempts: int
    due_at: str | None
    error: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class SheetOverview:
    """A configured sheet: how its rows stand, and when it is looked at."""

    name: str
    worksheet: str
    rows: Mapping[str, int]
    total: int
    retrying: int
    next_due: str | None
    last_run: str | None
    next_run: str | None
    failures: int
    every_s: float
    owner: str | None


@dataclass(frozen=True, slots=True)
class Quota:
    """Requests to Google; how many there were is told only to who may see all sheets."""

    reads_per_minute: int
    writes_per_minute: int
    calls_last_minute: Mapping[str, int] | None


def list_runs(
    connection: Connection, scope: Scope, cursor: str | None, limit: int
) -> Page[RunView]:
    """Runs, the newest first."""
    query = select(runs).where(_is_seen(scope))
    total = _count(connection, query)
    if cursor is not None:
        [last] = decode_cursor("runs", cursor, [(int,)])
        query = query.where(runs.c.id < last)
    found = connection.execute(query.order_by(runs.c.id.desc()).limit(limit + 1)).mappings().all()
    views = [_run_view(scope, dict(each)) for each in found[:limit]]
    following = encode_cursor("runs", [views[-1].run_id]) if len(found) > limit else None
    return Page(views, following, total)


def find_run(connection: Connection, scope: Scope, run_id: int) -> RunView:
    """One run.

    Raises:
        NotFoundError: no such run, or none that they may see.
    """
    query = select(runs).where(runs.c.id == run_id, _is_seen(scope))
    found = connection.execute(query).mappings().one_or_none() if abs(run_id) < 2**63 else None
    if found is None:
        raise NotFoundError(f"There is no run {run_id}.", hint="GET /api/v1/runs lists the runs.")
    return _run_view(scope, dict(found))


def written_sheets(connection: Connection, run_id: int) -> list[str]:
    """The sheets that a run wrote to."""
    query = select(writes.c.sheet).where(writes.c.run_id == run_id).distinct()
    return list(connection.scalars(query.order_by(writes.c.sheet)))


def written_rows_of(connection: Connection, run_id: int, limit: int = 100) -> list[RowView]:
    """The first rows that a run wrote to."""
    ids = select(written_rows.c.row_id).join(writes, writes.c.id == written_rows.c.write_id)
    query = CURRENT_ROWS.where(rows.c.row_id.in_(ids.where(writes.c.run_id == run_id)))
    query = query.order_by(rows.c.sheet, rows.c.row_number).limit(limit)
    return [row_view(found, ()) for found in connection.execute(query).mappings()]


def list_jobs(
    connection: Connection, scope: Scope, states: Sequence[str], cursor: str | None, limit: int
) -> Page[JobView]:
    """Jobs of rows that are in their sheets, by row and step."""
    for state in states:
        check_name("state", state, [each.value for each in JobState])
    query = select(jobs, rows.c.sheet).join(rows, rows.c.row_id == jobs.c.row_id)
    query = query.where(rows.c.state != RowState.DELETED.value)
    if states:
        query = query.where(jobs.c.state.in_(states))
    if scope.sheets is not None:
        query = query.where(rows.c.sheet.in_(scope.sheets))
    total = _count(connection, query)
    kind = f"jobs {','.join(states)}"
    if cursor is not None:
        row_id, step = decode_cursor(kind, cursor, [(str,), (str,)])
        in_row = and_(jobs.c.row_id == row_id, jobs.c.step > step)
        query = query.where(or_(jobs.c.row_id > row_id, in_row))
    query = query.order_by(jobs.c.row_id, jobs.c.step).limit(limit + 1)
    found = connection.execute(query).mappings().all()
    views = [
        JobView(
            each["row_id"], each["sheet"], each["step"], each["state"], each["attempts"],
            each["due_at"], each["error"], each["updated_at"],
        )
        for each in found[:limit]
    ]  # fmt: skip
    last = views[-1] if len(found) > limit else None
    following = encode_cursor(kind, [last.row_id, last.step]) if last is not None else None
    return Page(views, following, total)


def overview(
    connection: Connection, scope: Scope, settings: Settings, now: datetime
) -> list[SheetOverview]:
    """The configured sheets that they may see."""
    return [
        _overview(connection, sheet, settings, now)
        for sheet in settings.sheets
        if scope.sees(sheet.name)
    ]


def quota(connection: Connection, scope: Scope, settings: Settings, now: datetime) -> Quota:
    """Requests to Google of the last minute, and what is allowed."""
    calls = None
    if scope.sheets is None:
        calls = MirrorReader(connection).calls_since(now - timedelta(minutes=1))
    google = settings.google
    return Quota(google.reads_per_minute, google.writes_per_minute, calls)


def _overview(
    connection: Connection, sheet: SheetSettings, settings: Settings, now: datetime
) -> SheetOverview:
    queue = MirrorReader(connection).queue(sheet.name)
    every = settings.schedule.every
    next_run = queue.next_run
    if next_run is not None and datetime.fromisoformat(next_run) < now:
        next_run = (now + every).isoformat()  # quiet cycles tell the mirror nothing
    return SheetOverview(
        name=sheet.name,
        worksheet=sheet.worksheet,
        rows=queue.rows,
        total=sum(queue.rows.values()),
        retrying=queue.retrying,
        next_due=queue.next_due,
        last_run=queue.last_pull,
        next_run=next_run,
        failures=queue.failures,
        every_s=every.total_seconds(),
        owner=connection.scalar(select(installation.c.host)),
    )


def _is_seen(scope: Scope) -> ColumnElement[bool]:
    """Whether a run did something in one of the sheets that they may see."""
    if scope.sheets is None:
        return runs.c.id.is_not(None)
    told = func.json_each(runs.c.report, "$.sheets").table_valued("value", name="told")
    name = func.json_extract(told.c.value, "$.name")
    return select(told.c.value).where(name.in_(scope.sheets)).exists()


def _run_view(scope: Scope, found: Mapping[str, Any]) -> RunView:
    report: dict[str, Any] = json.loads(found["report"])
    told = report.get("sheets", [])
    seen = [sheet for sheet in told if scope.sees(str(sheet.get("name")))]
    status = found["status"]
    if scope.sheets is not None and len(seen) < len(told):
        # Its length, requests and end are those of other sheets too.
        failed = sum(1 for sheet in seen if sheet.get("error"))
        status = "failed" if failed == len(seen) else "partial" if failed else "done"
        report = {"run_id": found["id"], "status": status}
    report = {**report, "sheets": seen} if told else report
    return RunView(
        found["id"], found["trigger"], found["started_at"], found["finished_at"], status, report
    )


def _count(connection: Connection, query: Select[Any]) -> int | None:
    few = query.limit(COUNTED + 1).subquery()
    number = connection.scalar(select(func.count()).select_from(few)) or 0
    return number if number <= COUNTED else None
