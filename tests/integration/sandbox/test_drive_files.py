"""Files of Drive that gspread does not ask for, or not so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gspread
import pytest
import requests
from gspread.utils import ExportFormat

from sync_daemon.sandbox import DEFAULT_ACCOUNT, SandboxServer
from tests.support.sandbox import gspread_client, session

Call = Callable[..., requests.Response]


@pytest.fixture
def drive(server: SandboxServer, tmp_path: Path) -> Call:
    authorized = session(server, tmp_path)

    def call(method: str, rest: str, body: object = None, **query: str) -> requests.Response:
        answer: requests.Response = authorized.request(
            method, f"{server.url}/drive/v3/{rest}", json=body, params=query, timeout=10
        )
        return answer

    return call


def reason(answer: requests.Response) -> tuple[int, str]:
    error: dict[str, Any] = answer.json()["error"]
    return answer.status_code, error["errors"][0]["reason"]


def test_the_first_sheet_is_exported_as_it_is_shown(server: SandboxServer, tmp_path: Path) -> None:
    rows = [["Name", "Rate"], ['says "hi", waits', "12.5%"], ["only one"]]
    client = gspread_client(server, tmp_path)
    exported = client.export(server.add_spreadsheet(rows=rows), ExportFormat.CSV)
    assert exported == b'Name,Rate\r\n"says ""hi"", waits",12.50%\r\nonly one,'


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, (400, "required")),
        ({"mimeType": "application/pdf"}, (501, "notImplemented")),
        ({"mimeType": "image/png"}, (400, "invalid")),
    ],
)
def test_other_formats_are_refused(
    server: SandboxServer, drive: Call, query: dict[str, str], expected: tuple[int, str]
) -> None:
    assert reason(drive("GET", f"files/{server.add_spreadsheet()}/export", **query)) == expected


def test_a_late_change_shows_neither_version_nor_time(server: SandboxServer, drive: Call) -> None:
    book = server.add_spreadsheet()

    def shown() -> dict[str, str]:
        state: dict[str, str] = drive("GET", f"files/{book}", fields="version,modifiedTime").json()
        return state

    before = shown()
    server.service.drive.lag = 2
    server.user(book).type(0, 0, "x")
    assert [shown() == before for _ in range(3)] == [True, True, False]
    assert int(shown()["version"]) > int(before["version"])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"name": "A text"}, (501, "notImplemented")),
        ({"mimeType": "text/plain"}, (501, "notImplemented")),
        ({"mimeType": "application/vnd.google-apps.folder"}, (501, "notImplemented")),
        ({"mimeType": "application/vnd.google-apps.spreadsheet", "parents": ["x"]},
         (404, "notFound")),
    ],
)  # fmt: skip
def test_what_is_no_spreadsheet_is_not_made(
    server: SandboxServer, drive: Call, body: dict[str, Any], expected: tuple[int, str]
) -> None:
    assert reason(drive("POST", "files", body)) == expected
    assert server.workspace.documents() == []


def test_a_slash_after_the_id_is_ignored(server: SandboxServer, drive: Call) -> None:
    book = server.add_spreadsheet("Book")
    assert drive("GET", f"files/{book}/").json()["name"] == "Book"
    server.service.sharing.share(book, DEFAULT_ACCOUNT, "owner")
    assert drive("DELETE", f"files/{book}/").status_code == 204
    assert server.workspace.documents() == []


def test_there_is_no_trash(server: SandboxServer, drive: Call) -> None:
    book = server.add_spreadsheet()
    assert reason(drive("PATCH", f"files/{book}", {"trashed": True})) == (501, "notImplemented")


@pytest.mark.parametrize(
    ("rest", "query"), [("files", {"q": "name is x"}), ("files", {"fields": "filez"})]
)
def test_malformed_searches_are_refused_also_where_nothing_can_be_found(
    drive: Call, rest: str, query: dict[str, str]
) -> None:
    assert drive("GET", rest, **query).status_code == 400


def test_deleting_answers_without_content(
    server: SandboxServer, drive: Call, client: gspread.Client
) -> None:
    answer = drive("DELETE", f"files/{client.create('Mine').id}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["Content-Type"] == "text/html"
    assert server.workspace.documents() == []


class TestPermissions:
    def test_a_domain_and_anyone_may_read(
        self, server: SandboxServer, drive: Call, tmp_path: Path
    ) -> None:
        book = server.add_spreadsheet()
        colleague = gspread_client(server, tmp_path, "c@firm.example")
        for body in ({"type": "domain", "domain": "firm.example"}, {"type": "anyone"}):
            with pytest.raises(PermissionError):
                colleague.open_by_key(book)
            made = drive("POST", f"files/{book}/permissions", {**body, "role": "reader"}).json()
            assert colleague.open_by_key(book).id == book
            drive("DELETE", f"files/{book}/permissions/{made['id']}")

    def test_a_reader_sees_no_permissions_and_gives_none(
        self, server: SandboxServer, tmp_path: Path
    ) -> None:
        book = server.add_spreadsheet()
        server.service.sharing.share(book, "r@example.com", "reader")
        reader = session(server, tmp_path, "r@example.com")
        address = f"{server.url}/drive/v3/files/{book}/permissions"
        expected = (403, "insufficientFilePermissions")
        assert reason(reader.get(address)) == expected
        body = {"type": "user", "emailAddress": "x@example.com", "role": "writer"}
        assert reason(reader.post(address, json=body)) == expected
        assert server.service.sharing.role(book, "x@example.com") is None

    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            ({"role": "writer"}, (400, "required")),
            ({"type": "user", "role": "writer"}, (400, "invalid")),
            ({"type": "user", "role": "king", "emailAddress": "a@b.c"}, (400, "invalid")),
            ({"type": "user", "role": "owner", "emailAddress": "a@b.c"}, (403, "forbidden")),
        ],
    )
    def test_senseless_permissions_are_refused(
        self,
        drive: Call,
        client: gspread.Client,
        body: dict[str, str],
        expected: tuple[int, str],
    ) -> None:
        address = f"files/{client.create('Mine').id}/permissions"
        assert reason(drive("POST", address, body)) == expected

    def test_ownership_is_handed_over(
        self, server: SandboxServer, drive: Call, client: gspread.Client
    ) -> None:
        book = client.create("Mine").id
        body = {"type": "user", "role": "owner", "emailAddress": "new@example.com"}
        drive("POST", f"files/{book}/permissions", body, transferOwnership="true")
        roles = server.service.sharing.roles[book]
        assert sorted(roles.values()) == ["owner", "writer"]
        assert roles["new@example.com"] == "owner"
        assert reason(drive("DELETE", f"files/{book}")) == (403, "insufficientFilePermissions")


class TestImport:
    """CSV into a spreadsheet that is there, as gspread's ``import_csv`` sends it."""

    def test_gspread_replaces_all_that_was_there(
        self, server: SandboxServer, tmp_path: Path
    ) -> None:
        client = gspread_client(server, tmp_path)
        book = server.add_spreadsheet("Old", [["old", "values"]], tab="Jobs")
        client.open_by_key(book).add_worksheet("Second", 5, 5)
        client.import_csv(book, '\ufeffName,Rate\r\n"a, b",12.5%\n=1+1,+49'.encode())
        (sheet,) = client.open_by_key(book).worksheets()
        assert (sheet.title, sheet.row_count) == ("Jobs", 1000)
        assert sheet.get_all_values() == [["Name", "Rate"], ["a, b", "12.50%"], ["2", "49"]]
        assert client.export(book, ExportFormat.CSV).splitlines()[1] == b'"a, b",12.50%'

    @pytest.mark.parametrize(
        ("method", "path", "kind", "body", "status"),
        [
            ("PATCH", "v3/files/{}", "text/csv", b"a,b", 200),
            ("PUT", "v2/files/{}", "text/csv; charset=utf-8", b"a,b", 200),
            ("PUT", "v2/files/{}", "text/csv", b"\xff\xfe", 400),
            ("PUT", "v2/files/{}", "text/csv", b"," * 20_000, 400),
            ("PUT", "v2/files/{}", "application/pdf", b"%PDF", 501),
            ("POST", "v3/files", "text/csv", b"a,b", 501),
            ("PUT", "v2/files/{}?uploadType=resumable", "text/csv", b"a", 501),
            ("PUT", "v2/files/unknown", "text/csv", b"a", 404),
        ],
    )
    def test_each_way_to_upload(
        self,
        server: SandboxServer,
        tmp_path: Path,
        method: str,
        path: str,
        kind: str,
        body: bytes,
        status: int,
    ) -> None:
        book = server.add_spreadsheet(rows=[["old"]])
        address = f"{server.url}/upload/drive/{path.format(book)}"
        answer = session(server, tmp_path).request(
            method, address, data=body, headers={"Content-Type": kind}, timeout=10
        )
        assert answer.status_code == status
        kept = server.call("GET", f"/v4/spreadsheets/{book}/values/1:1")["values"]
        assert kept == ([["a", "b"]] if status == 200 else [["old"]])
        if status != 200:
            assert answer.json()["error"]["message"]

    def test_a_reader_imports_nothing(self, server: SandboxServer, tmp_path: Path) -> None:
        book = server.add_spreadsheet(rows=[["old"]])
        server.service.sharing.share(book, DEFAULT_ACCOUNT, "reader")
        address = f"{server.url}/upload/drive/v2/files/{book}"
        answer = session(server, tmp_path).put(
            address, data=b"new", headers={"Content-Type": "text/csv"}, timeout=10
        )
        assert answer.status_code == 403
