"""Pages of rows: filters, orders and cursors as statements. For SQLite's JSON functions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    true,
)

from sync_daemon.domain.rows import RowState
from sync_daemon.domain.status import RowStanding
from sync_daemon.mirror.codec import encode_json
from sync_daemon.mirror.queries import CURRENT_ROWS, RowView, row_view
from sync_daemon.mirror.tables import row_versions, rows, sheets

COUNTED = 10_000  # rows; how many more there are is not told


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Which rows.

    Attributes:
        sheets: only of these; None for all.
        states: only in these; deleted ones are left out unless named.
        changed_since: as the mirror writes moments.
        words: folded; all of them have to occur.
        where: column and the value that has to stand there.
    """

    sheets: tuple[str, ...] | None = None
    states: frozenset[RowStanding] = frozenset()
    changed_since: str = ""
    words: tuple[str, ...] = ()
    where: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RowOrder:
    """By a column, blanks last; by when rows were first seen if none is named."""

    column: str = ""
    is_descending: bool = False


@dataclass(frozen=True, slots=True)
class RowPlace:
    """Where a page ends: the value sorted by (or the moment first seen), and the row."""

    value: str | int | float | None
    row_id: str


@dataclass(frozen=True, slots=True)
class RowPage:
    """Rows, with the place of the last one if more follow."""

    items: Sequence[RowView]
    last: RowPlace | None
    total: int | None


def load_page(
    connection: Connection, which: RowFilter, order: RowOrder, after: RowPlace | None, limit: int
) -> RowPage:
    """One page of rows."""
    key = _sort_key(order)
    query = CURRENT_ROWS.add_columns(key.label("sort_key")).where(_condition(which))
    if after is not None:
        query = query.where(_is_after(key, order, after))
    query = query.order_by(*_ordering(key, order)).limit(limit + 1)
    found = connection.execute(query).mappings().all()
    headers = _headers(connection)
    views = [row_view(each, headers.get(each["sheet"], [])) for each in found[:limit]]
    last = RowPlace(found[limit - 1]["sort_key"], views[-1].row_id) if len(found) > limit else None
    return RowPage(views, last, count_rows(connection, which))


def count_rows(connection: Connection, which: RowFilter) -> int | None:
    """How many rows there are; None for more than are counted."""
    few = _joined(which).limit(COUNTED + 1).subquery()
    number = connection.scalar(select(func.count()).select_from(few)) or 0
    return number if number <= COUNTED else None


def load_rows(connection: Connection, which: RowFilter) -> list[RowView]:
    """All of them, in the order of the sheets, as an export has them."""
    is_deleted = rows.c.state == RowState.DELETED.value
    query = CURRENT_ROWS.where(_condition(which))
    query = query.order_by(is_deleted, rows.c.sheet, rows.c.row_number)
    headers = _headers(connection)
    found = connection.execute(query).mappings()
    return [row_view(each, headers.get(each["sheet"], [])) for each in found]


def _joined(which: RowFilter) -> Select[Any]:
    if not (which.words or which.where):
        return select(rows.c.row_id).where(_condition(which), rows.c.version > 0)
    return CURRENT_ROWS.with_only_columns(rows.c.row_id, maintain_column_froms=True).where(
        _condition(which)
    )


def _headers(connection: Connection) -> dict[str, list[str]]:
    query = select(sheets.c.name, sheets.c.headers)
    return {name: json.loads(headers) for name, headers in connection.execute(query)}


def _condition(which: RowFilter) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = [_has_state(which.states)]
    if which.sheets is not None:
        parts.append(rows.c.sheet.in_(which.sheets))
    if which.changed_since:
        parts.append(rows.c.last_changed >= which.changed_since)
    parts += [_stands_there(column, value) for column, value in which.where]
    if which.words:
        words = encode_json(list(which.words))
        parts.append(func.sheetd_has_words(row_versions.c.cells, rows.c.owned, words) == 1)
    return and_(*parts)


def _has_state(states: frozenset[RowStanding]) -> ColumnElement[bool]:
    is_deleted = rows.c.state == RowState.DELETED.value
    if not states:
        return ~is_deleted
    others = [state.value for state in states if state is not RowStanding.DELETED]
    parts = [and_(~is_deleted, rows.c.standing.in_(others))]
    return or_(*parts, is_deleted) if RowStanding.DELETED in states else parts[0]


def _cell(column: str, kind: str) -> ColumnElement[Any]:
    """A row's value (or its JSON type) in a column: the user's, or a result."""
    typed = func.json_each(row_versions.c.cells).table_valued("key", "value", "type", name="typed")
    ours = func.json_each(rows.c.owned).table_valued("key", "value", name="ours")
    first = func.json_type if kind == "type" else func.json_extract
    return func.coalesce(
        select(typed.c[kind]).where(typed.c.key == column).scalar_subquery(),
        select(first(ours.c.value, "$[0]")).where(ours.c.key == column).scalar_subquery(),
    )


def _stands_there(column: str, value: str) -> ColumnElement[bool]:
    shown, kind = _cell(column, "value"), _cell(column, "type")
    if not value:
        return func.coalesce(shown, "") == ""
    matches = [and_(kind == "text", shown == value)]
    if value.lower() in {"true", "false"}:
        matches.append(kind == value.lower())
    number = as_number(value)
    if number is not None:
        matches.append(and_(kind.in_(["integer", "real"]), shown == number))
        return or_(*matches)
    inner = encode_json(value)[1:-1]  # as it stands in the JSON, so that few rows are parsed
    may_hold = or_(func.instr(row_versions.c.cells, inner) > 0, func.instr(rows.c.owned, inner) > 0)
    return and_(may_hold if len(matches) == 1 else true(), or_(*matches))


def as_number(text: str) -> float | None:
    """The number that a text is, or nothing; never infinite."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None


def _sort_key(order: RowOrder) -> ColumnElement[Any]:
    if not order.column:
        return rows.c.first_seen
    value = _cell(order.column, "value")
    return case((value == "", None), else_=value)


def _ordering(key: ColumnElement[Any], order: RowOrder) -> list[ColumnElement[Any]]:
    if not order.column:
        return [key.asc(), rows.c.row_id.asc()]
    folded = key.collate("NOCASE")
    direction = folded.desc() if order.is_descending else folded.asc()
    return [key.is_(None).asc(), direction, rows.c.row_id.asc()]


def _is_after(key: ColumnElement[Any], order: RowOrder, place: RowPlace) -> ColumnElement[bool]:
    follows = rows.c.row_id > place.row_id
    if place.value is None:
        return and_(key.is_(None), follows)
    value = literal(place.value)
    if not order.column:
        return or_(key > value, and_(key == value, follows))
    folded = key.collate("NOCASE")
    beyond = folded < value if order.is_descending else folded > value
    return or_(key.is_(None), beyond, and_(folded == value, follows))
