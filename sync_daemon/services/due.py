"""What is due: follow-ups of live rows, for the page and for calendars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar
from icalendar import Event as CalendarEvent
from sqlalchemy import Connection

from sync_daemon.domain.access import Scope
from sync_daemon.mirror.job_search import JobSearchEntry
from sync_daemon.mirror.row_pages import RowFilter, load_rows
from sync_daemon.services.stats import Pipelines


@dataclass(frozen=True, slots=True)
class Due:
    """Something to do for a row."""

    row_id: str
    sheet: str
    row_number: int
    headline: str
    action: str
    day: date


def load_due(connection: Connection, scope: Scope, pipelines: Pipelines) -> list[Due]:
    """All that is due some day, the earliest first."""
    days, actions = pipelines.columns("follow_up", "due"), pipelines.columns("follow_up", "action")
    sheets = tuple(scope.visible(days))
    found = []
    for row in load_rows(connection, RowFilter(sheets=sheets)) if sheets else ():
        day = _day(row.results.get(days[row.sheet]))
        if day is not None:
            action = row.results.get(actions.get(row.sheet, ""), "")
            entry = JobSearchEntry.from_cells(row.cells)
            headline = entry.headline or f"row {row.row_number}"
            found.append(
                Due(
                    row.row_id, row.sheet, row.row_number, headline, str(action or "Follow up"), day
                )
            )
    return sorted(found, key=lambda due: (due.day, due.sheet, due.row_number))


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
