"""Pages of rows: filters, orders and cursors as statements. For SQLite's JSON functions.

Where the search index is at hand, it finds rows by words and filters and knows their order
by a column; rows that changed since, and mirrors without it, are looked at one by one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    union_all,
)

from sync_daemon.domain.rows import RowState
from sync_daemon.domain.status import RowStanding
from sync_daemon.mirror.codec import encode_json
from sync_daemon.mirror.read_models import CURRENT_ROWS, RowView, row_view
from sync_daemon.mirror.search.columns import cell, sort_key
from sync_daemon.mirror.search.questions import (
    Search,
    expression,
    in_order,
    is_found,
    keys,
    known_order,
    matching,
    search_of,
)
from sync_daemon.mirror.search.terms import as_number
from sync_daemon.mirror.tables import row_versions, rows, sheets

COUNTED = 10_000  # rows; how many more there are is not told
_FEW = 2_000  # rows to sort or to look at one by one
_AT_ONCE = 500  # rows, while one goes through many
_BRANCHES = 60  # of a statement, one for each sheet and state
_UNINDEXED_PLACE: ColumnElement[int] = literal_column(
    "+rows.place"
)  # the few rows found by another index are sorted
_PRESENT = (RowState.LIVE.value, RowState.PENDING.value)


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

    @property
    def looks_inside(self) -> bool:
        """Whether it asks for what stands in cells."""
        return bool(self.words or self.where)


@dataclass(frozen=True, slots=True)
class RowOrder:
    """By a column, blanks last; by when rows were first seen if none is named (their place)."""

    column: str = ""
    is_descending: bool = False


@dataclass(frozen=True, slots=True)
class RowPlace:
    """Where a page ends: the value sorted by, if any, and the row's place."""

    place: int
    value: str | int | float | None = None


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
    lookup = _Lookup(connection, which)
    found = lookup.page(order, after, limit + 1)
    views = load_places(connection, [each.place for each in found[:limit]])
    last = found[limit - 1] if len(found) > limit else None
    return RowPage(views, last, lookup.count())


def load_places(connection: Connection, places: Sequence[int]) -> list[RowView]:
    """The rows at these places, in this order."""
    headers = _headers(connection)
    found = connection.execute(CURRENT_ROWS.where(rows.c.place.in_(places))).mappings()
    views = {each["place"]: row_view(each, headers.get(each["sheet"], [])) for each in found}
    return [views[place] for place in places if place in views]


def each_row(connection: Connection, which: RowFilter) -> Iterator[RowView]:
    """All of them, in the order of the sheets, as an export has them; one after the other."""
    is_deleted = rows.c.state == RowState.DELETED.value
    query = CURRENT_ROWS.where(_condition(which))
    query = query.order_by(is_deleted, rows.c.sheet, rows.c.row_number)
    headers = _headers(connection)
    found = connection.execute(query.execution_options(yield_per=_AT_ONCE)).mappings()
    for each in found:
        yield row_view(each, headers.get(each["sheet"], []))


class _Lookup:
    """Finds the rows of one filter, by the quickest way there is.

    Args:
        connection: to the mirror, in one transaction.
        which: the rows that are meant.
    """

    def __init__(self, connection: Connection, which: RowFilter) -> None:
        self._connection = connection
        self._which = which
        self._search: Search | None = search_of(connection)
        self._asked = ""
        if self._search is not None and which.looks_inside:
            self._asked = expression(connection, which.words, which.where)

    def page(self, order: RowOrder, after: RowPlace | None, limit: int) -> list[RowPlace]:
        """The places that follow one, at most so many."""
        if order.column:
            return self._sorted(order, after, limit)
        return [RowPlace(place) for place in self._places(after.place if after else 0, limit)]

    def count(self) -> int | None:
        """How many rows there are; None for more than are counted."""
        number = sum(
            self._count(query.order_by(None), COUNTED + 1) for query in self._by_place(None)
        )
        return number if number <= COUNTED else None

    def _places(self, after: int, limit: int) -> list[int]:
        found: list[int] = []
        for query in self._by_place(after):
            found += self._connection.scalars(query.limit(limit))
        return sorted(found)[:limit]

    def _by_place(self, after: int | None) -> Iterator[Any]:
        """Statements for places, each in their order; a row is found by one of them."""
        which, search = self._which, self._search
        follows = true() if after is None else rows.c.place > after
        if which.looks_inside and search is not None:
            found = matching(self._asked, after).where(_stands(which))
            yield found if after is None else found.order_by(literal_column("f.rowid"))
            changed = _with_cells(_condition(which)).where(search.is_ahead, follows)
            yield changed if after is None else changed.order_by(_UNINDEXED_PLACE)
        elif which.looks_inside:
            yield _with_cells(_condition(which)).where(follows).order_by(rows.c.place)
        else:
            yield self._plain(follows, is_counted=after is None)

    def _plain(self, follows: ColumnElement[bool], *, is_counted: bool) -> Any:
        """Without a look into cells: by the index of sheets and states, a branch for each."""
        which = self._which
        base = select(rows.c.place).where(follows)
        if which.changed_since:
            found = base.where(_stands(which))
            if is_counted or self._are_few(found):
                return found.order_by(_UNINDEXED_PLACE)
            return base.where(_stands(replace(which, changed_since="")),
                              func.coalesce(rows.c.last_changed, "") >= which.changed_since
                              ).order_by(rows.c.place)  # fmt: skip
        branches = self._branches()
        if not branches:
            return base.where(_stands(which)).order_by(rows.c.place)
        parts = [base.where(branch) for branch in branches]
        if len(parts) == 1:
            return parts[0].order_by(rows.c.place)
        return union_all(*parts).order_by("place")

    def _branches(self) -> list[ColumnElement[bool]]:
        which = self._which
        if which.sheets is None and not which.states:
            return []
        names = which.sheets
        if names is None:
            names = tuple(self._connection.scalars(select(sheets.c.name)))
        states = which.states or frozenset(RowStanding) - {RowStanding.DELETED}
        kinds = [
            (state, standing.value)
            for standing in sorted(states - {RowStanding.DELETED}, key=lambda s: s.value)
            for state in _PRESENT
        ]
        branches = [
            and_(rows.c.sheet == name, rows.c.state == state, rows.c.standing == standing)
            for name, (state, standing) in product(names, kinds)
        ]
        if RowStanding.DELETED in states:
            gone = RowState.DELETED.value
            branches += [
                and_(rows.c.sheet == name, rows.c.state == gone, rows.c.standing == standing.value)
                for name, standing in product(names, RowStanding)
            ]
        return branches if len(branches) <= _BRANCHES else []

    def _sorted(self, order: RowOrder, after: RowPlace | None, limit: int) -> list[RowPlace]:
        """By a column: few rows are put in order, many are read in the order that is known."""
        number = known_order(self._connection, order.column) if self._search else None
        if number is None or (self._which.looks_inside and self._are_few_at_all()):
            return self._put_in_order(order, after, limit)
        known = number

        def part(is_blank: bool) -> Select[Any]:  # noqa: FBT001
            return in_order(known, is_blank=is_blank).where(self._is_meant())

        return self._parts(part, (keys.c.key, keys.c.place), order, after, limit)

    def _is_meant(self) -> ColumnElement[bool]:
        """The whole filter; the index is up to date where it knows an order."""
        stands = _stands(self._which)
        return and_(stands, is_found(self._asked)) if self._asked else stands

    def _put_in_order(self, order: RowOrder, after: RowPlace | None, limit: int) -> list[RowPlace]:
        key = sort_key(order.column)
        condition = _condition(self._which)
        if self._asked and self._are_few_at_all():
            condition = rows.c.place.in_(self._places(0, _FEW))

        def part(is_blank: bool) -> Select[Any]:  # noqa: FBT001
            query = _with_cells(condition).add_columns(key.label("key"))
            return query.where(key.is_(None) if is_blank else key.is_not(None))

        return self._parts(part, (key, rows.c.place), order, after, limit)

    def _parts(
        self,
        part: Callable[[bool], Select[Any]],
        by: tuple[ColumnElement[Any], ColumnElement[int]],
        order: RowOrder,
        after: RowPlace | None,
        limit: int,
    ) -> list[RowPlace]:
        """Rows with a value, then the blank ones."""
        found: list[RowPlace] = []
        for is_blank in (False, True):
            if is_blank or after is None or after.value is not None:
                query = _narrowed(part(is_blank), by, order, after, is_blank=is_blank)
                rest = self._connection.execute(query.limit(limit - len(found))).all()
                found += [RowPlace(row[0], None if is_blank else row[1]) for row in rest]
            if len(found) >= limit:
                break
        return found

    def _are_few_at_all(self) -> bool:
        return len(self._places(0, _FEW + 1)) <= _FEW

    def _are_few(self, query: Select[Any]) -> bool:
        return self._count(query, _FEW + 1) <= _FEW

    def _count(self, query: Any, most: int) -> int:
        found = query.limit(most).subquery()
        return self._connection.scalar(select(func.count()).select_from(found)) or 0


def _narrowed(
    query: Select[Any],
    by: tuple[ColumnElement[Any], ColumnElement[int]],
    order: RowOrder,
    after: RowPlace | None,
    *,
    is_blank: bool,
) -> Select[Any]:
    """In order, from a place on: rows of one value the other way round, too, where they descend."""
    key, place = by
    if is_blank:
        if after is not None and after.value is None:
            query = query.where(place > after.place)
        return query.order_by(place)
    folded = key.collate("NOCASE")
    if after is not None:
        value = literal(after.value)
        if order.is_descending:
            query = query.where(
                folded <= value, or_(folded < value, and_(folded == value, place < after.place))
            )
        else:
            query = query.where(
                folded >= value, or_(folded > value, and_(folded == value, place > after.place))
            )
    if order.is_descending:
        return query.order_by(folded.desc(), place.desc())
    return query.order_by(folded, place)


def _with_cells(condition: ColumnElement[bool]) -> Select[Any]:
    return CURRENT_ROWS.with_only_columns(rows.c.place, maintain_column_froms=True).where(condition)


def _headers(connection: Connection) -> dict[str, list[str]]:
    query = select(sheets.c.name, sheets.c.headers)
    return {name: json.loads(headers) for name, headers in connection.execute(query)}


def _condition(which: RowFilter) -> ColumnElement[bool]:
    """The whole filter, by a look at each row."""
    parts = [_stands(which), *(_stands_there(column, value) for column, value in which.where)]
    if which.words:
        words = encode_json(list(which.words))
        parts.append(func.sheetd_has_words(row_versions.c.cells, rows.c.owned, words) == 1)
    return and_(*parts)


def _stands(which: RowFilter) -> ColumnElement[bool]:
    """The part of the filter that does not look into cells."""
    parts: list[ColumnElement[bool]] = [_has_state(which.states)]
    if which.sheets is not None:
        parts.append(rows.c.sheet.in_(which.sheets))
    if which.changed_since:
        parts.append(rows.c.last_changed >= which.changed_since)
    return and_(*parts)


def _has_state(states: frozenset[RowStanding]) -> ColumnElement[bool]:
    is_deleted = rows.c.state == RowState.DELETED.value
    if not states:
        return ~is_deleted
    others = [state.value for state in states if state is not RowStanding.DELETED]
    parts = [and_(~is_deleted, rows.c.standing.in_(others))]
    return or_(*parts, is_deleted) if RowStanding.DELETED in states else parts[0]


def _stands_there(column: str, value: str) -> ColumnElement[bool]:
    shown, kind = cell(column, "value"), cell(column, "type")
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
