"""Requests that write cells."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sync_daemon.sandbox.api_errors import invalid_argument
from sync_daemon.sandbox.sheets.a1 import Box, GridRange
from sync_daemon.sandbox.sheets.batch_context import Batch
from sync_daemon.sandbox.sheets.cell_data import cell_mask, merged, write_rows
from sync_daemon.sandbox.sheets.cells import Cell, as_cell, simplify
from sync_daemon.sandbox.sheets.colors import with_stored_colors
from sync_daemon.sandbox.sheets.document import Sheet
from sync_daemon.sandbox.sheets.fieldmask import Mask
from sync_daemon.sandbox.sheets.ranges import check_inside
from sync_daemon.sandbox.sheets.references import translate
from sync_daemon.sandbox.sheets.values_write import cleared

JsonObject = dict[str, Any]


def _cell_mask(raw: JsonObject) -> Mask:
    """The mask of a request on cells; it may be relative to a cell or to the request's rows."""
    return cell_mask(raw.get("fields", ""))


def _rows(raw: JsonObject) -> list[list[JsonObject]]:
    return [row.get("values", []) for row in raw.get("rows", ())]


def update_cells(batch: Batch, raw: JsonObject) -> JsonObject:
    """Write CellData from a start cell on, or into a range, whose other cells are cleared."""
    mask = _cell_mask(raw)
    rows = _rows(raw)
    if "range" in raw:
        sheet, box = batch.editable(raw["range"])
        _check_within((box.top, box.left), rows, box)
        padded = [
            [*row, *([{}] * (box.width - len(row)))]
            for row in [*rows, *([[]] * (box.height - len(rows)))]
        ]
        write_rows(batch.document, sheet, (box.top, box.left), padded, mask)
        return {}
    if "start" not in raw:
        raise invalid_argument("Either start or range must be specified.")
    sheet, start = _start(batch, raw["start"])
    box = _check_within(start, rows, sheet.grid.box)
    batch.check(sheet, [box])
    write_rows(batch.document, sheet, start, rows, mask)
    return {}


def _start(batch: Batch, raw: JsonObject) -> tuple[Sheet, tuple[int, int]]:
    sheet = batch.document.sheet(raw.get("sheetId", 0))
    row, column = raw.get("rowIndex", 0), raw.get("columnIndex", 0)
    check_inside(sheet, GridRange(sheet.sheet_id, row, row + 1, column, column + 1))
    return sheet, (row, column)


def _check_within(start: tuple[int, int], rows: list[list[JsonObject]], limit: Box) -> Box:
    """What rows from a start cell on cover; refused if it leaves the range or the grid."""
    width = max((len(row) for row in rows), default=0)
    box = Box(start[0], start[0] + len(rows), start[1], start[1] + width)
    for name, end, last in (
        ("row", box.bottom, limit.bottom),
        ("column", box.right, limit.right),
    ):
        if end > last:
            raise invalid_argument(
                f"Attempting to write {name}: {last}, beyond the last requested {name} of: "
                f"{last - 1}"
            )
    return box


def repeat_cell(batch: Batch, raw: JsonObject) -> JsonObject:
    """Write one CellData into each cell of a range; formulas are adjusted as in a copy."""
    mask = _cell_mask(raw)
    sheet, box = batch.editable(raw.get("range"))
    data = raw.get("cell", {})
    formula = data.get("userEnteredValue", {}).get("formulaValue")
    on_nothing = merged(None, data, mask) if formula is None else None
    for row in range(box.top, box.bottom):
        for column in range(box.left, box.right):
            before = sheet.grid.get(row, column)
            own = data
            if formula is not None:
                moved = translate(formula, row - box.top, column - box.left)
                own = {**data, "userEnteredValue": {"formulaValue": moved}}
            is_plain = before is None and formula is None
            content = on_nothing if is_plain else merged(before, own, mask)
            if content is not None or before is not None:
                sheet.grid.set(row, column, content)
    return {}


def append_cells(batch: Batch, raw: JsonObject) -> JsonObject:
    """Write CellData after the last row of the sheet that has data."""
    sheet = batch.document.sheet(raw.get("sheetId", 0))
    mask = _cell_mask(raw)
    rows = _rows(raw)
    last = max((row for row, _, content in sheet.grid.used(sheet.grid.box) if content), default=-1)
    width = max((len(row) for row in rows), default=0)
    start = last + 1
    grid = sheet.grid
    grid.resize(max(grid.row_count, start + len(rows)), max(grid.column_count, width))
    batch.document.check_cell_count()
    batch.check(sheet, [Box(start, start + len(rows), 0, width)])
    write_rows(batch.document, sheet, (start, 0), rows, mask)
    return {}


def merge_cells(batch: Batch, raw: JsonObject) -> JsonObject:
    """Merge cells; only the first value of each merge stays."""
    sheet, box = batch.editable(raw.get("range"))
    kind = raw.get("mergeType", "MERGE_ALL")
    for other in sheet.merges:
        if other.intersects(box) and not box.contains(other):
            raise invalid_argument(
                "You must select all cells in a merged range to merge or unmerge them."
            )
    sheet.merges = [other for other in sheet.merges if not other.intersects(box)]
    for part in _merged_parts(box, kind):
        if part.height * part.width > 1:
            _keep_first(sheet, part)
            sheet.merges.append(part)
    return {}


def _merged_parts(box: Box, kind: str) -> list[Box]:
    if kind == "MERGE_COLUMNS":
        return [Box(box.top, box.bottom, c, c + 1) for c in range(box.left, box.right)]
    if kind == "MERGE_ROWS":
        return [Box(r, r + 1, box.left, box.right) for r in range(box.top, box.bottom)]
    return [box]


def _keep_first(sheet: Sheet, box: Box) -> None:
    """Clear all but the top left cell."""
    for row, column, content in list(sheet.grid.used(box)):
        if (row, column) != (box.top, box.left):
            sheet.grid.set(row, column, cleared(content))


def unmerge_cells(batch: Batch, raw: JsonObject) -> JsonObject:
    """Undo all merges in a range."""
    sheet, box = batch.editable(raw.get("range"))
    for other in sheet.merges:
        if other.intersects(box) and not box.contains(other):
            raise invalid_argument(
                "You must select all cells in a merged range to merge or unmerge them."
            )
    sheet.merges = [other for other in sheet.merges if not other.intersects(box)]
    return {}


def set_data_validation(batch: Batch, raw: JsonObject) -> JsonObject:
    """Set, or without a rule remove, the validation of a range."""
    sheet, box = batch.editable(raw.get("range"))
    rule = raw.get("rule")
    if rule is not None and "condition" not in rule:
        raise invalid_argument("rule.condition must be specified.")
    for row in range(box.top, box.bottom):
        for column in range(box.left, box.right):
            cell = replace(as_cell(sheet.grid.get(row, column)), validation=rule)
            sheet.grid.set(row, column, simplify(cell))
    return {}


def update_borders(batch: Batch, raw: JsonObject) -> JsonObject:
    """Set the outer and inner borders of a range."""
    sheet, box = batch.editable(raw.get("range"))
    for row in range(box.top, box.bottom):
        for column in range(box.left, box.right):
            edges = {
                "top": raw.get("top" if row == box.top else "innerHorizontal"),
                "bottom": raw.get("bottom" if row == box.bottom - 1 else "innerHorizontal"),
                "left": raw.get("left" if column == box.left else "innerVertical"),
                "right": raw.get("right" if column == box.right - 1 else "innerVertical"),
            }
            cell = as_cell(sheet.grid.get(row, column))
            sheet.grid.set(row, column, simplify(_bordered(cell, edges)))
    return {}


def _bordered(cell: Cell, edges: dict[str, JsonObject | None]) -> Cell:
    borders = dict((cell.format or {}).get("borders", {}))
    for side, border in edges.items():
        if border is None:
            continue
        if border.get("style", "NONE") == "NONE":
            borders.pop(side, None)
        else:
            borders[side] = with_stored_colors("Border", border)
    kept = {key: value for key, value in (cell.format or {}).items() if key != "borders"}
    changed = {**kept, "borders": borders} if borders else kept
    return replace(cell, format=changed or None)


HANDLERS = {
    "updateCells": update_cells,
    "repeatCell": repeat_cell,
    "appendCells": append_cells,
    "mergeCells": merge_cells,
    "unmergeCells": unmerge_cells,
    "setDataValidation": set_data_validation,
    "updateBorders": update_borders,
}
