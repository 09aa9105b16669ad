"""What is in cells beside their values, from grid data (Sheets API v4); pure.

It is asked for after the values were read, so rows and columns may have moved
in between. The answer holds the headers and ids as well, and is refused where
they are not those that were read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sync_daemon.domain.cells import BLANK, CellValue
from sync_daemon.domain.computed import CellDetail, Details, Look
from sync_daemon.domain.ids import read_id
from sync_daemon.domain.links import choose_address
from sync_daemon.domain.snapshot import SheetRow, Snapshot
from sync_daemon.errors import TornReadError
from sync_daemon.sheets.ranges import Span

DETAIL_FIELDS = (
    "sheets(properties(sheetId),data(startRow,startColumn,"
    "rowData(values(userEnteredValue,effectiveValue,hyperlink,"
    "userEnteredFormat(numberFormat,textFormat(link)),textFormatRuns(format(link)),"
    "chipRuns(chip(richLinkProperties(uri)))))))"
)
_MAX_GAP = 50  # rows between two that are asked for, and still worth one range
_MAX_BLOCKS = 20

Grid = Mapping[tuple[int, int], Mapping[str, Any]]
"""Cells by row and column, from 0."""


@dataclass(frozen=True)
class CloserLook:
    """One request for details, and what its answer means."""

    sheet: str
    snapshot: Snapshot
    look: Look
    header_row: int  # from 1
    id_header: str

    def body(self, gid: int) -> dict[str, Any]:
        """The request's body."""
        spans = [Span(self.header_row - 1, self.header_row, *block) for block in self._columns()]
        spans += [
            Span(first - 1, last, *columns)
            for first, last in _blocks(sorted(self.look.cells))
            for columns in self._columns()
        ]
        return {"dataFilters": [{"gridRange": span.to_json(gid)} for span in spans]}

    def read(self, answer: Mapping[str, Any], gid: int) -> Details:
        """The details in the answer.

        Raises:
            TornReadError: rows or columns are not where they were.
        """
        grid = dict(_cells(answer, gid))
        places = self._places
        for index in (*self._proving, *places.values()):
            header = self.snapshot.header_row[index : index + 1] or [BLANK]
            if not _shows(grid, (self.header_row - 1, index), header[0]):
                raise self._torn()
        found = {}
        for row in self._rows:
            if not all(self._is_same(grid, row, index) for index in self._proving):
                raise self._torn()
            asked = self.look.cells[row.row_number]
            found[row.row_number] = {
                key: _detail(grid.get((row.row_number - 1, places[key]), {})) for key in asked
            }
        return found

    @cached_property
    def _rows(self) -> Sequence[SheetRow]:
        return [row for row in self.snapshot.rows if row.row_number in self.look.cells]

    @cached_property
    def _places(self) -> Mapping[str, int]:
        asked = {key for keys in self.look.cells.values() for key in keys}
        return {key: index for key, index in self.snapshot.columns.user if key in asked}

    @cached_property
    def _proving(self) -> Sequence[int]:
        """The id column; where a row has no id yet, the user's columns as well."""
        ids = self.snapshot.columns.owned.get(self.id_header)
        proving = [] if ids is None else [ids]
        if ids is None or any(read_id(row.id_cell) is None for row in self._rows):
            proving += [index for _, index in self.snapshot.columns.user]
        return proving

    @cached_property
    def _keys(self) -> Mapping[int, str]:
        return {index: key for key, index in self.snapshot.columns.user}

    def _is_same(self, grid: Grid, row: SheetRow, index: int) -> bool:
        """Whether the cell is as it was read; numbers may be a formula's, and move on."""
        if index not in self._keys:
            return _shows(grid, (row.row_number - 1, index), row.id_cell)
        value = row.cells().get(self._keys[index], BLANK)
        if not isinstance(value, str) or value == BLANK:
            return True
        return _shows(grid, (row.row_number - 1, index), value)

    def _columns(self) -> list[tuple[int, int]]:
        """Neighbouring columns together: (start, end)."""
        return list(_runs(sorted({*self._proving, *self._places.values()}), 1))

    def _torn(self) -> TornReadError:
        message = f"Sheet {self.sheet!r} changed while it was read."
        return TornReadError(message, hint="Nothing was changed; it is read again.")


def _cells(answer: Mapping[str, Any], gid: int) -> Iterator[tuple[tuple[int, int], Any]]:
    for sheet in answer.get("sheets", []):
        if sheet.get("properties", {}).get("sheetId", 0) != gid:
            continue
        for data in sheet.get("data", []):
            for row, line in enumerate(data.get("rowData", []), data.get("startRow", 0)):
                cells = line.get("values", [])
                for column, cell in enumerate(cells, data.get("startColumn", 0)):
                    yield (row, column), cell


def _detail(cell: Mapping[str, Any]) -> CellDetail:
    entered = cell.get("userEnteredValue", {})
    given = cell.get("userEnteredFormat", {}).get("numberFormat", {})
    return CellDetail(
        entered.get("formulaValue", ""),
        is_entered=bool(entered),
        address=choose_address(_addresses(cell)),
        number_format=(given.get("type", ""), given.get("pattern", "")),
    )


def _addresses(cell: Mapping[str, Any]) -> Iterator[str]:
    """Every link of a cell: of a formula or the whole, of parts of its text, of smart chips."""
    yield cell.get("hyperlink", "")
    formats = [cell.get("userEnteredFormat", {}).get("textFormat", {})]
    formats += [run.get("format", {}) for run in cell.get("textFormatRuns", [])]
    for one in formats:
        yield one.get("link", {}).get("uri", "")
    for run in cell.get("chipRuns", []):
        yield run.get("chip", {}).get("richLinkProperties", {}).get("uri", "")


def _shows(grid: Grid, place: tuple[int, int], value: CellValue) -> bool:
    shown = grid.get(place, {}).get("effectiveValue", {})
    if "errorValue" in shown:
        return isinstance(value, str)  # "#N/A" and the like
    found = next(iter(shown.values()), BLANK)
    return str(found) == str(value)


def _blocks(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Row numbers as (first, last), near ones together, and never very many."""
    blocks = list(_runs(numbers, _MAX_GAP))
    if len(blocks) > _MAX_BLOCKS:
        blocks = [(numbers[0], numbers[-1] + 1)]
    return [(first, end - 1) for first, end in blocks]


def _runs(numbers: Sequence[int], gap: int) -> Iterator[tuple[int, int]]:
    """Sorted numbers as (start, end), those within ``gap`` of one another together."""
    start = previous = numbers[0]
    for number in numbers[1:]:
        if number - previous > gap:
            yield start, previous + 1
            start = number
        previous = number
    yield start, previous + 1
