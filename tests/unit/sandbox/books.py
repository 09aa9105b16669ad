"""Spreadsheets that random requests are tried on.

No sequence may make the sandbox fail (a 5xx or a broken connection) or answer what Google's
description does not have; a refused request changes nothing; two ways to read the same cells
agree; and a state read back from its file is the state that was saved.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from sync_daemon.sandbox import SandboxServer, api
from sync_daemon.sandbox.auth import Accounts
from sync_daemon.sandbox.quota import Quota
from sync_daemon.sandbox.service import HttpRequest, SandboxService
from sync_daemon.sandbox.workspace import Workspace
from tests.unit.sandbox.discovery import methods, problems
from tests.unit.sandbox.random_requests import COLUMNS, ROWS, Call, Drawer

JsonObject = dict[str, Any]

LENGTH = 12
OWNER = "owner@example.com"
SIZE = {"rowCount": ROWS, "columnCount": COLUMNS}
BOOK: JsonObject = {
    "properties": {"title": "Book"},
    "sheets": [
        {"properties": {"title": "Sheet1", "gridProperties": SIZE}},
        {"properties": {"title": "Two", "sheetId": 2, "gridProperties": SIZE}},
    ],
}
PART = {"startRowIndex": 1, "endRowIndex": 4, "startColumnIndex": 0, "endColumnIndex": 3}
ON_TWO = {"sheetId": 2, "dimension": "ROWS", "startIndex": 0, "endIndex": 3}
RULE = {"ranges": [PART], "booleanRule": {"condition": {"type": "NOT_BLANK"}, "format": {}}}
FURNITURE: JsonObject = {
    "requests": [
        {
            "addNamedRange": {
                "namedRange": {"namedRangeId": "Range1", "name": "Range1", "range": PART}
            }
        },
        {"addProtectedRange": {"protectedRange": {"protectedRangeId": 1, "range": PART}}},
        {"addFilterView": {"filter": {"filterViewId": 1, "range": PART}}},
        {"addBanding": {"bandedRange": {"bandedRangeId": 1, "range": PART}}},
        {"addConditionalFormatRule": {"rule": RULE}},
        {"addConditionalFormatRule": {"rule": RULE}},
        {"addDimensionGroup": {"range": ON_TWO}},
        {"setBasicFilter": {"filter": {"range": PART}}},
    ]
}


class Book:
    """A spreadsheet behind everything but the socket."""

    def __init__(self, service: SandboxService | None = None) -> None:
        self.service = service or SandboxService(
            Workspace(), Accounts(lambda: 0.0), Quota(lambda: 0.0, 0, 0)
        )
        self.workspace = self.service.workspace
        token = self.service.accounts.issue(OWNER, "https://www.googleapis.com/auth/drive")
        self.headers = {"authorization": f"Bearer {token['access_token']}"}
        self.id = self.ask(Call("POST", "", (), BOOK), root=True)[1]["spreadsheetId"]
        assert self.ask(Call("POST", ":batchUpdate", (), FURNITURE))[0] == 200

    def ask(self, call: Call, *, root: bool = False) -> tuple[int, JsonObject]:
        """Status and JSON of the answer, which must be what Google describes."""
        path = api.ROOT if root else f"{api.ROOT}/{self.id}{call.rest}"
        target = quote(path) + ("?" + urlencode(call.query) if call.query else "")
        body = b"" if call.body is None else json.dumps(call.body).encode()
        status, sent = self.send(HttpRequest(call.method, target, self.headers, body))
        shown: JsonObject = json.loads(sent, parse_constant=_no_constant)
        assert status < 500, shown
        self._check(call.method, path, status, shown)
        return status, shown

    def send(self, request: HttpRequest) -> tuple[int, bytes]:
        """Status and body of the answer."""
        answer, _ = self.service.handle(request)
        return answer.status, answer.body

    @staticmethod
    def _check(method: str, path: str, status: int, shown: JsonObject) -> None:
        if status != 200:
            assert list(shown) == ["error"]
            assert shown["error"]["code"] == status
            return
        described = methods()[api.method_name(method, path)]
        found = problems(described["response"]["$ref"], shown)
        assert not found, found

    def shown(self) -> JsonObject:
        """All that can be seen of it."""
        return self.ask(Call("GET", "", (("includeGridData", "true"),)))[1]

    def state(self) -> JsonObject:
        """All that is kept of it and of its neighbours."""
        return self.workspace.to_json()


def _no_constant(text: str) -> None:
    raise AssertionError(text)


def reloaded(book: Book) -> Book:
    """The same spreadsheet, read back from what a file would hold."""
    again = Book()
    state = json.loads(json.dumps(book.state()))
    again.workspace = Workspace.from_json(state)
    again.service.workspace = again.workspace
    again.id = book.id
    again.service.sharing.share(again.id, OWNER, "owner")
    return again


def _texts(rows: list[JsonObject]) -> Iterator[list[str]]:
    for row in rows:
        texts = [cell.get("formattedValue", "") for cell in row.get("values", [])]
        while texts and not texts[-1]:
            texts.pop()
        yield texts


def _as_values(rows: list[JsonObject]) -> list[list[str]]:
    """The values that grid data shows, as the values API leaves blanks out."""
    texts = list(_texts(rows))
    while texts and not texts[-1]:
        texts.pop()
    return texts


def check_two_ways_of_reading(book: Book) -> None:
    """Grid data and the values API show the same texts; columns are rows turned round."""
    for sheet in book.shown()["sheets"]:
        title = "'" + sheet["properties"]["title"].replace("'", "''") + "'"
        read = Call("GET", f"/values/{title}", (("majorDimension", "ROWS"),))
        rows: list[list[Any]] = book.ask(read)[1].get("values", [])
        trimmed = [
            row[: max((i + 1 for i, v in enumerate(row) if v != ""), default=0)] for row in rows
        ]
        while trimmed and not trimmed[-1]:
            trimmed.pop()
        assert trimmed == _as_values(sheet["data"][0].get("rowData", []))
        turned = Call("GET", f"/values/{title}", (("majorDimension", "COLUMNS"),))
        columns: list[list[Any]] = book.ask(turned)[1].get("values", [])
        cells = {(r, c): v for r, row in enumerate(rows) for c, v in enumerate(row) if v != ""}
        again = {(r, c): v for c, col in enumerate(columns) for r, v in enumerate(col) if v != ""}
        assert cells == again


def check_sequence(book: Book, drawer: Drawer) -> None:
    """Ask for one thing after the other, and look whether all is as it should be."""
    for _ in range(LENGTH):
        call = drawer.call()
        before = book.state()
        status, _ = book.ask(call)
        if status != 200:
            assert book.state() == before, call
    check_two_ways_of_reading(book)
    again = reloaded(book)
    assert again.state() == json.loads(json.dumps(book.state()))
    assert again.shown() == json.loads(json.dumps(book.shown()))


class DistantBook(Book):
    """A spreadsheet behind a socket: the connection must outlive every request, too."""

    def __init__(self, server: SandboxServer) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=60)
        self._connection.connect()
        self._connection.auto_open = 0  # once it is closed it stays so, and that is a fault
        super().__init__(server.service)

    def close(self) -> None:
        """Leave nothing behind."""
        self._connection.close()
        self.workspace.delete(self.id)

    def send(self, request: HttpRequest) -> tuple[int, bytes]:
        self._connection.request(request.method, request.target, request.body, request.headers)
        answer = self._connection.getresponse()
        return answer.status, answer.read()
