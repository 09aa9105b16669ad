"""Inserting, deleting and moving rows and columns of a sheet."""

from __future__ import annotations

from sync_daemon.sandbox.api_errors import invalid_argument
from sync_daemon.sandbox.sheets.cells import Cell, Content
from sync_daemon.sandbox.sheets.document import Document, Sheet
from sync_daemon.sandbox.sheets.shifts import Change, Delete, Dimension, Insert, Move


def insert(
    document: Document,
    sheet: Sheet,
    dimension: Dimension,
    at: int,
    count: int,
    *,
    inherit_before: bool | None = None,
) -> None:
    """Insert empty rows or columns before ``at``.

    Args:
        document: where.
        sheet: where in it.
        dimension: rows or columns.
        at: the index of the first new one.
        count: how many.
        inherit_before: take formats from the one before (True) or after (False).
    """
    is_rows = dimension is Dimension.ROWS
    document.check_cell_count(count * sheet.size(Dimension.COLUMNS if is_rows else Dimension.ROWS))
    if is_rows:
        sheet.grid.insert_rows(at, count)
    else:
        sheet.grid.insert_columns(at, count)
    document.shift(Change(sheet.sheet_id, dimension, Insert(at, count)))
    if inherit_before is not None:
        _inherit(sheet, dimension, (at, count), at - 1 if inherit_before else at + count)


def _inherit(sheet: Sheet, dimension: Dimension, new: tuple[int, int], source: int) -> None:
    """Give new rows or columns the formats and properties of a neighbour."""
    at, count = new
    if not 0 <= source < sheet.size(dimension):
        return
    properties = sheet.dimension_properties(dimension)
    kept = {key: value for key, value in properties.get(source, {}).items() if key == "pixelSize"}
    if kept:
        properties.update(dict.fromkeys(range(at, at + count), kept))
    grid = sheet.grid
    if dimension is Dimension.ROWS:
        formats = [_format_only(content) for content in grid.cells_of(source)]
        if any(formats):
            for row in range(at, at + count):
                grid.set_row(row, 0, list(formats))
        return
    for row in range(len(grid.rows)):
        content = _format_only(grid.get(row, source))
        if content is not None:
            grid.set_row(row, at, [content] * count)


def _format_only(content: Content) -> Content:
    if isinstance(content, Cell) and (content.format or content.validation):
        return Cell(format=content.format, validation=content.validation)
    return None


def delete(document: Document, sheet: Sheet, dimension: Dimension, start: int, end: int) -> None:
    """Delete rows or columns from ``start`` up to ``end``.

    Raises:
        ApiError: 400 if none would be left.
    """
    end = min(end, sheet.size(dimension))
    if end - start >= sheet.size(dimension):
        name = "rows" if dimension is Dimension.ROWS else "columns"
        raise invalid_argument(f"You can't delete all the {name} on the sheet.")
    if dimension is Dimension.ROWS:
        sheet.grid.delete_rows(start, end)
    else:
        sheet.grid.delete_columns(start, end)
    document.shift(Change(sheet.sheet_id, dimension, Delete(start, end)))


def move(
    document: Document, sheet: Sheet, dimension: Dimension, span: tuple[int, int], to: int
) -> None:
    """Move rows or columns so that they stand before what is now at ``to``.

    Raises:
        ApiError: 400 for a destination outside the grid.
    """
    start, end = span
    if not 0 <= to <= sheet.size(dimension):
        raise invalid_argument(
            f"Invalid destinationIndex: {to}. It must be between 0 and {sheet.size(dimension)}."
        )
    if start <= to <= end:
        return
    shift = Move(start, end, to)
    if dimension is Dimension.ROWS:
        sheet.grid.move_rows(start, end, shift.landing)
    else:
        sheet.grid.move_columns(start, end, shift.landing)
    document.shift(Change(sheet.sheet_id, dimension, shift))
