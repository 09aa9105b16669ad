"""From the text of a range to the cells of a document."""

from __future__ import annotations

from typing import Any

from sync_daemon.sandbox.api_errors import ApiError, invalid_argument, unparsable_range
from sync_daemon.sandbox.sheets.a1 import (
    Box,
    GridRange,
    format_box,
    format_range,
    parse_cells,
    split_title,
)
from sync_daemon.sandbox.sheets.document import Document, Sheet

JsonObject = dict[str, Any]


def resolve_a1(document: Document, text: str) -> GridRange:
    """The cells that a text names: A1 or R1C1 notation, a sheet's title, a named range.

    Raises:
        ApiError: 400 ``Unable to parse range``.
    """
    whole = document.sheet_titled(text)
    if whole is not None:
        return GridRange(whole.sheet_id)
    try:
        title, cells = split_title(text)
    except ValueError:
        raise unparsable_range(text) from None
    if title is not None:
        return _on_sheet(document, title, cells, text)
    return _without_title(document, text)


def _on_sheet(document: Document, title: str, cells: str, text: str) -> GridRange:
    sheet = document.sheet_titled(title)
    found = None
    if sheet is not None and not text.endswith("!"):
        found = parse_cells(cells, sheet.sheet_id) if cells else GridRange(sheet.sheet_id)
        found = found or _named(document, cells, sheet.sheet_id)
    if found is None:
        raise unparsable_range(text)
    return found


def _without_title(document: Document, text: str) -> GridRange:
    """A range's name comes before cells of the first sheet."""
    found = _named(document, text) or parse_cells(text, document.sheets[0].sheet_id)
    if found is None:
        raise unparsable_range(text)
    return found


def _named(document: Document, name: str, sheet_id: int | None = None) -> GridRange | None:
    """The cells of a named range, on a sheet if one is said."""
    for named in document.named_ranges.values():
        if named["name"].casefold() == name.casefold():
            cells = GridRange.from_json(named.get("range", {}))
            return cells if sheet_id in {None, cells.sheet_id} else None
    return None


def resolve_grid_range(document: Document, raw: JsonObject) -> GridRange:
    """The cells that a GridRange message names.

    Raises:
        ApiError: 400 for a sheet that is not there or ends in the wrong order.
    """
    cells = GridRange.from_json(raw)
    sheet = document.sheet(cells.sheet_id)
    for start, end, name in (
        (cells.start_row, cells.end_row, "Row"),
        (cells.start_column, cells.end_column, "Column"),
    ):
        if (start is not None and start < 0) or (end is not None and end < 0):
            raise invalid_argument(f"start{name}Index and end{name}Index must be non-negative.")
        if start is not None and end is not None and end < start:
            raise invalid_argument(
                f"end{name}Index ({end}) must be greater than or equal to "
                f"start{name}Index ({start})."
            )
    check_inside(sheet, cells)
    return cells


def check_inside(sheet: Sheet, cells: GridRange) -> None:
    """Refuse a range that starts outside the grid."""
    grid = sheet.grid
    if cells.top < 0 or cells.left < 0:
        raise invalid_argument("rowIndex and columnIndex must be non-negative.")
    if cells.top >= grid.row_count or cells.left >= grid.column_count:
        raise beyond_grid(sheet, cells)


def check_within(sheet: Sheet, cells: GridRange) -> None:
    """Refuse a range that leaves the grid at any side: what is written to cannot be clamped."""
    check_inside(sheet, cells)
    rows, columns = sheet.grid.row_count, sheet.grid.column_count
    if (cells.end_row or 0) > rows or (cells.end_column or 0) > columns:
        raise beyond_grid(sheet, cells)


def beyond_grid(sheet: Sheet, cells: GridRange) -> ApiError:
    """The 400 for cells that the grid has not."""
    return invalid_argument(
        f"Range ({format_range(sheet.title, cells)}) exceeds grid limits. "
        f"Max rows: {sheet.grid.row_count}, max columns: {sheet.grid.column_count}"
    )


def box_of(document: Document, cells: GridRange) -> tuple[Sheet, Box]:
    """The sheet and the part of its grid that a range covers.

    Raises:
        ApiError: 400 if the range starts outside the grid.
    """
    sheet = document.sheet(cells.sheet_id)
    check_inside(sheet, cells)
    return sheet, cells.clamp(sheet.grid.row_count, sheet.grid.column_count)


def grid_box(document: Document, raw: JsonObject) -> tuple[Sheet, Box]:
    """The sheet and the rectangle that a GridRange message covers."""
    return box_of(document, resolve_grid_range(document, raw))


def range_text(sheet: Sheet, box: Box) -> str:
    """The rectangle in A1 notation with the sheet's title."""
    return format_box(sheet.title, box)
