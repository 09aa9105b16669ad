"""What a cycle knows of its sheet, from stage to stage: never changed, always replaced."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from typing import cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sync_daemon.cycle.sheet_config import ConfiguredSheet
from sync_daemon.domain.cell_locale import CellLocale
from sync_daemon.domain.cells import CellValue
from sync_daemon.domain.headers import OwnedHeaders
from sync_daemon.domain.identity import Identification, IdentifiedRow
from sync_daemon.domain.keeper import TabClaim
from sync_daemon.domain.reconcile import RowWrite
from sync_daemon.domain.rows import MirrorRow
from sync_daemon.domain.sheet_state import SheetRecord, SheetTarget
from sync_daemon.domain.snapshot import SheetRow, Snapshot
from sync_daemon.errors import GoogleRejectedError

_LAYER = 5_000  # rows that are replaced before all are copied


@dataclass(frozen=True, slots=True)
class Doubt:
    """Writes that may have hit cells of the user's, and what they were planned from."""

    before: Snapshot
    writes: Sequence[RowWrite]
    metadata_ids: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Tab:
    """A sheet's tab, and what one reading of it leaves to the next."""

    configured: ConfiguredSheet
    record: SheetRecord
    sheet: ConfiguredSheet  # with the user's headers spelled as they stand in the tab
    claim: TabClaim | None = None  # what would make the tab ours, where it is not marked so yet
    renew: frozenset[str] = frozenset()  # columns whose marks bear an old title
    is_seen: bool = False  # whether its marks were looked at in this cycle
    doubt: Doubt | None = None  # about the writes of the last round
    rejection: GoogleRejectedError | None = None  # of our last request
    has_read_feeds: bool = False

    @property
    def name(self) -> str:
        """The sheet's name in the mirror."""
        return self.sheet.name

    @property
    def gid(self) -> int:
        """The id of the tab in its spreadsheet; 0 is one, too."""
        return self.record.gid or 0

    @property
    def target(self) -> SheetTarget:
        """The tab and its columns, as they are to be read and written now."""
        dates = self.sheet.dates_among(self.record.dates)
        return replace(self.sheet.target, layout=tuple(self.record.layout), dates=dates)

    @property
    def zone(self) -> tzinfo:
        """The spreadsheet's time zone."""
        try:
            return ZoneInfo(self.record.time_zone or "UTC")
        except (ZoneInfoNotFoundError, ValueError):
            return UTC

    @property
    def locale(self) -> CellLocale:
        """How the spreadsheet writes dates, and its time zone."""
        return CellLocale(self.zone, self.record.locale)

    def spelled(self, aliases: Mapping[str, str]) -> Tab:
        """The same with the user's headers as they stand in it (configured → as it stands)."""
        return replace(self, sheet=self.configured.spelled(aliases))

    def called(self, name: str) -> Tab:
        """The same under the name that the mirror has for it."""
        if name == self.name:
            return self
        configured = self.configured.called(name)
        return replace(self, configured=configured, sheet=configured)


class ReadAgain(Exception):  # noqa: N818 - no error: what is read next tells how to go on
    """A round ends here, as what was read is not what stands in the sheet any more."""

    def __init__(self, tab: Tab, why: str) -> None:
        super().__init__(why)
        self.tab = tab
        self.why = why


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one reading: what the sheet shows of each, and what the mirror knows."""

    seen: Mapping[str, IdentifiedRow]  # by id
    blank: Sequence[SheetRow]  # nothing of the user's, but cells of ours to clear
    known: Mapping[str, MirrorRow]  # by id
    placed: tuple[RowWrite, ...] = ()  # written since, but not yet in ``seen``

    @classmethod
    def of(cls, identification: Identification, known: Mapping[str, MirrorRow]) -> Rows:
        """The rows as they were read."""
        seen = {i.row_id: i for i in identification.rows}
        return cls(seen, tuple(identification.blank), known)

    def with_known(self, changed: Mapping[str, MirrorRow]) -> Rows:
        """The same, with more known of some; what is known of the others is not copied."""
        if not changed:
            return self
        base, layer = self.known, dict(changed)
        if isinstance(base, ChainMap):
            newest, base = base.maps
            layer = {**newest, **changed}
        if len(layer) > _LAYER or len(base) <= _LAYER:
            return replace(self, known={**base, **layer})
        return replace(self, known=ChainMap(layer, cast("dict[str, MirrorRow]", base)))

    def as_written(self, headers: OwnedHeaders) -> Rows:
        """The same, with ``seen`` as it is after the writes."""
        if not self.placed:
            return self
        seen = dict(self.seen)
        for write in self.placed:
            if write.row_id is not None:
                one = seen[write.row_id]
                seen[write.row_id] = replace(one, row=row_after(one.row, write.cells, headers))
        return replace(self, seen=seen, placed=())


def row_after(row: SheetRow, cells: Mapping[str, CellValue], headers: OwnedHeaders) -> SheetRow:
    """The row after a write of ``cells``; results that Sheets re-typed count as written."""
    return replace(
        row,
        id_cell=cells.get(headers.id, row.id_cell),
        status_cell=cells.get(headers.status, row.status_cell),
        results=tuple(
            cells.get(header, value)
            for header, value in zip(headers.results, row.results, strict=True)
        ),
    )
