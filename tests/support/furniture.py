"""What a user puts up in a sheet beside its values, and pictures of the whole of it."""

from __future__ import annotations

import copy
import json
from collections.abc import Collection, Sequence
from typing import Any

from tests.support.loop import Loop

HEADERS = ["Company", "Role", "Description", "Stage", "Tag", "Length"]
OWNED = ["sheetd id", "sheetd status", "Words", "Shout"]
VALUE_FIELDS = ("userEnteredValue", "effectiveValue", "formattedValue")
STAGE, TAG, LENGTH = 3, 4, 5
YELLOW = {"red": 1.0, "green": 0.9}
DROPDOWN = {
    "condition": {
        "type": "ONE_OF_LIST",
        "values": [{"userEnteredValue": stage} for stage in ("Applied", "Interview", "Offer")],
    },
    "strict": True,
    "showCustomUi": True,
}

Request = dict[str, Any]
EVERYTHING = {
    "bandedRanges",
    "basicFilter",
    "conditionalFormats",
    "data",
    "filterViews",
    "merges",
    "properties",
    "protectedRanges",
    "rowGroups",
}


def span(top: int, bottom: int, left: int, right: int) -> Request:
    """A range of the tab, counted from 0."""
    return {
        "sheetId": 0,
        "startRowIndex": top,
        "endRowIndex": bottom,
        "startColumnIndex": left,
        "endColumnIndex": right,
    }


def cell_request(cells: Request, data: Request) -> Request:
    return {"repeatCell": {"range": cells, "cell": data, "fields": ",".join(data)}}


def decoration(cells: Request) -> list[Request]:
    """A note, formats, a rule and a dropdown on a range."""
    bold = {"textFormat": {"bold": True}, "backgroundColor": YELLOW}
    money = {**bold, "numberFormat": {"type": "CURRENCY", "pattern": '"€"#,##0.00'}}
    rule = {
        "ranges": [cells],
        "booleanRule": {
            "condition": {"type": "TEXT_CONTAINS", "values": [{"userEnteredValue": "row"}]},
            "format": {"backgroundColor": {"green": 1.0}},
        },
    }
    return [
        cell_request(cells, {"note": "asked Ann about this", "userEnteredFormat": money}),
        {"setDataValidation": {"range": cells, "rule": DROPDOWN}},
        {"addConditionalFormatRule": {"rule": rule, "index": 0}},
    ]


def sheet_furniture() -> list[Request]:
    """Everything else a user can put up: filters, views, names, frozen, hidden and merged cells."""
    hide_columns = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}
    hide_rows = {"sheetId": 0, "dimension": "ROWS", "startIndex": 4, "endIndex": 5}
    filter_of = {"columnIndex": 0, "filterCriteria": {"hiddenValues": ["Company 2"]}}
    header_color = {"headerColor": YELLOW, "firstBandColor": YELLOW, "secondBandColor": {}}
    whole = span(0, 9, 0, 6)
    return [
        {
            "updateSheetProperties": {
                "properties": {"sheetId": 0, "gridProperties": {"frozenRowCount": 1}},
                "fields": "gridProperties.frozenRowCount",
            }
        },
        {
            "updateDimensionProperties": {
                "range": hide_columns,
                "properties": {"hiddenByUser": True, "pixelSize": 77},
                "fields": "hiddenByUser,pixelSize",
            }
        },
        {
            "updateDimensionProperties": {
                "range": hide_rows,
                "properties": {"hiddenByUser": True, "pixelSize": 44},
                "fields": "hiddenByUser,pixelSize",
            }
        },
        {"addFilterView": {"filter": {"title": "Mine", "range": whole}}},
        {"addNamedRange": {"namedRange": {"name": "companies", "range": span(1, 9, 0, 1)}}},
        {"addBanding": {"bandedRange": {"range": whole, "rowProperties": header_color}}},
        {"addProtectedRange": {"protectedRange": {"range": span(0, 1, 0, 6), "warningOnly": True}}},
        {"addDimensionGroup": {"range": {**hide_rows, "startIndex": 6, "endIndex": 8}}},
        {"mergeCells": {"range": span(10, 12, 0, 2), "mergeType": "MERGE_ALL"}},
        {"setBasicFilter": {"filter": {"range": whole, "filterSpecs": [filter_of]}}},
    ]


def change(loop: Loop, requests: Sequence[Request]) -> None:
    """The user changes the sheet itself."""
    path = f"/v4/spreadsheets/{loop.spreadsheet_id}:batchUpdate"
    loop.server.call("POST", path, {"requests": list(requests)})


def photograph(loop: Loop) -> dict[str, Any]:
    """All of the spreadsheet that the API shows."""
    query = [("includeGridData", "true")]
    return loop.server.call("GET", f"/v4/spreadsheets/{loop.spreadsheet_id}", query=query)


def owned_columns(picture: dict[str, Any], headers: Collection[str] = OWNED) -> list[int]:
    """Where the columns with these headers stand."""
    header_row = picture["sheets"][0]["data"][0]["rowData"][0]["values"]
    return [i for i, cell in enumerate(header_row) if cell.get("formattedValue") in headers]


def without_owned_values(picture: dict[str, Any]) -> str:
    """The picture as text, less the values of owned cells and the marks of owned columns."""
    picture = copy.deepcopy(picture)
    data = picture["sheets"][0]["data"][0]
    for column in owned_columns(picture):
        data["columnMetadata"][column].pop("developerMetadata", None)
        for row in data["rowData"]:
            if column < len(row.get("values", ())):
                blank_out(row["values"][column])
    for row in data["rowData"]:
        drop_blank_end(row)
    return json.dumps(picture, indent=1)


def blank_out(cell: dict[str, Any]) -> None:
    """Leave of an owned cell what the user gave it: format, note and rule."""
    for field in VALUE_FIELDS:
        cell.pop(field, None)
    cell.pop("effectiveFormat", None)  # which follows the value


def drop_blank_end(row: dict[str, Any]) -> None:
    cells = row.get("values", [])
    while cells and not cells[-1]:
        cells.pop()
    if not cells:
        row.pop("values", None)


def without_owned_columns(picture: dict[str, Any], headers: Collection[str] = OWNED) -> str:
    """The picture as text, as if owned columns and the tab's mark had never been added."""
    picture = copy.deepcopy(picture)
    sheet = picture["sheets"][0]
    drop_rules(sheet, owned_columns(picture, headers))
    sheet.pop("developerMetadata", None)
    data = sheet["data"][0]
    for column in reversed(owned_columns(picture, headers)):
        del data["columnMetadata"][column]
        sheet["properties"]["gridProperties"]["columnCount"] -= 1
        for row in data["rowData"]:
            del row.get("values", [])[column : column + 1]
    for row in data["rowData"]:
        drop_blank_end(row)
    drop_blank_rows(data)
    return json.dumps(picture, indent=1)


def drop_blank_rows(data: dict[str, Any]) -> None:
    """Take out rows at the end that only our columns' formats reach."""
    while data["rowData"] and not data["rowData"][-1]:
        data["rowData"].pop()


def drop_rules(sheet: dict[str, Any], columns: Collection[int]) -> None:
    """Take out the colour rules of columns."""
    rules = sheet.get("conditionalFormats", [])
    kept = [rule for rule in rules if rule["ranges"][0]["startColumnIndex"] not in columns]
    if kept:
        sheet["conditionalFormats"] = kept
    else:
        sheet.pop("conditionalFormats", None)


def sample_rows() -> list[list[Any]]:
    """Eight rows with a formula each, and an array formula that fills the last column."""
    rows: list[list[Any]] = [
        [f"Company {n}", f"Role {n}", f"text of row {n}", "Applied", f'=A{n + 1}&"!"', ""]
        for n in range(1, 9)
    ]
    rows[0][LENGTH] = "=ARRAYFORMULA(LEN(C2:C9))"
    return rows


def start_furnished(loop: Loop) -> None:
    """Put the headers in (the loop types its own first) and all the furniture up."""
    loop.user.type_rows(0, 0, [HEADERS])
    change(loop, [*decoration(span(1, 9, STAGE, STAGE + 1)), *sheet_furniture()])
