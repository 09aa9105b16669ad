"""The bodies of requests that put a whole row into a tab (Sheets API v4); pure."""

from __future__ import annotations

from typing import Any

from sync_daemon.domain.cells import CellValue
from sync_daemon.domain.headers import header_texts
from sync_daemon.domain.sheet_state import NewRow
from sync_daemon.sheets.ranges import quote_title
from sync_daemon.sheets.requests import METADATA_KEY, by_metadata

INSERTED_FIELDS = "updatedSpreadsheet(sheets(properties(sheetId),data(rowData(values(formattedValue)))))"  # fmt: skip  # noqa: E501
COMPUTED_FIELDS = (
    "sheets(properties(sheetId),data(startColumn,rowData(values(userEnteredValue,effectiveValue))))"
)


def insert_row_body(gid: int, title: str, header_row: int, row: NewRow) -> dict[str, Any]:
    """A new row with its cells and a mark on it; the answer holds the header row.

    The row is made by the same atomic batch that fills it, so whatever moved
    meanwhile, no cell that was there is written.
    """
    start = {"sheetId": gid, "startIndex": row.index, "endIndex": row.index + 1}
    width = max(row.cells, default=-1) + 1
    area = {
        "sheetId": gid,
        "startRowIndex": row.index,
        "endRowIndex": row.index + 1,
        "startColumnIndex": 0,
        "endColumnIndex": width,
    }
    requests: list[dict[str, Any]] = [
        {
            "insertDimension": {
                "range": {**start, "dimension": "ROWS"},
                "inheritFromBefore": row.index > header_row,  # formats of data, not of headers
            }
        },
        {
            "updateCells": {
                "range": area,
                "rows": [{"values": [_cell(row.cells.get(i)) for i in range(width)]}],
                "fields": "userEnteredValue",
            }
        },
        {
            "createDeveloperMetadata": {
                "developerMetadata": {
                    "metadataId": row.metadata_id,
                    "metadataKey": METADATA_KEY,
                    "visibility": "DOCUMENT",
                    "location": {"dimensionRange": {**start, "dimension": "ROWS"}},
                }
            }
        },
    ]
    return {
        "requests": requests,
        "includeSpreadsheetInResponse": True,
        "responseIncludeGridData": True,
        "responseRanges": [f"{quote_title(title)}!{header_row}:{header_row}"],
    }


def has_headers(answer: dict[str, Any], gid: int, row: NewRow) -> bool:
    """Whether the headers in the answer stand where the row's cells were put."""
    texts: list[str] = []
    for data in _grid_data(answer.get("updatedSpreadsheet", {}), gid):
        values = data.get("rowData", [{}])[0].get("values", [])
        texts = header_texts([value.get("formattedValue", "") for value in values])
    return all(texts[i : i + 1] == [header] for i, header in row.headers.items())


def clear_marked_row_body(metadata_id: int) -> dict[str, Any]:
    """Clear the cells of the row that bears a mark, wherever it is."""
    return {"dataFilters": [by_metadata(metadata_id)]}


def drop_mark_body(metadata_id: int) -> dict[str, Any]:
    """Take the mark off again."""
    return {"requests": [{"deleteDeveloperMetadata": {"dataFilter": by_metadata(metadata_id)}}]}


def computed_columns(answer: dict[str, Any], gid: int) -> set[int]:
    """Columns that show a value in a cell where nothing was entered."""
    found: set[int] = set()
    for data in _grid_data(answer, gid):
        for row in data.get("rowData", []):
            for index, cell in enumerate(row.get("values", []), data.get("startColumn", 0)):
                if "effectiveValue" in cell and "userEnteredValue" not in cell:
                    found.add(index)
    return found


def _grid_data(spreadsheet: dict[str, Any], gid: int) -> list[dict[str, Any]]:
    return [
        data
        for sheet in spreadsheet.get("sheets", [])
        if sheet.get("properties", {}).get("sheetId", 0) == gid
        for data in sheet.get("data", [])
    ]


def _cell(value: CellValue | None) -> dict[str, Any]:
    if value is None or value == "":
        return {}
    kind = "stringValue"
    if isinstance(value, bool):
        kind = "boolValue"
    elif isinstance(value, (int, float)):
        kind = "numberValue"
    return {"userEnteredValue": {kind: value}}
