"""Several requests in one: ``POST /batch``."""

from __future__ import annotations

import json
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
import requests

from sync_daemon.sandbox import SandboxServer
from tests.support.sandbox import session


def part(number: int, request: str, body: object = None) -> bytes:
    """A part as google-api-python-client writes it."""
    text = "" if body is None else json.dumps(body)
    lines = [
        "--frontier",
        "Content-Type: application/http",
        "MIME-Version: 1.0",
        "Content-Transfer-Encoding: binary",
        f"Content-ID: <batch + {number}>",
        "",
        f"{request} HTTP/1.1",
        "Content-Type: application/json",
        f"content-length: {len(text)}",
        "",
        text,
        "",
    ]
    return "\n".join(lines).encode()


def send(
    server: SandboxServer, folder: Path, *parts: bytes, path: str = "/batch"
) -> requests.Response:
    answer: requests.Response = session(server, folder).post(
        server.url + path,
        data=b"".join(parts) + b"--frontier--",
        headers={"Content-Type": 'multipart/mixed; boundary="frontier"'},
        timeout=10,
    )
    return answer


def answers(response: requests.Response) -> list[tuple[str, str, Any]]:
    """Content id, status line and JSON of each part."""
    kind = response.headers["Content-Type"]
    whole = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + response.content)
    found = []
    for item in whole.get_payload():
        assert isinstance(item, Message)
        payload = item.get_payload(decode=True)
        assert isinstance(payload, bytes)
        head, _, body = payload.partition(b"\r\n\r\n")
        found.append((item["Content-ID"], head.split(b"\r\n")[0].decode(), json.loads(body)))
    return found


@pytest.mark.parametrize("path", ["/batch", "/batch/drive/v3"])
def test_each_part_is_answered_in_order(server: SandboxServer, tmp_path: Path, path: str) -> None:
    root = f"/v4/spreadsheets/{server.add_spreadsheet(rows=[['a']])}"
    write = part(1, f"PUT {root}/values/B1?valueInputOption=RAW", {"values": [["ü"]]})
    read, wrong = part(2, f"GET {root}/values/1:1?"), part(3, f"GET {root}/values/NOPE!A1")
    drive = part(4, "GET /drive/v3/files?fields=files(name)")
    response = send(server, tmp_path, write, read, wrong, drive, path=path)
    first, second, third, fourth = answers(response)
    assert [item[0] for item in (first, fourth)] == [
        "<response-batch + 1>",
        "<response-batch + 4>",
    ]
    assert (first[1], first[2]["updatedRange"]) == ("HTTP/1.1 200 OK", "Sheet1!B1")
    assert second[2]["values"] == [["a", "ü"]]
    assert (third[1], third[2]["error"]["code"]) == ("HTTP/1.1 400 Bad Request", 400)
    assert fourth[2] == {"files": [{"name": "Sandbox"}]}
    assert (server.service.count("write"), server.service.count("drive")) == (1, 1)


@pytest.mark.parametrize(
    "body", [b"", b"nothing", b"--frontier\n\nnonsense\n", part(1, "GET /v4/x") * 101]
)
def test_what_is_no_batch_is_refused(server: SandboxServer, tmp_path: Path, body: bytes) -> None:
    answer = send(server, tmp_path, body)
    assert (answer.status_code, answer.json()["error"]["status"]) == (400, "INVALID_ARGUMENT")


def test_each_part_needs_a_token(server: SandboxServer) -> None:
    book = server.add_spreadsheet()
    body = part(1, f"GET /v4/spreadsheets/{book}") + b"--frontier--"
    answer = requests.post(
        f"{server.url}/batch",
        data=body,
        headers={"Content-Type": "multipart/mixed; boundary=frontier"},
        timeout=10,
    )
    ((_, line, _),) = answers(answer)
    assert line == "HTTP/1.1 401 Unauthorized"
