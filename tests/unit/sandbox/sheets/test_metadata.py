"""Developer metadata: created, found, changed, refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.sandbox.sheets.client import Client, column_metadata, lookup, span


def test_the_same_batch_with_the_same_metadata_id_is_refused_whole(
    client: Client,
) -> None:
    client.batch(column_metadata(0, 7))
    message = client.refused_batch(
        {"insertDimension": {"range": span("COLUMNS", 0, 1)}}, column_metadata(0, 7)
    )
    assert message == (
        "Invalid requests[1].createDeveloperMetadata: Cannot add developer metadata with ID [7] "
        "because developer metadata with that ID already exists."
    )


def test_metadata_is_found_by_every_field_of_a_lookup(client: Client) -> None:
    client.batch(
        column_metadata(0, 1, metadataValue="a"),
        column_metadata(1, 2, metadataValue="b", visibility="PROJECT"),
        column_metadata(0, 3, location={"sheetId": 0}),
        column_metadata(0, 4, location={"spreadsheet": True}, metadataKey="other"),
    )

    def ids(**fields: object) -> list[int]:
        body = {"dataFilters": [lookup(**fields)]}
        found = client.call("POST", "/developerMetadata:search", body)
        items = found.get("matchedDeveloperMetadata", [])
        return [item["developerMetadata"]["metadataId"] for item in items]

    column = {"dimensionRange": span("COLUMNS", 0, 1)}
    assert ids(metadataKey="owned") == [1, 2, 3]
    assert ids(metadataValue="b") == [2]
    assert ids(visibility="PROJECT") == [2]
    assert ids(locationType="COLUMN") == [1, 2]
    assert ids(locationType="SPREADSHEET") == [4]
    assert ids(metadataLocation=column) == [1]
    intersecting = "INTERSECTING_LOCATION"
    assert ids(metadataLocation=column, locationMatchingStrategy=intersecting) == [
        1,
        3,
        4,
    ]
    assert client.call("GET", "/developerMetadata/4")["location"]["spreadsheet"] is True
    assert client.refused("GET", "/developerMetadata/9").status == 404
    shown = client.get()
    assert [item["metadataId"] for item in shown["developerMetadata"]] == [4]
    assert [item["metadataId"] for item in shown["sheets"][0]["developerMetadata"]] == [3]


def test_metadata_is_updated_and_deleted_by_filter(client: Client) -> None:
    client.batch(column_metadata(0, 1), column_metadata(1, 2))
    filters = [lookup(metadataKey="owned")]
    item = {"metadataValue": "new"}
    update = {
        "dataFilters": filters,
        "developerMetadata": item,
        "fields": "metadataValue",
    }
    (reply,) = client.batch({"updateDeveloperMetadata": update})
    changed = reply["updateDeveloperMetadata"]["developerMetadata"]
    assert [item["metadataValue"] for item in changed] == ["new", "new"]
    (reply,) = client.batch({"deleteDeveloperMetadata": {"dataFilter": lookup(metadataId=1)}})
    (deleted,) = reply["deleteDeveloperMetadata"]["deletedDeveloperMetadata"]
    assert deleted["metadataId"] == 1
    (reply,) = client.batch({"deleteDeveloperMetadata": {"dataFilter": lookup(metadataId=1)}})
    assert reply == {"deleteDeveloperMetadata": {}}


def test_metadata_is_limited_to_30000_characters_a_sheet(client: Client) -> None:
    client.batch(column_metadata(0, 1, metadataKey="k", metadataValue="x" * 29_999))
    message = client.refused_batch(column_metadata(1, 2, metadataKey="k"))
    assert "exceeds the limit of 30000 characters" in message


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ({"metadataKey": ""}, "key must be specified"),
        ({"visibility": None}, "visibility must be specified"),
        ({"location": {}}, "must specify a location"),
        ({"location": {"dimensionRange": span("ROWS", 0, 2)}}, "single row or column"),
        (
            {"location": {"dimensionRange": span("ROWS", 1000, 1001)}},
            "outside the grid",
        ),
        ({"location": {"sheetId": 8}}, "No grid with id: 8"),
    ],
)
def test_bad_metadata_is_refused(client: Client, item: dict[str, Any], words: str) -> None:
    assert words in client.refused_batch(column_metadata(0, None, **item))
