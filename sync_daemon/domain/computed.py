"""Cells that formulas fill: what they show is nobody's doing, so it changes no row.

Google's values do not tell a formula from what somebody typed; another request
does. It is made only when a cell changed that no step reads, and what it tells
is kept with the row: the cells with a formula, each with its fingerprint.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from hashlib import blake2b
from types import MappingProxyType

from sync_daemon.domain.cells import BLANK, CellValue, is_unready, same_cell
from sync_daemon.domain.formulas import SPILLED, UNKNOWN, Layout, fingerprint
from sync_daemon.domain.identity import IdentifiedRow, has_content_of
from sync_daemon.domain.links import address_key, is_label, is_label_mark, label_mark
from sync_daemon.domain.rows import MirrorRow
from sync_daemon.domain.snapshot import SheetRow

Cells = Mapping[str, CellValue]


@dataclass(frozen=True, slots=True)
class CellDetail:
    """What is in a cell, beside the value that it shows."""

    formula: str = ""  # with its "="
    is_entered: bool = False  # somebody put it there, be it a formula
    address: str = ""  # of the web page that it leads to
    number_format: tuple[str, str] = ("", "")  # type and pattern, where it has one of its own


Details = Mapping[int, Mapping[str, CellDetail]]
"""By row number and column."""
NO_DETAILS: Details = MappingProxyType({})
_NO_ROWS: Mapping[str, MirrorRow] = MappingProxyType({})
_NO_MARKS: Mapping[str, str] = MappingProxyType({})
_NO_CELLS: Cells = MappingProxyType({})
_MOST_TYPED = 500  # rows at once whose numbers are looked at; a whole sheet would be dear


@dataclass(frozen=True, slots=True)
class Look:
    """Which cells to look at more closely.

    ``digests`` tell, by column, what its formulas show now: as long as that is
    what they showed at the last closer look, there is nothing to look for.
    """

    cells: Mapping[int, Collection[str]]  # row number → columns
    digests: Mapping[str, str]


def plan_look(
    rows: Collection[IdentifiedRow],
    known: Mapping[str, MirrorRow],
    contents: Mapping[str, Cells],
    columns: Columns,
    explained: Mapping[str, str],
    *,
    all_labels: bool = False,
) -> Look:
    """Find the cells whose change may be a formula's doing, and labels that may hide a link.

    Numbers that are new are looked at as well: a date, an amount or a formula is to come
    back as it was typed if the row is restored.

    Args:
        rows: every row of the snapshot with its id.
        known: the sheet's rows by id.
        contents: the cells last known of a row id.
        columns: of the snapshot.
        explained: the digests of the last closer look.
        all_labels: look behind those that did not change, too.
    """
    asked: dict[int, set[str]] = defaultdict(set)
    shown = _Shown()
    for identified in rows:
        row, old = identified.row, known.get(identified.row_id)
        if columns.links:
            is_open = all_labels or old is None or not has_content_of(row, old)
            asked[row.row_number].update(
                _hidden_links(row, None if all_labels else old, columns) if is_open else ()
            )
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
    for number, keys in _new_numbers(rows, known, contents).items():
        asked[number].update(keys)
    return Look({number: keys for number, keys in asked.items() if keys}, digests)


@dataclass(frozen=True, slots=True)
class Columns:
    """The user's columns in a snapshot, and those of them that steps or feeds use."""

    present: Collection[str]
    read: Container[str]
    layout: Layout
    links: AbstractSet[str] = frozenset()  # those in which tools look for addresses


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


def find_labelled(
    rows: Iterable[IdentifiedRow], known: Mapping[str, MirrorRow], look: Look
) -> list[str]:
    """The ids of rows that are looked at and have had a link behind a label."""
    return [
        i.row_id
        for i in rows
        if i.row.row_number in look.cells and i.row_id in known
        if any(map(is_label_mark, known[i.row_id].computed.values()))
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


def _new_numbers(
    rows: Iterable[IdentifiedRow], known: Mapping[str, MirrorRow], contents: Mapping[str, Cells]
) -> dict[int, list[str]]:
    """What is new on rows with a new number, by row number; a date is a number."""
    found = {}
    for identified in rows:
        old = known.get(identified.row_id)
        if old is None or not has_content_of(identified.row, old):
            before = contents.get(identified.row_id, {}) if old is not None else _NO_CELLS
            now = identified.row.cells()
            new = [key for key in now if not _is_same(before, now, key)]
            if not all(isinstance(now[key], str) for key in new):
                found[identified.row.row_number] = new
    return found if len(found) <= _MOST_TYPED else {}


def _hidden_links(row: SheetRow, known: MirrorRow | None, columns: Columns) -> Iterator[str]:
    """Columns in which an address is looked for and a label stands, not known yet."""
    cells = row.cells()
    for key in columns.links:
        label = cells.get(key)
        if is_label(label) and not _knows_link(known, key, label):
            yield key


def _knows_link(known: MirrorRow | None, key: str, label: CellValue | None) -> bool:
    return known is not None and known.computed.get(address_key(key)) == label_mark(str(label))


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
    addresses: Mapping[str, CellValue]  # behind labels, see domain.links


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
        details: Details = NO_DETAILS,
        rows: Iterable[SheetRow] = (),
        known: Mapping[str, MirrorRow] = _NO_ROWS,
    ) -> None:
        self._columns = columns
        self._details = details
        self._origins = {
            row.row_number: dict(_origins(row, details[row.row_number], columns))
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
        return any(
            key not in self._columns.present and not is_label_mark(found)
            for key, found in known.computed.items()
        )

    def judge(self, row: SheetRow, known: MirrorRow, before: Cells, now: Cells) -> Verdict:
        """Compare a row with what the mirror knows of it.

        Args:
            row: as it was read.
            known: the mirror's.
            before: the cells last known.
            now: the cells of the row.
        """
        origins = self._origins.get(row.row_number, {})
        old_marks = {key for key, found in known.computed.items() if is_label_mark(found)}
        formulas = {key: f for key, f in known.computed.items() if key not in old_marks}
        computed, is_edited = dict(formulas), False
        for key, old in formulas.items():
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
        marks, addresses = self.find_links(row, now, known.computed, before)
        is_edited |= addresses != {key: before[key] for key in old_marks if key in before}
        return Verdict(is_edited, computed | marks, addresses)

    def find_links(
        self,
        row: SheetRow,
        now: Cells,
        marks: Mapping[str, str] = _NO_MARKS,
        before: Cells = _NO_CELLS,
    ) -> tuple[dict[str, str], dict[str, CellValue]]:
        """For which labels it is known what is behind them, and the addresses that are.

        Args:
            row: as it was read.
            now: the cells of the row.
            marks: what is known of the row.
            before: the cells last known.
        """
        details = self._details.get(row.row_number, {})
        found: dict[str, str] = {}
        addresses: dict[str, CellValue] = {}
        for key in self._columns.links:
            kept, label = address_key(key), now.get(key)
            if not is_label(label):
                continue
            mark = label_mark(str(label))
            if key in details:
                address: CellValue = details[key].address
            elif marks.get(kept) == mark:
                address = before.get(kept, BLANK)
            else:
                continue
            found[kept] = mark
            if address != BLANK:
                addresses[kept] = address
        return found, addresses

    def _was_there(self, key: str, origin: str | None, before: Cells) -> bool:
        """Whether a formula that is seen for the first time filled the cell before, too.

        So it is where one formula fills a column; a single one in a cell that
        showed something else was typed over it.
        """
        is_common = not self._common.isdisjoint({(key, origin), (key, SPILLED)})
        return origin is not None and key in before and is_common


def _origins(
    row: SheetRow, details: Mapping[str, CellDetail], columns: Columns
) -> Iterator[tuple[str, str | None]]:
    """By column, the fingerprint of the formula that fills the cell; None if it was typed."""
    cells = row.cells()
    for key, detail in details.items():
        if key in columns.read:
            continue
        if detail.formula:
            yield key, fingerprint(detail.formula, row.row_number, columns.layout)
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
