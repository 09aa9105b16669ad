"""The values of formulas, calculated when they are read and kept until something changes."""

from __future__ import annotations

from typing import Any

from sync_daemon.sandbox.sheets.cells import ErrorValue, Value, number_format_of
from sync_daemon.sandbox.sheets.document import Document, Sheet

JsonObject = dict[str, Any]


class Calculator:
    """Calculates the formulas of one document in its present state."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def value(self, sheet: Sheet, row: int, column: int) -> Value:
        """What a cell comes to."""
        del sheet, row, column
        return ErrorValue("#NAME?", "NAME", "Unknown function")

    def number_format(self, sheet: Sheet, row: int, column: int) -> JsonObject | None:
        """The format a cell is shown with: its own, or what its formula suggests."""
        return number_format_of(sheet.grid.get(row, column))

    def spilled_rows(self, sheet: Sheet) -> dict[int, dict[int, Value]]:
        """Values that formulas put in other cells than their own: by row, by column."""
        del sheet
        return {}
