"""How the values API shows cells: three render options, two for dates."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sync_daemon.sandbox.sheets.a1 import Box
from sync_daemon.sandbox.sheets.calculation import Calculator
from sync_daemon.sandbox.sheets.cells import Cell, Content, ErrorValue, Value, has_value
from sync_daemon.sandbox.sheets.document import Sheet
from sync_daemon.sandbox.sheets.formats import format_general, format_value, is_date_format
from sync_daemon.sandbox.sheets.grid import Row
from sync_daemon.sandbox.sheets.locales import Locale


class Render(StrEnum):
    """What is shown of a cell."""

    FORMATTED = "FORMATTED_VALUE"
    UNFORMATTED = "UNFORMATTED_VALUE"
    FORMULA = "FORMULA"


@dataclass(frozen=True, slots=True)
class Reading:
    """How to show values.

    Args:
        render: what is shown.
        dates_as_text: unformatted dates as their text instead of a serial number.
        locale: whose number forms formatted values have.
    """

    render: Render
    dates_as_text: bool
    locale: Locale


encode_row = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class ValueReader:
    """Reads the values of one sheet.

    Args:
        sheet: what is read.
        calculator: gives the values of formulas.
        reading: how values are shown.
    """

    def __init__(self, sheet: Sheet, calculator: Calculator, reading: Reading) -> None:
        self._sheet = sheet
        self._reading = reading
        self._calculator = calculator
        self._spilled = calculator.spilled_rows(sheet)

    def rows(self, box: Box) -> list[list[Any]]:
        """The shown values, row by row, trailing empty cells and rows left out."""
        last = self._last_row(box)
        return [self._row(index, box) for index in range(box.top, last)]

    def rows_as_json(self, box: Box) -> list[str]:
        """As ``rows``, each row encoded; rows that did not change are not encoded again."""
        last = self._last_row(box)
        wanted = (box.left, box.right, self._reading)
        return [self._row_as_json(index, box, wanted) for index in range(box.top, last)]

    def _row_as_json(self, index: int, box: Box, wanted: object) -> str:
        rows = self._sheet.grid.rows
        row = rows[index] if index < len(rows) else None
        if row is None and index not in self._spilled:
            return "[]"
        if row is not None and row.encoded_for == wanted:
            return row.encoded
        text = encode_row(self._row(index, box))
        # One column is soon encoded; it must not push out the text of the whole row.
        is_costly = box.right - box.left > 1
        if row is not None and is_costly and not self._may_change(row, index):
            row.encoded_for = wanted
            row.encoded = text
        return text

    def _may_change(self, row: Row, index: int) -> bool:
        """Whether the row shows values that follow from other cells."""
        has_formula = self._sheet.grid.may_have_formulas and row.has_formula()
        return has_formula or index in self._spilled

    def _last_row(self, box: Box) -> int:
        """One past the last row with a value in the box."""
        end = min(box.bottom, max(len(self._sheet.grid.rows), max(self._spilled, default=-1) + 1))
        while end > box.top and not self._has_values(end - 1, box):
            end -= 1
        return end

    def _has_values(self, index: int, box: Box) -> bool:
        if index in self._spilled and self._row(index, box):
            return True
        rows = self._sheet.grid.rows
        row = rows[index] if index < len(rows) else None
        if row is None or row.value_end() <= box.left:
            return False
        return any(map(has_value, row.cells[box.left : box.right]))

    def _row(self, index: int, box: Box) -> list[Any]:
        cells: list[Content] = self._sheet.grid.cells_of(index)[box.left : box.right]
        if index in self._spilled:
            cells = self._with_spills(cells, index, box)
        end = len(cells)
        while end and not has_value(cells[end - 1]):
            end -= 1
        if self._reading.render is Render.FORMATTED:
            return [
                cell if cell.__class__ is str else self._show(cell, index, box.left + offset)
                for offset, cell in enumerate(cells[:end])
            ]
        return [
            self._show(cell, index, box.left + offset)
            if cell is None or cell.__class__ is Cell
            else cell
            for offset, cell in enumerate(cells[:end])
        ]

    def _with_spills(self, cells: list[Content], index: int, box: Box) -> list[Content]:
        shown = list(cells)
        for column, value in self._spilled[index].items():
            offset = column - box.left
            if 0 <= offset < box.width:
                shown.extend([None] * (offset + 1 - len(shown)))
                if not has_value(shown[offset]) and self._reading.render is not Render.FORMULA:
                    shown[offset] = value.text if isinstance(value, ErrorValue) else value
        return shown

    def _show(self, content: Content, row: int, column: int) -> Any:
        if content is None:
            return ""
        if not isinstance(content, Cell):
            return self._show_value(content, None)
        if content.formula is not None and self._reading.render is Render.FORMULA:
            return content.formula
        value: Value = content.value
        if content.formula is not None:
            value = self._calculator.value(self._sheet, row, column)
        return self._show_value(value, self._calculator.number_format(self._sheet, row, column))

    def _show_value(self, value: Value, number_format: dict[str, Any] | None) -> Any:
        if value is None:
            return ""
        if isinstance(value, ErrorValue):
            return value.text
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if self._reading.render is Render.FORMATTED or (
            is_number and self._reading.dates_as_text and is_date_format(number_format)
        ):
            return shown_text(value, number_format, self._reading.locale)
        return value


def shown_text(value: Value, number_format: dict[str, Any] | None, locale: Locale) -> str:
    """A value as it stands in the cell on the screen."""
    if value is None:
        return ""
    if isinstance(value, ErrorValue):
        return value.text
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if number_format:
        return format_value(value, number_format, locale)
    return value if isinstance(value, str) else format_general(value, locale)
