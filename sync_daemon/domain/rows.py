"""A row as the mirror knows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class MirrorRow:
    """The mirror's knowledge of one row, without its cells (see ``Contents``)."""

    row_id: str
    row_number: int
    state: RowState
    content_hash: str
    status: str = ""  # in words, without the witness
    planned: str = ""  # the content hash and pipeline for which jobs were last planned
    owned: Mapping[str, OwnedCell] = field(default_factory=dict)
