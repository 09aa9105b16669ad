"""Asking for tokens: a token endpoint in trouble, and what goes to it."""

from __future__ import annotations

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

import pytest

from sync_daemon.errors import CredentialsError, GoogleUnavailableError
from sync_daemon.sheets.transport import SheetsTransport
from tests.support.line import Line


class TokenEndpoint:
    """Answers token requests with what it is given, the last answer for ever."""

    def __init__(self, *answers: tuple[int, str]) -> None:
        self.requests = 0
        outer, waiting = self, list(answers)

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.requests += 1
                self.rfile.read(int(self.headers["Content-Length"]))
                status, body = waiting.pop(0) if len(waiting) > 1 else waiting[0]
                self.send_response(status)
                self.send_header("Content-Length", str(len(body.encode())))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Quietly."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/token"
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *args: object) -> None:
        self.server.shutdown()
        self._thread.join()
        self.server.server_close()


def at_endpoint(line: Line, url: str, token_timeout_s: float = 30.0) -> SheetsTransport:
    content = json.loads(line.key.read_text(encoding="utf-8"))
    line.key.write_text(json.dumps({**content, "token_uri": url}), encoding="utf-8")
    return line.open(token_timeout_s=token_timeout_s)


GOOD_TOKEN = '{"access_token": "ya29.x", "expires_in": 3599}'


@pytest.mark.parametrize(
    "trouble",
    [
        (500, "{}"),
        (503, "<html>down</html>"),
        (429, '{"error": "rate_limited"}'),
        (502, "<html>bad gateway</html>"),
        (400, '{"error": "temporarily_unavailable"}'),
        (200, "<html>a captive portal</html>"),
        (200, '"a text"'),
        (200, '{"access_token": "ya29.x", "expires_in": "soon"}'),
        (200, '{"access_token": ["ya29.x"]}'),
        (302, ""),
    ],
)
def test_a_token_endpoint_in_trouble_is_asked_again_by_the_one_layer_alone(
    line: Line, trouble: tuple[int, str]
) -> None:
    with TokenEndpoint(trouble, trouble, (200, GOOD_TOKEN)) as endpoint:
        at_endpoint(line, endpoint.url).authenticate()
        assert (endpoint.requests, line.clock.sleeps) == (3, [1.0, 2.0])
    line.clock.sleeps.clear()
    with TokenEndpoint(trouble) as endpoint:
        with pytest.raises(GoogleUnavailableError, match="given up after 3 attempts"):
            at_endpoint(line, endpoint.url).authenticate()
        assert (endpoint.requests, line.clock.sleeps) == (3, [1.0, 2.0])


def test_a_token_endpoint_that_hangs_has_its_time(line: Line) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/token"
        with pytest.raises(GoogleUnavailableError, match="given up after 3 attempts"):
            at_endpoint(line, url, token_timeout_s=0.1).authenticate()


def test_a_token_that_is_missing_is_a_matter_of_credentials(line: Line) -> None:
    with (
        TokenEndpoint((200, "{}")) as endpoint,
        pytest.raises(CredentialsError, match="No access token"),
    ):
        at_endpoint(line, endpoint.url).authenticate()
