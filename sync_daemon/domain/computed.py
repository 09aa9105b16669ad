"""Cells that formulas fill: what they show is nobody's doing, so it changes no row.

Google's values do not tell a formula from what somebody typed; another request
does. It is made only when a cell changed that no step reads, and what it tells
is kept with the row: the cells with a formula, each with its fingerprint.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from types import MappingProxyType

from sync_daemon.domain.cells import BLANK, CellValue, is_unready, same_cell
from sync_daemon.domain.formulas import SPILLED, UNKNOWN, Layout, fingerprint
from sync_daemon.domain.identity import IdentifiedRow, has_content_of
from sync_daemon.domain.rows import MirrorRow
from sync_daemon.domain.snapshot import SheetRow

Cells = Mapping[str, CellValue]


@dataclass(frozen=True, slots=True)
class CellDetail:
    """What is in a cell, beside the value that it shows."""

    formula: str = ""  # with its "="
    is_entered: bool = False  # somebody put it there, be it a formula


Details = Mapping[int, Mapping[str, CellDetail]]
"""By row number and column."""
_NO_DETAILS: Details = MappingProxyType({})
_NO_ROWS: Mapping[str, MirrorRow] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Look:
    """Which cells to look at more closely.

    ``digests`` tell, by column, what its formulas show now: as long as that is
    what they showed at the last closer look, there is nothing to look for.
    """

    cells: Mapping[int, Collection[str]]  # row number → columns
    digests: Mapping[str, str]


def plan_look(
    rows: Iterable[IdentifiedRow],
    known: Mapping[str, MirrorRow],
    contents: Mapping[str, Cells],
    columns: Columns,
    explained: Mapping[str, str],
) -> Look:
    """Find the cells whose change may be a formula's doing.

    Args:
        rows: every row of the snapshot with its id.
        known: the sheet's rows by id.
        contents: the cells last known of a row id.
        columns: of the snapshot.
        explained: the digests of the last closer look.
    """
    asked: dict[int, set[str]] = defaultdict(set)
    shown = _Shown()
    for identified in rows:
        row, old = identified.row, known.get(identified.row_id)
        if old is None:
            continue
        if old.computed:
            shown.add(row, old, columns)
        if not has_content_of(row, old):
            before, now = contents.get(old.row_id, {}), row.cells()
            asked[row.row_number].update(_unexplained(before, now, old.computed, columns))
    digests = shown.digests()
    for key, digest in digests.items():
        if explained.get(key) != digest:
            for number in shown.rows[key]:
                asked[number].add(key)
    return Look({number: keys for number, keys in asked.items() if keys}, digests)


@dataclass(frozen=True, slots=True)
class Columns:
    """The user's columns in a snapshot, and those of them that steps or feeds use."""

    present: Collection[str]
    read: Container[str]
    layout: Layout


def forget_read(known: Mapping[str, MirrorRow], columns: Columns) -> dict[str, MirrorRow]:
    """Formulas in columns that a step reads count by what they show.

    So a row that has one, from when no step read it, is to be compared cell by cell.
    """
    return {
        row_id: replace(row, computed=_unread(row.computed, columns), content_hash="")
        if any(key in columns.read for key in row.computed)
        else row
        for row_id, row in known.items()
    }


def _unread(computed: Mapping[str, str], columns: Columns) -> Mapping[str, str]:
    return {key: found for key, found in computed.items() if key not in columns.read}


def find_changed(rows: Iterable[IdentifiedRow], known: Mapping[str, MirrorRow]) -> list[str]:
    """The ids of rows that do not hold what the mirror knows."""
    return [
        i.row_id for i in rows if i.row_id in known and not has_content_of(i.row, known[i.row_id])
    ]


class _Shown:
    """What the formulas of each column show."""

    def __init__(self) -> None:
        self.rows: dict[str, list[int]] = defaultdict(list)
        self._hashes: dict[str, blake2b] = defaultdict(lambda: blake2b(digest_size=8))

    def add(self, row: SheetRow, known: MirrorRow, columns: Columns) -> None:
        cells = row.cells()
        for key in known.computed:
            if key in columns.present:
                self.rows[key].append(row.row_number)
                value = f"{known.row_id}{cells.get(key, BLANK)!r}\n"
                self._hashes[key].update(value.encode("utf-8", "surrogatepass"))

    def digests(self) -> dict[str, str]:
        return {key: found.hexdigest() for key, found in self._hashes.items()}


def _unexplained(
    before: Cells, now: Cells, computed: Container[str], columns: Columns
) -> Iterator[str]:
    """Columns that no step reads and that show something else than before."""
    for key, value in now.items():
        if key in columns.read or key in computed or is_unready(value):
            continue
        if key not in before or not same_cell(before[key], value):
            yield key


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a row: whether somebody edited it, and which of its cells hold formulas."""

    is_edited: bool
    computed: Mapping[str, str]


class Judge:
    """Tells what somebody typed from what formulas show.

    Args:
        columns: of the snapshot.
        details: what the closer look found.
        rows: those that it was about.
        known: the sheet's rows by id, with the formulas that they had.
    """

    def __init__(
        self,
        columns: Columns,
        details: Details = _NO_DETAILS,
        rows: Iterable[SheetRow] = (),
        known: Mapping[str, MirrorRow] = _NO_ROWS,
    ) -> None:
        self._columns = columns
        self._origins = {
            row.row_number: dict(_origins(row, details[row.row_number], columns.layout))
            for row in rows
            if row.row_number in details
        }
        counts = Counter(item for found in self._origins.values() for item in found.items())
        counts.update(item for row in known.values() for item in row.computed.items())
        self._common = {item for item, count in counts.items() if count > 1 and item[1]}

    def has_looked_at(self, row: SheetRow) -> bool:
        """Whether the closer look was at this row, too."""
        return row.row_number in self._origins

    def has_lost_columns(self, known: MirrorRow) -> bool:
        """Whether a column is gone in which the row had a formula."""
        return any(key not in self._columns.present for key in known.computed)

    def judge(self, row: SheetRow, known: MirrorRow, before: Cells, now: Cells) -> Verdict:
        """Compare a row with what the mirror knows of it.

        Args:
            row: as it was read.
            known: the mirror's.
            before: the cells last known.
            now: the cells of the row.
        """
        origins = self._origins.get(row.row_number, {})
        computed, is_edited = dict(known.computed), False
        for key, old in known.computed.items():
            if key not in self._columns.present:
                origin = None  # the column was deleted
            elif key not in origins or (old == SPILLED and key not in now):
                continue  # nobody looked, or the formula that filled it shows less than before
            else:
                origin = origins[key]
            is_edited |= old not in {UNKNOWN, origin}
            _note(computed, key, origin)
        for key in (before.keys() | now.keys()) - known.computed.keys():
            if not _is_same(before, now, key):
                origin = origins.get(key)
                is_edited |= not self._was_there(key, origin, before)
                _note(computed, key, origin)
        return Verdict(is_edited, computed)

    def _was_there(self, key: str, origin: str | None, before: Cells) -> bool:
        """Whether a formula that is seen for the first time filled the cell before, too.

        So it is where one formula fills a column; a single one in a cell that
        showed something else was typed over it.
        """
        is_common = not self._common.isdisjoint({(key, origin), (key, SPILLED)})
        return origin is not None and key in before and is_common


def _origins(
    row: SheetRow, details: Mapping[str, CellDetail], layout: Layout
) -> Iterator[tuple[str, str | None]]:
    """By column, the fingerprint of the formula that fills the cell; None if it was typed."""
    cells = row.cells()
    for key, detail in details.items():
        if detail.formula:
            yield key, fingerprint(detail.formula, row.row_number, layout)
        else:
            is_filled = key in cells and not detail.is_entered
            yield key, SPILLED if is_filled else None


def _note(computed: dict[str, str], key: str, origin: str | None) -> None:
    if origin is None:
        computed.pop(key, None)
    else:
        computed[key] = origin


def _is_same(before: Cells, now: Cells, key: str) -> bool:
    return key in before and key in now and same_cell(before[key], now[key])
