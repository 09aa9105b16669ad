"""spreadsheets.get, create, batchUpdate and what they show."""

from __future__ import annotations

from typing import Any

import pytest

from sync_daemon.sandbox import api
from sync_daemon.sandbox.api_errors import ApiError
from tests.unit.sandbox.discovery import assert_valid, discovery
from tests.unit.sandbox.sheets.client import (
    Client,
    cells,
    column_metadata,
    span,
)

STRANGER = "stranger@example.com"


def add_sheet(title: str, sheet_id: int, **fields: object) -> dict[str, Any]:
    return {"addSheet": {"properties": {"title": title, "sheetId": sheet_id, **fields}}}


def test_a_new_spreadsheet(client: Client) -> None:
    shown = client.get()
    assert list(shown) == ["spreadsheetId", "properties", "sheets", "spreadsheetUrl"]
    assert shown["sheets"] == [
        {
            "properties": {
                "sheetId": 0,
                "title": "Sheet1",
                "index": 0,
                "sheetType": "GRID",
                "gridProperties": {"rowCount": 1000, "columnCount": 26},
            }
        }
    ]
    settings = {key: value for key, value in shown["properties"].items() if isinstance(value, str)}
    assert settings == {
        "title": "Book",
        "locale": "en_US",
        "autoRecalc": "ON_CHANGE",
        "timeZone": "Etc/GMT",
    }


def test_create_takes_properties_sheets_and_data(client: Client) -> None:
    value = {"userEnteredValue": {"stringValue": "x"}}
    body = {
        "properties": {"title": "Made", "locale": "de_DE", "timeZone": "Europe/Berlin"},
        "sheets": [
            {
                "properties": {"title": "One"},
                "data": [{"rowData": [{"values": [value]}]}],
            },
            {"properties": {"title": "Two", "sheetId": 5}},
        ],
    }
    answer = api.call(client.workspace, "POST", "/v4/spreadsheets", [], body)
    assert isinstance(answer, dict)
    assert_valid("Spreadsheet", answer)
    assert answer["properties"]["locale"] == "de_DE"
    assert [s["properties"]["title"] for s in answer["sheets"]] == ["One", "Two"]
    client.document = client.workspace.get(answer["spreadsheetId"])
    assert client.values("One") == [["x"]]


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ("spreadsheetId", {"spreadsheetId"}),
        ("sheets.properties(title)", {"sheets"}),
        ("namedRanges", set()),
        ("*", {"spreadsheetId", "properties", "sheets", "spreadsheetUrl"}),
        ("sheets/properties/title,properties.locale", {"sheets", "properties"}),
    ],
)
def test_field_masks_pick(client: Client, fields: str, wanted: set[str]) -> None:
    shown = client.get(fields=fields)
    assert set(shown) == wanted
    if fields.startswith("sheets"):
        assert shown["sheets"] == [{"properties": {"title": "Sheet1"}}]


def test_a_bad_field_mask_gets_googles_body(client: Client) -> None:
    refusal = client.refused("GET", "", fields="sheets.sheetProperties")
    assert refusal.body() == {
        "error": {
            "code": 400,
            "message": "Request contains an invalid argument.",
            "status": "INVALID_ARGUMENT",
            "details": [
                {
                    "@type": "type.googleapis.com/google.rpc.BadRequest",
                    "fieldViolations": [
                        {
                            "field": "sheets.sheetProperties",
                            "description": "Error expanding 'fields' parameter. Cannot find "
                            "matching fields for path 'sheets.sheetProperties'.",
                        }
                    ],
                }
            ],
        }
    }


MALFORMED: list[tuple[dict[str, Any], str, str]] = [
    (
        {"requests": [{"foo": {}}]},
        "requests[0]",
        "Invalid JSON payload received. Unknown name \"foo\" at 'requests[0]': Cannot find field.",
    ),
    (
        {"requests": [{"addSheet": {"properties": {"sheetId": "x"}}}]},
        "requests[0].add_sheet.properties.sheet_id",
        "Invalid value at 'requests[0].add_sheet.properties.sheet_id' (TYPE_INT32), \"x\"",
    ),
    (
        {"requests": [{"mergeCells": {"mergeType": "NO"}}]},
        "requests[0].merge_cells.merge_type",
        (
            "Invalid value at 'requests[0].merge_cells.merge_type' "
            '(type.googleapis.com/google.apps.sheets.v4.MergeType), "NO"'
        ),
    ),
]


@pytest.mark.parametrize(("body", "field", "text"), MALFORMED)
def test_malformed_bodies_name_the_field(
    client: Client, body: dict[str, Any], field: str, text: str
) -> None:
    error = client.refused("POST", ":batchUpdate", body).body()["error"]
    assert error["message"] == text
    assert error["details"][0]["fieldViolations"] == [{"field": field, "description": text}]


def test_values_that_are_no_list_get_the_recorded_body(client: Client) -> None:
    body = {"values": "A1:D4", "majorDimension": None}
    refusal = client.refused("PUT", "/values/A1", body, valueInputOption="RAW")
    assert refusal.message == (
        "Invalid value at 'data.values' (type.googleapis.com/google.protobuf.ListValue), \"A1:D4\""
    )


def test_an_unknown_query_parameter_is_refused(client: Client) -> None:
    refusal = client.refused("GET", "", nope="1")
    assert 'Unknown name "nope": Cannot bind query parameter.' in refusal.message


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v4/spreadsheets"),
        ("DELETE", "/v4/spreadsheets/x"),
        ("GET", "/v4/spreadsheets/x/values"),
        ("POST", "/v4/spreadsheets/x:nope"),
        ("GET", "/v5/spreadsheets/x"),
    ],
)
def test_unknown_methods_are_not_found(client: Client, method: str, path: str) -> None:
    with pytest.raises(ApiError) as caught:
        api.call(client.workspace, method, path)
    assert caught.value.status == 404


def test_an_unknown_spreadsheet_is_not_found(client: Client) -> None:
    with pytest.raises(ApiError) as caught:
        api.call(client.workspace, "GET", "/v4/spreadsheets/nope")
    assert caught.value.body()["error"] == {
        "code": 404,
        "message": "Requested entity was not found.",
        "status": "NOT_FOUND",
    }


def test_every_method_of_the_api_is_served() -> None:
    found: set[str] = set()

    def walk(resource: dict[str, Any]) -> None:
        found.update(method["id"] for method in resource.get("methods", {}).values())
        for inner in resource.get("resources", {}).values():
            walk(inner)

    walk(discovery())
    assert set(api.METHODS) == found


def test_a_batch_is_all_or_nothing_and_answers_the_state_it_led_to(
    client: Client,
) -> None:
    bad = [add_sheet("New", 3), {"deleteSheet": {"sheetId": 77}}]
    assert client.refused_batch(*bad) == "Invalid requests[1].deleteSheet: No grid with id: 77"
    version = client.document.version
    row = {"values": [{"userEnteredValue": {"stringValue": "id"}}]}
    body = {
        "requests": [
            {"insertDimension": {"range": span("COLUMNS", 0, 1)}},
            {
                "updateCells": {
                    "start": {"sheetId": 0, "rowIndex": 0, "columnIndex": 0},
                    "rows": [row],
                    "fields": "userEnteredValue",
                }
            },
            column_metadata(0, 7, metadataValue="v"),
        ],
        "includeSpreadsheetInResponse": True,
        "responseRanges": ["Sheet1!A1:B2"],
        "responseIncludeGridData": True,
    }
    answer = client.call("POST", ":batchUpdate", body)
    assert client.document.version == version + 1
    created = answer["replies"][2]["createDeveloperMetadata"]["developerMetadata"]
    assert created == {
        "metadataId": 7,
        "metadataKey": "owned",
        "metadataValue": "v",
        "location": {
            "locationType": "COLUMN",
            "dimensionRange": {"dimension": "COLUMNS", "startIndex": 0, "endIndex": 1},
        },
        "visibility": "DOCUMENT",
    }
    (data,) = answer["updatedSpreadsheet"]["sheets"][0]["data"]
    first = data["rowData"][0]["values"][0]
    assert first["userEnteredValue"] == first["effectiveValue"] == {"stringValue": "id"}
    assert first["formattedValue"] == "id"
    assert data["columnMetadata"][0] == {
        "pixelSize": 100,
        "developerMetadata": [created],
    }
    assert len(data["rowMetadata"]) == 2


def test_sheets_are_added_placed_renamed_and_deleted(client: Client) -> None:
    client.batch(add_sheet("B", 2), add_sheet("A", 1, index=0, hidden=True))
    client.batch(
        {
            "updateSheetProperties": {
                "properties": {"sheetId": 2, "index": 0},
                "fields": "index",
            }
        },
        {"duplicateSheet": {"sourceSheetId": 1, "newSheetId": 9}},
    )
    shown = [sheet["properties"] for sheet in client.get()["sheets"]]
    assert [(sheet["title"], sheet["index"]) for sheet in shown] == [
        ("Copy of A", 0),  # first, where the request names no index
        ("B", 1),
        ("A", 2),
        ("Sheet1", 3),
    ]
    client.batch({"deleteSheet": {"sheetId": 9}}, {"deleteSheet": {"sheetId": 2}})
    assert client.refused_batch({"deleteSheet": {"sheetId": 0}}).endswith(
        "You can't remove all the visible sheets in a document."
    )
    assert 'name "sheet1" already exists' in client.refused_batch(add_sheet("sheet1", 5))
    assert "Sheet with id 1 already exists" in client.refused_batch(add_sheet("X", 1))


def test_colours_are_kept_in_eight_bits(client: Client) -> None:
    style = {"rgbColor": {"red": 1, "green": 0, "blue": 0.5}}
    properties = {"sheetId": 0, "tabColorStyle": style}
    client.batch({"updateSheetProperties": {"properties": properties, "fields": "tabColorStyle"}})
    shown = client.get(fields="sheets.properties.tabColorStyle")
    assert shown["sheets"][0]["properties"] == {
        "tabColorStyle": {"rgbColor": {"red": 1, "blue": 0.49803922}}
    }


def test_a_sheet_is_copied_to_another_spreadsheet(client: Client) -> None:
    client.put("A1", [["x"]])
    other = client.workspace.create("Other")
    body = {"destinationSpreadsheetId": other.spreadsheet_id}
    answer = client.call("POST", "/sheets/0:copyTo", body)
    assert (answer["title"], answer["index"]) == ("Copy of Sheet1", 1)
    client.put("A1", [["changed"]])
    assert other.sheets[1].grid.get(0, 0) == "x"


def test_a_copy_that_does_not_fit_leaves_nothing_behind(client: Client) -> None:
    other = client.workspace.create("Other", {"sheets": [_sized(5_000_000)]})
    body = {"destinationSpreadsheetId": other.spreadsheet_id}
    size = {"rowCount": 5_000_001, "columnCount": 1}
    properties = {"properties": {"gridProperties": size}, "fields": "gridProperties"}
    client.batch({"updateSheetProperties": properties})
    assert "above the limit" in client.refused("POST", "/sheets/0:copyTo", body).message
    assert len(other.sheets) == 1


def _sized(rows: int) -> dict[str, Any]:
    return {"properties": {"gridProperties": {"rowCount": rows, "columnCount": 1}}}


def test_ranges_limit_the_sheets_and_the_grid_data(client: Client) -> None:
    client.batch(add_sheet("Two", 2))
    client.put("Two!B2", [["x"]])
    shown = client.get(ranges=["Two!B2:C3"], includeGridData=True)
    (sheet,) = shown["sheets"]
    (data,) = sheet["data"]
    assert (data["startRow"], data["startColumn"]) == (1, 1)
    assert data["rowData"][0]["values"][0]["formattedValue"] == "x"
    body = {"dataFilters": [{"gridRange": cells(0, 1, 0, 1)}]}
    found = client.call("POST", ":getByDataFilter", body)
    assert [sheet["properties"]["title"] for sheet in found["sheets"]] == ["Sheet1"]
    assert "data" not in found["sheets"][0]


PROTECTED = "You are trying to edit a protected cell or object."


@pytest.mark.parametrize(
    ("editors", "allowed"),
    [([], False), (["other@example.com"], False), ([STRANGER], True)],
)
def test_protected_ranges_refuse_strangers(
    client: Client,
    editors: list[str],
    allowed: bool,
) -> None:
    client.document.owner = "owner@example.com"
    protection = {"range": cells(0, 2, 0, 2), "editors": {"users": editors}}
    client.batch({"addProtectedRange": {"protectedRange": protection}})
    client.caller = STRANGER
    shown = client.sheet()["protectedRanges"][0]
    assert shown.get("requestingUserCanEdit", False) is allowed
    query = {"valueInputOption": "RAW"}
    body = {"values": [["x", "y"]]}
    if allowed:
        client.call("PUT", "/values/B2", body, **query)
        return
    for method, rest in (("PUT", "/values/B2"), ("POST", "/values/A1:append")):
        assert client.refused(method, rest, body, **query).message.startswith(PROTECTED)
    assert client.refused("POST", "/values/A1:clear").message.startswith(PROTECTED)
    assert PROTECTED in client.refused_batch({"deleteDimension": {"range": span("ROWS", 1, 2)}})
    assert PROTECTED in client.refused_batch({"sortRange": {"range": cells(1, 5, 0, 5)}})
    data = {**query, "data": [{"range": "A1:C1", "values": [[None, None, "x"]]}]}
    assert PROTECTED in client.refused("POST", "/values:batchUpdate", data).message
    client.call("PUT", "/values/C3", body, **query)
    client.batch({"insertDimension": {"range": span("ROWS", 0, 1)}})


def test_a_warning_and_unprotected_parts_do_not_refuse(client: Client) -> None:
    warning = {"range": cells(0, 2, 0, 2), "warningOnly": True}
    sheet = {"range": {"sheetId": 0}, "unprotectedRanges": [cells(0, 5, 0, 5)]}
    client.batch(
        {"addProtectedRange": {"protectedRange": warning}},
        {"addProtectedRange": {"protectedRange": sheet}},
    )
    client.caller = STRANGER
    client.document.owner = "owner@example.com"
    client.put("A1", [["x"]])
    body = {"values": [["x"]]}
    refusal = client.refused("PUT", "/values/F6", body, valueInputOption="RAW")
    assert refusal.message.startswith(PROTECTED)
