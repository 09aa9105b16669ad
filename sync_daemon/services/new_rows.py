"""The form for a new row: which columns it asks for, and what a page elsewhere fills in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from sync_daemon.domain.access import Scope
from sync_daemon.mirror.job_search import JobSearchEntry
from sync_daemon.services.requests import owned_columns
from sync_daemon.services.rows import choose_sheets, load_columns
from sync_daemon.settings import Settings

_LONGEST_TITLE, _LONGEST_LINK, _LONGEST_TEXT = 300, 2_000, 20_000


@dataclass(frozen=True, slots=True)
class Found:
    """What a bookmarklet tells of the page that somebody looks at."""

    link: str = ""
    title: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One column to fill in."""

    column: str
    value: str
    is_long: bool


@dataclass(frozen=True, slots=True)
class NewRowForm:
    """A sheet, its columns that are the user's own, and the sheets that could be chosen instead."""

    sheet: str
    fields: Sequence[Field]
    sheets: Sequence[str]


def new_row_form(
    connection: Connection, scope: Scope, settings: Settings, sheet: str | None, found: Found
) -> NewRowForm | None:
    """The form for one sheet, or for the first; None where there is no sheet yet.

    Raises:
        NotFoundError: no such sheet, or none that they may see.
    """
    names = scope.visible([each.name for each in settings.sheets])
    choose_sheets(scope, sheet or None, names)
    known = load_columns(connection, ())
    chosen = sheet or next((name for name in names if known.of([name])), None)
    if chosen is None:
        return None
    owned = owned_columns(settings, chosen)
    columns = [column for column in known.of([chosen]) if column not in owned]
    values = _placed(columns, found)
    long = JobSearchEntry.column_of("description", columns)
    fields = [Field(each, values.get(each, ""), each == long) for each in columns]
    return NewRowForm(chosen, fields, names)


def _placed(columns: Sequence[str], found: Found) -> Mapping[str, str]:
    """What was found, by the column that it belongs into."""
    given = {
        "link": found.link.strip()[:_LONGEST_LINK],
        "role": " ".join(found.title.split())[:_LONGEST_TITLE],
        "description": found.text.strip()[:_LONGEST_TEXT],
    }
    places = {name: JobSearchEntry.column_of(name, columns) for name in given}
    return {column: given[name] for name, column in places.items() if column is not None}
