"""A row as the mirror knows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from sync_daemon.domain.cells import BLANK, CellValue


class RowState(Enum):
    """Where a row is in its life."""

    PENDING = "pending"  # has an id that was not yet seen on its row
    LIVE = "live"
    DELETED = "deleted"  # a tombstone: gone from the sheet, kept with its history


@dataclass(frozen=True, slots=True)
class OwnedCell:
    """A result cell: what it should show, and what our last write to it came to.

    ``wrote`` and ``saw`` are what we last wrote and what the sheet then
    showed; they differ when Sheets stores a value in another form. None means
    that nothing was written yet, or that it is not known.
    """

    want: CellValue = BLANK
    wrote: CellValue | None = None
    saw: CellValue | None = None
    by_user: bool = False
    basis: str = ""  # the input hash that ``want`` follows from, or that the user overrode

    def typed_over(self, value: CellValue) -> OwnedCell:
        """The user typed ``value`` here: it stays until the row's inputs change."""
        return replace(self, want=value, wrote=value, saw=value, by_user=True)

    def wanting(self, value: CellValue, basis: str) -> OwnedCell:
        """A result that follows from ``basis``; an edit of the user over the same one stays."""
        if self.by_user and self.basis == basis:
            return self
        return replace(self, want=value, by_user=False, basis=basis)

    def written(self, value: CellValue, shown: CellValue) -> OwnedCell:
        """We wrote ``value`` and the sheet then showed ``shown``."""
        return replace(self, wrote=value, saw=shown)

    def forgotten(self) -> OwnedCell:
        """The column was made anew: nothing was written there yet."""
        return replace(self, wrote=None, saw=None)


@dataclass(frozen=True, slots=True)
class MirrorRow:
    """The mirror's knowledge of one row, without its cells (see ``Contents``)."""

    row_id: str
    row_number: int
    state: RowState
    content_hash: str
    status: str = ""  # in words, without the witness
    planned: str = ""  # the pipeline for which jobs were planned since the row last changed
    owned: Mapping[str, OwnedCell] = field(default_factory=dict)
