"""Which cells of the user's a write of ours overwrote, and what stood in them.

Between a reading and a write the user may shift cells sideways, or paste a
column over one of ours: then what the write hit was theirs. The reading before
and the one after tell what it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sync_daemon.domain.cells import BLANK, CellValue
from sync_daemon.domain.headers import OwnedHeaders, header_texts
from sync_daemon.domain.reconcile import RowWrite
from sync_daemon.domain.serial_dates import same_shown
from sync_daemon.domain.snapshot import SheetRow, Snapshot

_FURTHEST = 5  # columns, or lines, by which cells are looked for


@dataclass(frozen=True, slots=True)
class Overwritten:
    """A cell of the user's that shows what we wrote, and what it showed before."""

    header: str  # of the column of ours that the write was addressed to
    row_number: int
    value: CellValue
    ours: CellValue
    is_title: bool = False  # of a column of ours, where lines were put in above the headers


class Grid:
    """The cells of a snapshot as they stand side by side."""

    def __init__(self, snapshot: Snapshot, headers: OwnedHeaders) -> None:
        self._columns = snapshot.columns
        self._headers = headers
        self._rows = {row.row_number: row for row in snapshot.rows}
        self._by_id = {row.id_read: row for row in snapshot.rows if row.id_read}
        self.titles = header_texts(snapshot.header_row)
        self.users = {index: key for key, index in snapshot.columns.user}
        self.width = snapshot.columns.width

    def row(self, number: int) -> SheetRow | None:
        """A row by its number."""
        return self._rows.get(number)

    def row_of_id(self, row_id: str) -> SheetRow | None:
        """The row that bears an id."""
        return self._by_id.get(row_id)

    def cells(self, row: SheetRow) -> list[CellValue]:
        """A row's cells from the first column on."""
        own = row.cells()
        ours = {
            self._headers.id: row.id_cell,
            self._headers.status: row.status_cell,
            **dict(zip(self._headers.results, row.results, strict=True)),
        }
        cells: list[CellValue] = [BLANK] * self.width
        for index, key in self.users.items():
            cells[index] = own.get(key, BLANK)
        for header, index in self._columns.owned.items():
            cells[index] = ours.get(header, BLANK)
        return cells


def find_overwritten(
    before: Snapshot,
    after: Snapshot,
    writes: Sequence[RowWrite],
    metadata_ids: Mapping[str, int],
    headers: OwnedHeaders,
) -> list[Overwritten]:
    """What the user lost to writes of ours.

    Args:
        before: the reading that the writes were planned from.
        after: the first reading after them.
        writes: those that did not go where they should, or perhaps did not.
        metadata_ids: by which the columns were addressed, by header.
        headers: of our columns.
    """
    if not writes:
        return []
    old, new = Grid(before, headers), Grid(after, headers)
    if titles := _find_titles(before, after, new):
        return list(_lost_titles(titles, before, new, after, writes, metadata_ids))
    return [
        Overwritten(header, write.row_number, value, ours)
        for write in writes
        for header, ours, value in _lost_on_row(write, old, new, after, metadata_ids)
        if not same_shown(value, ours)
    ]


def _find_titles(before: Snapshot, after: Snapshot, new: Grid) -> int:
    """The row in which the headers stand now, where lines were put in above them; else 0."""
    users = {index for _, index in before.columns.user}
    headers = enumerate(before.header_row)
    titles = {index: title for index, title in headers if index in users and title != BLANK}
    for row in after.rows[:_FURTHEST] if titles else ():
        cells = new.cells(row)
        if all(cells[i : i + 1] == [title] for i, title in titles.items()):
            return row.row_number
    return 0


def _lost_titles(
    number: int,
    before: Snapshot,
    new: Grid,
    after: Snapshot,
    writes: Sequence[RowWrite],
    metadata_ids: Mapping[str, int],
) -> Iterator[Overwritten]:
    """Titles of our columns on which results came to stand."""
    row = new.row(number)
    shown = new.cells(row) if row is not None else []
    for write in writes:
        for header, ours in write.cells.items() if write.row_number == number else ():
            place = after.columns.marks.get(metadata_ids.get(header, -1), len(shown))
            if place < len(shown) and same_shown(shown[place], ours):
                yield Overwritten(header, number, before.header_row[place], ours, is_title=True)


def _lost_on_row(
    write: RowWrite, old: Grid, new: Grid, after: Snapshot, metadata_ids: Mapping[str, int]
) -> Iterator[tuple[str, CellValue, CellValue]]:
    """(header, what we wrote, what stood there) of each cell of the user's."""
    row = new.row(write.row_number)
    shown = new.cells(row) if row is not None else []
    hit = {
        header: place
        for header, ours in write.cells.items()
        if (place := after.columns.marks.get(metadata_ids.get(header, -1))) is not None
        and same_shown(shown[place] if place < len(shown) else BLANK, ours)
    }
    pasted = {header: place for header, place in hit.items() if place in new.users}
    known = _same_row(row, write, old)
    for header, place in pasted.items():
        if known is not None and new.users[place] in old.users.values():
            yield header, write.cells[header], known.cells().get(new.users[place], BLANK)
    if pasted or row is None or new.titles != old.titles:
        return  # columns were moved: a row is not to be compared by its places
    places = {place: header for header, place in hit.items()}
    for place, value in _shifted(shown, set(places), row, old).items():
        yield places[place], write.cells[places[place]], value


def _same_row(row: SheetRow | None, write: RowWrite, old: Grid) -> SheetRow | None:
    """The row as it was before: by its id, else, if it has none, by its place."""
    if row is not None and row.id_read:
        return old.row_of_id(row.id_read)
    return old.row(write.row_number)


def _shifted(
    shown: Sequence[CellValue], hit: set[int], now: SheetRow, old: Grid
) -> dict[int, CellValue]:
    """What stood in columns of ours that were hit, if cells of the row were shifted sideways.

    The smallest shift counts that explains every cell of the row but those that we
    wrote. If there is nothing to explain, nothing was shifted. A last cell that was cleared
    looks like one that was shifted onto ours: it is brought back rather than lost.
    """
    row = old.row(now.row_number)
    if row is None or row.id_read is None or row.id_read != (now.id_read or now.witness_read):
        return {}  # another row stands there now; an id can have been shifted away itself
    before = old.cells(row)
    if _is_explained(shown, before, 0, 0, hit):
        return {}
    for shift in sorted({*range(-_FURTHEST, _FURTHEST + 1)} - {0}, key=abs):
        for start in range(len(shown), -1, -1):
            if not _is_explained(shown, before, start, shift, hit):
                continue
            if lost := _came_into(hit, before, start, shift, old):
                return lost
    return {}


def _came_into(
    hit: set[int], before: Sequence[CellValue], start: int, shift: int, old: Grid
) -> dict[int, CellValue]:
    """The user's cells that a shift brought to where we wrote, not those left of it."""
    return {
        place: before[place + shift]
        for place in hit
        if start <= min(place, place + shift)
        and place + shift in old.users
        and before[place + shift] != BLANK
    }


def _is_explained(
    shown: Sequence[CellValue], before: Sequence[CellValue], start: int, shift: int, hit: set[int]
) -> bool:
    """Whether the row is as before up to ``start``, and shifted from there on."""
    for index, value in enumerate(shown):
        if index in hit:
            continue
        source = index + shift if index >= start else index
        is_put_in = start <= index < start - shift
        was = before[source] if 0 <= source < len(before) and not is_put_in else BLANK
        if not same_shown(value, was):
            return False
    return True
