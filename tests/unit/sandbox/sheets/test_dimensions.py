"""Rows and columns: what moves along when they are inserted, deleted, moved and sorted."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.sandbox.sheets.shifts import Delete, Insert, Move
from tests.unit.sandbox.sheets.client import (
    Client,
    cells,
    column_metadata,
    lookup,
    span,
)


def insert(dimension: str, start: int, end: int, **fields: object) -> dict[str, Any]:
    return {"insertDimension": {"range": span(dimension, start, end), **fields}}


def delete(dimension: str, start: int, end: int) -> dict[str, Any]:
    return {"deleteDimension": {"range": span(dimension, start, end)}}


def move(dimension: str, start: int, end: int, to: int) -> dict[str, Any]:
    return {"moveDimension": {"source": span(dimension, start, end), "destinationIndex": to}}


ROWS = [["r0"], ["r1"], ["r2"], ["r3"]]


@pytest.mark.parametrize(
    ("request_", "order"),
    [
        (insert("ROWS", 1, 2), ["r0", None, "r1", "r2", "r3"]),
        (delete("ROWS", 1, 3), ["r0", "r3"]),
        (move("ROWS", 0, 1, 3), ["r1", "r2", "r0", "r3"]),
        (move("ROWS", 2, 4, 0), ["r2", "r3", "r0", "r1"]),
        (move("ROWS", 1, 2, 2), ["r0", "r1", "r2", "r3"]),
        (move("ROWS", 0, 2, 1000), ["r2", "r3"]),
    ],
)
def test_rows_move(client: Client, request_: dict[str, Any], order: list[str | None]) -> None:
    client.put("A1", ROWS)
    client.batch(request_)
    shown = [row[0] if row else None for row in client.values()][: len(order)]
    assert shown == order


def test_moved_to_the_end_rows_are_there(client: Client) -> None:
    client.put("A1", ROWS)
    client.batch(move("ROWS", 0, 2, 1000))
    assert client.values("A999:A1000") == [["r0"], ["r1"]]


@pytest.mark.parametrize(
    ("request_", "header"),
    [
        (insert("COLUMNS", 1, 2), ["a", "", "b", "c"]),
        (delete("COLUMNS", 0, 1), ["b", "c"]),
        (move("COLUMNS", 0, 1, 3), ["b", "c", "a"]),
        (move("COLUMNS", 2, 3, 0), ["c", "a", "b"]),
    ],
)
def test_columns_move(client: Client, request_: dict[str, Any], header: list[str]) -> None:
    client.put("A1", [["a", "b", "c"], ["1", "2", "3"]])
    client.batch(request_)
    assert client.values()[0] == header


def metadata_column(client: Client) -> int | None:
    found = client.call(
        "POST", "/developerMetadata:search", {"dataFilters": [lookup(metadataId=7)]}
    )
    if not found:
        return None
    location = found["matchedDeveloperMetadata"][0]["developerMetadata"]["location"]
    start: int = location["dimensionRange"]["startIndex"]
    return start


@pytest.mark.parametrize(
    ("request_", "column"),
    [
        (insert("COLUMNS", 2, 3), 3),
        (insert("COLUMNS", 3, 4), 2),
        (delete("COLUMNS", 0, 1), 1),
        (delete("COLUMNS", 2, 3), None),
        (move("COLUMNS", 2, 3, 0), 0),
        (move("COLUMNS", 0, 1, 5), 1),
        (move("COLUMNS", 5, 6, 1), 3),
        (delete("ROWS", 0, 5), 2),
        ({"sortRange": {"range": cells(0, 5, 0, 5), "sortSpecs": []}}, 2),
    ],
)
def test_column_metadata_follows_its_column(
    client: Client, request_: dict[str, Any], column: int | None
) -> None:
    client.batch(column_metadata(2, 7))
    client.batch(request_)
    assert metadata_column(client) == column


def test_row_metadata_follows_moves_but_no_sort(client: Client) -> None:
    client.put("A1", [["b"], ["a"]])
    location = {"dimensionRange": span("ROWS", 0, 1)}
    client.batch(column_metadata(0, 7, location=location))
    client.batch({"sortRange": {"range": cells(0, 2, 0, 1), "sortSpecs": []}})
    assert client.values() == [["a"], ["b"]]
    assert metadata_column(client) == 0
    client.batch(move("ROWS", 0, 1, 3))
    assert metadata_column(client) == 2


def test_ranges_follow(client: Client) -> None:
    client.batch(
        {"addNamedRange": {"namedRange": {"name": "N", "range": cells(1, 4, 1, 3)}}},
        {"addProtectedRange": {"protectedRange": {"range": cells(1, 4, 1, 3)}}},
        {"mergeCells": {"range": cells(1, 4, 1, 3), "mergeType": "MERGE_ALL"}},
        {"setBasicFilter": {"filter": {"range": cells(1, 4, 1, 3)}}},
    )
    client.batch(insert("ROWS", 2, 4), delete("COLUMNS", 0, 1))
    wanted = {
        "startRowIndex": 1,
        "endRowIndex": 6,
        "startColumnIndex": 0,
        "endColumnIndex": 2,
    }
    shown = client.get()
    sheet = shown["sheets"][0]
    assert shown["namedRanges"][0]["range"] == wanted
    assert sheet["protectedRanges"][0]["range"] == wanted
    assert sheet["merges"] == [wanted]
    assert sheet["basicFilter"]["range"] == wanted
    client.batch(delete("ROWS", 1, 6))
    shown = client.get()
    assert "namedRanges" not in shown
    assert set(shown["sheets"][0]) == {"properties"}


@pytest.mark.parametrize(
    ("request_", "formulas"),
    [
        (
            insert("ROWS", 1, 2),
            ["=A1+$A$3+SUM(A1:A4)", "=SUM(A:A)", "=Other!A2", '="A1"&A3'],
        ),
        (
            delete("ROWS", 1, 2),
            ["=A1+#REF!+SUM(A1:A2)", "=SUM(A:A)", "=Other!A2", '="A1"&#REF!'],
        ),
        (
            move("ROWS", 1, 2, 3),
            ["=A1+$A$3+SUM(A1:A3)", "=SUM(A:A)", "=Other!A2", '="A1"&A3'],
        ),
        (
            insert("COLUMNS", 0, 1),
            ["=B1+$B$2+SUM(B1:B3)", "=SUM(B:B)", "=Other!A2", '="A1"&B2'],
        ),
    ],
)
def test_formulas_follow_their_cells(
    client: Client, request_: dict[str, Any], formulas: list[str]
) -> None:
    client.batch({"addSheet": {"properties": {"title": "Other", "sheetId": 9}}})
    written = ["=A1+$A$2+SUM(A1:A3)", "=SUM(A:A)", "=Other!A2", '="A1"&A2']
    client.type("D10", [written])
    client.batch(request_)
    found = [value for row in client.formulas("Sheet1") for value in row if value]
    assert found == formulas


def test_a_renamed_sheet_is_followed_by_formulas(client: Client) -> None:
    client.batch({"addSheet": {"properties": {"title": "Other", "sheetId": 9}}})
    client.type("A1", [["=Other!B2"]])
    properties = {"sheetId": 9, "title": "My 'new'"}
    client.batch({"updateSheetProperties": {"properties": properties, "fields": "title"}})
    assert client.formulas("A1") == [["='My ''new'''!B2"]]


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (delete("ROWS", 0, 1000), "You can't delete all the rows on the sheet."),
        (delete("ROWS", 1000, 1001), "Cannot delete a row that doesn't exist."),
        (
            insert("ROWS", 1001, 1002),
            "range.startIndex[1001] is after last row index[999]",
        ),
        (
            insert("ROWS", 0, 1, inheritFromBefore=True),
            "inheritFromBefore cannot be true",
        ),
        (move("ROWS", 0, 1, 1001), "Invalid destinationIndex: 1001."),
        (insert("COLUMNS", 0, 10_000), "above the limit of 10000000 cells"),
        (
            {"appendDimension": {"sheetId": 0, "dimension": "ROWS"}},
            "length must be greater than 0",
        ),
        (
            {"insertDimension": {"range": {"sheetId": 4, "dimension": "ROWS", "endIndex": 1}}},
            "No grid with id: 4",
        ),
        (
            {"deleteDimension": {"range": {"sheetId": 0, "startIndex": 1}}},
            "range: No dimension specified.",
        ),
    ],
)
def test_impossible_changes_are_refused(
    client: Client, request_: dict[str, Any], words: str
) -> None:
    name = next(iter(request_))
    message = client.refused_batch(request_)
    assert message.startswith(f"Invalid requests[0].{name}: ")
    assert words in message


def test_appended_and_inserted_rows_make_the_grid_larger(client: Client) -> None:
    client.batch(
        {"appendDimension": {"sheetId": 0, "dimension": "ROWS", "length": 5}},
        insert("COLUMNS", 26, 28, inheritFromBefore=True),
    )
    size = client.sheet()["properties"]["gridProperties"]
    assert size == {"rowCount": 1005, "columnCount": 28}


def test_hidden_columns_and_sizes_follow(client: Client) -> None:
    client.batch(
        {
            "updateDimensionProperties": {
                "range": span("COLUMNS", 1, 2),
                "properties": {"hiddenByUser": True, "pixelSize": 55},
                "fields": "hiddenByUser,pixelSize",
            }
        },
        insert("COLUMNS", 0, 1),
    )
    sheet = client.sheet(ranges="A1:D1", includeGridData=True)
    shown = sheet["data"][0]["columnMetadata"]
    plain = {"pixelSize": 100}
    assert shown == [plain, plain, {"hiddenByUser": True, "pixelSize": 55}, plain]


SORTED: list[tuple[list[Any], str, list[Any]]] = [
    (["b", "A", "c"], "ASCENDING", ["A", "b", "c"]),
    ([3, "x", True, None, 1, "#"], "ASCENDING", [1, 3, "#", "x", True]),
    ([3, "x", True, None, 1, "#"], "DESCENDING", [True, "x", "#", 3, 1]),
]


@pytest.mark.parametrize(("values", "order", "wanted"), SORTED)
def test_sort_order(client: Client, values: list[Any], order: str, wanted: list[Any]) -> None:
    client.put("A1", [[value] for value in values])
    specs = [{"dimensionIndex": 0, "sortOrder": order}]
    client.batch({"sortRange": {"range": cells(0, 6, 0, 1), "sortSpecs": specs}})
    shown = client.values("A1:A6", valueRenderOption="UNFORMATTED_VALUE")
    assert [row[0] for row in shown] == wanted


def test_a_sort_is_stable_and_moves_formulas_with_their_rows(client: Client) -> None:
    client.type("A1", [["b", 1, "=B1*10"], ["a", 2, "=B2*10"], ["b", 3, "=B3*10"], ["a", 4, ""]])
    specs = [{"dimensionIndex": 0}]
    client.batch({"sortRange": {"range": cells(0, 4, 0, 3), "sortSpecs": specs}})
    assert client.values() == [
        ["a", "2", "20"],
        ["a", "4"],
        ["b", "1", "10"],
        ["b", "3", "30"],
    ]
    assert client.formulas("C3") == [["=B3*10"]]


def test_a_sort_over_vertical_merges_is_refused(client: Client) -> None:
    client.batch({"mergeCells": {"range": cells(0, 2, 0, 1), "mergeType": "MERGE_ALL"}})
    message = client.refused_batch({"sortRange": {"range": cells(0, 3, 0, 1)}})
    assert message == (
        "Invalid requests[0].sortRange: You can't sort a range containing vertical merges."
    )


def test_groups_nest_and_are_left_in_parts(client: Client) -> None:
    group = {"addDimensionGroup": {"range": span("ROWS", 0, 4)}}
    inner = {"addDimensionGroup": {"range": span("ROWS", 1, 2)}}
    replies = client.batch(group, inner)
    place = {"dimension": "ROWS", "startIndex": 0, "endIndex": 4}
    assert replies[1]["addDimensionGroup"]["dimensionGroups"] == [
        {"range": place, "depth": 1},
        {"range": {**place, "startIndex": 1, "endIndex": 2}, "depth": 2},
    ]
    (reply,) = client.batch({"deleteDimensionGroup": {"range": span("ROWS", 0, 4)}})
    left = reply["deleteDimensionGroup"]["dimensionGroups"]
    assert left == [{"range": {**place, "startIndex": 1, "endIndex": 2}, "depth": 1}]


INDEX = st.integers(0, 30)


@given(INDEX, INDEX, INDEX, INDEX)
def test_a_move_is_a_permutation(start: int, length: int, to: int, size: int) -> None:
    end = start + length
    if size < max(end, to) or start < to < end:
        return
    shift = Move(start, end, to)
    moved = [shift.index(index) for index in range(size)]
    assert sorted(index for index in moved if index is not None) == list(range(size))
    if length:
        assert shift.index(start) == shift.landing


@given(INDEX, st.integers(1, 9), INDEX, st.integers(1, 9))
def test_a_delete_takes_back_an_insert(at: int, count: int, start: int, length: int) -> None:
    there, back = Insert(at, count), Delete(at, at + count)
    end = start + length
    span_ = there.span(start, end)
    assert span_ is not None
    assert back.span(*span_) == (start, end)
    index = there.index(start)
    assert index is not None
    assert back.index(index) == start
