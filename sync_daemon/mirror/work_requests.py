"""Requests of people and programs in the mirror: kept, found, carried out once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, insert, select, update

from sync_daemon.domain.feeding import FeedRow
from sync_daemon.domain.jobs import JsonValue
from sync_daemon.mirror.codec import encode_json, encode_time
from sync_daemon.mirror.database import translated
from sync_daemon.mirror.feed_store import take_rows
from sync_daemon.mirror.tables import feed_items, runs, work_requests

SOURCE = "requests"
"""What rows of requests have where those of feeds have the feed's name."""


class RequestKind(StrEnum):
    """What is asked for."""

    SYNC = "sync"
    RERUN = "rerun"
    RESTORE = "restore"
    UNDO = "undo"
    ADD = "add"


class RequestState(StrEnum):
    """How a request stands."""

    QUEUED = "queued"  # nothing was done yet
    RUNNING = "running"  # begun; what a crash leaves so is gone on with
    DONE = "done"
    REFUSED = "refused"  # nothing was changed: it does not fit how things are
    FAILED = "failed"  # it could not be done; the reason says how far it came


OPEN = (RequestState.QUEUED.value, RequestState.RUNNING.value)


@dataclass(frozen=True, slots=True)
class WorkRequest:
    """One request."""

    request_id: str
    kind: str
    state: str
    reason: str
    run_id: int | None
    row_id: str | None
    sheets: Sequence[str]
    payload: Mapping[str, JsonValue]
    has_begun: bool
    asked_by: str
    attempts: int
    created_at: str
    updated_at: str


def add_request(connection: Connection, request: WorkRequest, key: str | None) -> None:
    """Keep a request; ``key`` is the caller's own name for it."""
    connection.execute(
        insert(work_requests).values(
            id=request.request_id,
            kind=request.kind,
            sheets=encode_json(list(request.sheets)),
            payload=encode_json(dict(request.payload)),
            state=request.state,
            row_id=request.row_id,
            asked_by=request.asked_by,
            idempotency_key=key,
            created_at=request.created_at,
            updated_at=request.updated_at,
        )
    )


def find_request(connection: Connection, request_id: str) -> WorkRequest | None:
    """A request by its id."""
    return _first(connection, work_requests.c.id == request_id)


def find_by_key(connection: Connection, asked_by: str, key: str) -> WorkRequest | None:
    """A request by the name that its caller gave it."""
    return _first(
        connection,
        (work_requests.c.asked_by == asked_by) & (work_requests.c.idempotency_key == key),
    )


def load_changed(connection: Connection, since: str) -> list[WorkRequest]:
    """Requests that changed at or after a moment, the oldest change first."""
    query = select(work_requests).where(work_requests.c.updated_at >= since)
    found = connection.execute(query.order_by(work_requests.c.updated_at)).mappings()
    return [_view(each) for each in found]


def load_open(engine: Engine, now: datetime) -> list[WorkRequest]:
    """Those that are to be carried out now, the oldest first."""
    is_due = work_requests.c.due_at.is_(None) | (work_requests.c.due_at <= encode_time(now))
    query = select(work_requests).where(work_requests.c.state.in_(OPEN), is_due)
    with translated(engine), engine.connect() as connection:
        found = connection.execute(query.order_by(work_requests.c.created_at, work_requests.c.id))
        return [_view(each) for each in found.mappings()]


def next_due(engine: Engine) -> tuple[bool, str | None]:
    """Whether any is open, and when the first that waits comes due."""
    query = select(work_requests.c.due_at).where(work_requests.c.state.in_(OPEN))
    with translated(engine), engine.connect() as connection:
        due = list(connection.scalars(query))
    return bool(due), None if any(each is None for each in due) else min(
        filter(None, due), default=None
    )


def note_running(engine: Engine, request_id: str, now: datetime) -> None:
    """Note that somebody is at it: what a crash leaves so may have had its effect."""
    with translated(engine), engine.begin() as connection:
        connection.execute(
            update(work_requests)
            .where(work_requests.c.id == request_id)
            .values(state=RequestState.RUNNING.value, updated_at=encode_time(now))
        )


def begin(connection: Connection, request_id: str, now: datetime) -> None:
    """Note that a request has had its effect on the mirror; in the transaction that has it."""
    connection.execute(
        update(work_requests)
        .where(work_requests.c.id == request_id)
        .values(state=RequestState.RUNNING.value, stage="begun", updated_at=encode_time(now))
    )


def settle(
    engine: Engine,
    request_id: str,
    state: RequestState,
    now: datetime,
    *,
    reason: str = "",
    run_id: int | None = None,
    again_in: timedelta | None = None,
) -> None:
    """Note how a request stands now."""
    due_at = encode_time(now + again_in) if again_in is not None else None
    values: dict[str, Any] = {"state": state.value, "reason": reason, "due_at": due_at}
    if run_id is not None:
        values["run_id"] = run_id
    values |= {"updated_at": encode_time(now), "attempts": work_requests.c.attempts + 1}
    with translated(engine), engine.begin() as connection:
        connection.execute(
            update(work_requests).where(work_requests.c.id == request_id).values(values)
        )


def take_row(engine: Engine, request: WorkRequest, row: FeedRow, now: datetime) -> int:
    """Keep a new row with its id, as one that waits for its place; returns the run's number."""
    [sheet] = request.sheets
    at = encode_time(now)
    with translated(engine), engine.begin() as connection:
        made = connection.execute(
            insert(runs).values(
                trigger=f"add {request.request_id}", started_at=at, finished_at=at, status="done"
            )
        )
        assert made.inserted_primary_key is not None  # noqa: S101 - of an insert of one row
        run_id = int(made.inserted_primary_key[0])
        take_rows(connection, run_id, sheet, SOURCE, {request.request_id: row}, now)
        begin(connection, request.request_id, now)
        connection.execute(
            update(work_requests)
            .where(work_requests.c.id == request.request_id)
            .values(row_id=row.row_id)
        )
    return run_id


def is_placed(engine: Engine, request_id: str) -> bool:
    """Whether the row of a request was seen in its sheet."""
    query = select(feed_items.c.waiting_place).where(
        feed_items.c.feed == SOURCE, feed_items.c.key == request_id
    )
    with translated(engine), engine.connect() as connection:
        return connection.scalar(query) == 0


def _first(connection: Connection, condition: Any) -> WorkRequest | None:
    found = connection.execute(select(work_requests).where(condition)).mappings().first()
    return _view(found) if found is not None else None


def _view(found: RowMapping) -> WorkRequest:
    return WorkRequest(
        request_id=found["id"],
        kind=found["kind"],
        state=found["state"],
        reason=found["reason"],
        run_id=found["run_id"],
        row_id=found["row_id"],
        sheets=json.loads(found["sheets"]),
        payload=json.loads(found["payload"]),
        has_begun=found["stage"] == "begun",
        asked_by=found["asked_by"],
        attempts=found["attempts"],
        created_at=found["created_at"],
        updated_at=found["updated_at"],
    )
