"""What a sheet looks like is kept: shown, saved, and made again from what was shown."""

from __future__ import annotations

import json
from typing import Any

from sync_daemon.sandbox import api
from sync_daemon.sandbox.workspace import Workspace
from tests.unit.sandbox.sheets.client import Client, cells, column_metadata, span

RED = {"red": 1}
PART = cells(0, 4, 0, 3)
FORMAT = {
    "backgroundColor": RED,
    "numberFormat": {"type": "DATE", "pattern": "yyyy-mm-dd"},
    "textFormat": {"bold": True, "link": {"uri": "https://example.com"}},
    "wrapStrategy": "CLIP",
}
VALIDATION = {"condition": {"type": "NOT_BLANK"}, "strict": True}


def _properties(dimension: str, index: int, **properties: object) -> dict[str, Any]:
    place = {"range": span(dimension, index, index + 1)}
    return {"updateDimensionProperties": {**place, "properties": properties, "fields": "*"}}


def furnished(client: Client) -> dict[str, Any]:
    """A sheet with everything, as it is shown."""
    client.type("A1", [["Due", "Pay", "Notes"], ["2026-12-01", "=B3*2"], ["", 7, "hid"]])
    cell = {"userEnteredFormat": FORMAT, "note": "what it holds", "dataValidation": VALIDATION}
    fields = "userEnteredFormat,note,dataValidation"
    condition = {"type": "TEXT_EQ", "values": [{"userEnteredValue": "done"}]}
    rule = {"condition": condition, "format": {"backgroundColor": RED}}
    hidden = [{"columnIndex": 2, "filterCriteria": {"hiddenValues": ["hid"]}}]
    frozen = {"gridProperties": {"frozenRowCount": 1, "hideGridlines": True}}
    client.batch(
        {"repeatCell": {"range": cells(0, 2, 0, 1), "cell": cell, "fields": fields}},
        {"updateBorders": {"range": cells(2, 3, 1, 2), "top": {"style": "DOUBLE"}}},
        {"addConditionalFormatRule": {"rule": {"ranges": [PART], "booleanRule": rule}}},
        {"addBanding": {"bandedRange": {"range": PART, "rowProperties": {"headerColor": RED}}}},
        {"addFilterView": {"filter": {"range": PART, "filterSpecs": hidden}}},
        {"setBasicFilter": {"filter": {"range": PART, "filterSpecs": hidden}}},
        {"addProtectedRange": {"protectedRange": {"range": PART, "description": "mine"}}},
        {"addNamedRange": {"namedRange": {"name": "Here", "range": PART}}},
        {"mergeCells": {"range": cells(5, 7, 0, 2), "mergeType": "MERGE_ALL"}},
        {"addDimensionGroup": {"range": span("ROWS", 8, 9)}},
        _properties("COLUMNS", 1, pixelSize=37),
        _properties("COLUMNS", 3, hiddenByUser=True),
        _properties("ROWS", 9, pixelSize=60, hiddenByUser=True),
        column_metadata(1, 7, metadataValue="v"),
        {
            "updateSheetProperties": {
                "properties": frozen,
                "fields": "gridProperties(frozenRowCount,hideGridlines)",
            }
        },
    )
    return shown(client.workspace, client.document.spreadsheet_id)


def shown(workspace: Workspace, spreadsheet_id: str) -> dict[str, Any]:
    path = f"/v4/spreadsheets/{spreadsheet_id}"
    answer = api.call(workspace, "GET", path, [("includeGridData", "true")])
    found: dict[str, Any] = json.loads(answer) if isinstance(answer, bytes) else answer
    return {key: value for key, value in found.items() if not key.startswith("spreadsheet")}


def test_a_spreadsheet_made_from_what_was_shown_shows_the_same(client: Client) -> None:
    first = furnished(client)
    assert first["sheets"][0]["data"][0]["rowMetadata"][2]["hiddenByFilter"]
    made = api.call(client.workspace, "POST", "/v4/spreadsheets", [], json.loads(json.dumps(first)))
    assert isinstance(made, dict)
    assert shown(client.workspace, made["spreadsheetId"]) == first


def test_a_saved_spreadsheet_shows_the_same(client: Client) -> None:
    first = furnished(client)
    again = Workspace.from_json(json.loads(json.dumps(client.workspace.to_json())))
    assert shown(again, client.document.spreadsheet_id) == first


def test_a_copied_spreadsheet_shows_the_same(client: Client) -> None:
    first = furnished(client)
    copied = client.workspace.copy(client.document.spreadsheet_id, first["properties"]["title"])
    assert shown(client.workspace, copied.spreadsheet_id) == first


def test_a_new_spreadsheet_grows_to_hold_its_cells(client: Client) -> None:
    row = {"values": [{"userEnteredValue": {"stringValue": "x"}}]}
    data = {"startRow": 2000, "startColumn": 30, "rowData": [row]}
    made = client.workspace.create("Far", {"sheets": [{"data": [data]}]})
    grid = made.sheets[0].grid
    assert (grid.row_count, grid.column_count, grid.get(2000, 30)) == (2001, 31, "x")
