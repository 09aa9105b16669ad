"""A tab that is sheetd's own: made when it is missing, and written as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sync_daemon.domain.keeper import Marks, TabMark
from sync_daemon.errors import GoogleRejectedError, SheetRefusedError
from sync_daemon.sheets.marks import MARKS_FIELDS, mark_tab, read_marks
from sync_daemon.sheets.transport import Idempotency, RequestKind, SheetsTransport


def write_tab(
    transport: SheetsTransport,
    spreadsheet_id: str,
    gid: int,
    title: str,
    cells: Sequence[Sequence[str]],
    height: int,
    mark: TabMark | None = None,
) -> None:
    """Show ``cells`` at the top of our tab; it is made if it is not there.

    Args:
        transport: the line to Google.
        spreadsheet_id: which spreadsheet.
        gid: the id of our tab; a tab of another id is not ours, whatever it is called.
        title: what to call it when it is made.
        cells: lines of equal width.
        height: lines that are ours; those after ``cells`` are cleared.
        mark: to be put on the tab with it, where there is none yet.

    Raises:
        SheetRefusedError: there is a tab of that title that is not ours.
        SheetdError: as the transport raises it.
    """
    write = [_update_cells(gid, cells, height), *([] if mark is None else [mark_tab(mark)])]
    try:
        _send(transport, spreadsheet_id, write)
    except GoogleRejectedError:  # there is no such tab
        try:
            _send(transport, spreadsheet_id, [_add_sheet(gid, title, len(cells[0])), *write])
        except GoogleRejectedError as error:
            message = f"The tab {title!r} for sheetd's own status cannot be made: {error.message}"
            hint = "If it is a tab of yours, set sheets.status_tab to another title."
            raise SheetRefusedError(message, hint=hint) from error


def fetch_marks(transport: SheetsTransport, spreadsheet_id: str, gid: int) -> Marks:
    """The marks on a tab; none where there is no such tab."""
    answer = transport.json(
        "GET",
        f"/v4/spreadsheets/{spreadsheet_id}",
        params={"fields": MARKS_FIELDS},
        idempotency=Idempotency.SAFE,
        kind=RequestKind.READ,
    )
    tabs = (tab for tab in answer.get("sheets", []) if tab["properties"].get("sheetId", 0) == gid)
    return read_marks(next(tabs, {}))


def _send(transport: SheetsTransport, spreadsheet_id: str, requests: list[dict[str, Any]]) -> None:
    transport.json(
        "POST",
        f"/v4/spreadsheets/{spreadsheet_id}:batchUpdate",
        params={"fields": "spreadsheetId"},
        json={"requests": requests},
        idempotency=Idempotency.SAFE,  # made twice, the second is refused
        kind=RequestKind.WRITE,
    )


def _add_sheet(gid: int, title: str, width: int) -> dict[str, Any]:
    grid = {"rowCount": 100, "columnCount": max(width, 8), "frozenRowCount": 1}
    return {"addSheet": {"properties": {"sheetId": gid, "title": title, "gridProperties": grid}}}


def _update_cells(gid: int, cells: Sequence[Sequence[str]], height: int) -> dict[str, Any]:
    """Text is given as such, so nothing in it is parsed; cells left off are cleared."""
    rows = [{"values": [{"userEnteredValue": {"stringValue": c}} for c in row]} for row in cells]
    area = {
        "sheetId": gid,
        "startRowIndex": 0,
        "endRowIndex": height,
        "startColumnIndex": 0,
        "endColumnIndex": len(cells[0]),
    }
    return {"updateCells": {"range": area, "rows": rows, "fields": "userEnteredValue"}}
