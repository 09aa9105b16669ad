"""What changed in the mirror since somebody looked: runs, rows and requests."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from sync_daemon.domain.access import Scope
from sync_daemon.domain.jobs import JsonValue
from sync_daemon.domain.rows import RowState
from sync_daemon.mirror.tables import (
    hand_edits,
    jobs,
    rows,
    runs,
    work_requests,
    writes,
    written_rows,
)
from sync_daemon.mirror.work_requests import load_changed

_AT_MOST = 1_000  # rows of one look: whoever shows more loads all again anyway


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed.

    Attributes:
        kind: ``run``, ``row`` or ``request``.
        data: its id, its sheet or sheets, and how it stands.
        sheets: whoever may not see them all is not told; of a run, none of them.
    """

    kind: str
    data: Mapping[str, JsonValue]
    sheets: tuple[str, ...]

    def is_seen_by(self, scope: Scope) -> bool:
        """Whether they may know of it."""
        if scope.sheets is None:
            return True
        if self.kind == "run":
            return bool(scope.visible(self.sheets))
        return bool(self.sheets) and scope.sees_all(self.sheets)


@dataclass(frozen=True, slots=True)
class Marks:
    """How far somebody has looked."""

    run: int = 0
    open_runs: frozenset[int] = frozenset()
    changed: str = ""
    worked: str = ""
    write: int = 0
    edit: int = 0
    asked: str = ""


def first_marks(connection: Connection) -> Marks:
    """Where things stand now."""
    return Marks(
        run=_top(connection, runs.c.id) or 0,
        open_runs=frozenset(
            connection.scalars(select(runs.c.id).where(runs.c.finished_at.is_(None)))
        ),
        changed=_top(connection, rows.c.last_changed) or "",
        worked=_top(connection, jobs.c.updated_at) or "",
        write=_top(connection, writes.c.id) or 0,
        edit=_top(connection, hand_edits.c.id) or 0,
        asked=_top(connection, work_requests.c.updated_at) or "",
    )


def find_changes(connection: Connection, marks: Marks) -> tuple[list[Change], Marks]:
    """What changed since, and where things stand now."""
    now = first_marks(connection)
    found = [*_runs(connection, marks), *_rows(connection, marks), *_requests(connection, marks)]
    return found, now


def _top(connection: Connection, column: Any) -> Any:
    return connection.scalar(select(func.max(column)))


def _runs(connection: Connection, marks: Marks) -> Iterator[Change]:
    is_new = (runs.c.id > marks.run) | runs.c.id.in_(marks.open_runs)
    for found in connection.execute(select(runs).where(is_new).order_by(runs.c.id)).mappings():
        sheets = tuple(s["name"] for s in json.loads(found["report"]).get("sheets", []))
        data: dict[str, JsonValue] = {
            "run_id": found["id"],
            "status": found["status"],
            "sheet": sheets[0] if len(sheets) == 1 else None,
        }
        yield Change("run", data, sheets)


def _rows(connection: Connection, marks: Marks) -> Iterator[Change]:
    changed = select(rows.c.row_id).where(rows.c.last_changed > marks.changed)
    worked = select(jobs.c.row_id).where(jobs.c.updated_at > marks.worked)
    edited = select(hand_edits.c.row_id).where(hand_edits.c.id > marks.edit)
    written = select(written_rows.c.row_id).where(
        written_rows.c.write_id > marks.write, written_rows.c.row_id.is_not(None)
    )
    ids: set[str] = set()
    for found in (changed, worked, edited, written):
        ids |= set(connection.scalars(found.distinct().limit(_AT_MOST)))
    query = select(rows.c.row_id, rows.c.sheet, rows.c.state, rows.c.standing)
    query = query.where(rows.c.row_id.in_(sorted(ids)[:_AT_MOST])).order_by(rows.c.row_id)
    for row_id, sheet, state, standing in connection.execute(query):
        shown = "deleted" if state == RowState.DELETED.value else standing
        yield Change("row", {"row_id": row_id, "sheet": sheet, "state": shown}, (sheet,))


def _requests(connection: Connection, marks: Marks) -> Iterator[Change]:
    for request in load_changed(connection, marks.asked):
        if request.updated_at <= marks.asked:
            continue
        sheets = tuple(request.sheets)
        data: dict[str, JsonValue] = {
            "request_id": request.request_id,
            "kind": request.kind,
            "state": request.state,
            "sheet": sheets[0] if len(sheets) == 1 else None,
        }
        yield Change("request", data, sheets)
