"""Conditional formats: what the rules of a sheet make of its cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sync_daemon.sandbox.sheets.a1 import Box, GridRange
from sync_daemon.sandbox.sheets.calculation import Calculator
from sync_daemon.sandbox.sheets.conditions import Conditions
from sync_daemon.sandbox.sheets.document import Document, Sheet

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class _Rule:
    boxes: list[Box]
    condition: JsonObject
    format: JsonObject


class ConditionalFormats:
    """The formats that a sheet's boolean rules give to its cells; gradients are not drawn."""

    def __init__(self, document: Document, sheet: Sheet, calculator: Calculator) -> None:
        self._conditions = Conditions(document, sheet, calculator)
        self._rules = [
            _Rule(_boxes(sheet, rule), found["condition"], found.get("format", {}))
            for rule in sheet.conditional_formats
            if "condition" in (found := rule.get("booleanRule", {}))
        ]

    def at(self, row: int, column: int) -> JsonObject:
        """The CellFormat for one cell. Of two rules for the same property the first counts."""
        formats: JsonObject = {}
        for rule in reversed(self._rules):
            if self._applies(rule, row, column):
                formats = overlaid(formats, rule.format)
        return formats

    def _applies(self, rule: _Rule, row: int, column: int) -> bool:
        if not any(box.holds(row, column) for box in rule.boxes):
            return False
        origin = rule.boxes[0].top, rule.boxes[0].left
        return self._conditions.meets(rule.condition, (row, column), origin) is True


def _boxes(sheet: Sheet, rule: JsonObject) -> list[Box]:
    rows, columns = sheet.grid.row_count, sheet.grid.column_count
    return [GridRange.from_json(cells).clamp(rows, columns) for cells in rule.get("ranges", ())]


def overlaid(base: JsonObject, above: JsonObject) -> JsonObject:
    """A CellFormat with another laid over it, property by property; colours as a whole."""
    made = dict(base)
    for key, wished in above.items():
        below = made.get(key)
        if isinstance(wished, dict) and isinstance(below, dict) and "Color" not in key:
            made[key] = {**below, **wished}
        else:
            made[key] = wished
    return made
