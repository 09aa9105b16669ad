"""What Google answers to a reading of a tab: one answer, or several that make up one state."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from sync_daemon.domain.cells import BLANK, CellValue, is_blank, same_cell
from sync_daemon.domain.headers import ColumnMap, map_columns
from sync_daemon.domain.sheet_state import SheetTarget
from sync_daemon.domain.snapshot import SheetRow, Snapshot, read_rows
from sync_daemon.errors import GarbledAnswerError, TornReadError
from sync_daemon.sheets.ranges import AnsweredRange, Span, parse_range

_SAMPLE = 1_000  # rows to judge columns by


def parse_whole(target: SheetTarget, metadata_ids: Mapping[str, int], text: list[str]) -> Snapshot:
    """The snapshot in the one answer to a reading of a whole tab.

    Args:
        target: the tab.
        metadata_ids: of our columns, by header.
        text: the answer; it is taken out, to be let go of while it is parsed.

    Raises:
        TornReadError: it is cut off, garbled, or lacks the tab.
    """
    answer = _read_answer(text, target)
    ((cells, place),) = answer.grids.values()
    header_row = cells[target.header_row - 1] if len(cells) >= target.header_row else []
    data = cells[target.header_row :]
    width = max(map(len, cells), default=0)
    answer.grids.clear()
    del cells
    owned = target.headers.columns(metadata_ids)
    columns = map_columns(
        header_row, width, owned, answer.metadata_at, target.inputs, target.layout
    )
    rows = list(
        read_rows(_consumed(data), target.header_row + 1, columns, target.headers, target.dates)
    )
    return Snapshot(
        header_row=header_row,
        columns=columns,
        rows=rows,
        title=place.title,
        grid_columns=place.end_column,
    )


def header_span(target: SheetTarget) -> Span:
    """The header row, to be asked for with every further answer."""
    return Span(top=target.header_row - 1, bottom=target.header_row)


class ChunkedReading:
    """A tab read in several answers, and the proof that they belong to one state.

    Rows that move between two of the answers would be read twice, or not at
    all. So a last answer has to show in one piece the ids that the others
    showed in pieces, and for rows without one the user's most telling column;
    and every answer has to show the same headers.

    Args:
        target: the tab.
        metadata_ids: of our columns, by header.
        text: the first answer, with the headers and the places of our columns.
    """

    def __init__(self, target: SheetTarget, metadata_ids: Mapping[str, int], text: str) -> None:
        self._target = target
        answer = _read_answer([text], target)
        (cells, place), *_ = answer.grids.values()
        self._header_row = cells[target.header_row - 1] if len(cells) >= target.header_row else []
        self._columns = map_columns(
            self._header_row,
            place.end_column,
            target.headers.columns(metadata_ids),
            answer.metadata_at,
            target.inputs,
            target.layout,
        )
        self._place = place
        self._width = len(self._header_row)
        self._rows: list[SheetRow] = []
        self._take(cells[target.header_row :], target.header_row + 1)

    def add(self, text: str, first_row: int) -> None:
        """The rows from ``first_row`` on.

        Raises:
            TornReadError: the headers are not the same any more.
        """
        ((_, cells),) = self._read_next(text).items()
        self._take(cells, first_row)

    @cached_property
    def proving_columns(self) -> tuple[int, ...]:
        """Columns that the last answer has to show; to be asked for when all rows were added."""
        ids = self._columns.owned.get(self._target.headers.id)
        return tuple(index for index in (ids, self._telling[1]) if index is not None)

    def prove(self, text: str) -> Snapshot:
        """The snapshot, if the answer with the proving columns bears it out.

        Raises:
            TornReadError: rows moved, came or went between the answers.
        """
        shown = {span.left: cells for span, cells in self._read_next(text).items()}
        rows = {row.row_number: row for row in self._rows}
        first = self._target.header_row + 1
        last = max([*rows, *map(len, shown.values())], default=0)
        for number in range(first, last + 1):
            cells = {index: _cell(column, number) for index, column in shown.items()}
            if not self._is_borne_out(rows.get(number), cells):
                raise self._torn(f"changed while it was read, at row {number}")
        return Snapshot(
            header_row=self._header_row,
            columns=self._columns_in_use(),
            rows=self._rows,
            title=self._place.title,
            grid_columns=self._place.end_column,
        )

    def _columns_in_use(self) -> ColumnMap:
        """The columns up to the last that holds anything, which only the whole tells."""
        user = tuple(column for column in self._columns.user if column[1] < self._width)
        return replace(self._columns, user=user, width=self._width)

    def _is_borne_out(self, row: SheetRow | None, shown: Mapping[int, CellValue]) -> bool:
        ids = self._columns.owned.get(self._target.headers.id)
        if ids is not None and not same_cell(shown[ids], BLANK if row is None else row.id_cell):
            return False
        header, index = self._telling
        if index is None or (row is not None and row.id_read is not None):
            return True
        if row is None or row.is_blank:
            return is_blank(shown[index]) or shown[index] is False  # a checkbox says nothing
        return same_cell(shown[index], row.cells().get(header, BLANK))

    @cached_property
    def _telling(self) -> tuple[str, int | None]:
        """The user's column (header, index) in which rows without an id differ most."""
        sample = [row.cells() for row in self._rows if row.id_read is None][:_SAMPLE]
        if not sample or not self._columns.user:
            return "", None
        return max(self._columns.user, key=lambda c: len({cells.get(c[0]) for cells in sample}))

    def _take(self, cells: list[list[CellValue]], first_row: int) -> None:
        self._width = max([self._width, *map(len, cells)])
        target = self._target
        rows = read_rows(_consumed(cells), first_row, self._columns, target.headers, target.dates)
        self._rows.extend(rows)

    def _read_next(self, text: str) -> dict[Span, list[list[Any]]]:
        """The grids of an answer beside that with the headers, which must be the same."""
        grids = {
            span: cells for span, (cells, _) in _read_answer([text], self._target).grids.items()
        }
        headers = grids.pop(header_span(self._target), [])
        if (headers or [[]])[0] != self._header_row:
            raise self._torn("got other headers while it was read")
        return grids

    def _torn(self, what: str) -> TornReadError:
        message = f"Sheet {self._target.name!r} {what}."
        return TornReadError(message, hint="Nothing was changed; it is read again.")


@dataclass(slots=True)
class _Answer:
    """An answer of ``values:batchGetByDataFilter``."""

    grids: dict[Span, tuple[list[list[CellValue]], AnsweredRange]]
    metadata_at: Mapping[int, int]


def _read_answer(text: list[str], target: SheetTarget) -> _Answer:
    answer = _Answer({}, metadata_at := {})
    for matched in _loads(text, target).get("valueRanges", []):
        value_range = matched.get("valueRange", {})
        place = parse_range(value_range["range"])
        for data_filter in matched.get("dataFilters", []):
            if "gridRange" in data_filter:
                span = Span.from_json(data_filter["gridRange"])
                answer.grids[span] = (value_range.get("values", []), place)
            lookup = data_filter.get("developerMetadataLookup", {})
            if "metadataId" in lookup:
                metadata_at[lookup["metadataId"]] = place.first_column
    if not answer.grids:
        message = f"Google's answer for sheet {target.name!r} does not hold the tab."
        raise TornReadError(message, hint="Nothing was changed; it is read again next time.")
    return answer


def _loads(text: list[str], target: SheetTarget) -> dict[str, Any]:
    try:
        answer = json.loads(text.pop())
    except ValueError as error:
        message = f"Google's answer for sheet {target.name!r} is cut off or garbled."
        raise GarbledAnswerError(message, hint="Nothing was changed; it is read again.") from error
    return answer if isinstance(answer, dict) else {}


def _consumed(rows: list[list[CellValue]]) -> Iterator[list[CellValue]]:
    """The rows, each let go of when the next is asked for: a large sheet is in memory once."""
    for index, row in enumerate(rows):
        rows[index] = []
        yield row


def _cell(column: Sequence[Sequence[CellValue]], row_number: int) -> CellValue:
    cells = column[row_number - 1] if row_number <= len(column) else ()
    return cells[0] if cells else BLANK
