"""What the mirror holds of one sheet, beside its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sync_daemon.domain.assignment import Assignment
from sync_daemon.domain.cells import CellValue
from sync_daemon.domain.decoration import ColumnStyle
from sync_daemon.domain.headers import OwnedHeaders
from sync_daemon.domain.keeper import Marks, TabClaim
from sync_daemon.domain.typed_forms import TypedForm

_LOOK_UP_EVERY = timedelta(hours=6)  # locale and time zone change hardly ever


@dataclass(frozen=True, slots=True)
class SheetTarget:
    """Which tab of which spreadsheet, and the columns in it that are ours."""

    name: str  # in the configuration
    spreadsheet_id: str
    worksheet: str  # the tab's title in the configuration
    header_row: int  # counts from 1
    headers: OwnedHeaders
    inputs: tuple[str, ...] = ()  # headers of the user's that steps and feeds name
    layout: tuple[str, ...] = ()  # the user's columns as they were called when last read
    dates: tuple[str, ...] = ()  # results whose cells hold dates as serial numbers


@dataclass(frozen=True, slots=True)
class GridSize:
    """How large a tab is, used or not."""

    rows: int = 0
    columns: int = 0

    @property
    def cells(self) -> int:
        """Rows by columns."""
        return self.rows * self.columns


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """What Google says of the tab and its spreadsheet, beside the cells."""

    gid: int
    locale: str
    time_zone: str
    size: GridSize = GridSize()
    marks: Marks = field(default_factory=Marks)


@dataclass(frozen=True, slots=True)
class ColumnChanges:
    """What to do so that every owned column exists and can be addressed.

    ``create`` and ``adopt`` map headers to the metadata ids to put on them;
    ``adopt`` columns stand in the sheet already, at ``places`` under ``titles``.
    ``styles`` tells how those of ``create`` are made to look; the others stay as they are.
    ``dates`` are those, new or not, in which dates stand as such.
    """

    create: Mapping[str, int]
    adopt: Mapping[str, int]
    places: Mapping[str, int]
    titles: Mapping[str, str]
    drop: Sequence[int]  # metadata of ours on columns that are not ours (any more)
    insert_at: int  # column index of the first new column
    grid_columns: int
    claim: TabClaim | None = None  # marks of the tab itself to change with it
    styles: Mapping[str, ColumnStyle] = field(default_factory=dict)
    dates: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ColumnAddress:
    """How one of our columns is written to, and the title that has to stand on it."""

    metadata_id: int
    title: str


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row to insert, addressed by columns as they stood in the last reading."""

    index: int  # of the row, from 0
    cells: Mapping[int, CellValue]  # column index → value
    forms: Mapping[int, TypedForm]  # column index → how the cell was typed, where not as it is
    headers: Mapping[int, str]  # column index → the header that has to stand there
    tokens: tuple[str, ...]  # texts among the cells that stand nowhere else


@dataclass(frozen=True, slots=True)
class SheetRecord:
    """A configured sheet as it was last seen.

    ``settled`` is the digest of the last reading after which nothing was left
    to do; empty whenever the mirror changed since. ``explained`` has, by column, a
    digest of what its formulas showed when they were last looked at; ``layout`` has the
    user's columns in the order of the sheet, ``dates`` those of ours that we formatted
    for dates.
    """

    name: str
    spreadsheet_id: str
    gid: int | None = None
    worksheet: str = ""  # the configured title that ``gid`` was found by
    locale: str = ""
    time_zone: str = ""
    headers: Sequence[str] = ()
    metadata_ids: Mapping[str, int] = field(default_factory=dict)  # header → metadata id
    grid_rows: int = 0  # of the tab when it was last looked at, as the next
    grid_columns: int = 0
    settled: str = ""
    drive_version: str = ""
    pulled_at: datetime | None = None
    looked_at: datetime | None = None
    explained: Mapping[str, str] = field(default_factory=dict)
    layout: Sequence[str] = ()
    dates: tuple[str, ...] = ()
    assignment: Assignment = field(default_factory=Assignment)

    def unsettled(self, **changes: Any) -> SheetRecord:
        """The record with ``changes``, after which the sheet has to be looked through again."""
        return replace(self, settled="", **changes)

    def is_of(self, target: SheetTarget) -> bool:
        """Whether it is of this tab, as far as the configuration tells: then ``gid`` counts."""
        return (self.spreadsheet_id, self.worksheet) == (target.spreadsheet_id, target.worksheet)

    def is_fresh(self, now: datetime) -> bool:
        """Whether tab, locale and time zone were looked up not long ago."""
        if self.gid is None or self.looked_at is None:
            return False
        return timedelta(0) <= now - self.looked_at < _LOOK_UP_EVERY
