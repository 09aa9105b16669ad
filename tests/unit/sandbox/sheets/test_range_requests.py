"""Requests on protected ranges, filter views, rules, groups, sizes and properties."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.sandbox.sheets.client import Client, cells, column_metadata, lookup, span

OWNER, EDITOR = "owner@example.com", "editor@example.com"


def protect(client: Client, **fields: object) -> int:
    wished = {"range": cells(0, 2, 0, 2), **fields}
    (reply,) = client.batch({"addProtectedRange": {"protectedRange": wished}})
    number: int = reply["addProtectedRange"]["protectedRange"]["protectedRangeId"]
    return number


def test_only_editors_change_a_protection(client: Client) -> None:
    client.document.owner = OWNER
    number = protect(client, description="d")
    change = {"protectedRangeId": number, "range": cells(4, 5, 0, 1), "description": "e"}
    update = {"updateProtectedRange": {"protectedRange": change, "fields": "range,description"}}
    client.caller = EDITOR
    remove = {"deleteProtectedRange": {"protectedRangeId": number}}
    for request in (update, remove):
        assert "do not have permission" in client.refused_batch(request)
    client.caller = OWNER
    client.batch(update)
    (shown,) = client.sheet()["protectedRanges"]
    assert shown["description"] == "e"
    assert shown["range"]["startRowIndex"] == 4
    assert shown["editors"] == {"users": [OWNER]}
    client.batch(remove)
    assert "No protected range with id" in client.refused_batch(remove)


def test_who_protects_may_edit(client: Client) -> None:
    client.document.owner = OWNER
    client.caller = EDITOR
    protect(client, editors={"users": []})
    client.put("A1", [["x"]])
    assert client.sheet()["protectedRanges"][0]["editors"]["users"] == [OWNER, EDITOR]


def test_a_named_range_can_be_protected(client: Client) -> None:
    named = {"name": "N", "namedRangeId": "n1", "range": cells(3, 4, 0, 1)}
    client.batch({"addNamedRange": {"namedRange": named}})
    client.batch({"addProtectedRange": {"protectedRange": {"namedRangeId": "n1"}}})
    (shown,) = client.sheet()["protectedRanges"]
    assert shown["range"]["startRowIndex"] == 3
    nothing: dict[str, Any] = {"addProtectedRange": {"protectedRange": {}}}
    assert "range must be specified" in client.refused_batch(nothing)


def rule(text: str) -> dict[str, Any]:
    condition = {"type": "TEXT_EQ", "values": [{"userEnteredValue": text}]}
    return {"ranges": [cells(0, 5, 0, 5)], "booleanRule": {"condition": condition, "format": {}}}


def test_rules_are_replaced_and_moved(client: Client) -> None:
    client.batch(
        {"addConditionalFormatRule": {"rule": rule("a"), "index": 0}},
        {"addConditionalFormatRule": {"rule": rule("b"), "index": 1}},
    )
    moved, replaced = client.batch(
        {"updateConditionalFormatRule": {"index": 1, "sheetId": 0, "newIndex": 0}},
        {"updateConditionalFormatRule": {"index": 1, "rule": rule("c")}},
    )
    assert moved["updateConditionalFormatRule"]["oldIndex"] == 1
    old = replaced["updateConditionalFormatRule"]["oldRule"]
    assert old["booleanRule"] == rule("a")["booleanRule"]
    texts = [
        item["booleanRule"]["condition"]["values"][0]["userEnteredValue"]
        for item in client.sheet()["conditionalFormats"]
    ]
    assert texts == ["b", "c"]
    refused: list[dict[str, Any]] = [
        {"addConditionalFormatRule": {"rule": rule("x"), "index": 9}},
        {"addConditionalFormatRule": {"rule": {"ranges": [cells(0, 1, 0, 1)]}}},
        {"addConditionalFormatRule": {"rule": {}}},
        {"deleteConditionalFormatRule": {"sheetId": 0, "index": 2}},
    ]
    for bad in refused:
        client.refused_batch(bad)


def test_filter_views_are_copied(client: Client) -> None:
    view = {"filterViewId": 4, "title": "V", "range": cells(0, 2, 0, 2)}
    client.batch({"addFilterView": {"filter": view}})
    (reply,) = client.batch({"duplicateFilterView": {"filterId": 4}})
    assert reply["duplicateFilterView"]["filter"]["title"] == "Copy of V"
    assert "already exists" in client.refused_batch({"addFilterView": {"filter": view}})
    assert "No filter view" in client.refused_batch({"deleteFilterView": {"filterId": 5}})


def test_groups_collapse(client: Client) -> None:
    place = span("COLUMNS", 1, 3)
    client.batch({"addDimensionGroup": {"range": place}})
    group = {"range": place, "depth": 1, "collapsed": True}
    client.batch({"updateDimensionGroup": {"dimensionGroup": group, "fields": "collapsed"}})
    (shown,) = client.sheet()["columnGroups"]
    assert shown["collapsed"] is True
    client.batch({"insertDimension": {"range": span("COLUMNS", 0, 1)}})
    (shown,) = client.sheet()["columnGroups"]
    assert (shown["range"]["startIndex"], shown["range"]["endIndex"]) == (2, 4)
    nowhere = {"deleteDimensionGroup": {"range": span("ROWS", 0, 1)}}
    assert "does not exist" in client.refused_batch(nowhere)


def test_columns_are_fitted_and_inherit(client: Client) -> None:
    client.put("A1", [["x" * 20]])
    client.batch(
        {"autoResizeDimensions": {"dimensions": span("COLUMNS", 0, 2)}},
        {"insertDimension": {"range": span("COLUMNS", 1, 2), "inheritFromBefore": True}},
    )
    data = client.sheet(ranges="A1:C1", includeGridData=True)["data"][0]
    assert [column["pixelSize"] for column in data["columnMetadata"]] == [150, 150, 100]


def test_new_rows_inherit_formats(client: Client) -> None:
    client.type("A1", [["5%"], ["x"]])
    client.batch({"insertDimension": {"range": span("ROWS", 1, 2), "inheritFromBefore": True}})
    client.put("A2", [[0.5]])
    assert client.value("A2") == "50%"


@pytest.mark.parametrize(
    ("properties", "fields", "words"),
    [
        ({"title": ""}, "title", "can't be blank"),
        ({"title": "x" * 101}, "title", "longer than 100"),
        ({"hidden": True}, "hidden", "can't hide all the sheets"),
        ({"index": 9}, "index", "Invalid index: 9"),
        ({"gridProperties": {"rowCount": 0}}, "gridProperties.rowCount", "at least 1"),
        ({"gridProperties": {"columnCount": 18_279}}, "gridProperties.columnCount", "18278"),
        ({"gridProperties": {"rowCount": 500_000}}, "gridProperties.rowCount", "10000000 cells"),
        ({"gridProperties": {"frozenRowCount": 1000}}, "gridProperties.frozenRowCount", "freeze"),
        ({"sheetId": 0}, "sheetId", "sheetId cannot be changed"),
    ],
)
def test_bad_sheet_properties(
    client: Client, properties: dict[str, Any], fields: str, words: str
) -> None:
    request = {"updateSheetProperties": {"properties": properties, "fields": fields}}
    assert words in client.refused_batch(request)


@pytest.mark.parametrize(
    ("properties", "fields", "words"),
    [
        ({"locale": "xx-yy"}, "locale", "Unsupported locale: xx-yy"),
        ({"timeZone": "Mars/City"}, "timeZone", "Invalid time zone: Mars/City"),
        ({}, "title", "title cannot be cleared"),
    ],
)
def test_bad_spreadsheet_properties(
    client: Client, properties: dict[str, Any], fields: str, words: str
) -> None:
    request = {"updateSpreadsheetProperties": {"properties": properties, "fields": fields}}
    assert words in client.refused_batch(request)


def test_shrinking_deletes_what_is_cut_off(client: Client) -> None:
    client.put("A1", [["a", "b", "c"]])
    client.batch(column_metadata(2, 7))
    grid = {"rowCount": 10, "columnCount": 2, "frozenRowCount": 1}
    fields = "gridProperties(rowCount,columnCount,frozenRowCount)"
    change = {"properties": {"gridProperties": grid}, "fields": fields}
    client.batch({"updateSheetProperties": change})
    assert client.values() == [["a", "b"]]
    assert client.sheet()["properties"]["gridProperties"] == grid
    filters = {"dataFilters": [lookup(metadataId=7)]}
    assert client.call("POST", "/developerMetadata:search", filters) == {}


def test_metadata_moves_to_another_place(client: Client) -> None:
    client.batch(column_metadata(2, 7))
    item = {"location": {"dimensionRange": span("COLUMNS", 4, 5)}, "metadataKey": "k"}
    update = {"dataFilters": [lookup(metadataId=7)], "developerMetadata": item}
    client.batch({"updateDeveloperMetadata": {**update, "fields": "location,metadataKey"}})
    shown = client.call("GET", "/developerMetadata/7")
    assert shown["metadataKey"] == "k"
    assert shown["location"]["dimensionRange"]["startIndex"] == 4
    by_range = {"dataFilters": [{"a1Range": "E1:E9"}]}
    assert len(client.call("POST", "/developerMetadata:search", by_range)) == 1
    bad = {**update, "fields": "metadataId"}
    assert "cannot be updated" in client.refused_batch({"updateDeveloperMetadata": bad})
