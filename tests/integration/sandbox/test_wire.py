"""What is on the wire, below the level of requests and gspread."""

from __future__ import annotations

import gzip
import http.client
import json
from collections.abc import Iterator
from contextlib import closing

import pytest

from sync_daemon.sandbox import DEFAULT_ACCOUNT, Fault, FaultKind, SandboxServer

SCOPE = "https://www.googleapis.com/auth/drive"


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer(per_user=0, per_project=0) as running:
        yield running


@pytest.fixture
def connection(server: SandboxServer) -> Iterator[http.client.HTTPConnection]:
    address = server.url.removeprefix("http://")
    with closing(http.client.HTTPConnection(address, timeout=10)) as opened:
        yield opened


@pytest.fixture
def bearer(server: SandboxServer) -> dict[str, str]:
    token = server.service.accounts.issue(DEFAULT_ACCOUNT, SCOPE)["access_token"]
    return {"Authorization": f"Bearer {token}"}


def test_one_connection_serves_many_requests(
    server: SandboxServer, connection: http.client.HTTPConnection, bearer: dict[str, str]
) -> None:
    path = f"/v4/spreadsheets/{server.add_spreadsheet(rows=[['a']])}"
    connection.connect()
    own_port = connection.sock.getsockname()[1]
    for method, target in [("GET", path), ("GET", "/nowhere"), ("HEAD", path), ("GET", path)]:
        connection.request(method, target, headers=bearer)
        answer = connection.getresponse()
        body = answer.read()
        assert len(body) == (0 if method == "HEAD" else int(answer.headers["Content-Length"]))
        assert connection.sock.getsockname()[1] == own_port


def test_an_unknown_path_has_google_s_page(connection: http.client.HTTPConnection) -> None:
    connection.request("GET", "/v5/nothing")
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Content-Type"]) == (404, "text/html; charset=UTF-8")
    assert b"Error 404" in answer.read()


@pytest.mark.parametrize("agent", ["test (gzip)", "test"])
def test_large_answers_are_compressed_for_who_asks_twice(
    server: SandboxServer,
    connection: http.client.HTTPConnection,
    bearer: dict[str, str],
    agent: str,
) -> None:
    rows = [["a long text in every row"] * 20] * 100
    path = f"/v4/spreadsheets/{server.add_spreadsheet(rows=rows)}/values/Sheet1"
    headers = {**bearer, "Accept-Encoding": "gzip", "User-Agent": agent}
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    assert answer.headers.get("Content-Encoding") == ("gzip" if "gzip" in agent else None)
    text = gzip.decompress(body) if "gzip" in agent else body
    assert json.loads(text)["values"] == rows


def test_a_compressed_body_is_understood(
    server: SandboxServer, connection: http.client.HTTPConnection, bearer: dict[str, str]
) -> None:
    spreadsheet_id = server.add_spreadsheet()
    path = f"/v4/spreadsheets/{spreadsheet_id}/values/Sheet1!A1?valueInputOption=RAW"
    body = gzip.compress(json.dumps({"values": [["x"]]}).encode())
    connection.request("PUT", path, body, {**bearer, "Content-Encoding": "gzip"})
    assert connection.getresponse().status == 200
    assert server.call("GET", f"/v4/spreadsheets/{spreadsheet_id}/values/A1")["values"] == [["x"]]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Length": "many"}, 411),
        ({"Content-Length": "-1"}, 411),
        ({"Transfer-Encoding": "chunked"}, 411),
        ({"Content-Length": "999999999999"}, 413),
        ({"Content-Length": "4", "Content-Encoding": "gzip"}, 400),
    ],
)
def test_a_body_that_cannot_be_read_ends_the_connection(
    server: SandboxServer,
    connection: http.client.HTTPConnection,
    headers: dict[str, str],
    status: int,
) -> None:
    connection.putrequest("POST", "/v4/spreadsheets", skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders(b"nope")
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Connection"]) == (status, "close")
    assert server.workspace.documents() == []


def test_a_defect_is_an_answer_and_a_trace_not_a_broken_connection(
    server: SandboxServer,
    connection: http.client.HTTPConnection,
    bearer: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = f"/v4/spreadsheets/{server.add_spreadsheet()}"

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr(server.service.workspace, "get", broken)
    connection.request("GET", path, headers=bearer)
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["error"]["status"]) == (500, "INTERNAL")
    assert "a defect" in capsys.readouterr().err


@pytest.mark.parametrize("number", ["1e400", "NaN", "-Infinity", "1" + "0" * 400])
def test_a_number_beyond_a_double_is_refused_and_read_by_nobody(
    server: SandboxServer,
    connection: http.client.HTTPConnection,
    bearer: dict[str, str],
    number: str,
) -> None:
    path = f"/v4/spreadsheets/{server.add_spreadsheet(rows=[['a']])}/values/A1"
    body = f'{{"values": [[{number}]]}}'
    connection.request("PUT", f"{path}?valueInputOption=RAW", body, headers=bearer)
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["error"]["code"]) == (400, 400)
    connection.request("GET", path, headers=bearer)
    assert json.loads(connection.getresponse().read())["values"] == [["a"]]


def test_what_is_nested_without_end_is_refused(
    server: SandboxServer, connection: http.client.HTTPConnection, bearer: dict[str, str]
) -> None:
    path = f"/v4/spreadsheets/{server.add_spreadsheet()}"
    for depth in (300, 900, 100_000):
        body = '{"requests": [' + "[" * depth + "]" * depth + "]}"
        connection.request("POST", f"{path}:batchUpdate", body, headers=bearer)
        answer = connection.getresponse()
        assert (answer.status, json.loads(answer.read())["error"]["code"]) == (400, 400)


def test_a_slow_drip_ends_with_the_whole_answer(
    server: SandboxServer, connection: http.client.HTTPConnection, bearer: dict[str, str]
) -> None:
    path = f"/v4/spreadsheets/{server.add_spreadsheet(rows=[['drop']])}/values/A1"
    server.service.faults.add(Fault(FaultKind.DRIP, seconds=0.05))
    connection.request("GET", path, headers=bearer)
    assert json.loads(connection.getresponse().read())["values"] == [["drop"]]
    connection.request("GET", path, headers=bearer)
    assert connection.getresponse().status == 200, "the connection goes on"
