"""Requests of batchUpdate that write, copy, find and clean cells."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.sandbox.sheets.client import Client, cells, span

BOLD = {"userEnteredFormat": {"textFormat": {"bold": True}}}


def cell_of(client: Client, name: str) -> dict[str, Any]:
    data = client.sheet(ranges=name, includeGridData=True)["data"][0]
    rows = data.get("rowData", [])
    found: dict[str, Any] = rows[0]["values"][0] if rows and rows[0] else {}
    return found


def update(rows: list[list[dict[str, Any]]], fields: str, **place: object) -> dict[str, Any]:
    return {"updateCells": {"rows": [{"values": row} for row in rows], "fields": fields, **place}}


START = {"sheetId": 0, "rowIndex": 0, "columnIndex": 0}


def test_update_cells_sets_only_what_its_mask_names(client: Client) -> None:
    value = {"userEnteredValue": {"numberValue": 2}, "note": "n", **BOLD}
    client.put("A1", [["old"]])
    client.batch(update([[value]], "note,userEnteredFormat.textFormat.bold", start=START))
    assert client.value("A1") == "old"
    client.batch(update([[{}]], "userEnteredValue", start=START))
    found = cell_of(client, "A1")
    assert found["note"] == "n"
    assert found["userEnteredFormat"] == BOLD["userEnteredFormat"]
    assert found["effectiveFormat"]["textFormat"]["bold"] is True
    assert found["effectiveFormat"]["textFormat"]["fontSize"] == 10
    assert "userEnteredValue" not in found
    client.batch(update([[{}]], "*", start=START))
    assert cell_of(client, "A1") == {}


def test_update_cells_over_a_range_clears_the_rest(client: Client) -> None:
    client.put("A1", [["a", "b"], ["c", "d"]])
    value = {"userEnteredValue": {"formulaValue": "=1+1"}}
    client.batch(update([[value]], "userEnteredValue", range=cells(0, 2, 0, 2)))
    assert client.values() == [["2"]]


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (update([[{}]], "", start=START), "At least one field must be listed in 'fields'."),
        (update([[{}]], "nope", start=START), "Invalid field: nope"),
        (update([[{}]], "*"), "Either start or range must be specified."),
        (
            update([[{}, {}]], "*", start={"rowIndex": 0, "columnIndex": 25}),
            "Attempting to write column: 26, beyond the last requested column of: 25",
        ),
        (
            update([[{}, {}]], "*", range=cells(0, 1, 24, 25)),
            "Attempting to write column: 25, beyond the last requested column of: 24",
        ),
        (
            update([[{}], [{}], [{}]], "*", range=cells(3, 5, 0, 1)),
            "Attempting to write row: 5, beyond the last requested row of: 4",
        ),
        (
            update([[{}], [{}]], "*", start={"rowIndex": 999}),
            "Attempting to write row: 1000, beyond the last requested row of: 999",
        ),
        (
            update([[{"userEnteredValue": {"stringValue": "x" * 50_001}}]], "*", start=START),
            "more than the maximum of 50000 characters",
        ),
        (
            {"repeatCell": {"range": cells(1000, 1001, 0, 2), "cell": BOLD, "fields": "note"}},
            "Range (Sheet1!A1001:B1001) exceeds grid limits. Max rows: 1000, max columns: 26",
        ),
        (
            {
                "repeatCell": {
                    "range": {"startRowIndex": 1000, "startColumnIndex": 0, "endColumnIndex": 2},
                    "cell": BOLD,
                    "fields": "note",
                }
            },
            "Range (Sheet1!A1001:B) exceeds grid limits. Max rows: 1000, max columns: 26",
        ),
        (
            {
                "repeatCell": {
                    "range": {"startColumnIndex": 26, "startRowIndex": 0, "endRowIndex": 2},
                    "cell": BOLD,
                    "fields": "note",
                }
            },
            "Range (Sheet1!AA1:2) exceeds grid limits. Max rows: 1000, max columns: 26",
        ),
        ({"addChart": {}}, "the sandbox does not support this request"),
        ({}, "No request set."),
    ],
)
def test_bad_cell_requests(client: Client, request_: dict[str, Any], words: str) -> None:
    assert words in client.refused_batch(request_)


def test_repeat_cell_fills_and_moves_formulas(client: Client) -> None:
    client.put("A1", [[1], [2]])
    cell = {"userEnteredValue": {"formulaValue": "=A1*10"}}
    repeat = {"range": cells(0, 2, 1, 2), "cell": cell, "fields": "userEnteredValue"}
    client.batch({"repeatCell": repeat})
    assert client.formulas("B1:B2") == [["=A1*10"], ["=A2*10"]]
    past = {"range": cells(999, 1003, 0, 1), "cell": {"note": "n"}, "fields": "note"}
    client.batch({"repeatCell": past})
    assert client.sheet()["properties"]["gridProperties"]["rowCount"] == 1000


def test_append_cells_goes_after_the_last_row(client: Client) -> None:
    client.put("C3", [["x"]])
    value = {"userEnteredValue": {"boolValue": True}}
    rows = [{"values": [value]}]
    client.batch({"appendCells": {"sheetId": 0, "rows": rows, "fields": "*"}})
    assert client.values("A4") == [["TRUE"]]


@pytest.mark.parametrize(
    ("kind", "merges", "left"),
    [
        ("MERGE_ALL", 1, [["a"]]),
        ("MERGE_ROWS", 2, [["a"], ["c"]]),
        ("MERGE_COLUMNS", 2, [["a", "b"]]),
    ],
)
def test_a_merge_keeps_the_first_value(
    client: Client, kind: str, merges: int, left: list[list[str]]
) -> None:
    client.put("A1", [["a", "b"], ["c", "d"]])
    client.batch({"mergeCells": {"range": cells(0, 2, 0, 2), "mergeType": kind}})
    assert client.values() == left
    assert len(client.sheet()["merges"]) == merges
    part = {"mergeCells": {"range": cells(0, 1, 0, 1), "mergeType": kind}}
    assert "You must select all cells in a merged range" in client.refused_batch(part)
    client.batch({"unmergeCells": {"range": cells(0, 2, 0, 2)}})
    assert "merges" not in client.sheet()


def test_validation_and_borders_are_kept_and_removed(client: Client) -> None:
    rule = {"condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "a"}]}}
    border = {"style": "SOLID", "width": 1}
    client.batch(
        {"setDataValidation": {"range": cells(0, 2, 0, 2), "rule": rule}},
        {"updateBorders": {"range": cells(0, 2, 0, 2), "top": border, "innerVertical": border}},
    )
    found = cell_of(client, "A1")
    assert found["dataValidation"] == rule
    assert set(found["userEnteredFormat"]["borders"]) == {"top", "right"}
    none = {"style": "NONE"}
    client.batch(
        {"setDataValidation": {"range": cells(0, 2, 0, 2)}},
        {"updateBorders": {"range": cells(0, 2, 0, 2), "top": none, "innerVertical": none}},
    )
    assert cell_of(client, "A1") == {}


FIND: list[tuple[dict[str, Any], dict[str, int], list[list[str]]]] = [
    (
        {"find": "a", "replacement": "x"},
        {"valuesChanged": 3, "rowsChanged": 2, "sheetsChanged": 1, "occurrencesChanged": 4},
        [["x", "xbx"], ["xb", "12"]],
    ),
    (
        {"find": "a", "replacement": "x", "matchCase": True, "matchEntireCell": True},
        {"valuesChanged": 1, "rowsChanged": 1, "sheetsChanged": 1, "occurrencesChanged": 1},
        [["x", "aba"], ["Ab", "12"]],
    ),
    (
        {"find": "(a)b", "replacement": "$1-", "searchByRegex": True},
        {"valuesChanged": 2, "rowsChanged": 2, "sheetsChanged": 1, "occurrencesChanged": 2},
        [["a", "a-a"], ["A-", "12"]],
    ),
    (
        {"find": "2", "replacement": "5"},
        {"valuesChanged": 1, "rowsChanged": 1, "sheetsChanged": 1, "occurrencesChanged": 1},
        [["a", "aba"], ["Ab", "15"]],
    ),
    (
        {"find": "12", "replacement": "3", "includeFormulas": True},
        {},
        [["a", "aba"], ["Ab", "12"]],
    ),
    ({"find": "nowhere", "replacement": "x"}, {}, [["a", "aba"], ["Ab", "12"]]),
]


@pytest.mark.parametrize(("request_", "counts", "left"), FIND)
def test_find_and_replace(
    client: Client, request_: dict[str, Any], counts: dict[str, int], left: list[list[str]]
) -> None:
    is_formula = request_.get("includeFormulas")
    client.type("A1", [["a", "aba"], ["Ab", "=10+2" if is_formula else "12"]])
    (reply,) = client.batch({"findReplace": {**request_, "allSheets": True}})
    assert reply == {"findReplace": counts}
    assert client.values() == left


def test_find_in_formulas_and_scopes(client: Client) -> None:
    client.type("A1", [["=1+2", "1"]])
    replace = {"find": "1", "replacement": "5", "includeFormulas": True}
    (reply,) = client.batch({"findReplace": {**replace, "range": cells(0, 1, 0, 1)}})
    assert reply["findReplace"]["formulasChanged"] == 1
    assert client.formulas("A1:B1") == [["=5+2", 1]]
    assert "Exactly one of range, sheetId and allSheets" in client.refused_batch(
        {"findReplace": replace}
    )
    bad = {"findReplace": {"find": "(", "searchByRegex": True, "sheetId": 0}}
    assert "Invalid regular expression" in client.refused_batch(bad)


PASTES: list[tuple[str, str, list[list[Any]]]] = [
    ("PASTE_NORMAL", "NORMAL", [["=C1*2", 5]]),
    ("PASTE_VALUES", "NORMAL", [[2, 5]]),
    ("PASTE_FORMAT", "NORMAL", []),
    ("PASTE_NORMAL", "TRANSPOSE", [["=C1*2"], [5]]),
]


@pytest.mark.parametrize(("kind", "orientation", "wanted"), PASTES)
def test_copy_and_paste(
    client: Client, kind: str, orientation: str, wanted: list[list[Any]]
) -> None:
    client.put("A1", [[1]])
    client.type("B1", [["=A1*2", 5]])
    paste = {
        "source": cells(0, 1, 1, 3),
        "destination": cells(0, 1, 3, 4),
        "pasteType": kind,
        "pasteOrientation": orientation,
    }
    client.batch({"copyPaste": paste})
    assert client.formulas("D1:E2") == wanted


@pytest.mark.parametrize(
    ("height", "width", "wanted"),
    [
        (4, 2, [["x", "x"], ["y", "y"], ["x", "x"], ["y", "y"]]),
        (5, 2, [["x", "x"], ["y", "y"]]),
        (3, 1, [["x"], ["y"]]),
        (1, 1, [["x"], ["y"]]),
        (6, 1, [["x"], ["y"]] * 3),
    ],
)
def test_a_copy_fills_a_multiple_and_is_else_pasted_once(
    client: Client, height: int, width: int, wanted: list[list[str]]
) -> None:
    client.put("A1", [["x"], ["y"]])
    target = cells(2, 2 + height, 0, width)
    client.batch({"copyPaste": {"source": cells(0, 2, 0, 1), "destination": target}})
    assert client.values("A3:B12") == wanted


def test_cut_leaves_nothing_behind_and_keeps_formulas(client: Client) -> None:
    client.type("A1", [["=Z9", "x"]])
    place = {"sheetId": 0, "rowIndex": 2, "columnIndex": 1}
    client.batch({"cutPaste": {"source": cells(0, 1, 0, 2), "destination": place}})
    assert client.formulas("A1:C3") == [[], [], ["", "=Z9", "x"]]


def test_paste_data_reads_delimited_text_and_html(client: Client) -> None:
    text = {"coordinate": START, "data": 'a,"b,c"\n1,2%', "delimiter": ","}
    client.batch({"pasteData": text})
    assert client.values() == [["a", "b,c"], ["1", "2%"]]
    html = "<table><tr><td>x</td><th>y</th></tr><tr><td>1</td></tr></table>"
    client.batch({"pasteData": {"coordinate": START, "data": html, "html": True}})
    assert client.values() == [["x", "y"], ["1", "2%"]]


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ([["1"], ["3"]], ["5", "7"]),
        ([["1/1/2020"]], ["1/2/2020", "1/3/2020"]),
        ([["7"]], ["7", "7"]),
        ([["a"], ["b"]], ["a", "b"]),
        ([["=B1"]], ["=B2", "=B3"]),
    ],
)
def test_auto_fill(client: Client, source: list[list[str]], wanted: list[str]) -> None:
    client.type("A1", source)
    height = len(source)
    place = {"source": cells(0, height, 0, 1), "dimension": "ROWS", "fillLength": 2}
    client.batch({"autoFill": {"sourceAndDestination": place}})
    name = f"A{height + 1}:A{height + 2}"
    shown = client.formulas(name) if wanted[0].startswith("=") else client.values(name)
    assert [row[0] for row in shown] == wanted


def test_ranges_of_cells_are_inserted_and_deleted(client: Client) -> None:
    client.put("A1", [["a", "1"], ["b", "2"]])
    shift = {"range": cells(0, 1, 0, 1), "shiftDimension": "ROWS"}
    client.batch({"insertRange": shift})
    assert client.values() == [["", "1"], ["a", "2"], ["b"]]
    client.batch({"deleteRange": shift})
    assert client.values() == [["a", "1"], ["b", "2"]]
    right = {"range": cells(0, 1, 0, 1), "shiftDimension": "COLUMNS"}
    client.batch({"insertRange": right})
    assert client.values() == [["", "a", "1"], ["b", "2"]]
    client.batch({"deleteRange": right})
    assert client.values() == [["a", "1"], ["b", "2"]]


def test_cleaning(client: Client) -> None:
    client.put("A1", [[" a  b "], ["a b"], ["A B"], ["c"]])
    (reply,) = client.batch({"trimWhitespace": {"range": cells(0, 9, 0, 1)}})
    assert reply == {"trimWhitespace": {"cellsChangedCount": 1}}
    (reply,) = client.batch({"deleteDuplicates": {"range": cells(0, 9, 0, 1)}})
    assert reply == {"deleteDuplicates": {"duplicatesRemovedCount": 2}}
    assert client.values() == [["a b"], ["c"]]
    client.put("A1", [["x,1,TRUE"]])
    client.batch({"textToColumns": {"source": cells(0, 1, 0, 1), "delimiterType": "COMMA"}})
    assert client.values("1:1", valueRenderOption="UNFORMATTED_VALUE") == [["x", 1, True]]


def test_randomized_rows_are_the_same_rows(client: Client) -> None:
    rows = [[str(index)] for index in range(30)]
    client.put("A1", rows)
    client.batch({"randomizeRange": {"range": cells(0, 30, 0, 1)}})
    assert client.values() != rows
    assert sorted(client.values()) == sorted(rows)


def test_named_ranges(client: Client) -> None:
    named = {"name": "N", "range": cells(0, 2, 0, 2)}
    (reply,) = client.batch({"addNamedRange": {"namedRange": named}})
    created = reply["addNamedRange"]["namedRange"]
    assert "sheetId" not in created["range"]
    again = {"addNamedRange": {"namedRange": {**named, "name": "n"}}}
    assert "duplicate name" in client.refused_batch(again)
    for bad in ("A1", "", "a b", "true", "R1C1"):
        wanted = {"addNamedRange": {"namedRange": {**named, "name": bad}}}
        assert "name of the named range is invalid" in client.refused_batch(wanted)
    key = {"namedRangeId": created["namedRangeId"]}
    changed = {**key, "name": "M", "range": cells(5, 6, 0, 1)}
    client.batch({"updateNamedRange": {"namedRange": changed, "fields": "name,range"}})
    assert client.call("GET", "/values/M")["range"] == "Sheet1!A6"
    client.batch({"deleteNamedRange": key})
    assert client.get(fields="namedRanges") == {}
    assert "Cannot find named range" in client.refused_batch({"deleteNamedRange": key})


def test_filter_views_banding_and_conditional_formats(client: Client) -> None:
    rule = {
        "ranges": [cells(0, 5, 0, 5)],
        "booleanRule": {"condition": {"type": "NOT_BLANK"}, "format": {}},
    }
    (view, band, _) = client.batch(
        {"addFilterView": {"filter": {"title": "V", "range": cells(0, 5, 0, 5)}}},
        {"addBanding": {"bandedRange": {"range": cells(0, 5, 0, 5)}}},
        {"addConditionalFormatRule": {"rule": rule, "index": 0}},
    )
    key = view["addFilterView"]["filter"]["filterViewId"]
    changed = {"filterViewId": key, "title": "W"}
    client.batch({"updateFilterView": {"filter": changed, "fields": "title"}})
    client.batch({"deleteDimension": {"range": span("ROWS", 0, 2)}})
    shown = client.sheet()
    assert shown["filterViews"][0]["title"] == "W"
    for part in (
        shown["filterViews"][0]["range"],
        shown["bandedRanges"][0]["range"],
        shown["conditionalFormats"][0]["ranges"][0],
    ):
        assert part["endRowIndex"] == 3
    number = band["addBanding"]["bandedRange"]["bandedRangeId"]
    (_, _, reply) = client.batch(
        {"deleteFilterView": {"filterId": key}},
        {"deleteBanding": {"bandedRangeId": number}},
        {"deleteConditionalFormatRule": {"sheetId": 0, "index": 0}},
    )
    assert reply["deleteConditionalFormatRule"]["rule"]["booleanRule"]
    assert set(client.sheet()) == {"properties"}


def test_a_basic_filter_sorts_and_hides(client: Client) -> None:
    client.put("A1", [["h"], ["b"], ["a"], ["c"]])
    basic = {
        "range": cells(0, 4, 0, 1),
        "sortSpecs": [{"dimensionIndex": 0, "sortOrder": "DESCENDING"}],
        "criteria": {
            "0": {"condition": {"type": "TEXT_EQ", "values": [{"userEnteredValue": "A"}]}}
        },
    }
    client.batch({"setBasicFilter": {"filter": basic}})
    assert client.values() == [["h"], ["c"], ["b"], ["a"]]
    data = client.sheet(ranges="A1:A4", includeGridData=True)["data"][0]
    hidden = [row.get("hiddenByFilter", False) for row in data["rowMetadata"]]
    assert hidden == [False, True, True, False]


FAR = 2**31 - 1
EMPTY_SOURCE = {"source": cells(0, 1, 1, 1), "dimension": "ROWS", "fillLength": 2}


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (
            {"insertDimension": {"range": span("ROWS", 0, FAR)}},
            "above the limit of 10000000 cells",
        ),
        ({"addDimensionGroup": {"range": span("ROWS", 0, FAR)}}, "is after last index[999]"),
        ({"autoFill": {"sourceAndDestination": EMPTY_SOURCE}}, "source must not be empty"),
        (
            {
                "deleteDuplicates": {
                    "range": cells(0, 3, 0, 2),
                    "comparisonColumns": [{"endIndex": FAR}],
                }
            },
            "comparisonColumns must lie in the range",
        ),
        (
            {"cutPaste": {"source": cells(0, 1, 0, 1), "destination": {"rowIndex": -1}}},
            "must be non-negative",
        ),
        (
            {"pasteData": {"coordinate": {"columnIndex": -1}, "data": "a", "delimiter": ","}},
            "must be non-negative",
        ),
    ],
)
def test_what_random_requests_found_is_refused_at_once(
    client: Client, request_: dict[str, Any], words: str
) -> None:
    assert words in client.refused_batch(request_)


MERGED = {"mergeCells": {"range": cells(0, 1, 0, 2), "mergeType": "MERGE_ALL"}}


@pytest.mark.parametrize(
    ("kind", "orientation", "target", "wanted"),
    [
        ("PASTE_NORMAL", "NORMAL", cells(4, 8, 0, 2), [cells(4, 5, 0, 2), cells(6, 7, 0, 2)]),
        ("PASTE_NORMAL", "TRANSPOSE", cells(4, 5, 0, 1), [cells(4, 6, 0, 1)]),
        ("PASTE_VALUES", "NORMAL", cells(4, 5, 0, 1), []),
    ],
)
def test_a_copy_takes_merges_along(
    client: Client, kind: str, orientation: str, target: dict[str, Any], wanted: list[Any]
) -> None:
    client.put("A1", [["x"], ["y", "z"]])
    paste = {"source": cells(0, 2, 0, 2), "destination": target}
    how = {"pasteType": kind, "pasteOrientation": orientation}
    client.batch(MERGED, {"copyPaste": {**paste, **how}})
    assert client.sheet()["merges"] == [
        {key: value for key, value in item.items() if key != "sheetId"}
        for item in [cells(0, 1, 0, 2), *wanted]
    ]


def test_a_cut_takes_merges_away(client: Client) -> None:
    place = {"sheetId": 0, "rowIndex": 4, "columnIndex": 1}
    client.batch(MERGED, {"cutPaste": {"source": cells(0, 1, 0, 2), "destination": place}})
    (shown,) = client.sheet()["merges"]
    assert (shown["startRowIndex"], shown["startColumnIndex"]) == (4, 1)


def test_a_paste_through_merged_cells_is_refused(client: Client) -> None:
    client.batch(MERGED)
    paste = {"source": cells(3, 4, 3, 4), "destination": cells(0, 1, 0, 1)}
    assert "cuts through merged cells" in client.refused_batch({"copyPaste": paste})
