"""The control address and the page: what they do, and for whom."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest
import requests

from sync_daemon.sandbox import DEFAULT_ACCOUNT, SandboxServer
from sync_daemon.sandbox.remote_user import ACTIONS
from sync_daemon.sandbox.user import SheetUser

OWN = {"X-Sandbox-Control": "1"}


class Steering:
    """Requests to the control address."""

    def __init__(self, server: SandboxServer) -> None:
        self.server = server

    def ask(self, method: str, name: str, body: object = None) -> requests.Response:
        address = f"{self.server.url}/_sandbox/{name}"
        return requests.request(method, address, json=body, headers=OWN, timeout=5)

    def result(self, method: str, name: str, body: object = None) -> Any:
        answer = self.ask(method, name, body)
        assert answer.status_code == 200, answer.text
        return answer.json()["result"]

    def read(self, book: str) -> requests.Response:
        """A reading by the service account, as sheetd would do it."""
        scope = "https://www.googleapis.com/auth/drive"
        token = self.server.service.accounts.issue(DEFAULT_ACCOUNT, scope)["access_token"]
        return requests.get(
            f"{self.server.url}/v4/spreadsheets/{book}/values/A1",
            headers={"Authorization": f"Bearer {token}"},
            timeout=5,
        )


@pytest.fixture
def steering(server: SandboxServer) -> Steering:
    return Steering(server)


class TestActions:
    def test_a_spreadsheet_is_made_and_listed(self, steering: Steering) -> None:
        made = {"title": "Hunt", "tab": "It's", "rows": [["a", "=1+1"]], "share": ["x@y.org"]}
        book = steering.result("POST", "spreadsheets", made)
        assert steering.result("GET", "spreadsheets") == [
            {"id": book, "title": "Hunt", "version": steering.server.workspace.get(book).version}
        ]
        call = {"method": "GET", "path": f"/v4/spreadsheets/{book}/values/'It''s'"}
        assert steering.result("POST", "call", call)["values"] == [["a", "2"]]
        assert steering.server.service.sharing.role(book, "x@y.org") == "writer"

    def test_a_call_is_the_owner_s_and_changes_the_version(self, steering: Steering) -> None:
        book = steering.server.add_spreadsheet("Book", share=None)
        before = steering.result("GET", "spreadsheets")[0]["version"]
        write = {
            "method": "PUT",
            "path": f"/v4/spreadsheets/{book}/values/A1",
            "query": [["valueInputOption", "USER_ENTERED"]],
            "body": {"values": [["typed"]]},
        }
        assert steering.result("POST", "call", write)["updatedCells"] == 1
        assert steering.result("GET", "spreadsheets")[0]["version"] > before

    def test_a_refused_call_says_what_google_says(self, steering: Steering) -> None:
        call = {"method": "GET", "path": "/v4/spreadsheets/unknown"}
        answer = steering.ask("POST", "call", call)
        assert answer.status_code == 404
        assert answer.json()["error"]["status"] == "NOT_FOUND"

    def test_sharing_and_its_end(self, steering: Steering) -> None:
        book = steering.server.add_spreadsheet("Book", share=None)
        seen = [steering.read(book).status_code]
        for role in ("reader", "none"):
            given = {"id": book, "email": DEFAULT_ACCOUNT, "role": role}
            steering.result("POST", "share", given)
            seen.append(steering.read(book).status_code)
        assert seen == [403, 200, 403]

    def test_faults_come_and_are_taken_back(self, steering: Steering) -> None:
        book = steering.server.add_spreadsheet()
        fault = {"kind": "server_error", "status": 503, "times": 0}
        steering.result("POST", "faults", fault)
        assert [steering.read(book).status_code for _ in range(2)] == [503, 503]
        steering.result("DELETE", "faults")
        assert steering.read(book).status_code == 200

    def test_quota_latency_and_the_api_are_set(self, steering: Steering) -> None:
        book = steering.server.add_spreadsheet()
        steering.result("POST", "api", {"enabled": False})
        assert steering.read(book).status_code == 403
        steering.result("POST", "api", {"enabled": True})
        steering.result("POST", "quota", {"per_user": 1})
        assert [steering.read(book).status_code for _ in range(2)] == [200, 429]
        steering.result("POST", "quota", {"per_user": 0})
        steering.result("POST", "latency", {"seconds": 0.05})
        assert steering.read(book).elapsed.total_seconds() >= 0.05

    def test_the_log_and_its_counts_hold_no_tokens(self, steering: Steering) -> None:
        steering.read(steering.server.add_spreadsheet())
        [entry] = steering.result("GET", "log")
        assert (entry["method"], entry["kind"], entry["status"]) == ("GET", "read", 200)
        assert "ya29" not in str(entry)
        assert steering.result("GET", "stats") == {"read": 1, "write": 0, "drive": 0}

    @pytest.mark.parametrize(
        ("name", "body", "status"),
        [
            ("nothing", {}, 404),
            ("faults", {"kind": "earthquake"}, 400),
            ("latency", {}, 400),
            ("latency", {"seconds": "soon"}, 400),
            ("call", {"method": "GET"}, 400),
            ("share", ["no", "object"], 400),
        ],
    )
    def test_what_cannot_be_done(
        self, steering: Steering, name: str, body: object, status: int
    ) -> None:
        assert steering.ask("POST", name, body).status_code == status


class TestStrangers:
    @pytest.mark.parametrize(
        "headers",
        [
            {},
            OWN | {"Origin": "https://example.com"},
            OWN | {"Origin": "null"},
            OWN | {"Origin": "http://127.0.0.1:1"},
            OWN | {"Host": "example.com"},
            OWN | {"Host": "127.0.0.1.example.com"},
            OWN | {"Sec-Fetch-Site": "cross-site"},
        ],
    )
    def test_are_refused(self, server: SandboxServer, headers: dict[str, str]) -> None:
        address = f"{server.url}/_sandbox/spreadsheets"
        answer = requests.post(address, json={"title": "X"}, headers=headers, timeout=5)
        assert answer.status_code == 403
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert server.workspace.documents() == []

    def test_the_page_is_not_for_another_host_either(self, server: SandboxServer) -> None:
        answer = requests.get(server.url, headers={"Host": "example.com"}, timeout=5)
        assert answer.status_code == 403

    def test_the_own_page_is_let_in(self, server: SandboxServer) -> None:
        address = f"{server.url}/_sandbox/spreadsheets"
        headers = OWN | {"Origin": server.url, "Sec-Fetch-Site": "same-origin"}
        assert requests.get(address, headers=headers, timeout=5).status_code == 200


class TestPage:
    @pytest.mark.parametrize("path", ["/", "/spreadsheets/d/abc/edit", "/spreadsheets/d/abc"])
    def test_is_served_under_a_policy_that_allows_nothing_else(
        self, server: SandboxServer, path: str
    ) -> None:
        answer = requests.get(server.url + path, timeout=5)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "text/html; charset=UTF-8"
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "connect-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "http" not in policy

    def test_holds_no_address_and_no_way_for_a_cell_to_become_markup(
        self, server: SandboxServer
    ) -> None:
        page = requests.get(server.url, timeout=5).text
        assert not re.search(r"https?:|//[a-z]|\bsrc=|\burl\(|@import", page)
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", page)

    def test_what_it_does_the_user_can_do(self, server: SandboxServer) -> None:
        page = requests.get(server.url, timeout=5).text
        done = dict(re.findall(r'\bact\("(\w+)"(?:, \{([^}]*)\})?', page))
        assert {"undo", "type", "type_rows", "clear", "sort", "insert_rows"} <= set(done)
        for action, given in done.items():
            names = re.findall(r"(?:^|,)\s*(\w+)\s*(?::|,|$)", re.sub(r"\([^()]*\)", "", given))
            wanted = inspect.signature(getattr(SheetUser, action)).parameters
            assert action in ACTIONS
            assert set(names) <= set(wanted), action

    def test_what_it_shows_can_be_asked_for(self, server: SandboxServer) -> None:
        page = requests.get(server.url, timeout=5).text
        looks = re.search(r"const LOOKS = (.*?);", page, re.DOTALL)
        assert looks is not None
        fields = "".join(re.findall(r'"([^"]*)"', looks.group(1)))
        book = server.add_spreadsheet(rows=[["a"]])
        shown = server.call("GET", f"/v4/spreadsheets/{book}", query=[("fields", fields)])
        (data,) = shown["sheets"][0]["data"]
        ((cell,),) = (row["values"] for row in data["rowData"])
        assert cell["formattedValue"] == "a"
        assert {"backgroundColor", "textFormat"} <= set(cell["effectiveFormat"])
        assert {"columnMetadata", "rowMetadata"} <= set(data)

    def test_header_and_first_column_stay_in_sight(self, server: SandboxServer) -> None:
        page = requests.get(server.url, timeout=5).text
        letter = "thead th:nth-child(2)"
        assert re.search(re.escape(letter) + r" \{[^}]*left: 3\.2rem", page)
        for part in ("tbody tr:first-child > *", "tbody td:nth-child(2)"):
            rule = re.search(re.escape(part) + r" \{([^}]*)\}", page)
            assert rule is not None
            assert "position: sticky" in rule.group(1)
