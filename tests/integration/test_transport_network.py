"""The way to Google: proxies, certificates, and how answers come over it."""

from __future__ import annotations

import gzip
import json
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
import requests

from sync_daemon.domain.retry import RetryPolicy
from sync_daemon.errors import ConfigError, GoogleUnavailableError
from sync_daemon.sheets.auth import load_credentials, needed_scopes
from sync_daemon.sheets.transport import Idempotency, RequestKind, SheetsTransport
from tests.support.line import Line


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem"),
        ("SSL_CERT_FILE", "/nowhere/ca.pem"),
        ("SSL_CERT_DIR", "/nowhere"),
        ("HTTPS_PROXY", "http://:hunter2"),
        ("HTTPS_PROXY", "ftp://user:hunter2@127.0.0.1:9"),
        ("HTTPS_PROXY", "socks5://user:hunter2@127.0.0.1:9"),
    ],
)
@pytest.mark.parametrize("is_token", [True, False])
def test_an_environment_that_is_wrong_is_named(
    line: Line, monkeypatch: pytest.MonkeyPatch, name: str, value: str, *, is_token: bool
) -> None:
    transport = open_elsewhere(line, is_token=is_token)
    set_only(monkeypatch, name, value)
    with pytest.raises(ConfigError, match=name) as caught:
        read_from(transport, line)
    assert "hunter2" not in str(caught.value)
    assert line.clock.sleeps == []


@pytest.mark.parametrize("is_token", [True, False])
def test_a_proxy_that_refuses_is_named_and_nothing_was_sent(
    line: Line, monkeypatch: pytest.MonkeyPatch, *, is_token: bool
) -> None:
    transport = open_elsewhere(line, is_token=is_token)
    refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    with answering(refusal) as port:
        set_only(monkeypatch, "HTTPS_PROXY", f"http://user:hunter2@127.0.0.1:{port}")
        with pytest.raises(GoogleUnavailableError, match=r"reached at \w+\.invalid") as caught:
            read_from(transport, line, Idempotency.ONCE)
    assert "HTTPS_PROXY" in caught.value.hint
    assert "given up after 3 attempts" in caught.value.message
    assert "hunter2" not in str(caught.value)


def open_elsewhere(
    line: Line, root: str = "https://sheets.invalid", *, is_token: bool
) -> SheetsTransport:
    """A transport to another server, or one whose tokens come from there."""
    if not is_token:
        return line.open(api_root=root)
    content = json.loads(line.key.read_text(encoding="utf-8"))
    line.key.write_text(json.dumps({**content, "token_uri": f"{root}/token"}), encoding="utf-8")
    return line.open()


def read_from(
    transport: SheetsTransport, line: Line, idempotency: Idempotency = Idempotency.SAFE
) -> None:
    with closing(transport):
        transport.json("GET", line.path, idempotency=idempotency, kind=RequestKind.READ)


def set_only(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """Set a variable that says how to reach the network, and no other such variable."""
    for other in ("HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(other, raising=False)
        monkeypatch.delenv(other.lower(), raising=False)
    monkeypatch.setenv(name, value)


@contextmanager
def answering(answer: bytes, seen: list[bytes] | None = None) -> Iterator[int]:
    """A server on this machine that knows one answer only; yields its port."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            request = self.request.recv(65536)
            if seen is not None:
                seen.append(request)
            self.request.sendall(answer)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def test_a_compressed_answer_in_parts_is_read_to_its_end(line: Line) -> None:
    """As Google answers: gzip in chunks, of which the first may hold nothing readable yet."""
    packed = gzip.compress(json.dumps({"values": [["x" * 50]] * 2000}).encode())
    chunks = [packed[:5], packed[5:10], packed[10:]]
    body = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
    with (
        answering(head + body + b"0\r\n\r\n") as port,
        closing(line.open(api_root=f"http://127.0.0.1:{port}")) as transport,
    ):
        answer = transport.json(
            "GET", line.path, idempotency=Idempotency.SAFE, kind=RequestKind.READ
        )
    assert len(answer["values"]) == 2000
    with (
        answering(head + body) as port,  # without the last chunk
        pytest.raises(GoogleUnavailableError, match="answer was lost"),
    ):
        read_from(line.open(api_root=f"http://127.0.0.1:{port}"), line)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("is_token", [True, False])
def test_nobody_sends_our_requests_elsewhere(line: Line, status: int, *, is_token: bool) -> None:
    """A redirection would take a token, or what is in the sheet, to a host of its choice."""
    asked: list[bytes] = []
    arrived: list[bytes] = []
    with answering(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", arrived) as there:
        redirection = (
            f"HTTP/1.1 {status} Go\r\nLocation: http://127.0.0.1:{there}/\r\n"
            "Connection: close\r\nContent-Length: 0\r\n\r\n"
        )
        with answering(redirection.encode(), asked) as here:
            transport = open_elsewhere(line, f"http://127.0.0.1:{here}", is_token=is_token)
            with pytest.raises(GoogleUnavailableError, match="given up after 3 attempts"):
                read_from(transport, line)
    assert len(asked) == 3
    assert arrived == []


def test_every_request_has_its_time(line: Line) -> None:
    settings = line.settings()
    credentials = load_credentials(settings.google, needed_scopes(settings.sheets))
    with closing(SheetsTransport(settings.google, credentials)) as transport:
        assert transport._client.timeout == (10.0, 180.0)
    with silent() as port:
        google = line.settings(api_root=f"http://127.0.0.1:{port}").google
        once = RetryPolicy(attempts=1)
        impatient = SheetsTransport(google, credentials, timeouts=(5.0, 0.1), policy=once)
        with pytest.raises(GoogleUnavailableError, match="ReadTimeout") as caught:
            read_from(impatient, line)
    assert isinstance(caught.value.__cause__, requests.exceptions.ReadTimeout)


@contextmanager
def silent() -> Iterator[int]:
    """A server on this machine that takes connections and hangs up after a while."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        over = threading.Event()

        def serve() -> None:
            with server.accept()[0]:
                over.wait(5.0)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            over.set()
            thread.join()
