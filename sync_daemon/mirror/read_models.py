"""What people and scripts ask the mirror: rows, one row's whole story, runs, the queue."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Engine,
    RowMapping,
    Select,
    bindparam,
    func,
    select,
)

from sync_daemon.domain.cells import CellValue, decode_cells
from sync_daemon.domain.jobs import JsonValue
from sync_daemon.domain.pipeline import JobState
from sync_daemon.domain.rows import RowState
from sync_daemon.domain.status import RowStanding, reason_of
from sync_daemon.errors import ConfigError, NotFoundError
from sync_daemon.mirror.codec import decode_owned, decode_time, encode_time
from sync_daemon.mirror.database import translated
from sync_daemon.mirror.tables import (
    hand_edits,
    jobs,
    requests,
    results,
    row_versions,
    rows,
    runs,
    sheets,
    writes,
    written_rows,
)

CURRENT_ROWS = select(rows, row_versions.c.cells).join(
    row_versions,
    (row_versions.c.row_id == rows.c.row_id) & (row_versions.c.version == rows.c.version),
)

_IN_SHEET = (RowState.LIVE.value, RowState.PENDING.value)
_NAMED = 5  # ids in an error
_SHEET: BindParameter[str] = bindparam("sheet")
_NEXT_JOB_DUE = (  # in the order of its index: the first that fits is enough
    select(jobs.c.due_at)
    .where(
        jobs.c.due_at.is_not(None),
        select(rows.c.row_id)
        .where(
            rows.c.row_id == jobs.c.row_id,
            rows.c.sheet == _SHEET,
            rows.c.state != RowState.DELETED.value,
        )
        .exists(),
    )
    .order_by(jobs.c.due_at)
    .limit(1)
)
"""When the first job of ``sheet`` comes due by itself."""


@dataclass(frozen=True, slots=True)
class RowView:
    """A row as ``sheetd rows --json`` prints it."""

    row_id: str
    sheet: str
    row_number: int
    state: str
    reason: str  # the sentence of the status cell
    cells: Mapping[str, CellValue]
    results: Mapping[str, CellValue]
    error: str | None
    first_seen: str
    last_changed: str


@dataclass(frozen=True, slots=True)
class ResultView:
    """Where the present value of a result column came from."""

    column: str
    value: CellValue
    author: str  # "sheetd", "user" or "undo"
    step: str | None = None
    tool: str | None = None
    tool_version: int | None = None
    input_hash: str | None = None
    at: str | None = None
    run_id: int | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a row."""

    at: str
    run_id: int
    what: str
    detail: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QueueView:
    """Rows by state, and the jobs that are still to come."""

    sheet: str
    rows: Mapping[str, int]
    retrying: int
    next_due: str | None
    last_pull: str | None
    next_run: str | None  # as the daemon has planned it; none if it does not run
    failures: int  # cycles that failed, one after the other


class MirrorReader:
    """Read access for the commands and, within one transaction of its own, the dashboard."""

    def __init__(self, bind: Engine | Connection) -> None:
        self._bind = bind

    def attention(self, sheet: str, limit: int) -> list[RowView]:
        """The first rows of a sheet that need somebody: those that failed, then those that wait."""
        found: list[RowView] = []
        for standing in (RowStanding.FAILED, RowStanding.WAITING):
            query = CURRENT_ROWS.where(
                rows.c.sheet == sheet,
                rows.c.state != RowState.DELETED.value,
                rows.c.standing == standing.value,
            )
            query = query.order_by(rows.c.row_number).limit(limit - len(found))
            found += self._views(query)
        return found

    def rows(
        self, *, sheet: str | None = None, only_failed: bool = False, only_deleted: bool = False
    ) -> Iterator[RowView]:
        """Rows in the order of the sheet; deleted ones only if asked for."""
        query = CURRENT_ROWS.order_by(rows.c.sheet, rows.c.row_number)
        if sheet is not None:
            query = query.where(rows.c.sheet == sheet)
        if only_failed:
            query = query.where(rows.c.standing == RowStanding.FAILED.value)
        is_deleted = rows.c.state == RowState.DELETED.value
        query = query.where(is_deleted if only_deleted else ~is_deleted)
        yield from self._views(query)

    def row(self, row_id: str) -> RowView:
        """One row, deleted or not.

        Args:
            row_id: its id, or the beginning of it if no other begins so.

        Raises:
            ConfigError: no id begins so, or several do.
        """
        found: list[RowView] = []
        begins = rows.c.row_id.startswith(row_id.lower(), autoescape=True)
        for match in (rows.c.row_id == row_id, begins) if row_id else ():
            found = list(self._views(_first_rows(match)))
            if len(found) == 1:
                return found[0]
        raise _unknown_row(row_id, [row.row_id for row in found])

    def provenance(self, row: RowView, outputs: Mapping[str, str]) -> list[ResultView]:
        """Each result column of a row, in the row's order, with where its value came from.

        Args:
            row: as this reader gave it.
            outputs: result column → the step that fills it.
        """
        by_hash = {
            (found["step"], found["input_hash"]): found
            for found in self._all(
                select(results).where(results.c.row_id == row.row_id).order_by(results.c.id)
            )
        }
        owned = self._scalar(select(rows.c.owned).where(rows.c.row_id == row.row_id)) or "{}"
        cells = decode_owned(owned)
        views = []
        for column in row.results:
            cell, step = cells[column], outputs.get(column, "")
            source = by_hash.get((step, cell.basis))
            if cell.override or source is None:
                author = str(cell.override or "sheetd")
                views.append(ResultView(column, cell.desired, author, step or None))
                continue
            views.append(
                ResultView(
                    column, cell.desired, "sheetd", source["step"], source["tool"],
                    source["tool_version"], source["input_hash"], source["at"], source["run_id"],
                )
            )  # fmt: skip
        return views

    def history(self, row_id: str) -> list[Event]:
        """All that happened to a row, oldest first."""
        events = [*self._version_events(row_id), *self._result_events(row_id)]
        events += [*self._write_events(row_id), *self._edit_events(row_id)]
        return sorted(events, key=lambda event: event.at)

    def runs(self, limit: int) -> list[dict[str, JsonValue]]:
        """The last runs, newest first, each with its report."""
        query = select(runs).order_by(runs.c.id.desc()).limit(limit)
        return [
            {
                "run_id": found["id"],
                "trigger": found["trigger"],
                "started_at": found["started_at"],
                "finished_at": found["finished_at"],
                "status": found["status"],
                "report": json.loads(found["report"]),
            }
            for found in self._all(query)
        ]

    def sheets_written(self, run_id: int) -> list[str]:
        """The sheets that a run wrote to; a ConfigError if there was no such run."""
        known = select(runs.c.id).where(runs.c.id == run_id)
        if not abs(run_id) < 2**63 or self._scalar(known) is None:  # no integer holds it
            message = f"There is no run {run_id}."
            raise NotFoundError(message, hint="`sheetd status` lists the last runs.")
        query = select(writes.c.sheet).where(writes.c.run_id == run_id).distinct()
        return [found["sheet"] for found in self._all(query.order_by(writes.c.sheet))]

    def queue(self, sheet: str) -> QueueView:
        """How the rows of a sheet stand."""
        counts = select(rows.c.standing, func.count().label("number")).where(
            rows.c.sheet == sheet, rows.c.state.in_(_IN_SHEET)
        )
        counts = counts.group_by(rows.c.state, rows.c.standing)  # in the order of their index
        retrying = jobs.c.state == JobState.RETRYING.value
        due = select(func.count(), func.min(jobs.c.due_at)).join(
            rows, rows.c.row_id == jobs.c.row_id
        )
        due = due.where(rows.c.sheet == sheet, rows.c.state != RowState.DELETED.value, retrying)
        planned = select(sheets.c.pulled_at, sheets.c.next_run_at, sheets.c.failures)
        with self._connection() as connection:
            number, next_due = connection.execute(due).one()
            sheet_row = connection.execute(planned.where(sheets.c.name == sheet)).one_or_none()
        pulled_at, next_run, failures = sheet_row or (None, None, 0)
        return QueueView(
            sheet=sheet,
            rows=_summed(self._all(counts)),
            retrying=number,
            next_due=next_due,
            last_pull=pulled_at,
            next_run=next_run,
            failures=failures,
        )

    def next_job_due(self, sheet: str) -> datetime | None:
        """When the first job of a sheet comes due by itself: a retry, or a tool's recheck."""
        with self._connection() as connection:
            return decode_time(connection.scalar(_NEXT_JOB_DUE, {"sheet": sheet}))

    def calls_since(self, moment: datetime) -> dict[str, int]:
        """Requests to Google since ``moment`` (a few minutes are remembered), by kind."""
        query = select(requests.c.kind, func.count().label("number")).where(
            requests.c.at >= encode_time(moment)
        )
        found = {f["kind"]: f["number"] for f in self._all(query.group_by(requests.c.kind))}
        return {
            "sheets_read": found.get("read", 0),
            "sheets_write": found.get("write", 0),
            "drive": found.get("drive", 0),
        }

    def _version_events(self, row_id: str) -> Iterator[Event]:
        query = select(row_versions).where(row_versions.c.row_id == row_id)
        before: dict[str, CellValue] = {}
        for found in self._all(query.order_by(row_versions.c.version)):
            cells = decode_cells(found["cells"])
            changed: dict[str, JsonValue] = {
                header: cells.get(header, "")
                for header in (*cells, *before)
                if cells.get(header, "") != before.get(header, "")
            }
            yield Event(found["at"], found["run_id"], found["kind"], changed)
            before = cells

    def _result_events(self, row_id: str) -> Iterator[Event]:
        for found in self._all(select(results).where(results.c.row_id == row_id)):
            what = f"result of {found['step']} ({found['tool']} v{found['tool_version']})"
            yield Event(found["at"], found["run_id"], what, json.loads(found["output"]))

    def _write_events(self, row_id: str) -> Iterator[Event]:
        query = (
            select(
                writes.c.at,
                writes.c.run_id,
                runs.c.trigger,
                written_rows.c.before,
                written_rows.c.after,
            )
            .join(written_rows, written_rows.c.write_id == writes.c.id)
            .join(runs, runs.c.id == writes.c.run_id)
        )
        for found in self._all(query.where(written_rows.c.row_id == row_id)):
            before, after = json.loads(found["before"]), json.loads(found["after"])
            detail: dict[str, JsonValue] = {
                header: {"before": before.get(header, ""), "after": value}
                for header, value in after.items()
            }
            by_undo = f" ({found['trigger']})" if found["trigger"].startswith("undo") else ""
            yield Event(found["at"], found["run_id"], f"written to the sheet{by_undo}", detail)

    def _edit_events(self, row_id: str) -> Iterator[Event]:
        for found in self._all(select(hand_edits).where(hand_edits.c.row_id == row_id)):
            before, value = json.loads(found["before"]), json.loads(found["value"])
            detail: dict[str, JsonValue] = {found["header"]: {"before": before, "after": value}}
            yield Event(found["at"], found["run_id"], "typed over by the user", detail)

    def _views(self, query: Select[Any]) -> Iterator[RowView]:
        headers = self._all(select(sheets.c.name, sheets.c.headers))
        order = {sheet["name"]: json.loads(sheet["headers"]) for sheet in headers}
        for found in self._all(query):
            yield row_view(found, order.get(found["sheet"], []))

    def _all(self, query: Select[Any]) -> Sequence[RowMapping]:
        with self._connection() as connection:
            return connection.execute(query).mappings().all()

    def _scalar(self, query: Select[Any]) -> Any:
        with self._connection() as connection:
            return connection.scalar(query)

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        if isinstance(self._bind, Connection):
            yield self._bind
            return
        with translated(self._bind), self._bind.connect() as connection:
            yield connection


def _summed(counts: Sequence[RowMapping]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for each in counts:
        found[each["standing"]] += each["number"]
    return dict(sorted(found.items()))


def _first_rows(condition: ColumnElement[bool]) -> Select[Any]:
    return CURRENT_ROWS.where(condition).order_by(rows.c.row_id).limit(_NAMED + 1)


def _unknown_row(given: str, several: Sequence[str]) -> ConfigError:
    """The error for an id that is none, or short for more than one."""
    if not several:
        message = f"There is no row with the id {given!r}."
        return NotFoundError(message, hint="`sheetd rows` lists the ids.")
    named = ", ".join(several[:_NAMED]) + (" and more" if len(several) > _NAMED else "")
    message = f"The id {given!r} may mean {named}."
    return ConfigError(message, hint="Type more of it.")


def row_view(found: RowMapping, headers: Sequence[str]) -> RowView:
    """A row with its columns in the order of the sheet; those it no longer has come last."""
    is_deleted = found["state"] == RowState.DELETED.value
    standing = RowStanding.DELETED if is_deleted else RowStanding(found["standing"])
    position = {header: index for index, header in enumerate(headers)}
    results = {header: cell.desired for header, cell in decode_owned(found["owned"]).items()}
    return RowView(
        row_id=found["row_id"],
        sheet=found["sheet"],
        row_number=found["row_number"],
        state=standing.value,
        reason=reason_of(standing, found["status"]),
        cells=_in_order(decode_cells(found["cells"]), position),
        results=_in_order(results, position),
        error=found["error"] or None,
        first_seen=found["first_seen"],
        last_changed=found["last_changed"],
    )


def _in_order(cells: Mapping[str, CellValue], position: Mapping[str, int]) -> dict[str, CellValue]:
    return {h: cells[h] for h in sorted(cells, key=lambda h: position.get(h, len(position)))}
