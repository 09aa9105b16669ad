"""Cells as the user sees them."""

from __future__ import annotations

from sync_daemon.sandbox.sheets.calculation import Calculator
from sync_daemon.sandbox.sheets.cells import Value
from sync_daemon.sandbox.sheets.document import Document, Sheet
from sync_daemon.sandbox.sheets.locales import locale_named
from sync_daemon.sandbox.sheets.rendering import shown_text


class ShownCells:
    """Values and texts of the cells of a sheet in the document's present state."""

    def __init__(self, document: Document, sheet: Sheet) -> None:
        self._sheet = sheet
        self._calculator = Calculator(document)
        self._locale = locale_named(document.locale)

    def value(self, row: int, column: int) -> Value:
        """What the cell comes to."""
        return self._calculator.value(self._sheet, row, column)

    def width(self, row: int) -> int:
        """How many cells of a row are in use, values of array formulas included."""
        spilled = self._calculator.spilled_rows(self._sheet).get(row, {})
        return max([len(self._sheet.grid.cells_of(row)), *(column + 1 for column in spilled)])

    def height(self) -> int:
        """How many rows are in use."""
        spilled = self._calculator.spilled_rows(self._sheet)
        return max([len(self._sheet.grid.rows), *(row + 1 for row in spilled)])

    def text(self, row: int, column: int) -> str:
        """What stands in the cell on the screen."""
        value = self.value(row, column)
        number_format = self._calculator.number_format(self._sheet, row, column)
        return shown_text(value, number_format, self._locale)
