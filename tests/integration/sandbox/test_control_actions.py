"""Users, clocks and a fresh start by the control address."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from sync_daemon.sandbox import DEFAULT_ACCOUNT, Fault, FaultKind, SandboxServer

Control = Callable[..., requests.Response]


@pytest.fixture
def running() -> Iterator[SandboxServer]:
    with SandboxServer(per_user=2, per_project=0) as server:
        yield server


@pytest.fixture
def control(running: SandboxServer) -> Iterator[Control]:
    with requests.Session() as session:
        session.headers["X-Sandbox-Control"] = "1"

        def send(method: str, name: str, body: object = None) -> requests.Response:
            return session.request(method, f"{running.url}/_sandbox/{name}", json=body, timeout=10)

        yield send


def bearer(server: SandboxServer) -> dict[str, str]:
    scope = "https://www.googleapis.com/auth/spreadsheets"
    token = server.service.accounts.issue(DEFAULT_ACCOUNT, scope)["access_token"]
    return {"Authorization": f"Bearer {token}"}


def act(control: Control, spreadsheet_id: str, action: str, **arguments: object) -> Any:
    body = {"id": spreadsheet_id, "action": action, "arguments": arguments}
    answer = control("POST", "user", body)
    assert answer.status_code == 200, answer.text
    return answer.json()["result"]


class TestUser:
    def test_types_sorts_moves_and_takes_back(
        self, running: SandboxServer, control: Control
    ) -> None:
        book = running.add_spreadsheet(rows=[["Name", "Rank"], ["Ann", "2"]])
        act(control, book, "type_rows", row=2, column=0, rows=[["Bob", "1"]])
        act(control, book, "sort", top=1, bottom=3, left=0, right=2, keys=[[1, False]])
        assert act(control, book, "texts") == [["Name", "Rank"], ["Bob", "1"], ["Ann", "2"]]
        act(control, book, "insert_rows", at=1)
        act(control, book, "delete_columns", start=0, end=1)
        assert act(control, book, "texts") == [["Rank"], [], ["1"], ["2"]]
        assert act(control, book, "undo") is True
        assert running.user(book).texts() == [["Name", "Rank"], [], ["Bob", "1"], ["Ann", "2"]]

    @pytest.mark.parametrize(
        ("body", "named"),
        [
            ({"action": "explode"}, "action must be one of"),
            ({"action": "__init__"}, "action must be one of"),
            ({"action": "type", "tab": "Nope"}, "no tab 'Nope'; there are 'Sheet1'"),
            ({"action": "type", "arguments": {"line": 1}}, "arguments of type"),
            ({"action": "type", "arguments": [1]}, "arguments of type"),
        ],
    )
    def test_what_no_user_does_is_named(
        self, running: SandboxServer, control: Control, body: dict[str, Any], named: str
    ) -> None:
        answer = control("POST", "user", {"id": running.add_spreadsheet(), **body})
        assert answer.status_code == 400
        assert named in answer.json()["error"]


def test_a_spreadsheet_is_made_of_csv(control: Control) -> None:
    raw = {"title": "From a file", "csv": 'Name,Note\r\nAnn,"a, b"\r\n', "tab": "People"}
    book = control("POST", "spreadsheets", raw).json()["result"]
    assert act(control, book, "texts") == [["Name", "Note"], ["Ann", "a, b"]]


def test_the_clock_put_forward_opens_the_quota_and_ends_tokens(
    running: SandboxServer, control: Control
) -> None:
    address = f"{running.url}/v4/spreadsheets/{running.add_spreadsheet()}"
    headers = bearer(running)

    def status() -> int:
        return requests.get(address, headers=headers, timeout=10).status_code

    assert [status() for _ in range(3)] == [200, 200, 429]
    control("POST", "clock", {"seconds": 61})
    assert status() == 200
    control("POST", "clock", {"seconds": 3600})
    assert status() == 401


def test_a_reset_leaves_accounts_and_nothing_else(running: SandboxServer, control: Control) -> None:
    book = running.add_spreadsheet()
    headers = bearer(running)
    running.service.faults.add(Fault(FaultKind.SERVER_ERROR, times=0))
    control("POST", "latency", {"seconds": 0.01})
    control("POST", "api", {"enabled": False})
    assert control("POST", "reset").status_code == 200
    assert control("GET", "spreadsheets").json()["result"] == []
    assert control("GET", "log").json()["result"] == []
    address = f"{running.url}/v4/spreadsheets/{book}"
    assert requests.get(address, headers=headers, timeout=10).status_code == 404
    assert running.service.latency_s == 0.0
