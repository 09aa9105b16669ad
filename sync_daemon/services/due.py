"""What is due: follow-ups of live rows, for the page and for calendars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar
from icalendar import Event as CalendarEvent
from sqlalchemy import Connection, func, select

from sync_daemon.domain.access import Scope
from sync_daemon.domain.cells import decode_cells
from sync_daemon.domain.rows import RowState
from sync_daemon.mirror.job_search import JobSearchEntry
from sync_daemon.mirror.search.columns import result
from sync_daemon.mirror.tables import row_versions, rows
from sync_daemon.services.stats import Pipelines

_FIRST = "0001"  # no text that begins otherwise is a date


@dataclass(frozen=True, slots=True)
class Due:
    """Something to do for a row."""

    row_id: str
    sheet: str
    row_number: int
    headline: str
    action: str
    day: date


def load_due(
    connection: Connection,
    scope: Scope,
    pipelines: Pipelines,
    until: date = date.max,
    most: int | None = None,
) -> list[Due]:
    """What is due by a day, the earliest first, at most so many."""
    days, actions = pipelines.columns("follow_up", "due"), pipelines.columns("follow_up", "action")
    found: list[Due] = []
    for sheet in scope.visible(days):
        due = result(days[sheet])
        query = select(
            rows.c.row_id, rows.c.row_number, row_versions.c.cells,
            result(actions.get(sheet, "")), due.label("due"),
        ).join(row_versions, row_versions.c.row_id == rows.c.row_id)  # fmt: skip
        query = query.where(
            rows.c.sheet == sheet,
            rows.c.state != RowState.DELETED.value,
            row_versions.c.version == rows.c.version,
            due >= _FIRST,
            func.substr(due, 1, 10) <= until.isoformat(),
        )
        query = query.order_by("due", rows.c.row_number).limit(most)
        found += filter(None, (_read(sheet, *each) for each in connection.execute(query)))
    return sorted(found, key=lambda due: (due.day, due.sheet, due.row_number))[:most]


def _read(
    sheet: str, row_id: str, row_number: int, cells: str, action: object, due: object
) -> Due | None:
    day = _day(due)
    if day is None:
        return None
    headline = JobSearchEntry.from_cells(decode_cells(cells)).headline or f"row {row_number}"
    return Due(row_id, sheet, row_number, headline, str(action or "Follow up"), day)


def as_calendar(due: Sequence[Due], now: datetime) -> bytes:
    """A calendar with an entry for each (RFC 5545)."""
    calendar = Calendar()
    calendar.add("prodid", "-//sheetd//follow-ups//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "sheetd follow-ups")
    for each in due:
        event = CalendarEvent()
        event.add("uid", f"{each.row_id}@sheetd")
        event.add("dtstamp", now)
        event.add("dtstart", each.day)
        event.add("dtend", each.day + timedelta(days=1))
        event.add("summary", f"{each.action}: {each.headline}")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
