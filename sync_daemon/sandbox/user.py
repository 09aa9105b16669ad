"""The user in the browser: edits a sheet by the same operations as the API, one at a time.

For tests in which somebody edits while a program works, and for the sandbox's page. Rows and
columns count from 0, ends are not included. Each action is one change of the document (its
version grows by one) and can be undone. Whoever uses it holds the workspace's lock.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sync_daemon.sandbox.api_errors import invalid_argument
from sync_daemon.sandbox.sheets.a1 import Box
from sync_daemon.sandbox.sheets.batch import batch_update
from sync_daemon.sandbox.sheets.document import Document, Sheet, State
from sync_daemon.sandbox.sheets.session import Request
from sync_daemon.sandbox.sheets.shifts import Change, Delete, Dimension, Insert, Move, Shift
from sync_daemon.sandbox.sheets.shown import ShownCells
from sync_daemon.sandbox.sheets.values_write import Writer
from sync_daemon.sandbox.undo import Action, undo

JsonObject = dict[str, Any]

MAX_UNDO = 100
Cells = tuple[int, int, int, int]  # top, bottom, left, right


class SheetUser:
    """Somebody who has one sheet of a spreadsheet open.

    Args:
        document: the spreadsheet.
        sheet_id: the sheet.
        email: who it is, for protected ranges; None for the owner.
    """

    def __init__(self, document: Document, sheet_id: int = 0, email: str | None = None) -> None:
        self.document = document
        self.sheet_id = sheet_id
        self.email = email
        self._past: list[Action] = []
        self._source: tuple[Cells, bool] | None = None

    @property
    def sheet(self) -> Sheet:
        """The open sheet.

        Raises:
            ApiError: if it was deleted.
        """
        return self.document.sheet(self.sheet_id)

    def text(self, row: int, column: int) -> str:
        """What stands in a cell on the screen."""
        return ShownCells(self.document, self.sheet).text(row, column)

    def texts(self) -> list[list[str]]:
        """What stands in all cells in use, row by row."""
        shown = ShownCells(self.document, self.sheet)
        return [
            [shown.text(row, column) for column in range(shown.width(row))]
            for row in range(shown.height())
        ]

    # --- cells --------------------------------------------------------------------------

    def type(self, row: int, column: int, value: str | float | bool) -> None:  # noqa: FBT001
        """Type into a cell: parsed in the spreadsheet's locale; an empty text clears it."""
        self.type_rows(row, column, [[value]])

    def type_rows(self, row: int, column: int, rows: Sequence[Sequence[Any]]) -> None:
        """Type or paste texts into neighbouring cells; the grid grows as needed."""
        sheet = self.sheet
        width = max((len(cells) for cells in rows), default=0)
        box = Box(row, row + len(rows), column, column + width)
        before = self.document.state()
        grid = sheet.grid
        grid.resize(max(grid.row_count, box.bottom), max(grid.column_count, box.right))
        writer = Writer(self.document, user_entered=True, caller=self.email)
        try:
            writer.put(sheet, box, rows)
        except Exception:
            self.document.restore(before)
            raise
        self.document.touch()
        self._remember(before)

    def link(self, row: int, column: int, label: str, addresses: Sequence[str]) -> None:
        """Type a label and put links behind it (Ctrl+K): one for each part of equal length."""
        part = max(1, len(label) // max(1, len(addresses)))
        runs = [
            {"startIndex": place * part, "format": {"link": {"uri": address}}}
            for place, address in enumerate(addresses)
        ]
        self._put(row, column, {"textFormatRuns": runs}, label)

    def link_cell(self, row: int, column: int, label: str, address: str) -> None:
        """Type a label and make the whole cell a link."""
        self._put(
            row, column, {"userEnteredFormat": {"textFormat": {"link": {"uri": address}}}}, label
        )

    def chip(self, row: int, column: int, label: str, address: str) -> None:
        """Make an address a smart chip, which shows the title of what it leads to."""
        chip = {"chip": {"richLinkProperties": {"uri": address}}}
        self._put(row, column, {"chipRuns": [chip]}, label)

    def _put(self, row: int, column: int, data: JsonObject, label: str) -> None:
        cell = {"userEnteredValue": {"stringValue": label}, **data}
        self._request(
            "updateCells",
            range=self._range((row, row + 1, column, column + 1)),
            rows=[{"values": [cell]}],
            fields="userEnteredValue,userEnteredFormat.textFormat.link,textFormatRuns,chipRuns",
        )

    def clear(self, top: int, bottom: int, left: int, right: int) -> None:
        """Press delete on a range: values go, formats stay."""
        self._request(
            "updateCells", range=self._range((top, bottom, left, right)), fields="userEnteredValue"
        )

    # --- rows and columns ---------------------------------------------------------------

    def insert_rows(self, at: int, count: int = 1) -> None:
        """Insert empty rows before a row."""
        self._insert("ROWS", at, count)

    def insert_columns(self, at: int, count: int = 1) -> None:
        """Insert empty columns before a column."""
        self._insert("COLUMNS", at, count)

    def _insert(self, dimension: str, at: int, count: int) -> None:
        span = self._span(dimension, at, at + count)
        self._request("insertDimension", range=span, inheritFromBefore=at > 0)

    def append_rows(self, count: int = 1) -> None:
        """Add empty rows at the end."""
        self._append("ROWS", count)

    def append_columns(self, count: int = 1) -> None:
        """Add empty columns at the end."""
        self._append("COLUMNS", count)

    def _append(self, dimension: str, count: int) -> None:
        body = {"sheetId": self.sheet_id, "dimension": dimension, "length": count}
        self._request("appendDimension", **body)

    def delete_rows(self, start: int, end: int) -> None:
        """Delete rows."""
        self._request("deleteDimension", range=self._span("ROWS", start, end))

    def delete_columns(self, start: int, end: int) -> None:
        """Delete columns."""
        self._request("deleteDimension", range=self._span("COLUMNS", start, end))

    def move_rows(self, start: int, end: int, to: int) -> None:
        """Drag rows to before the row that is now at ``to``."""
        source = self._span("ROWS", start, end)
        self._request("moveDimension", source=source, destinationIndex=to)

    def move_columns(self, start: int, end: int, to: int) -> None:
        """Drag columns to before the column that is now at ``to``."""
        source = self._span("COLUMNS", start, end)
        self._request("moveDimension", source=source, destinationIndex=to)

    def hide_rows(self, start: int, end: int, *, hidden: bool = True) -> None:
        """Hide rows, or show them again."""
        self._hide(self._span("ROWS", start, end), hidden=hidden)

    def hide_columns(self, start: int, end: int, *, hidden: bool = True) -> None:
        """Hide columns, or show them again."""
        self._hide(self._span("COLUMNS", start, end), hidden=hidden)

    def _hide(self, span: JsonObject, *, hidden: bool) -> None:
        properties = {"hiddenByUser": hidden}
        self._request(
            "updateDimensionProperties", range=span, properties=properties, fields="hiddenByUser"
        )

    # --- ranges -------------------------------------------------------------------------

    def sort(
        self, top: int, bottom: int, left: int, right: int, keys: Sequence[tuple[int, bool]]
    ) -> None:
        """Sort the rows of a range.

        Args:
            top: first row; the header row is not part of it.
            bottom: one past the last row.
            left: first column.
            right: one past the last column.
            keys: pairs of column and whether it is descending, the most important first.
        """
        specs = [
            {"dimensionIndex": column, "sortOrder": "DESCENDING" if down else "ASCENDING"}
            for column, down in keys
        ]
        self._request("sortRange", range=self._range((top, bottom, left, right)), sortSpecs=specs)

    def filter(self, top: int, bottom: int, left: int, right: int, **criteria: Any) -> None:
        """Set a filter; its first row is the header.

        Args:
            top: the header row.
            bottom: one past the last row.
            left: first column.
            right: one past the last column.
            criteria: further fields of Google's BasicFilter, such as ``filterSpecs``.
        """
        cells = self._range((top, bottom, left, right))
        self._request("setBasicFilter", filter={"range": cells, **criteria})

    def clear_filter(self) -> None:
        """Remove the filter."""
        self._request("clearBasicFilter", sheetId=self.sheet_id)

    def merge(self, top: int, bottom: int, left: int, right: int) -> None:
        """Merge cells; only the first value stays."""
        cells = self._range((top, bottom, left, right))
        self._request("mergeCells", range=cells, mergeType="MERGE_ALL")

    def protect(
        self, top: int, bottom: int, left: int, right: int, editors: Sequence[str] = ()
    ) -> None:
        """Protect a range; besides the owner only the editors may change it."""
        cells = self._range((top, bottom, left, right))
        protected = {"range": cells, "editors": {"users": list(editors)}}
        self._request("addProtectedRange", protectedRange=protected)

    def delete_cells(self, cells: Cells, dimension: str = "COLUMNS") -> None:
        """Delete cells; those to the right move left, or those below up (``ROWS``)."""
        self._request("deleteRange", range=self._range(cells), shiftDimension=dimension)

    def insert_cells(self, cells: Cells, dimension: str = "COLUMNS") -> None:
        """Insert blank cells; what is there moves right, or down (``ROWS``)."""
        self._request("insertRange", range=self._range(cells), shiftDimension=dimension)

    # --- clipboard ----------------------------------------------------------------------

    def copy(self, top: int, bottom: int, left: int, right: int) -> None:
        """Copy a range to the clipboard."""
        self._source = ((top, bottom, left, right), False)

    def cut(self, top: int, bottom: int, left: int, right: int) -> None:
        """Cut a range; it stays until it is pasted."""
        self._source = ((top, bottom, left, right), True)

    def copy_rows(self, start: int, end: int) -> None:
        """Copy whole rows to the clipboard."""
        self.copy(start, end, 0, self.sheet.grid.column_count)

    def cut_rows(self, start: int, end: int) -> None:
        """Cut whole rows."""
        self.cut(start, end, 0, self.sheet.grid.column_count)

    def paste(self, row: int, column: int = 0) -> None:
        """Paste the clipboard with its top left cell at a place.

        Raises:
            ApiError: 400 if the clipboard is empty or the place too small.
        """
        if self._source is None:
            raise invalid_argument("The clipboard is empty.")
        (top, bottom, left, right), is_cut = self._source
        source = self._range((top, bottom, left, right))
        if is_cut:
            place = {"sheetId": self.sheet_id, "rowIndex": row, "columnIndex": column}
            self._request("cutPaste", source=source, destination=place)
            self._source = None
            return
        target = (row, row + bottom - top, column, column + right - left)
        self._request("copyPaste", source=source, destination=self._range(target))

    # --- tabs ---------------------------------------------------------------------------

    def duplicate_tab(self, title: str) -> None:
        """Copy the tab within the spreadsheet."""
        place = self.document.sheets.index(self.sheet) + 1
        self._request(
            "duplicateSheet",
            sourceSheetId=self.sheet_id,
            newSheetName=title,
            insertSheetIndex=place,
        )

    def rename_tab(self, title: str) -> None:
        """Give the tab another title."""
        properties = {"sheetId": self.sheet_id, "title": title}
        self._request("updateSheetProperties", properties=properties, fields="title")

    def rename_header(self, column: int, title: str, row: int = 0) -> None:
        """Type another title over a column."""
        self.type(row, column, title)

    def undo(self) -> bool:
        """Take back this user's last action; what others did since stays.

        Returns:
            Whether there was anything to undo.
        """
        if not self._past:
            return False
        last = self._past.pop()
        self._past = undo(self.document, last, self._past)
        return True

    # --- plumbing -----------------------------------------------------------------------

    def _range(self, cells: Cells) -> JsonObject:
        top, bottom, left, right = cells
        return Box(top, bottom, left, right).on(self.sheet_id).to_json()

    def _span(self, dimension: str, start: int, end: int) -> JsonObject:
        return {
            "sheetId": self.sheet_id,
            "dimension": dimension,
            "startIndex": start,
            "endIndex": end,
        }

    def _request(self, name: str, **body: Any) -> None:
        before = self.document.state()
        requests = {"requests": [{name: body}]}
        batch_update(Request(self.document, body=requests, caller=self.email))
        self._remember(before, _change(self.sheet_id, name, body))

    def _remember(self, before: State, change: Change | None = None) -> None:
        document = self.document
        after = document.state()
        action = Action(
            self.sheet_id, before, after, document.version, change, followed=after.changes
        )
        self._past = [*self._past[1 - MAX_UNDO :], action]


def _change(sheet_id: int, name: str, body: JsonObject) -> Change | None:
    """What a request does to rows or columns."""
    span = body.get("source" if name == "moveDimension" else "range", {})
    if name not in {"insertDimension", "deleteDimension", "moveDimension"}:
        return None
    start, end = span["startIndex"], span["endIndex"]
    shift: Shift = Delete(start, end)
    if name == "insertDimension":
        shift = Insert(start, end - start)
    elif name == "moveDimension":
        shift = Move(start, end, body["destinationIndex"])
    return Change(sheet_id, Dimension(span["dimension"]), shift)
