"""The bodies of requests that put a whole row into a tab (Sheets API v4); pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sync_daemon.domain.cells import is_blank
from sync_daemon.domain.headers import header_texts
from sync_daemon.domain.sheet_state import NewRow
from sync_daemon.sheets.ranges import quote_title

INSERTED_FIELDS = "updatedSpreadsheet(sheets(properties(sheetId),data(rowData(values(formattedValue)))))"  # fmt: skip  # noqa: E501
COMPUTED_FIELDS = (
    "sheets(properties(sheetId),data(startColumn,rowData(values(userEnteredValue,effectiveValue))))"
)


def insert_rows_body(
    gid: int, title: str, header_row: int, rows: Sequence[NewRow]
) -> dict[str, Any]:
    """New rows, one below the other, with their cells; the answer holds the header row.

    The rows are made by the same atomic batch that fills them, so whatever moved
    meanwhile, no cell that was there is written.
    """
    first, end = rows[0].index, rows[0].index + len(rows)
    width = max((column for row in rows for column in row.cells), default=-1) + 1
    area = {
        "sheetId": gid,
        "startRowIndex": first,
        "endRowIndex": end,
        "startColumnIndex": 0,
        "endColumnIndex": width,
    }
    requests: list[dict[str, Any]] = [
        {
            "insertDimension": {
                "range": {**_row_range(gid, first), "endIndex": end},
                "inheritFromBefore": first > header_row,  # formats of data, not of headers
            }
        },
        {
            "updateCells": {
                "range": area,
                "rows": [{"values": [_cell(row, i) for i in range(width)]} for row in rows],
                "fields": "userEnteredValue",
            }
        },
        *(request for row in rows for request in _formats(gid, row)),
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


def take_back_body(gid: int, rows: Sequence[NewRow]) -> dict[str, Any]:
    """Clear the texts by which the rows would be known, wherever they stand by now.

    Only what cannot be anybody else's: a row that was sorted away meanwhile cannot be
    told from the user's by its place.
    """
    tokens = (token for row in rows for token in row.tokens)
    return {
        "requests": [
            {
                "findReplace": {
                    "find": token,
                    "replacement": "",
                    "matchCase": True,
                    "matchEntireCell": True,
                    "sheetId": gid,
                }
            }
            for token in tokens
        ]
    }


def computed_columns(answer: dict[str, Any], gid: int) -> set[int]:
    """Columns that show a value in a cell where nothing was entered."""
    found: set[int] = set()
    for data in _grid_data(answer, gid):
        for row in data.get("rowData", []):
            for index, cell in enumerate(row.get("values", []), data.get("startColumn", 0)):
                if "effectiveValue" in cell and "userEnteredValue" not in cell:
                    found.add(index)
    return found


def _row_range(gid: int, index: int) -> dict[str, Any]:
    return {"sheetId": gid, "dimension": "ROWS", "startIndex": index, "endIndex": index + 1}


def _grid_data(spreadsheet: dict[str, Any], gid: int) -> list[dict[str, Any]]:
    return [
        data
        for sheet in spreadsheet.get("sheets", [])
        if sheet.get("properties", {}).get("sheetId", 0) == gid
        for data in sheet.get("data", [])
    ]


def _formats(gid: int, row: NewRow) -> Iterator[dict[str, Any]]:
    """Number formats that cells had of their own; others are as in the row above."""
    for column, form in row.forms.items():
        if form.format_type:
            place = {"startColumnIndex": column, "endColumnIndex": column + 1}
            given = {
                "type": form.format_type,
                **({"pattern": form.pattern} if form.pattern else {}),
            }
            yield {
                "repeatCell": {
                    "range": {
                        "sheetId": gid,
                        "startRowIndex": row.index,
                        "endRowIndex": row.index + 1,
                        **place,
                    },
                    "cell": {"userEnteredFormat": {"numberFormat": given}},
                    "fields": "userEnteredFormat.numberFormat",
                }
            }


def _cell(row: NewRow, column: int) -> dict[str, Any]:
    form = row.forms.get(column)
    if form is not None and form.formula:
        return {"userEnteredValue": {"formulaValue": form.formula}}
    value = row.cells.get(column)
    if is_blank(value):
        return {}
    kind = "stringValue"
    if isinstance(value, bool):
        kind = "boolValue"
    elif isinstance(value, (int, float)):
        kind = "numberValue"
    return {"userEnteredValue": {kind: value}}
