"""Colours in both their spellings, wherever a message has one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.sandbox.sheets.client import Client, cells

RED = {"red": 1}
RED_STYLE = {"rgbColor": RED}
BLUE_STYLE = {"rgbColor": {"blue": 1}}
TOP_LEFT = cells(0, 1, 0, 1)


def own_format(client: Client) -> dict[str, Any]:
    shown = client.get(ranges="A1", fields="sheets.data.rowData.values.userEnteredFormat")
    rows = shown["sheets"][0]["data"][0].get("rowData", [{}])
    found: dict[str, Any] = rows[0]["values"][0]["userEnteredFormat"] if rows[0] else {}
    return found


def repeat(client: Client, fields: str, **wished: object) -> dict[str, Any]:
    cell = {"userEnteredFormat": wished}
    client.batch({"repeatCell": {"range": TOP_LEFT, "cell": cell, "fields": fields}})
    return own_format(client)


BOTH = {"backgroundColor": RED, "backgroundColorStyle": RED_STYLE}


@pytest.mark.parametrize(
    "fields",
    [
        "*",
        "userEnteredFormat",
        "userEnteredFormat.backgroundColor",
        "userEnteredFormat(backgroundColor)",
        "userEnteredFormat.backgroundColorStyle",
        "userEnteredFormat.backgroundColorStyle.rgbColor",
    ],
)
@pytest.mark.parametrize(
    "wished", [{"backgroundColor": RED}, {"backgroundColorStyle": RED_STYLE}, BOTH]
)
def test_either_spelling_sets_both(client: Client, fields: str, wished: dict[str, Any]) -> None:
    assert repeat(client, fields, **wished) == BOTH


def test_the_newer_spelling_comes_first(client: Client) -> None:
    shown = repeat(client, "*", backgroundColor=RED, backgroundColorStyle=BLUE_STYLE)
    assert shown == {"backgroundColor": {"blue": 1}, "backgroundColorStyle": BLUE_STYLE}


def test_clearing_one_clears_both(client: Client) -> None:
    repeat(client, "*", backgroundColor=RED, wrapStrategy="CLIP")
    assert repeat(client, "userEnteredFormat.backgroundColor") == {"wrapStrategy": "CLIP"}


def test_a_part_of_a_colour(client: Client) -> None:
    repeat(client, "*", backgroundColor={"red": 1, "green": 1})
    shown = repeat(client, "userEnteredFormat.backgroundColor.green", backgroundColor={})
    assert shown == BOTH


def test_colours_of_text_and_its_parts(client: Client) -> None:
    text = {"foregroundColor": RED}
    data = {
        "userEnteredValue": {"stringValue": "ab"},
        "userEnteredFormat": {"textFormat": text},
        "textFormatRuns": [{"startIndex": 1, "format": text}],
    }
    start = {"sheetId": 0, "rowIndex": 0, "columnIndex": 0}
    client.batch({"updateCells": {"start": start, "rows": [{"values": [data]}], "fields": "*"}})
    both = {"foregroundColor": RED, "foregroundColorStyle": RED_STYLE}
    assert own_format(client)["textFormat"] == both
    shown = client.get(ranges="A1", fields="sheets.data.rowData.values.textFormatRuns")
    (run,) = shown["sheets"][0]["data"][0]["rowData"][0]["values"][0]["textFormatRuns"]
    assert run["format"] == both


def test_borders_have_a_colour_and_a_width(client: Client) -> None:
    client.batch({"updateBorders": {"range": TOP_LEFT, "top": {"style": "SOLID_MEDIUM"}}})
    black: dict[str, Any] = {"color": {}, "colorStyle": {"rgbColor": {}}}
    assert own_format(client)["borders"] == {"top": {"style": "SOLID_MEDIUM", "width": 2, **black}}
    left = {"left": {"style": "DASHED", "color": RED}}
    shown = repeat(client, "userEnteredFormat.borders.left", borders=left)["borders"]
    red = {"color": RED, "colorStyle": RED_STYLE}
    assert shown["left"] == {"style": "DASHED", "width": 1, **red}


def test_rules_bands_and_filters(client: Client) -> None:
    condition = {"type": "NOT_BLANK"}
    rule = {
        "ranges": [TOP_LEFT],
        "booleanRule": {"condition": condition, "format": {"backgroundColor": RED}},
    }
    points = {"minpoint": {"colorStyle": RED_STYLE, "type": "MIN"}, "maxpoint": {"type": "MAX"}}
    bands = {"range": cells(0, 9, 0, 2), "rowProperties": {"headerColor": RED}}
    sort = [{"dimensionIndex": 0, "backgroundColor": RED}]
    client.batch(
        {"addConditionalFormatRule": {"rule": rule}},
        {"addConditionalFormatRule": {"rule": {"ranges": [TOP_LEFT], "gradientRule": points}}},
        {"addBanding": {"bandedRange": bands}},
        {"addFilterView": {"filter": {"range": cells(0, 9, 0, 2), "sortSpecs": sort}}},
        {"setBasicFilter": {"filter": {"range": cells(0, 9, 0, 2), "sortSpecs": sort}}},
    )
    sheet = client.sheet()
    gradient, boolean = sheet["conditionalFormats"]
    assert boolean["booleanRule"]["format"] == BOTH
    assert gradient["gradientRule"]["minpoint"]["color"] == RED
    assert sheet["bandedRanges"][0]["rowProperties"]["headerColorStyle"] == RED_STYLE
    for holder in (sheet["filterViews"][0], sheet["basicFilter"]):
        assert holder["sortSpecs"][0]["backgroundColorStyle"] == RED_STYLE


def test_what_is_empty_is_not_repeated(client: Client) -> None:
    wished = {"range": cells(0, 3, 0, 3), "filterSpecs": [], "sortSpecs": [], "criteria": {}}
    client.batch({"setBasicFilter": {"filter": wished}}, {"addFilterView": {"filter": {**wished}}})
    sheet = client.sheet()
    assert list(sheet["basicFilter"]) == ["range"]
    assert set(sheet["filterViews"][0]) == {"range", "title", "filterViewId"}


def test_bands_are_changed(client: Client) -> None:
    bands = {"bandedRangeId": 7, "range": cells(0, 9, 0, 2), "rowProperties": {"headerColor": RED}}
    wished = {"bandedRangeId": 7, "rowProperties": {"footerColor": RED}}
    update = {"bandedRange": wished, "fields": "rowProperties.footerColor"}
    client.batch({"addBanding": {"bandedRange": bands}}, {"updateBanding": update})
    (shown,) = client.sheet()["bandedRanges"]
    assert shown["rowProperties"] == {
        "headerColor": RED,
        "headerColorStyle": RED_STYLE,
        "footerColor": RED,
        "footerColorStyle": RED_STYLE,
    }
    unknown = {"bandedRange": {"bandedRangeId": 8}, "fields": "*"}
    assert "No banded range with id: 8" in client.refused_batch({"updateBanding": unknown})


@pytest.mark.parametrize("name", ["addChart", "addSlicer", "addTable", "refreshDataSource"])
def test_what_the_sandbox_has_not_is_said(client: Client, name: str) -> None:
    refusal = client.refused("POST", ":batchUpdate", {"requests": [{name: {}}]})
    assert (refusal.status, refusal.code) == (501, "UNIMPLEMENTED")
    assert refusal.message.endswith("the sandbox does not support this request.")


def test_a_filter_view_s_colours_are_changed_in_both_spellings(client: Client) -> None:
    sort = [{"dimensionIndex": 0, "backgroundColor": RED}]
    view = {"filterViewId": 3, "range": cells(0, 9, 0, 2)}
    wished = {"filterViewId": 3, "sortSpecs": sort}
    update = {"filter": wished, "fields": "sortSpecs"}
    client.batch({"addFilterView": {"filter": view}}, {"updateFilterView": update})
    (shown,) = client.sheet()["filterViews"]
    assert shown["sortSpecs"][0]["backgroundColorStyle"] == RED_STYLE
    inside = {"filter": wished, "fields": "sortSpecs.backgroundColor"}
    assert "Invalid field: sortSpecs" in client.refused_batch({"updateFilterView": inside})
