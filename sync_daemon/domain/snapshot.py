"""A sheet as it was read at one moment."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sync_daemon.domain.cells import (
    BLANK,
    CellValue,
    content_hash,
    decode_cells,
    encode_cells,
    is_blank,
)
from sync_daemon.domain.headers import ColumnMap, OwnedHeaders
from sync_daemon.domain.ids import read_id, read_witness
from sync_daemon.domain.serial_dates import from_serial

NO_CONTENT = "{}"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row as it was read. ``row_number`` counts from 1, as the sheet shows it."""

    row_number: int
    id_cell: CellValue
    status_cell: CellValue
    content: str  # the user's cells as JSON (see cells.encode_cells)
    content_hash: str
    results: tuple[CellValue, ...]  # in the order of Snapshot.result_headers

    @property
    def is_blank(self) -> bool:
        """Whether the user has nothing in this row."""
        return self.content == NO_CONTENT

    @property
    def id_read(self) -> str | None:
        """The id in the id cell, or that of a status which was shifted into it."""
        return read_id(self.id_cell) or read_witness(self.id_cell)

    @property
    def witness_read(self) -> str | None:
        """The id at the end of the status cell, or an id which was shifted into it."""
        return read_witness(self.status_cell) or read_id(self.status_cell)

    def bears(self, row_id: CellValue) -> bool:
        """Whether both places on the row say ``row_id``."""
        return (
            self.id_cell == row_id
            and isinstance(self.status_cell, str)
            and self.status_cell.endswith(f" #{row_id}")
        )

    def hash_without(self, keys: Collection[str]) -> str:
        """The hash of the content without the cells of these columns."""
        if not keys:
            return self.content_hash
        cells = self.cells()
        rest = {key: value for key, value in cells.items() if key not in keys}
        return self.content_hash if len(rest) == len(cells) else content_hash(encode_cells(rest))

    def cells(self) -> dict[str, CellValue]:
        """The user's filled cells: header → value."""
        return decode_cells(self.content)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The rows of a sheet at one moment, rows that hold nothing at all left out.

    ``results`` of the rows are in the order of ``OwnedHeaders.results``.
    """

    header_row: Sequence[CellValue]
    columns: ColumnMap
    rows: Sequence[SheetRow] = field(default_factory=tuple)
    title: str = ""  # of the tab, as it is called now
    grid_columns: int = 0  # how many columns the tab has, used or not


def read_rows(
    cells: Iterable[Sequence[CellValue]],
    first_row_number: int,
    columns: ColumnMap,
    headers: OwnedHeaders,
    dates: Collection[str] = (),
) -> Iterator[SheetRow]:
    """Turn rows of raw cells into :class:`SheetRow`, skipping those with nothing in them.

    Serial numbers in result columns of ``dates`` are read as ISO 8601.

    The content of a row is keyed by header and ordered by it, so that moving
    columns, or adding one that is blank, changes no row.
    """
    id_index, status_index, *result_indices = (
        columns.owned.get(header, -1) for header in (headers.id, headers.status, *headers.results)
    )
    places = [(index, h in dates) for index, h in zip(result_indices, headers.results, strict=True)]
    user = columns.user
    for row_number, row in enumerate(cells, first_row_number):
        if not row:
            continue
        width = len(row)
        own = {key: row[i] for key, i in user if i < width and not is_blank(row[i])}
        if all(value is False for value in own.values()):
            own = {}  # only checkboxes that nobody has ticked, as a column of them has to the end
        content = encode_cells(own) if own else NO_CONTENT
        sheet_row = SheetRow(
            row_number=row_number,
            id_cell=_observed(row, id_index),
            status_cell=_observed(row, status_index),
            content=content,
            content_hash=content_hash(content),
            results=tuple(
                from_serial(_observed(row, i)) if is_date else _observed(row, i)
                for i, is_date in places
            ),
        )
        if own or _owns_something(sheet_row):
            yield sheet_row


def _observed(row: Sequence[CellValue], index: int) -> CellValue:
    """A cell of ours; one that shows nothing is BLANK, whatever it holds."""
    if not 0 <= index < len(row) or is_blank(row[index]):
        return BLANK
    return row[index]


def _owns_something(row: SheetRow) -> bool:
    return row.id_cell != BLANK or row.status_cell != BLANK or any(v != BLANK for v in row.results)
