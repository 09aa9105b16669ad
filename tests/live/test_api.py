"""How the Sheets API behaves where sheetd relies on it."""

from __future__ import annotations

import secrets
from typing import Any

import gspread
import pytest

from tests.live.conftest import Google

ROOT = "https://sheets.googleapis.com/v4/spreadsheets"


def post(tab: gspread.Worksheet, method: str, body: dict[str, Any]) -> dict[str, Any]:
    client = tab.spreadsheet.client
    answer = client.request("post", f"{ROOT}/{tab.spreadsheet.id}{method}", json=body)
    found: dict[str, Any] = answer.json()
    return found


def batch(tab: gspread.Worksheet, *requests: dict[str, Any]) -> dict[str, Any]:
    return post(tab, ":batchUpdate", {"requests": list(requests)})


def mark(tab: gspread.Worksheet, column: int, number: int) -> dict[str, Any]:
    place = {"sheetId": tab.id, "dimension": "COLUMNS", "startIndex": column}
    place["endIndex"] = column + 1
    return {
        "createDeveloperMetadata": {
            "developerMetadata": {
                "metadataId": number,
                "metadataKey": "sheetd-test",
                "location": {"dimensionRange": place},
                "visibility": "DOCUMENT",
            }
        }
    }


def by_mark(number: int) -> dict[str, Any]:
    return {"developerMetadataLookup": {"metadataId": number}}


def read(tab: gspread.Worksheet, *filters: dict[str, Any]) -> list[dict[str, Any]]:
    body = {
        "dataFilters": list(filters),
        "valueRenderOption": "UNFORMATTED_VALUE",
        "dateTimeRenderOption": "SERIAL_NUMBER",
    }
    found: list[dict[str, Any]] = post(tab, "/values:batchGetByDataFilter", body).get(
        "valueRanges", []
    )
    return found


@pytest.fixture
def number() -> int:
    return secrets.randbelow(2**30) + 1


def whole(tab: gspread.Worksheet) -> dict[str, Any]:
    return {"gridRange": {"sheetId": tab.id}}


def test_values_are_read_as_they_are_and_blank_ends_are_cut(tab: gspread.Worksheet) -> None:
    typed = [["1/2/2026", "12%", "TRUE", "=1/0", "=1+1", ""], ["", "x", ""], ["", "", ""]]
    tab.update(typed, "A1", raw=False)
    (found,) = read(tab, whole(tab))
    values = found["valueRange"]["values"]
    assert values[0][1:] == [0.12, True, "#DIV/0!", 2]
    assert isinstance(values[0][0], int)
    assert values[1:] == [["", "x"]]


def test_raw_values_stay_what_they_are(tab: gspread.Worksheet) -> None:
    tab.update([["=1+1", "1/2/2026", "TRUE", 1.5, True]], "A1", raw=True)
    (found,) = read(tab, whole(tab))
    assert found["valueRange"]["values"] == [["=1+1", "1/2/2026", "TRUE", 1.5, True]]


def test_a_column_is_found_by_its_mark_wherever_it_goes(
    tab: gspread.Worksheet, number: int
) -> None:
    tab.update([["a", "b", "c"]], "A1", raw=True)
    batch(tab, mark(tab, 1, number))
    source = {"sheetId": tab.id, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}
    batch(tab, {"moveDimension": {"source": source, "destinationIndex": 4}})
    (found,) = read(tab, by_mark(number))
    assert found["valueRange"]["values"] == [["b"]]
    assert found["valueRange"]["range"].endswith("!D1:D40")


def test_a_mark_goes_with_its_column(tab: gspread.Worksheet, number: int) -> None:
    tab.update([["a", "b", "c"]], "A1", raw=True)
    batch(tab, mark(tab, 1, number))
    gone = {"sheetId": tab.id, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}
    batch(tab, {"deleteDimension": {"range": gone}})
    assert post(tab, "/developerMetadata:search", {"dataFilters": [by_mark(number)]}) == {}
    tab.spreadsheet.batch_update({"requests": [mark(tab, 0, number)]})
    (found,) = read(tab, by_mark(number))
    assert found["valueRange"]["values"] == [["a"]]


def test_a_filter_that_matches_nothing_is_no_error(tab: gspread.Worksheet, number: int) -> None:
    tab.update([["a"]], "A1", raw=True)
    found = read(tab, whole(tab), by_mark(number))
    assert [one["valueRange"]["values"] for one in found] == [[["a"]]]
    body = {
        "valueInputOption": "RAW",
        "data": [{"dataFilter": by_mark(number), "values": [["x"]]}],
    }
    assert post(tab, "/values:batchUpdateByDataFilter", body).get("totalUpdatedCells", 0) == 0
    assert tab.get_values() == [["a"]]


def test_a_write_by_mark_leaves_nulls_alone_and_answers_what_stands_there(
    tab: gspread.Worksheet, number: int
) -> None:
    tab.update([["h"], ["a"], ["b"], ["c"]], "B1", raw=True)
    batch(tab, mark(tab, 1, number))
    body = {
        "valueInputOption": "RAW",
        "data": [
            {
                "dataFilter": by_mark(number),
                "majorDimension": "COLUMNS",
                "values": [[None, None, "=new", ""]],
            }
        ],
        "includeValuesInResponse": True,
        "responseValueRenderOption": "UNFORMATTED_VALUE",
    }
    (response,) = post(tab, "/values:batchUpdateByDataFilter", body)["responses"]
    assert response["updatedData"]["values"][:3] in (
        [["h"], ["a"], ["=new"]],
        [["h", "a", "=new"]],
    )
    assert tab.get_values("B1:B4") == [["h"], ["a"], ["=new"]]


def test_a_batch_with_one_bad_request_changes_nothing(tab: gspread.Worksheet) -> None:
    insert = {"sheetId": tab.id, "dimension": "COLUMNS", "startIndex": 0, "endIndex": 1}
    bad = {"sheetId": tab.id, "dimension": "COLUMNS", "startIndex": 90, "endIndex": 91}
    tab.update([["a"]], "A1", raw=True)
    with pytest.raises(gspread.exceptions.APIError) as caught:
        batch(tab, {"insertDimension": {"range": insert}}, {"deleteDimension": {"range": bad}})
    assert caught.value.response.status_code == 400
    assert caught.value.error["status"] == "INVALID_ARGUMENT"
    assert tab.get_values() == [["a"]]


def test_a_mark_in_use_is_refused_with_the_whole_batch(tab: gspread.Worksheet, number: int) -> None:
    tab.update([["a"]], "A1", raw=True)
    batch(tab, mark(tab, 0, number))
    insert = {"sheetId": tab.id, "dimension": "COLUMNS", "startIndex": 0, "endIndex": 1}
    with pytest.raises(gspread.exceptions.APIError) as caught:
        batch(tab, {"insertDimension": {"range": insert}}, mark(tab, 2, number))
    assert caught.value.response.status_code == 400
    assert tab.get_values() == [["a"]]


def test_a_cell_holds_50_000_characters_and_no_more(tab: gspread.Worksheet) -> None:
    tab.update([["x" * 50_000]], "A1", raw=True)
    assert len(tab.get_values()[0][0]) == 50_000
    with pytest.raises(gspread.exceptions.APIError) as caught:
        tab.update([["x" * 50_001]], "A1", raw=True)
    assert caught.value.response.status_code == 400
    assert "50000" in caught.value.error["message"]


def test_an_unknown_spreadsheet_is_not_found(google: Google) -> None:
    client = google.spreadsheet.client
    with pytest.raises(gspread.exceptions.APIError) as caught:
        client.request("get", f"{ROOT}/1{secrets.token_hex(20)}")
    assert caught.value.response.status_code == 404
    assert caught.value.error["status"] == "NOT_FOUND"


def test_rows_that_are_hidden_or_filtered_are_read_all_the_same(tab: gspread.Worksheet) -> None:
    tab.update([["h"], ["a"], ["b"]], "A1", raw=True)
    hidden = {"sheetId": tab.id, "dimension": "ROWS", "startIndex": 1, "endIndex": 2}
    batch(
        tab,
        {
            "updateDimensionProperties": {
                "range": hidden,
                "properties": {"hiddenByUser": True},
                "fields": "hiddenByUser",
            }
        },
    )
    (found,) = read(tab, whole(tab))
    assert found["valueRange"]["values"] == [["h"], ["a"], ["b"]]
