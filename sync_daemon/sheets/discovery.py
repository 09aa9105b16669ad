"""A look at a spreadsheet that no configuration names yet: its tabs and their first rows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sync_daemon.domain.cells import BLANK, CellValue
from sync_daemon.domain.headers import column_letters
from sync_daemon.domain.keeper import Marks
from sync_daemon.sheets.marks import MARKS_FIELDS, read_marks
from sync_daemon.sheets.ranges import quote_title
from sync_daemon.sheets.transport import Idempotency, RequestKind, SheetsTransport

_FIELDS = "properties(title),sheets(properties(title,sheetType))"


@dataclass(frozen=True, slots=True)
class SpreadsheetOutline:
    """A spreadsheet's title, and the titles of those of its tabs that hold cells."""

    title: str
    tabs: tuple[str, ...]


class SpreadsheetBrowser:
    """Reads what a person would look at before saying how to use it.

    Each method raises what :class:`SheetsTransport` raises.
    """

    def __init__(self, transport: SheetsTransport, spreadsheet_id: str) -> None:
        self._transport = transport
        self._path = f"/v4/spreadsheets/{spreadsheet_id}"

    def outline(self) -> SpreadsheetOutline:
        """Title and tabs."""
        answer = self._transport.json(
            "GET",
            self._path,
            params={"fields": _FIELDS},
            idempotency=Idempotency.SAFE,
            kind=RequestKind.READ,
        )
        sheets = [sheet.get("properties", {}) for sheet in answer.get("sheets", [])]
        tabs = tuple(s.get("title", "") for s in sheets if s.get("sheetType", "GRID") == "GRID")
        return SpreadsheetOutline(answer.get("properties", {}).get("title", ""), tabs)

    def first_rows(self, tab: str, count: int) -> list[list[CellValue]]:
        """The first rows of a tab, without what is blank at their ends; dates are text."""
        answer = self._transport.json(
            "GET",
            f"{self._path}/values:batchGet",
            params={
                "ranges": f"{quote_title(tab)}!1:{count}",
                "valueRenderOption": "UNFORMATTED_VALUE",
                "dateTimeRenderOption": "FORMATTED_STRING",  # else a date is a number like others
            },
            idempotency=Idempotency.SAFE,
            kind=RequestKind.READ,
        )
        rows: list[list[CellValue]] = answer["valueRanges"][0].get("values", [])
        return rows

    def filled_columns(self, tab: str, indices: Collection[int], header_row: int) -> set[int]:
        """Those of the columns that hold anything below their titles, a formula included."""
        if not indices:
            return set()
        letters = [column_letters(index) for index in indices]
        answer = self._transport.json(
            "GET",
            f"{self._path}/values:batchGet",
            params={
                "ranges": [f"{quote_title(tab)}!{c}{header_row}:{c}" for c in letters],
                "valueRenderOption": "FORMULA",
                "majorDimension": "COLUMNS",
            },
            idempotency=Idempotency.SAFE,
            kind=RequestKind.READ,
        )
        found = zip(indices, answer["valueRanges"], strict=True)
        return {
            index
            for index, values in found
            if any(cell != BLANK for column in values.get("values", []) for cell in column[1:])
        }

    def marks(self, tab: str) -> tuple[int, Marks]:
        """The tab's id, and sheetd's marks on it and on its columns."""
        answer = self._transport.json(
            "GET",
            self._path,
            params={"fields": MARKS_FIELDS},
            idempotency=Idempotency.SAFE,
            kind=RequestKind.READ,
        )
        sheets = answer.get("sheets", [])
        nothing: dict[str, Any] = {"properties": {}}
        found = next((s for s in sheets if s["properties"].get("title") == tab), nothing)
        return found["properties"].get("sheetId", 0), read_marks(found)

    def check_writable(self) -> None:
        """Send a batch that changes nothing, which only somebody who may write may send."""
        self._transport.json(
            "POST",
            f"{self._path}/values:batchUpdate",
            json={"valueInputOption": "RAW", "data": []},
            idempotency=Idempotency.SAFE,
            kind=RequestKind.WRITE,
        )
