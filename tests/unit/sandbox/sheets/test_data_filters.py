"""Values read and written by data filter."""

from __future__ import annotations

from tests.unit.sandbox.sheets.client import Client, cells, column_metadata, lookup, span


def test_data_filters_address_a_column_wherever_it_is(client: Client) -> None:
    client.put("A1", [["name", "id"], ["x", "1"]])
    client.batch(column_metadata(1, 7))
    client.batch({"insertDimension": {"range": span("COLUMNS", 0, 2)}})
    body = {
        "valueInputOption": "RAW",
        "includeValuesInResponse": True,
        "data": [{"dataFilter": lookup(metadataId=7), "values": [[None], ["2"]]}],
    }
    answer = client.call("POST", "/values:batchUpdateByDataFilter", body)
    assert answer["responses"] == [
        {
            "updatedRange": "Sheet1!D1:D2",
            "updatedRows": 1,
            "updatedColumns": 1,
            "updatedCells": 1,
            "updatedData": {
                "range": "Sheet1!D1:D1000",
                "majorDimension": "ROWS",
                "values": [["id"], ["2"]],
            },
            "dataFilter": lookup(metadataId=7),
        }
    ]
    read = client.call(
        "POST",
        "/values:batchGetByDataFilter",
        {"dataFilters": [lookup(metadataKey="owned")]},
    )
    assert read["valueRanges"] == [
        {
            "valueRange": {
                "range": "Sheet1!D1:D1000",
                "majorDimension": "ROWS",
                "values": [["id"], ["2"]],
            },
            "dataFilters": [lookup(metadataKey="owned")],
        }
    ]
    client.call(
        "POST",
        "/values:batchClearByDataFilter",
        {"dataFilters": [lookup(metadataId=7)]},
    )
    assert client.values("D:D") == []


def test_a_lookup_that_matches_nothing_reads_and_writes_nothing(client: Client) -> None:
    client.put("A1", [["a"]])
    nothing = [lookup(metadataId=99)]
    identity = {"spreadsheetId": client.document.spreadsheet_id}
    for verb in ("batchGetByDataFilter", "batchClearByDataFilter"):
        assert client.call("POST", f"/values:{verb}", {"dataFilters": nothing}) == identity
    body = {
        "valueInputOption": "RAW",
        "data": [{"dataFilter": nothing[0], "values": [["x"]]}],
    }
    assert client.call("POST", "/values:batchUpdateByDataFilter", body) == identity
    assert client.values() == [["a"]]


def test_values_that_exceed_the_matched_range_are_refused(client: Client) -> None:
    client.batch(column_metadata(1, 7))
    data = [{"dataFilter": lookup(metadataId=7), "values": [["a", "b"]]}]
    body = {"valueInputOption": "RAW", "data": data}
    refusal = client.refused("POST", "/values:batchUpdateByDataFilter", body)
    assert refusal.message == (
        "Invalid data[0]: Requested writing within range [Sheet1!B1:B1000], but tried writing to "
        "column [C]"
    )


def test_a_grid_range_filter_names_a_sheet_that_is_there(client: Client) -> None:
    body = {"dataFilters": [{"gridRange": {"sheetId": 5}}]}
    assert client.refused("POST", "/values:batchGetByDataFilter", body).message == (
        "No grid with id: 5"
    )


def test_one_range_matched_by_two_filters_is_answered_once(client: Client) -> None:
    place = cells(0, 2, 0, 2)
    filters = [{"a1Range": "A1:B2"}, {"gridRange": place}]
    answer = client.call("POST", "/values:batchGetByDataFilter", {"dataFilters": filters})
    (found,) = answer["valueRanges"]
    assert found["valueRange"]["range"] == "Sheet1!A1:B2"
    echoed = {key: value for key, value in place.items() if key != "sheetId"}
    assert found["dataFilters"] == [filters[0], {"gridRange": echoed}]
