"""Basic filters: which rows they hide."""

from __future__ import annotations

from typing import Any

from sync_daemon.sandbox.sheets.a1 import Box, GridRange
from sync_daemon.sandbox.sheets.calculation import Calculator
from sync_daemon.sandbox.sheets.conditions import Conditions
from sync_daemon.sandbox.sheets.document import Document, Sheet
from sync_daemon.sandbox.sheets.shown import ShownCells

JsonObject = dict[str, Any]

HIDDEN = "hiddenByFilter"


def apply_filter(document: Document, sheet: Sheet) -> None:
    """Hide the rows that the sheet's basic filter leaves out, and show all others."""
    for row, properties in list(sheet.row_properties.items()):
        kept = {key: value for key, value in properties.items() if key != HIDDEN}
        if kept:
            sheet.row_properties[row] = kept
        else:
            del sheet.row_properties[row]
    if sheet.basic_filter is None:
        return
    cells = GridRange.from_json(sheet.basic_filter.get("range", {}))
    box = cells.clamp(sheet.grid.row_count, sheet.grid.column_count)
    for column, criterion in _criteria(sheet.basic_filter, box).items():
        _hide(document, sheet, box, column, criterion)


def _criteria(basic_filter: JsonObject, box: Box) -> dict[int, JsonObject]:
    """The criteria by column, from either of the two forms they come in."""
    found = _all_criteria(basic_filter)
    return {column: item for column, item in found.items() if box.left <= column < box.right}


def _all_criteria(basic_filter: JsonObject) -> dict[int, JsonObject]:
    found: dict[int, JsonObject] = {}
    for key, criterion in basic_filter.get("criteria", {}).items():
        found[int(key)] = criterion
    for spec in basic_filter.get("filterSpecs", ()):
        found[spec.get("columnIndex", 0)] = spec.get("filterCriteria", {})
    return found


def _hide(document: Document, sheet: Sheet, box: Box, column: int, criterion: JsonObject) -> None:
    shown = ShownCells(document, sheet)
    conditions = Conditions(document, sheet, Calculator(document))
    hidden_values = set(criterion.get("hiddenValues", ()))
    condition = criterion.get("condition")
    first = (box.top + 1, column)
    for row in range(box.top + 1, box.bottom):
        is_left_out = bool(hidden_values) and shown.text(row, column) in hidden_values
        if condition is not None and not is_left_out:
            is_left_out = conditions.meets(condition, (row, column), first) is False
        if is_left_out:
            sheet.row_properties[row] = {**sheet.row_properties.get(row, {}), HIDDEN: True}


def both_forms(stored: JsonObject) -> JsonObject:
    """A filter as Google answers it: the criteria in the older form and in the newer one."""
    found = _all_criteria(stored)
    kept = {key: value for key, value in stored.items() if key not in {"criteria", "filterSpecs"}}
    if not found:
        return kept
    columns = sorted(found)
    return {
        **kept,
        "criteria": {str(column): found[column] for column in columns},
        "filterSpecs": [{"columnIndex": one, "filterCriteria": found[one]} for one in columns],
    }
