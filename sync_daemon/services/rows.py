"""Rows as the API and the page list them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from types import NoneType
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, select

from sync_daemon.domain.access import Scope
from sync_daemon.domain.cells import is_blank
from sync_daemon.domain.status import RowStanding
from sync_daemon.errors import NotFoundError, QueryError
from sync_daemon.export.table import ExportedRow
from sync_daemon.mirror.codec import encode_time
from sync_daemon.mirror.read_models import CURRENT_ROWS, RowView, row_view
from sync_daemon.mirror.row_pages import (
    RowFilter,
    RowOrder,
    RowPlace,
    each_row,
    load_page,
)
from sync_daemon.mirror.tables import rows, sheets
from sync_daemon.mirror.words import words_of
from sync_daemon.services.cursors import decode_cursor, encode_cursor
from sync_daemon.services.nearest import did_you_mean

T = TypeVar("T")

ROW_FIELDS = tuple(each.name for each in fields(RowView))
_WHERE_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list: ``next`` leads to the one after it, ``total`` is None for many."""

    items: Sequence[T]
    next: str | None
    total: int | None


@dataclass(frozen=True, slots=True)
class RowQuestion:
    """Which rows somebody asks for, as they wrote it."""

    sheet: str | None = None
    state: Sequence[str] = ()
    changed_since: str | None = None
    q: str | None = None
    where: Sequence[tuple[str, str]] = ()
    sort: str | None = None
    cursor: str | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of each sheet that may be named, in the order of the sheet."""

    by_sheet: Mapping[str, Sequence[str]]

    def of(self, names: Iterable[str]) -> list[str]:
        """Those of some sheets, each once."""
        return list(dict.fromkeys(c for name in names for c in self.by_sheet.get(name, ())))


def load_columns(connection: Connection, hidden: Iterable[str]) -> Columns:
    """The columns of every sheet; ``hidden`` are sheetd's own for ids and statuses."""
    not_shown = set(hidden)
    query = select(sheets.c.name, sheets.c.headers)
    return Columns(
        {
            name: [header for header in json.loads(headers) if header not in not_shown]
            for name, headers in connection.execute(query)
        }
    )


def list_rows(
    connection: Connection,
    scope: Scope,
    question: RowQuestion,
    known: Columns,
    names: Sequence[str],
) -> Page[RowView]:
    """A page of rows.

    Args:
        connection: to the mirror.
        scope: who asks.
        question: what they ask.
        known: the columns there are.
        names: the sheets there are.

    Raises:
        NotFoundError: no such sheet.
        QueryError: anything else that is unknown, with the nearest names.
    """
    which = make_filter(scope, question, known, names)
    order = make_order(question.sort, known.of(which.sheets or names))
    kind = f"rows {'-' if order.is_descending else ''}{order.column}"
    after = None
    if question.cursor is not None:
        values = (str, int, float, NoneType) if order.column else (NoneType,)
        place, value = decode_cursor(kind, question.cursor, [(int,), values])
        after = RowPlace(int(place or 0), value)
    page = load_page(connection, which, order, after, question.limit)
    last = page.last
    following = encode_cursor(kind, [last.place, last.value]) if last is not None else None
    return Page(page.items, following, page.total)


def sort_column(
    connection: Connection,
    scope: Scope,
    question: RowQuestion,
    hidden: Iterable[str],
    names: Sequence[str],
) -> str:
    """The column that a question sorts by; see :func:`list_rows` for what it raises."""
    chosen = choose_sheets(scope, question.sheet, names)
    known = load_columns(connection, hidden)
    return make_order(question.sort, known.of(chosen if chosen is not None else names)).column


@dataclass(frozen=True, slots=True)
class AllRows:
    """All rows that a filter finds, for an export: read once more each time they are gone through.

    Attributes:
        connection: in a transaction, so that they are the same each time.
        which: the rows that are meant.
    """

    connection: Connection
    which: RowFilter

    def __iter__(self) -> Iterator[ExportedRow]:
        """One after the other, in the order of the sheets."""
        return map(ExportedRow, each_row(self.connection, self.which))


def make_filter(
    scope: Scope, question: RowQuestion, known: Columns, names: Sequence[str]
) -> RowFilter:
    """What a question means; see :func:`list_rows`."""
    chosen = choose_sheets(scope, question.sheet, names)
    columns = known.of(chosen if chosen is not None else names)
    words = tuple(words_of(question.q)) if question.q and question.q.strip() else ()
    if question.q and question.q.strip() and not words:
        raise QueryError("q holds no word.", hint="Write letters or digits.")
    if len(question.where) > _WHERE_AT_MOST:
        raise QueryError(f"At most {_WHERE_AT_MOST} where[…] are taken.", hint="Leave some out.")
    for column, _ in question.where:
        check_name("column", column, columns)
    return RowFilter(
        sheets=chosen,
        states=_states(question.state),
        changed_since=_moment(question.changed_since),
        words=words,
        where=tuple(question.where),
    )


def choose_sheets(scope: Scope, sheet: str | None, names: Sequence[str]) -> tuple[str, ...] | None:
    """The sheets that are meant; None for all there are, those that left the configuration too.

    Raises:
        NotFoundError: no such sheet, or none that they may see.
    """
    if sheet is None:
        return None if scope.sheets is None else tuple(sorted(scope.sheets))
    visible = scope.visible(names)
    if sheet not in visible:
        raise NotFoundError(f"There is no sheet {sheet!r}.", hint=did_you_mean(sheet, visible))
    return (sheet,)


def make_order(sort: str | None, columns: Sequence[str]) -> RowOrder:
    """By which column: ``Column``, or ``-Column`` for the largest first."""
    if not sort:
        return RowOrder()
    if sort not in columns and sort.startswith("-"):
        check_name("column", sort[1:], columns)
        return RowOrder(sort[1:], is_descending=True)
    check_name("column", sort, columns)
    return RowOrder(sort)


def check_name(what: str, name: str, known: Sequence[str]) -> None:
    """Raise QueryError with the nearest names unless ``name`` is known."""
    if name not in known:
        raise QueryError(f"There is no {what} {name!r}.", hint=did_you_mean(name, known))


def choose_fields(wanted: str | None) -> list[str]:
    """The keys of a row that are wanted, in the order of the row."""
    if wanted is None:
        return list(ROW_FIELDS)
    names = [name.strip() for name in wanted.split(",") if not is_blank(name)]
    for name in names:
        check_name("field", name, ROW_FIELDS)
    if not names:
        raise QueryError("No field is named.", hint=f"There are: {', '.join(ROW_FIELDS)}.")
    return [name for name in ROW_FIELDS if name in names]


def find_row(connection: Connection, scope: Scope, row_id: str) -> RowView:
    """One row, deleted or not.

    Raises:
        NotFoundError: no such row, or none that they may see.
    """
    query = CURRENT_ROWS.where(rows.c.row_id == row_id)
    found = connection.execute(query).mappings().one_or_none()
    if found is None or not scope.sees(found["sheet"]):
        message = f"There is no row with the id {row_id!r}."
        raise NotFoundError(message, hint="GET /api/v1/rows lists the rows.")
    headers = connection.scalar(select(sheets.c.headers).where(sheets.c.name == found["sheet"]))
    return row_view(found, json.loads(headers or "[]"))


def _states(given: Sequence[str]) -> frozenset[RowStanding]:
    names = [name.strip() for each in given for name in each.split(",") if not is_blank(name)]
    known = [state.value for state in RowStanding]
    for name in names:
        check_name("state", name, known)
    return frozenset(RowStanding(name) for name in names)


def _moment(text: str | None) -> str:
    if not text:
        return ""
    return encode_time(parse_moment("changed_since", text))


def parse_moment(key: str, text: str) -> datetime:
    """A moment or day as ISO 8601; UTC where it names no zone.

    Raises:
        QueryError: it is none.
    """
    try:
        # A plus that was not encoded arrives as a space.
        found = datetime.fromisoformat(
            re.sub(r"(?<=:\d\d) (?=\d\d:?\d\d$)", "+", text.strip()[:40])
        )
        moment = found if found.tzinfo is not None else found.replace(tzinfo=UTC)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        message = f"{key} is not a date: {text[:40]!r}."
        raise QueryError(message, hint="Write 2026-05-31 or 2026-05-31T14:30:00Z.") from error


def with_fields(view: RowView, names: Sequence[str]) -> dict[str, Any]:
    """Some keys of a row."""
    return {name: getattr(view, name) for name in names}
