"""How inserting, deleting and moving rows or columns moves everything that points at them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from sync_daemon.sandbox.sheets.a1 import GridRange

JsonObject = dict[str, Any]
Span = tuple[int, int]

RANGE_KEYS = ("range", "ranges", "unprotectedRanges")


class Dimension(StrEnum):
    """The two directions of a grid."""

    ROWS = "ROWS"
    COLUMNS = "COLUMNS"


class Shift(Protocol):
    """A change of one dimension, as a map from old places to new ones."""

    def index(self, index: int) -> int | None:
        """Where a row or column is now; None if it is gone."""
        ...

    def span(self, start: int, end: int) -> Span | None:
        """Where a half-open run of rows or columns is now; None if all of it is gone."""
        ...


@dataclass(frozen=True)
class Insert:
    """``count`` new rows or columns before ``at``."""

    at: int
    count: int

    def index(self, index: int) -> int | None:
        """See Shift."""
        return index if index < self.at else index + self.count

    def span(self, start: int, end: int) -> Span | None:
        """A run grows only where the new ones come between two of its own."""
        new_start = start if start < self.at else start + self.count
        return new_start, (end if end <= self.at else end + self.count)


@dataclass(frozen=True)
class Delete:
    """The rows or columns from ``start`` up to ``end`` go."""

    start: int
    end: int

    def index(self, index: int) -> int | None:
        """See Shift."""
        if index < self.start:
            return index
        return None if index < self.end else index - (self.end - self.start)

    def span(self, start: int, end: int) -> Span | None:
        """A run shrinks by those of its own that go."""
        new_start, new_end = self._edge(start), self._edge(end)
        return (new_start, new_end) if new_start < new_end else None

    def _edge(self, edge: int) -> int:
        if edge <= self.start:
            return edge
        return max(self.start, edge - (self.end - self.start))


@dataclass(frozen=True)
class Move:
    """The run from ``start`` up to ``end`` comes to stand before what was at ``to``."""

    start: int
    end: int
    to: int

    @property
    def landing(self) -> int:
        """The new index of the first one moved."""
        return self.to if self.to <= self.start else self.to - (self.end - self.start)

    def index(self, index: int) -> int | None:
        """See Shift."""
        if self.start <= index < self.end:
            return self.landing + index - self.start
        without = index if index < self.start else index - (self.end - self.start)
        return without if without < self.landing else without + (self.end - self.start)

    def span(self, start: int, end: int) -> Span | None:
        """A run goes along if all of it moves, and stays if the move is inside it."""
        if self.start <= start and end <= self.end:
            offset = self.landing - self.start
            return start + offset, end + offset
        if start <= self.start and self.end <= end and start <= self.to <= end:
            return start, end
        rest = Delete(self.start, self.end).span(start, end)
        if rest is None:
            return None
        return Insert(self.landing, self.end - self.start).span(*rest)


@dataclass(frozen=True)
class Change:
    """A shift of one dimension of one sheet."""

    sheet_id: int
    dimension: Dimension
    shift: Shift

    def range(self, cells: GridRange) -> GridRange | None:
        """Where a range is now; None if nothing is left of it."""
        if cells.sheet_id != self.sheet_id:
            return cells
        if self.dimension is Dimension.ROWS:
            rows = self._ends(cells.start_row, cells.end_row)
            columns: tuple[int | None, int | None] | None = (cells.start_column, cells.end_column)
        else:
            rows = (cells.start_row, cells.end_row)
            columns = self._ends(cells.start_column, cells.end_column)
        if rows is None or columns is None:
            return None
        return GridRange(cells.sheet_id, *rows, *columns)

    def _ends(self, start: int | None, end: int | None) -> tuple[int | None, int | None] | None:
        if start is None and end is None:
            return None, None
        far = 2**31
        moved = self.shift.span(start or 0, far if end is None else end)
        if moved is None:
            return None
        return (
            None if start is None and moved[0] == 0 else moved[0],
            None if end is None else moved[1],
        )

    def holder(self, holder: JsonObject) -> JsonObject | None:
        """An object with ``range``, ``ranges`` or ``unprotectedRanges``, moved along.

        None if the ranges it is about are all gone.
        """
        moved = dict(holder)
        for key in RANGE_KEYS:
            if key not in holder:
                continue
            raw = holder[key]
            kept = [found for item in _listed(raw) if (found := self._json(item)) is not None]
            if not kept and key != "unprotectedRanges" and raw:
                return None
            moved[key] = kept if isinstance(raw, list) else kept[0]
        return moved

    def _json(self, raw: JsonObject) -> JsonObject | None:
        moved = self.range(GridRange.from_json(raw))
        return None if moved is None else moved.to_json()


def _listed(raw: Any) -> list[JsonObject]:
    return raw if isinstance(raw, list) else [raw]


def shift_keys(properties: dict[int, JsonObject], shift: Shift) -> dict[int, JsonObject]:
    """Move properties that are kept by index."""
    moved = ((shift.index(index), value) for index, value in properties.items())
    return {index: value for index, value in moved if index is not None}
