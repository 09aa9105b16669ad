"""Requests on rows and columns."""

from __future__ import annotations

from typing import Any

from sync_daemon.sandbox.api_errors import invalid_argument
from sync_daemon.sandbox.sheets import dimensions
from sync_daemon.sandbox.sheets.a1 import Box
from sync_daemon.sandbox.sheets.batch_context import Batch, along, dimension_of, mask_of, whole
from sync_daemon.sandbox.sheets.cells import Content
from sync_daemon.sandbox.sheets.document import Sheet
from sync_daemon.sandbox.sheets.groups import add_group, delete_group, update_group
from sync_daemon.sandbox.sheets.shifts import Dimension

JsonObject = dict[str, Any]


def insert_dimension(batch: Batch, raw: JsonObject) -> JsonObject:
    """Insert rows or columns."""
    sheet, dimension, box = batch.span(raw.get("range"))
    start, end = along(dimension, box)
    size = sheet.size(dimension)
    if "endIndex" not in raw["range"] or end == start:
        raise invalid_argument("range.endIndex must be greater than range.startIndex.")
    inherit = bool(raw.get("inheritFromBefore"))
    if start > size or (start == size and not inherit):
        raise invalid_argument(
            f"range.startIndex[{start}] is after last {_noun(dimension)} index[{size - 1}]"
        )
    if start == 0 and inherit:
        raise invalid_argument("inheritFromBefore cannot be true if inserting at index 0.")
    _check_insert(batch, sheet, dimension, start)
    dimensions.insert(batch.document, sheet, dimension, start, end - start, inherit_before=inherit)
    return {}


def _noun(dimension: Dimension) -> str:
    return "row" if dimension is Dimension.ROWS else "column"


def _check_insert(batch: Batch, sheet: Sheet, dimension: Dimension, at: int) -> None:
    """Inserting is an edit of a protected range only between two rows or columns of it."""
    if at > 0:
        before, after = whole(sheet, dimension, at - 1, at), whole(sheet, dimension, at, at + 1)
        for number, item in sheet.protected_ranges.items():
            del number
            if batch.document.protects(sheet, item, before, batch.caller) and (
                batch.document.protects(sheet, item, after, batch.caller)
            ):
                batch.check(sheet, [before])


def delete_dimension(batch: Batch, raw: JsonObject) -> JsonObject:
    """Delete rows or columns."""
    sheet, dimension, box = batch.span(raw.get("range"))
    start, end = along(dimension, box)
    size = sheet.size(dimension)
    if start >= size:
        raise invalid_argument(
            f"Cannot delete a {_noun(dimension)} that doesn't exist. Tried to delete "
            f"{_noun(dimension)} index {start} but there are only {size} {_noun(dimension)}s."
        )
    if start == end:
        raise invalid_argument("range.endIndex must be greater than range.startIndex.")
    batch.check(sheet, [box])
    dimensions.delete(batch.document, sheet, dimension, start, end)
    return {}


def append_dimension(batch: Batch, raw: JsonObject) -> JsonObject:
    """Add rows or columns at the end."""
    sheet = batch.document.sheet(raw.get("sheetId", 0))
    dimension = dimension_of(raw, "appendDimension")
    length = raw.get("length", 0)
    if length < 1:
        raise invalid_argument("length must be greater than 0.")
    grid = sheet.grid
    if dimension is Dimension.ROWS:
        grid.resize(grid.row_count + length, grid.column_count)
    else:
        grid.resize(grid.row_count, grid.column_count + length)
    batch.document.check_cell_count()
    return {}


def move_dimension(batch: Batch, raw: JsonObject) -> JsonObject:
    """Move rows or columns; ``destinationIndex`` counts before the move."""
    sheet, dimension, box = batch.span(raw.get("source"), "source")
    start, end = along(dimension, box)
    if start >= sheet.size(dimension) or end > sheet.size(dimension) or start == end:
        raise invalid_argument("source is outside the grid or empty.")
    batch.check(sheet, [box])
    to = raw.get("destinationIndex", 0)
    dimensions.move(batch.document, sheet, dimension, (start, end), to)
    return {}


def update_dimension_properties(batch: Batch, raw: JsonObject) -> JsonObject:
    """Set width, height or hidden state."""
    if "dataSourceSheetRange" in raw:
        raise invalid_argument("dataSourceSheetRange: the spreadsheet has no data source sheets.")
    sheet, dimension, box = batch.span(raw.get("range"))
    mask = mask_of(raw, "DimensionProperties")
    wished = raw.get("properties", {})
    if "developerMetadata" in mask.fields or "hiddenByFilter" in mask.fields:
        raise invalid_argument("Only hiddenByUser and pixelSize can be updated.")
    start, end = along(dimension, box)
    size = sheet.size(dimension)
    if start >= size:
        raise invalid_argument(f"range.startIndex[{start}] is after last index[{size - 1}]")
    kept = sheet.dimension_properties(dimension)
    for index in range(start, min(end, size)):
        changed = mask.assign(kept.get(index, {}), wished)
        tidy = {key: value for key, value in changed.items() if value}
        if tidy:
            kept[index] = tidy
        else:
            kept.pop(index, None)
    return {}


def auto_resize_dimensions(batch: Batch, raw: JsonObject) -> JsonObject:
    """Fit widths or heights: about seven pixels a character, as nothing is drawn here."""
    sheet, dimension, box = batch.span(raw.get("dimensions"), "dimensions")
    start, end = along(dimension, box)
    kept = sheet.dimension_properties(dimension)
    for index in range(start, min(end, sheet.size(dimension))):
        properties = {
            key: value for key, value in kept.get(index, {}).items() if key != "pixelSize"
        }
        if dimension is Dimension.COLUMNS:
            longest = max(
                (
                    len(str(content))
                    for _, _, content in sheet.grid.used(whole(sheet, dimension, index, index + 1))
                    if isinstance(content, str | int | float)
                ),
                default=None,
            )
            if longest is not None:
                properties["pixelSize"] = 7 * longest + 10
        kept[index] = properties
    return {}


def insert_range(batch: Batch, raw: JsonObject) -> JsonObject:
    """Insert cells; what was there moves down or to the right."""
    sheet, box = batch.cells(raw.get("range"))
    dimension = _shift_dimension(raw)
    grid = sheet.grid
    if dimension is Dimension.ROWS:
        moved = Box(box.top, grid.row_count, box.left, box.right)
        needed = _used_end(sheet, moved, dimension) + box.height
        grid.resize(max(grid.row_count, needed), grid.column_count)
        target = (box.bottom, box.left)
    else:
        moved = Box(box.top, box.bottom, box.left, grid.column_count)
        needed = _used_end(sheet, moved, dimension) + box.width
        grid.resize(grid.row_count, max(grid.column_count, needed))
        target = (box.top, box.right)
    batch.check(sheet, [moved])
    block = grid.block(moved)
    empty = Box(box.top, box.bottom, box.left, box.right)
    _put_clipped(sheet, target, block)
    grid.fill(empty, None)
    batch.document.check_cell_count()
    return {}


def _used_end(sheet: Sheet, box: Box, dimension: Dimension) -> int:
    places = [(row, column) for row, column, _ in sheet.grid.used(box)]
    if dimension is Dimension.ROWS:
        return max((row + 1 for row, _ in places), default=box.top)
    return max((column + 1 for _, column in places), default=box.left)


def _put_clipped(sheet: Sheet, start: tuple[int, int], block: list[list[Content]]) -> None:
    grid = sheet.grid
    top, left = start
    for offset, contents in enumerate(block):
        if top + offset < grid.row_count:
            grid.set_row(top + offset, left, contents[: max(0, grid.column_count - left)])


def delete_range(batch: Batch, raw: JsonObject) -> JsonObject:
    """Delete cells; what is below or to the right moves into their place."""
    sheet, box = batch.cells(raw.get("range"))
    dimension = _shift_dimension(raw)
    grid = sheet.grid
    if dimension is Dimension.ROWS:
        rest = Box(box.bottom, grid.row_count, box.left, box.right)
        gap = Box(grid.row_count - box.height, grid.row_count, box.left, box.right)
    else:
        rest = Box(box.top, box.bottom, box.right, grid.column_count)
        gap = Box(box.top, box.bottom, grid.column_count - box.width, grid.column_count)
    batch.check(sheet, [box, rest])
    grid.put_block(box.top, box.left, grid.block(rest))
    grid.fill(gap, None)
    return {}


def _shift_dimension(raw: JsonObject) -> Dimension:
    return dimension_of({"dimension": raw.get("shiftDimension", "")}, "shiftDimension")


def _existing_span(
    batch: Batch, raw: JsonObject | None, name: str = "range"
) -> tuple[Sheet, Dimension, Box]:
    """As ``Batch.span``; refused if the grid has not all of it."""
    sheet, dimension, box = batch.span(raw, name)
    end, size = along(dimension, box)[1], sheet.size(dimension)
    if end > size:
        raise invalid_argument(f"{name}.endIndex[{end}] is after last index[{size - 1}]")
    return sheet, dimension, box


def add_dimension_group(batch: Batch, raw: JsonObject) -> JsonObject:
    """Group rows or columns; the reply has all groups of the dimension."""
    sheet, dimension, box = _existing_span(batch, raw.get("range"))
    groups = add_group(sheet, dimension, along(dimension, box))
    return {"addDimensionGroup": {"dimensionGroups": groups}}


def delete_dimension_group(batch: Batch, raw: JsonObject) -> JsonObject:
    """Take rows or columns out of their innermost group."""
    sheet, dimension, box = _existing_span(batch, raw.get("range"))
    groups = delete_group(sheet, dimension, along(dimension, box))
    return {"deleteDimensionGroup": {"dimensionGroups": groups} if groups else {}}


def update_dimension_group(batch: Batch, raw: JsonObject) -> JsonObject:
    """Collapse or open a group."""
    wished = raw.get("dimensionGroup", {})
    mask = mask_of(raw, "DimensionGroup")
    sheet, dimension, box = _existing_span(batch, wished.get("range"), "dimensionGroup.range")
    collapsed = bool(wished.get("collapsed")) if mask.covers("collapsed") else None
    update_group(sheet, dimension, along(dimension, box), wished.get("depth", 0), collapsed)
    return {}


HANDLERS = {
    "insertDimension": insert_dimension,
    "deleteDimension": delete_dimension,
    "appendDimension": append_dimension,
    "moveDimension": move_dimension,
    "updateDimensionProperties": update_dimension_properties,
    "autoResizeDimensions": auto_resize_dimensions,
    "insertRange": insert_range,
    "deleteRange": delete_range,
    "addDimensionGroup": add_dimension_group,
    "deleteDimensionGroup": delete_dimension_group,
    "updateDimensionGroup": update_dimension_group,
}
