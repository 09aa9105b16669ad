"""The yardstick: what people write with gspread. Read, process, write where the row was.

It is what sheetd is compared with under the same attack, to show that the
attack bites; nothing of sheetd is in it.
"""

from __future__ import annotations

import secrets
from typing import Any

import gspread
from gspread.utils import rowcol_to_a1

from tests.support.loop import TAB

_COLUMNS = ("sheetd id", "sheetd status", "Words", "Shout")


class PlainScript:
    """Fills the same columns with the same results; remembers by id what it has done."""

    def __init__(self, client: gspread.Client, spreadsheet_id: str) -> None:
        self._client = client
        self._spreadsheet_id = spreadsheet_id
        self._done: dict[str, str] = {}  # id → the text that its results are of

    def cycle(self) -> None:
        """Read all rows, process new and changed ones, write their cells."""
        sheet = self._client.open_by_key(self._spreadsheet_id).worksheet(TAB)
        grid = sheet.get_all_values()
        headers = grid[0]
        missing = [header for header in _COLUMNS if header not in headers]
        if missing:
            width = len(headers) + len(missing)
            sheet.resize(cols=max(sheet.col_count, width))
            sheet.update([missing], rowcol_to_a1(1, len(headers) + 1))
            headers = headers + missing
        updates: list[dict[str, Any]] = []
        for number, row in enumerate(grid[1:], 2):
            cells = dict(zip(headers, row, strict=False))
            if any(cells.get(header) for header in headers if header not in _COLUMNS):
                updates += self._process(number, headers, cells)
        if updates:
            sheet.batch_update(updates)

    def _process(
        self, number: int, headers: list[str], cells: dict[str, str]
    ) -> list[dict[str, Any]]:
        text = cells.get("Description", "")
        row_id = cells.get("sheetd id") or secrets.token_hex(5)
        if self._done.get(row_id) == text and cells.get("sheetd id"):
            return []
        self._done[row_id] = text
        results: tuple[Any, Any] = (len(text.split()), text.upper()) if text else ("", "")
        values = dict(zip(_COLUMNS, (row_id, "done", *results), strict=True))
        return [
            {"range": rowcol_to_a1(number, headers.index(header) + 1), "values": [[value]]}
            for header, value in values.items()
        ]
