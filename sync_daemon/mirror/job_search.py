"""A row of a job hunt, typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from sync_daemon.domain.cells import CellValue, is_blank, is_unready

SERIAL_EPOCH = date(1899, 12, 30)  # Sheets API, DateTimeRenderOption.SERIAL_NUMBER

_HEADERS: Mapping[str, tuple[str, ...]] = {
    "company": ("company", "employer", "organisation", "organization", "firm"),
    "role": ("role", "title", "job title", "position", "job"),
    "link": ("link", "url", "posting", "job link", "job url"),
    "description": ("description", "job description", "posting text", "jd"),
    "status": ("status", "stage", "state"),
    "location": ("location", "place", "city"),
    "salary": ("salary", "pay", "compensation"),
    "applied_on": ("applied on", "applied", "date applied", "application date"),
    "follow_up_on": ("follow-up", "follow up", "next follow-up", "next step on"),
    "notes": ("notes", "note", "comment", "comments"),
}


def _text(value: object) -> object:
    """Text as it was typed; a number without a needless ``.0``; nothing for a blank."""
    if is_blank(value) or (isinstance(value, str) and is_unready(value)):
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, str) else str(value)


def _day(value: object) -> object:
    """A date from a serial number, ISO text, or nothing where neither is there."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        try:
            return SERIAL_EPOCH + timedelta(days=int(value))
        except OverflowError:
            return None
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError:
        return None


Text = Annotated[str | None, BeforeValidator(_text)]
Day = Annotated[date | None, BeforeValidator(_day)]


class JobSearchEntry(BaseModel):
    """One application, read from the columns that a job-hunt sheet usually has.

    A column is found by its header, whatever its case; of several names for
    one thing the first that is there counts. What a cell holds is kept as text
    unless it is a date: an entry can always be read, however the row was typed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    company: Text = None
    role: Text = None
    link: Text = None
    description: Text = None
    status: Text = None
    location: Text = None
    salary: Text = None
    applied_on: Day = None
    follow_up_on: Day = None
    notes: Text = None

    @classmethod
    def from_cells(cls, cells: Mapping[str, CellValue]) -> JobSearchEntry:
        """Read a row's cells (header → value)."""
        by_header = {header.strip().casefold(): value for header, value in cells.items()}
        found: dict[str, Any] = {}
        for field, headers in _HEADERS.items():
            header = next((h for h in headers if h in by_header), None)
            if header is not None:
                found[field] = by_header[header]
        return cls(**found)

    @staticmethod
    def column_of(field: str, headers: Iterable[str]) -> str | None:
        """Which of a sheet's columns a field is read from, if any."""
        known = {header.strip().casefold(): header for header in headers}
        return next((known[name] for name in _HEADERS[field] if name in known), None)

    @property
    def headline(self) -> str:
        """The entry in a few words; empty for a row that names neither company nor role."""
        named = " — ".join(part for part in (self.company, self.role) if part)
        return f"{named} ({self.status})" if named and self.status else named
