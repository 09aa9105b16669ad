"""A client of the sandbox in this process that checks each answer against Google's schemas."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sync_daemon.sandbox import api
from sync_daemon.sandbox.api_errors import ApiError
from sync_daemon.sandbox.workspace import Workspace
from tests.unit.sandbox.discovery import assert_valid, methods

JsonObject = dict[str, Any]


class Client:
    """Calls methods on one spreadsheet; answers and bodies are validated.

    Args:
        caller: e-mail address of who calls; None for the owner.
    """

    def __init__(self, workspace: Workspace | None = None, caller: str | None = None) -> None:
        self.workspace = workspace or Workspace()
        self.document = self.workspace.create("Book")
        self.caller = caller

    @property
    def root(self) -> str:
        return f"/v4/spreadsheets/{self.document.spreadsheet_id}"

    def call(
        self, method: str, rest: str, body: object | None = None, **query: object
    ) -> JsonObject:
        pairs = [(key, item) for key, value in query.items() for item in _texts(value)]
        path = self.root + rest
        answer = api.call(self.workspace, method, path, pairs, body, caller=self.caller)
        decoded: JsonObject = json.loads(answer) if isinstance(answer, bytes) else answer
        described = methods()[api.method_name(method, path)]
        assert_valid(described["response"]["$ref"], json.loads(json.dumps(decoded)))
        return decoded

    def refused(
        self, method: str, rest: str, body: object | None = None, **query: object
    ) -> ApiError:
        """The refusal of a call that must leave the document as it was."""
        before = self.workspace.to_json()
        with pytest.raises(ApiError) as caught:
            self.call(method, rest, body, **query)
        assert self.workspace.to_json() == before
        return caught.value

    def get(self, **query: object) -> JsonObject:
        return self.call("GET", "", **query)

    def sheet(self, **query: object) -> JsonObject:
        """The first sheet as ``spreadsheets.get`` shows it."""
        shown: JsonObject = self.get(**query)["sheets"][0]
        return shown

    def batch(self, *requests: JsonObject, **options: object) -> list[JsonObject]:
        body = {"requests": list(requests), **options}
        replies: list[JsonObject] = self.call("POST", ":batchUpdate", body)["replies"]
        return replies

    def refused_batch(self, *requests: JsonObject) -> str:
        return self.refused("POST", ":batchUpdate", {"requests": list(requests)}).message

    def put(
        self, cells: str, rows: list[list[Any]], option: str = "RAW", **query: object
    ) -> JsonObject:
        body = {"values": rows}
        return self.call("PUT", f"/values/{cells}", body, valueInputOption=option, **query)

    def type(self, cells: str, rows: list[list[Any]]) -> JsonObject:
        return self.put(cells, rows, "USER_ENTERED")

    def values(self, cells: str = "Sheet1", **query: object) -> list[list[Any]]:
        found: list[list[Any]] = self.call("GET", f"/values/{cells}", **query).get("values", [])
        return found

    def value(self, cell: str, **query: object) -> Any:
        rows = self.values(cell, **query)
        return rows[0][0] if rows and rows[0] else None

    def formulas(self, cells: str) -> list[list[Any]]:
        return self.values(cells, valueRenderOption="FORMULA")


def _texts(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [str(item).lower() if isinstance(item, bool) else str(item) for item in values]


def span(dimension: str, start: int, end: int, sheet_id: int = 0) -> JsonObject:
    """A DimensionRange."""
    return {
        "sheetId": sheet_id,
        "dimension": dimension,
        "startIndex": start,
        "endIndex": end,
    }


def cells(top: int, bottom: int, left: int, right: int, sheet_id: int = 0) -> JsonObject:
    """A GridRange."""
    return {
        "sheetId": sheet_id,
        "startRowIndex": top,
        "endRowIndex": bottom,
        "startColumnIndex": left,
        "endColumnIndex": right,
    }


def column_metadata(index: int, number: int | None = None, **fields: object) -> JsonObject:
    """A createDeveloperMetadata request for a column."""
    item: JsonObject = {
        "metadataKey": "owned",
        "visibility": "DOCUMENT",
        "location": {"dimensionRange": span("COLUMNS", index, index + 1)},
        **fields,
    }
    if number is not None:
        item["metadataId"] = number
    return {"createDeveloperMetadata": {"developerMetadata": item}}


def lookup(**fields: object) -> JsonObject:
    """A DataFilter with a DeveloperMetadataLookup."""
    return {"developerMetadataLookup": fields}
