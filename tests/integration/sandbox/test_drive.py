"""Drive over HTTP: versions, fields, searches and permissions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests

from sync_daemon.sandbox import DEFAULT_ACCOUNT, SandboxServer
from tests.support.sandbox import session

FRIEND = "friend@example.com"


class Files:
    """Drive's files as one account sees them."""

    def __init__(self, server: SandboxServer, folder: Path, email: str) -> None:
        self.root = f"{server.url}/drive/v3/files"
        self.session = session(server, folder, email)

    def ask(self, method: str, path: str = "", body: object = None, **query: str) -> Any:
        return self.session.request(method, self.root + path, json=body, params=query, timeout=5)

    def get(self, path: str = "", **query: str) -> Any:
        answer = self.ask("GET", path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def files(server: SandboxServer, tmp_path: Path) -> Files:
    return Files(server, tmp_path, DEFAULT_ACCOUNT)


def reason(answer: requests.Response) -> tuple[int, str]:
    error = answer.json()["error"]
    assert error["code"] == answer.status_code
    return answer.status_code, error["errors"][0]["reason"]


def write(server: SandboxServer, book: str, text: str) -> None:
    path = f"/v4/spreadsheets/{book}/values/A1"
    server.call("PUT", path, {"values": [[text]]}, [("valueInputOption", "RAW")])


class TestVersion:
    def test_grows_with_each_change_and_only_then(
        self, server: SandboxServer, files: Files
    ) -> None:
        book = server.add_spreadsheet("Book")

        def version() -> int:
            return int(files.get(f"/{book}", fields="version")["version"])

        first = version()
        assert version() == first
        server.call("GET", f"/v4/spreadsheets/{book}")
        assert version() == first
        write(server, book, "a")
        second = version()
        assert second > first
        assert files.ask("PATCH", f"/{book}", {"name": "Renamed"}).status_code == 200
        assert version() > second

    def test_may_lag_behind(self, server: SandboxServer, files: Files) -> None:
        book = server.add_spreadsheet("Book")
        before = files.get(f"/{book}", fields="version")
        write(server, book, "a")
        server.service.drive.lag = 2
        seen = [files.get(f"/{book}", fields="version") for _ in range(3)]
        assert seen[0] == seen[1] == before != seen[2]


class TestFields:
    def test_a_few_by_default_and_those_asked_for(
        self, server: SandboxServer, files: Files
    ) -> None:
        book = server.add_spreadsheet("Book")
        kind = "application/vnd.google-apps.spreadsheet"
        assert files.get(f"/{book}") == {
            "kind": "drive#file",
            "id": book,
            "name": "Book",
            "mimeType": kind,
        }
        assert set(files.get(f"/{book}", fields="*")) >= {"version", "modifiedTime", "trashed"}
        assert files.get(fields="files(name)") == {"files": [{"name": "Book"}]}
        assert reason(files.ask("GET", f"/{book}", fields="nonsense")) == (400, "invalidParameter")

    def test_names_are_searched_and_pages_turned(self, server: SandboxServer, files: Files) -> None:
        for title in ("Bob's book", "Other", "Other"):
            server.add_spreadsheet(title)
        server.add_spreadsheet("Hidden", share=None)
        found = files.get(q="name = 'Bob\\'s book' and trashed = false")["files"]
        assert [file["name"] for file in found] == ["Bob's book"]
        first = files.get(pageSize="2")
        rest = files.get(pageSize="2", pageToken=first["nextPageToken"])
        names = [file["name"] for page in (first, rest) for file in page["files"]]
        assert names == ["Bob's book", "Other", "Other"]
        assert "nextPageToken" not in rest
        assert reason(files.ask("GET", q="name like 'x'")) == (400, "invalid")


class TestPermissions:
    def test_are_given_changed_and_taken(
        self, server: SandboxServer, files: Files, tmp_path: Path
    ) -> None:
        book = server.add_spreadsheet("Book")
        theirs = Files(server, tmp_path, FRIEND)
        assert reason(theirs.ask("GET", f"/{book}")) == (404, "notFound")
        given = {"type": "user", "role": "reader", "emailAddress": FRIEND}
        made = files.ask("POST", f"/{book}/permissions", given).json()
        assert set(made) == {"kind", "id", "type", "role"}
        refused = theirs.ask("PATCH", f"/{book}", {"name": "Mine"})
        assert reason(refused) == (403, "insufficientFilePermissions")
        path = f"/{book}/permissions/{made['id']}"
        assert files.ask("PATCH", path, {"role": "writer"}).json()["role"] == "writer"
        assert theirs.ask("PATCH", f"/{book}", {"name": "Mine"}).status_code == 200
        gone = files.ask("DELETE", path)
        assert (gone.status_code, gone.content) == (204, b"")
        assert reason(theirs.ask("GET", f"/{book}")) == (404, "notFound")
        assert reason(files.ask("DELETE", path)) == (404, "notFound")

    @pytest.mark.parametrize(
        ("body", "problem"),
        [
            ({"role": "reader"}, "required"),
            ({"type": "user", "role": "king", "emailAddress": FRIEND}, "invalid"),
            ({"type": "user", "role": "reader"}, "invalid"),
        ],
    )
    def test_that_make_no_sense(
        self, server: SandboxServer, files: Files, body: dict[str, str], problem: str
    ) -> None:
        book = server.add_spreadsheet("Book")
        assert reason(files.ask("POST", f"/{book}/permissions", body)) == (400, problem)

    def test_only_the_owner_deletes(self, server: SandboxServer, files: Files) -> None:
        book = server.add_spreadsheet("Book")  # shared with the account as a writer
        refused = files.ask("DELETE", f"/{book}")
        assert reason(refused) == (403, "insufficientFilePermissions")
        own = files.ask("POST", "", {"name": "Own", "mimeType": files.get(f"/{book}")["mimeType"]})
        own_id = own.json()["id"]
        assert server.workspace.get(own_id).owner == DEFAULT_ACCOUNT
        assert files.ask("DELETE", f"/{own_id}").status_code == 204
        assert reason(files.ask("GET", f"/{own_id}")) == (404, "notFound")
