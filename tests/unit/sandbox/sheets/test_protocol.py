"""The condensed protocol, persistence, and what is not done twice."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sync_daemon.sandbox import api
from sync_daemon.sandbox.sheets import rendering
from sync_daemon.sandbox.sheets.document import atomically
from sync_daemon.sandbox.sheets.protocol import protocol, snake_case
from sync_daemon.sandbox.workspace import Workspace
from tests.unit.sandbox.discovery import discovery, methods
from tests.unit.sandbox.sheets.client import Client, cells, column_metadata, span

SCALAR_KINDS = {
    "string": {"string", "mask", "int64"},
    "integer": {"int32"},
    "number": {"double", "float"},
    "boolean": {"bool"},
    "any": {"any"},
}


def fits(kind: str, described: dict[str, Any]) -> bool:
    if "$ref" in described:
        return kind == f"R:{described['$ref']}"
    if described["type"] == "array":
        return kind.startswith("[") and fits(kind[1:], described["items"])
    if described["type"] == "object":
        return kind.startswith("{")
    if "enum" in described:
        return bool(protocol().enums[int(kind[2:])] == described["enum"])
    return kind in SCALAR_KINDS[described["type"]]


def test_the_protocol_is_googles() -> None:
    """What both know is the same; the installed document may be newer or older than ours."""
    described = discovery()["schemas"]
    assert len(protocol().schemas.keys() & described.keys()) > 250
    for name in protocol().schemas.keys() & described.keys():
        properties = described[name].get("properties", {})
        for field in protocol().schemas[name].keys() & properties.keys():
            assert fits(protocol().schemas[name][field], properties[field]), (name, field)
    for method in protocol().methods:
        official = methods()[method.name]
        assert (method.http, method.path) == (official["httpMethod"], official["path"])
        assert method.request == official.get("request", {}).get("$ref")


def test_snake_case() -> None:
    assert snake_case("sheetId") == "sheet_id"
    assert snake_case("a1Range") == "a1_range"


@pytest.mark.parametrize(
    "requests",
    [
        [None, {"clearBasicFilter": {}}, {"clearBasicFilter": {}}],
        [[{"clearBasicFilter": {}}, None], [[{"clearBasicFilter": {}}]]],
        [[], {"clearBasicFilter": {}}, {"clearBasicFilter": {}}],
    ],
)
def test_lists_in_lists_and_nulls_are_taken_as_meant(client: Client, requests: object) -> None:
    answer = client.call("POST", ":batchUpdate", {"requests": requests})
    assert answer["replies"] == [{}, {}]


@pytest.mark.parametrize("requests", [[None], [[]], []])
def test_a_batch_of_nothing_is_refused(client: Client, requests: object) -> None:
    refusal = client.refused("POST", ":batchUpdate", {"requests": requests})
    assert refusal.message == "Must specify at least one request."


@pytest.mark.parametrize("criteria", [5, [1], {"0": 7}, {"0": {"hiddenValues": [{}]}}])
def test_a_map_is_checked_like_all_else(client: Client, criteria: object) -> None:
    wished = {"range": cells(0, 3, 0, 3), "criteria": criteria}
    requests = [{"setBasicFilter": {"filter": wished}}]
    refusal = client.refused("POST", ":batchUpdate", {"requests": requests})
    assert "Invalid value at 'requests[0].set_basic_filter.filter.criteria" in refusal.message


def test_everything_survives_persistence(client: Client) -> None:
    client.type("A1", [["x", 1.5, True, "=A1", "5%", "2020-01-01"]])
    client.batch(
        column_metadata(1, 7, metadataValue="v"),
        {"addNamedRange": {"namedRange": {"name": "N", "range": cells(0, 1, 0, 1)}}},
        {"addProtectedRange": {"protectedRange": {"range": cells(0, 1, 0, 1)}}},
        {"mergeCells": {"range": cells(4, 6, 0, 1), "mergeType": "MERGE_ALL"}},
        {"setBasicFilter": {"filter": {"range": cells(0, 1, 0, 1)}}},
        {"addDimensionGroup": {"range": span("ROWS", 0, 2)}},
        {
            "updateDimensionProperties": {
                "range": span("ROWS", 3, 4),
                "properties": {"hiddenByUser": True},
                "fields": "hiddenByUser",
            }
        },
        {"addSheet": {"properties": {"title": "Two", "hidden": True}}},
    )
    client.document.settle("=IMPORTXML(1)", "x")
    saved = json.loads(json.dumps(client.workspace.to_json()))
    again = Workspace.from_json(saved)
    assert again.to_json() == saved
    path = client.root
    query = [("includeGridData", "true"), ("ranges", "Sheet1!A1:H8")]
    shown = api.call(again, "GET", path, query)
    assert shown == client.get(includeGridData=True, ranges="Sheet1!A1:H8")
    version = again.get(client.document.spreadsheet_id).version
    assert version == client.document.version


def test_a_copy_is_independent(client: Client) -> None:
    client.put("A1", [["x"]])
    copy = client.workspace.copy(client.document.spreadsheet_id)
    assert copy.title == "Copy of Book"
    client.put("A1", [["y"]])
    hidden = {"properties": {"rightToLeft": True}, "fields": "rightToLeft"}
    client.batch({"updateSheetProperties": hidden})
    client.document = copy
    assert "rightToLeft" not in client.sheet()["properties"]
    assert client.values() == [["x"]]
    assert len(client.workspace.documents()) == 2
    client.workspace.delete(copy.spreadsheet_id)
    assert client.refused("GET", "").status == 404


def test_listeners_hear_of_every_change(client: Client) -> None:
    heard: list[int] = []
    client.document.change_listeners.append(lambda document: heard.append(document.version))
    client.put("A1", [["x"]])
    client.batch({"addSheet": {"properties": {"title": "T"}}})
    client.get()
    assert heard == [2, 3]
    assert client.document.modified_time >= client.document.created_time


def test_only_changed_rows_are_encoded_again(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoded: list[object] = []
    encode = rendering.encode_row

    def counted(row: list[Any]) -> str:
        encoded.append(row)
        return encode(row)

    monkeypatch.setattr(rendering, "encode_row", counted)
    rows = [[f"{row}:{column}" for column in range(20)] for row in range(500)]
    client.put("A1", rows)
    assert client.values("A1:T500") == client.values("A1:T500") == rows
    assert len(encoded) == 500
    client.put("B3", [["new"]])
    client.batch({"insertDimension": {"range": span("ROWS", 0, 1)}})
    rows[2][1] = "new"
    assert client.values("A1:T501") == [[], *rows]
    assert len(encoded) == 501


def test_a_failed_batch_copies_no_rows(client: Client) -> None:
    client.put("A1", [["x"]] * 500)
    before = [id(row) for row in client.document.sheets[0].grid.rows]
    client.refused_batch({"addSheet": {}}, {"deleteSheet": {"sheetId": 99}})
    assert [id(row) for row in client.document.sheets[0].grid.rows] == before


def test_a_defect_leaves_the_document_as_it_was(client: Client) -> None:
    client.put("A1", [["a"]])

    def broken() -> None:
        client.document.sheets[0].grid.set(0, 0, "b")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        atomically(client.document, broken)
    assert client.values() == [["a"]]
