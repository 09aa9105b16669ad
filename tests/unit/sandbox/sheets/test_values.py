"""values.get, update, append, clear and their batch forms."""

from __future__ import annotations

from typing import Any

import pytest

from sync_daemon.sandbox import api
from sync_daemon.sandbox.api_errors import ApiError
from tests.unit.sandbox.sheets.client import (
    Client,
    cells,
    span,
)

LIMITS = "exceeds grid limits. Max rows: 1000, max columns: 26"


def test_answers_of_an_update_and_a_read(client: Client) -> None:
    answer = client.put("Sheet1!A1:C2", [["a", 1, True], ["b", 2.5, None]])
    assert answer == {
        "spreadsheetId": client.document.spreadsheet_id,
        "updatedRange": "Sheet1!A1:C2",
        "updatedRows": 2,
        "updatedColumns": 3,
        "updatedCells": 5,
    }
    assert client.call("GET", "/values/Sheet1!A1:C2") == {
        "range": "Sheet1!A1:C2",
        "majorDimension": "ROWS",
        "values": [["a", "1", "TRUE"], ["b", "2.5"]],
    }


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("Sheet1", "Sheet1!A1:Z1000"),
        ("sheet1!a1:b", "Sheet1!A1:B1000"),
        ("Sheet1!A5:A", "Sheet1!A5:A1000"),
        ("Sheet1!1:3", "Sheet1!A1:Z3"),
        ("Sheet1!B:C", "Sheet1!B1:C1000"),
        ("'Sheet1'!C3", "Sheet1!C3"),
        ("B2:A1", "Sheet1!A1:B2"),
        ("Sheet1!R2C1:R3C2", "Sheet1!A2:B3"),
        ("Sheet1!$A$1:$B$2", "Sheet1!A1:B2"),
        ("Sheet1!Y999:ZZ2000", "Sheet1!Y999:Z1000"),
        ("It's a/b!c", "'It''s a/b!c'!A1:B5"),
        ("'It''s a/b!c'!B2", "'It''s a/b!c'!B2"),
        ("Here", "Sheet1!D4:E6"),
        ("'Sheet1'!Here", "Sheet1!D4:E6"),
        ("sheet1!HERE", "Sheet1!D4:E6"),
    ],
)
def test_ranges_are_answered_clamped_and_quoted(client: Client, asked: str, answered: str) -> None:
    client.batch(
        {
            "addSheet": {
                "properties": {
                    "title": "It's a/b!c",
                    "gridProperties": {"rowCount": 5, "columnCount": 2},
                }
            }
        },
        {"addNamedRange": {"namedRange": {"name": "Here", "range": cells(3, 6, 3, 5)}}},
    )
    answer = client.call("GET", f"/values/{asked}")
    assert answer == {"range": answered, "majorDimension": "ROWS"}


@pytest.mark.parametrize(
    "bad",
    [
        "NOPE!A5:F15",
        "Sheet1!A0",
        "Sheet1!A1:B2:C3",
        "'Sheet1!A1",
        "Sheet1!",
        "1A",
        "A1:B-",
    ],
)
def test_a_bad_range_is_named(client: Client, bad: str) -> None:
    assert client.refused("GET", f"/values/{bad}").body()["error"] == {
        "code": 400,
        "message": f"Unable to parse range: {bad}",
        "status": "INVALID_ARGUMENT",
    }


def test_a_named_range_is_not_on_another_sheet(client: Client) -> None:
    client.batch(
        {"addSheet": {"properties": {"title": "Other"}}},
        {"addNamedRange": {"namedRange": {"name": "Here", "range": cells(3, 6, 3, 5)}}},
    )
    refusal = client.refused("GET", "/values/Other!Here")
    assert refusal.message == "Unable to parse range: Other!Here"


@pytest.mark.parametrize(
    ("method", "rest", "body"),
    [
        ("GET", "/", None),
        ("POST", "/:batchUpdate", {"requests": [{"clearBasicFilter": {}}]}),
        ("POST", "/:getByDataFilter", {}),
    ],
)
def test_a_slash_after_the_id_is_ignored(
    client: Client, method: str, rest: str, body: object
) -> None:
    assert client.call(method, rest, body)["spreadsheetId"] == client.document.spreadsheet_id


@pytest.mark.parametrize("rest", ["//", "//:batchUpdate", "/values/", "/nothing"])
def test_other_slashes_lead_nowhere(client: Client, rest: str) -> None:
    with pytest.raises(ApiError, match="Method not found"):
        client.call("GET", rest)


@pytest.mark.parametrize("place", ["A1001", "A1001:B1002", "AA1"])
def test_a_range_that_starts_outside_the_grid_is_refused(client: Client, place: str) -> None:
    wanted = f"Range (Sheet1!{place}) {LIMITS}"
    assert client.refused("GET", f"/values/Sheet1!{place}").message == wanted
    body = {"values": [["x"]]}
    for method, rest in (("PUT", ""), ("POST", ":append")):
        query = {"valueInputOption": "RAW"}
        refusal = client.refused(method, f"/values/Sheet1!{place}{rest}", body, **query)
        assert refusal.message == wanted


@pytest.mark.parametrize(
    ("place", "rows", "tried"),
    [
        ("Sheet1!A1:B1", [["a", "b", "c"]], "column [C]"),
        ("Sheet1!A1:B1", [["a"], ["b"]], "row [2]"),
        ("Sheet1!A1000", [["a"], ["b"]], "row [1001]"),
        ("'Sheet1'!Z1", [["a", "b"]], "column [AA]"),
    ],
)
def test_values_must_fit_the_range_and_the_grid(
    client: Client, place: str, rows: list[list[str]], tried: str
) -> None:
    refusal = client.refused("PUT", f"/values/{place}", {"values": rows}, valueInputOption="RAW")
    assert refusal.message == (
        f"Requested writing within range [{place}], but tried writing to {tried}"
    )


def test_a_single_cell_is_only_where_to_begin(client: Client) -> None:
    assert client.put("B2", [["a", "b"], ["c", "d"]])["updatedRange"] == "Sheet1!B2:C3"


def test_a_body_may_name_the_same_range_only(client: Client) -> None:
    query = {"valueInputOption": "RAW"}
    body = {"range": "'Sheet1'!A1", "values": [["x"]]}
    client.call("PUT", "/values/Sheet1!A1", body, **query)
    refusal = client.refused("PUT", "/values/Sheet1!B1", body, **query)
    assert "but data.range was ['Sheet1'!A1]" in refusal.message


def test_null_skips_and_an_empty_text_clears(client: Client) -> None:
    client.put("A1", [["a", "b", "c"]])
    answer = client.put("A1:C1", [[None, "", "x"]], includeValuesInResponse=True)
    assert answer["updatedCells"] == 2
    assert answer["updatedData"]["values"] == [["a", "", "x"]]


def test_the_input_option_is_required(client: Client) -> None:
    wanted = "'valueInputOption' is required but not specified"
    body = {"values": [["x"]]}
    assert client.refused("PUT", "/values/A1", body).message == wanted
    assert client.refused("POST", "/values/A1:append", body).message == wanted
    data = {"data": [{"range": "A1", "values": [["x"]]}]}
    assert client.refused("POST", "/values:batchUpdate", data).message == wanted


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (["x"], 'list_value {\n  values {\n    string_value: "x"\n  }\n}\n'),
        (
            {"k": 1},
            (
                'struct_value {\n  fields {\n    key: "k"\n    value {\n      number_value: 1\n'
                "    }\n  }\n}\n"
            ),
        ),
    ],
)
def test_lists_and_objects_are_no_values(client: Client, value: object, shown: str) -> None:
    body = {"values": [["a"], ["b", value]]}
    refusal = client.refused("PUT", "/values/A1", body, valueInputOption="RAW")
    assert refusal.message == f"Invalid values[1][1]: {shown}"


def test_a_cell_holds_50000_characters(client: Client) -> None:
    client.put("A1", [["x" * 50_000]])
    body = {"values": [["x" * 50_001]]}
    refusal = client.refused("PUT", "/values/A1", body, valueInputOption="RAW")
    assert refusal.message == (
        "Your input contains more than the maximum of 50000 characters in a single cell."
    )


def test_raw_stores_as_given(client: Client) -> None:
    client.put("A1", [["=1+1", "2020-01-01", "5%", "TRUE", "'x", 1, 1.0, True, "0042"]])
    assert client.values("1:1", valueRenderOption="UNFORMATTED_VALUE") == [
        ["=1+1", "2020-01-01", "5%", "TRUE", "'x", 1, 1, True, "0042"]
    ]


def test_lone_surrogates_become_replacement_characters(client: Client) -> None:
    client.put("A1", [["a\ud800b", "😀 שלום"]])
    assert client.values("A1:B1") == [["a\ufffdb", "😀 שלום"]]


def test_titles_have_no_lone_surrogates(client: Client) -> None:
    client.batch({"addSheet": {"properties": {"title": "a\ud800"}}})
    assert client.get()["sheets"][1]["properties"]["title"] == "a\ufffd"


def test_trailing_blanks_are_dropped_and_inner_ones_kept(client: Client) -> None:
    client.put("B2", [["a", "", "c", ""], ["", ""], ["d"]])
    assert client.values("A1:F9") == [[], ["", "a", "", "c"], [], ["", "d"]]
    assert client.values("A1:F9", majorDimension="COLUMNS") == [
        [],
        ["", "a", "", "d"],
        [],
        ["", "c"],
    ]


NULLS_BETWEEN: list[list[Any]] = [["a", None, None], [None, None, None], [None, None, "b"]]


def test_rows_and_columns_count_where_a_cell_was_updated(client: Client) -> None:
    wanted = {"updatedRows": 2, "updatedColumns": 2, "updatedCells": 2}
    put = client.put("A1:C3", NULLS_BETWEEN)
    body = {"values": NULLS_BETWEEN}
    appended = client.call("POST", "/values/E9:append", body, valueInputOption="RAW")
    by_range = {"valueInputOption": "RAW", "data": [{"range": "A1:C3", **body}]}
    by_filter = {"valueInputOption": "RAW", "data": [{"dataFilter": {"a1Range": "A1:C3"}, **body}]}
    batches = [
        client.call("POST", "/values:batchUpdate", by_range),
        client.call("POST", "/values:batchUpdateByDataFilter", by_filter),
    ]
    for answer in (put, appended["updates"], *(batch["responses"][0] for batch in batches)):
        assert {key: answer[key] for key in wanted} == wanted
    for batch in batches:
        totals = {key: batch[f"total{key[0].upper()}{key[1:]}"] for key in wanted}
        assert totals == wanted


def test_a_write_of_nulls_updates_no_sheet(client: Client) -> None:
    data = [{"range": "A1", "values": [["x"]]}, {"range": "B2", "values": [[None]]}]
    answer = client.call("POST", "/values:batchUpdate", {"valueInputOption": "RAW", "data": data})
    assert (answer["totalUpdatedSheets"], answer["totalUpdatedColumns"]) == (1, 1)
    assert list(answer["responses"][1]) == ["spreadsheetId", "updatedRange"]


@pytest.mark.parametrize(
    ("place", "answered", "values"),
    [
        ("A1:C3", "Sheet1!A1:C3", [["N", "2", "3"], ["4", "5"]]),
        ("A:B", "Sheet1!A1:B1000", [["N", "2"], ["4", "5"]]),
        ("Sheet1", "Sheet1!A1:Z1000", [["N", "2", "3"], ["4", "5"]]),
        ("A1", "Sheet1!A1", [["N"]]),
    ],
)
def test_the_values_of_the_whole_range_asked_for_are_answered(
    client: Client, place: str, answered: str, values: list[list[str]]
) -> None:
    client.put("A1:C2", [["1", "2", "3"], ["4", "5"]])
    answer = client.put(place, [["N"]], includeValuesInResponse=True)
    assert (answer["updatedRange"], answer["updatedCells"]) == ("Sheet1!A1", 1)
    assert answer["updatedData"] == {
        "range": answered,
        "majorDimension": "ROWS",
        "values": values,
    }


@pytest.mark.parametrize("place", ["A1:K20", "A1:G15", "A1:H14", "A15", "H:H", "B2:H"])
def test_what_is_written_to_must_lie_in_the_grid(client: Client, place: str) -> None:
    size = {"rowCount": 14, "columnCount": 7}
    properties = {"properties": {"gridProperties": size}, "fields": "gridProperties"}
    client.batch({"updateSheetProperties": properties})
    body = {"values": [[1, 2], [3, 4]]}
    refusal = client.refused("PUT", f"/values/{place}", body, valueInputOption="RAW")
    assert refusal.message == (
        f"Range (Sheet1!{place}) exceeds grid limits. Max rows: 14, max columns: 7"
    )
    data = {"valueInputOption": "RAW", "data": [{"dataFilter": {"a1Range": place}, **body}]}
    refused = client.refused("POST", "/values:batchUpdateByDataFilter", data)
    assert "exceeds grid limits" in refused.message


def test_columns_are_written_as_columns(client: Client) -> None:
    body = {"majorDimension": "COLUMNS", "values": [["a", "b"], ["c"]]}
    answer = client.call("PUT", "/values/A1", body, valueInputOption="RAW")
    assert answer["updatedRange"] == "Sheet1!A1:B2"
    assert client.values() == [["a", "c"], ["b"]]


def test_clear_keeps_formats(client: Client) -> None:
    client.type("A1:B1", [["5%", "x"]])
    assert client.call("POST", "/values/Sheet1!A:B:clear")["clearedRange"] == "Sheet1!A1:B1000"
    assert client.values() == []
    client.put("A1", [[0.25]])
    assert client.value("A1") == "25%"


APPENDS: list[tuple[list[list[Any]], str, str | None, str]] = [
    # what is there, the range, the table that is found, where the row goes
    ([], "Sheet1", None, "Sheet1!A1:B1"),
    ([["x", "", "z"]], "Sheet1", "Sheet1!C1", "Sheet1!C2:D2"),
    ([["x", "", "z"]], "Sheet1!A1", "Sheet1!A1", "Sheet1!A2:B2"),
    ([["h", "i", "j"], ["1"]], "Sheet1!A1:C1", "Sheet1!A1:C2", "Sheet1!A3:B3"),
    ([["h"], ["1"]], "Sheet1!D4", None, "Sheet1!D4:E4"),
    # Google's own example: tables A1:C2 and B4:D6
    *[
        (
            [["1", "2", "3"], ["4", "5", "6"], [], *[["", "x", "y", "z"]] * 3],
            place,
            table,
            written,
        )
        for place, table, written in [
            ("Sheet1", "Sheet1!B4:D6", "Sheet1!B7:C7"),
            ("B4", "Sheet1!B4:D6", "Sheet1!B7:C7"),
            ("C5:D5", "Sheet1!B4:D6", "Sheet1!B7:C7"),
            ("B2:D4", "Sheet1!B4:D6", "Sheet1!B7:C7"),
            ("A1", "Sheet1!A1:C2", "Sheet1!A3:B3"),
            ("E4", None, "Sheet1!E4:F4"),
        ]
    ],
]


@pytest.mark.parametrize(("rows", "place", "table", "written"), APPENDS)
def test_append_goes_under_the_last_table(
    client: Client, rows: list[list[Any]], place: str, table: str | None, written: str
) -> None:
    if rows:
        client.put("A1", rows)
    body = {"values": [["new", "row"]]}
    answer = client.call("POST", f"/values/{place}:append", body, valueInputOption="RAW")
    assert answer.get("tableRange") == table
    assert answer["updates"]["updatedRange"] == written
    assert client.values(written) == [["new", "row"]]


def test_append_grows_the_grid_or_inserts_rows(client: Client) -> None:
    client.batch(
        {
            "updateSheetProperties": {
                "properties": {"gridProperties": {"rowCount": 2, "columnCount": 1}},
                "fields": "gridProperties(rowCount,columnCount)",
            }
        }
    )
    client.put("A1", [["a"], ["b"]])
    body = {"values": [["c", "d"]]}
    client.call("POST", "/values/A1:append", body, valueInputOption="RAW")
    size = client.sheet()["properties"]["gridProperties"]
    assert size == {"rowCount": 3, "columnCount": 2}


def test_append_can_insert_rows_for_its_own(client: Client) -> None:
    client.put("A1", [["a"], [], ["below"]])
    body = {"values": [["b"], ["c"]]}
    query = {"valueInputOption": "RAW", "insertDataOption": "INSERT_ROWS"}
    client.call("POST", "/values/A1:append", body, **query)
    assert client.values() == [["a"], ["b"], ["c"], [], ["below"]]


def test_a_batch_is_all_or_nothing_and_totals_count_once(client: Client) -> None:
    data = [
        {"range": "A1:B1", "values": [["a", "b"]]},
        {"range": "A1:A2", "majorDimension": "COLUMNS", "values": [["c", "d"]]},
    ]
    answer = client.call("POST", "/values:batchUpdate", {"valueInputOption": "RAW", "data": data})
    totals = {key: value for key, value in answer.items() if key.startswith("total")}
    assert totals == {
        "totalUpdatedRows": 2,
        "totalUpdatedColumns": 2,
        "totalUpdatedCells": 4,
        "totalUpdatedSheets": 1,
    }
    bad = [*data, {"range": "NOPE!A1", "values": [["x"]]}]
    body = {"valueInputOption": "RAW", "data": bad}
    assert client.refused("POST", "/values:batchUpdate", body).message == (
        "Invalid data[2]: Unable to parse range: NOPE!A1"
    )
    assert client.values() == [["c", "b"], ["d"]]


def test_batch_get_and_batch_clear(client: Client) -> None:
    client.put("A1", [["a", "b"], ["c", "d"]])
    answer = client.call("GET", "/values:batchGet", ranges=["A:A", "Sheet1!B2"])
    assert [item["range"] for item in answer["valueRanges"]] == [
        "Sheet1!A1:A1000",
        "Sheet1!B2",
    ]
    assert [item["values"] for item in answer["valueRanges"]] == [
        [["a"], ["c"]],
        [["d"]],
    ]
    cleared = client.call("POST", "/values:batchClear", {"ranges": ["A1", "B2"]})
    assert cleared["clearedRanges"] == ["Sheet1!A1", "Sheet1!B2"]
    assert client.values() == [["", "b"], ["c"]]
    refusal = client.refused("POST", "/values:batchClear", {"ranges": ["B1", "A1001"]})
    assert refusal.message == f"Invalid range[1]: Range (Sheet1!A1001) {LIMITS}"


def test_unchanged_rows_are_read_from_the_cache_and_changed_ones_anew(
    client: Client,
) -> None:
    client.put("A1", [["a", "b"], ["c", "d"]])
    assert client.values() == client.values() == [["a", "b"], ["c", "d"]]
    client.put("B2", [["new"]])
    assert client.values() == [["a", "b"], ["c", "new"]]
    assert client.values("B1:B2") == [["b"], ["new"]]
    client.batch({"deleteDimension": {"range": span("ROWS", 0, 1)}})
    assert client.values() == [["c", "new"]]
    client.put("A1", [[1.5]])
    client.batch(
        {
            "updateSpreadsheetProperties": {
                "properties": {"locale": "de_DE"},
                "fields": "locale",
            }
        }
    )
    assert client.value("A1") == "1,5"


@pytest.mark.parametrize(
    ("method", "rest", "is_write"),
    [
        ("GET", "", False),
        ("GET", "/values/A1", False),
        ("POST", ":getByDataFilter", False),
        ("POST", "/values:batchGetByDataFilter", False),
        ("POST", "/developerMetadata:search", False),
        ("POST", ":batchUpdate", True),
        ("PUT", "/values/A1", True),
        ("POST", "/values/A1:append", True),
        ("POST", "/values:batchUpdateByDataFilter", True),
    ],
)
def test_what_counts_as_a_write(client: Client, method: str, rest: str, is_write: bool) -> None:
    assert api.is_write(method, client.root + rest) is is_write
