"""What keeps us from writing or showing a cell: protected ranges, and merges over it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from sync_daemon.domain.headers import OwnedHeaders

END = 10**9  # of a range that has none


class ConstraintKind(Enum):
    """Why a cell cannot show what it should, in the words of the status cell."""

    PROTECTED = "protected"  # Google refuses a write that touches it
    MERGED = "merged with other cells"  # only the first cell of a merge is shown


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells; rows count from 1, columns from 0, ``right`` is exclusive."""

    first_row: int
    last_row: int
    left: int
    right: int

    def has_column(self, column: int) -> bool:
        """Whether it reaches into a column."""
        return self.left <= column < self.right

    def has(self, row_number: int, column: int) -> bool:
        """Whether the cell is in it."""
        return self.first_row <= row_number <= self.last_row and self.has_column(column)


@dataclass(frozen=True, slots=True)
class Protection:
    """An area that we may not edit, but for parts of it."""

    area: Area
    free: Sequence[Area] = ()

    def last_free_row(self, column: int) -> int:
        """How far down from the first row a request may reach in a column.

        A request addresses a column by its metadata, from the top on, and
        Google refuses it if any cell of it is protected.
        """
        if not self.area.has_column(column):
            return END
        free = [a.last_row for a in self.free if a.first_row == 1 and a.has_column(column)]
        return max([self.area.first_row - 1, *free])


@dataclass(frozen=True, slots=True)
class WriteConstraints:
    """What is in the way in a tab, and where our columns stand in it."""

    protections: Sequence[Protection] = ()
    merges: Sequence[Area] = ()
    columns: Mapping[str, int] = field(default_factory=dict)  # our headers → index

    def at(self, row_number: int, header: str) -> ConstraintKind | None:
        """What is in the way of a cell of ours; the first cell of a merge shows what it should."""
        if not (self.protections or self.merges):
            return None
        column = self.columns.get(header, -1)
        if row_number > self._last_free_row(column):
            return ConstraintKind.PROTECTED
        is_covered = any(
            merge.has(row_number, column) and (row_number, column) != (merge.first_row, merge.left)
            for merge in self.merges
        )
        return ConstraintKind.MERGED if is_covered else None

    def hides_row(self, row_number: int, headers: OwnedHeaders) -> bool:
        """Whether the row cannot bear its id, and so cannot be written at all."""
        return any(self.at(row_number, header) for header in (headers.id, headers.status))

    def last_rows(self) -> dict[str, int]:
        """For our columns with a protected cell: the last row that a request may reach."""
        ends = {header: self._last_free_row(column) for header, column in self.columns.items()}
        return {header: end for header, end in ends.items() if end < END}

    def _last_free_row(self, column: int) -> int:
        return min((p.last_free_row(column) for p in self.protections), default=END)


NO_CONSTRAINTS = WriteConstraints()
