"""Attacks below HTTP clients: bytes to the socket of the server itself."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from functools import partial
from urllib.parse import urlsplit

import pytest

from sync_daemon.web import guards
from sync_daemon.web.connections import PromptProtocol
from sync_daemon.web.server import serving
from tests.integration.web.conftest import OPERATE, Site, open_site
from tests.support.loop import running_loop

PATIENCE_S = 10.0
AT_ONCE_S = 0.2
SYNC = b"POST /api/v1/sync HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer TOKEN\r\n"
HIDDEN = SYNC + b"Content-Length: 0\r\n\r\n"
CHUNKED, JSON = b"Transfer-Encoding: chunked\r\n", b"Content-Type: application/json\r\n"
HUNG_UP = 0  # the rest is not read, so the answer may be lost
READ = b"GET /api/v1/health HTTP/1.1\r\nHost: localhost\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, str, int]]:
    """A server that waits for nobody."""
    patch = pytest.MonkeyPatch()
    prompt = partial(guards.Guards, body_within_s=AT_ONCE_S)
    patch.setattr(guards, "Guards", prompt)
    patch.setattr(PromptProtocol, "head_within_s", AT_ONCE_S)
    with running_loop(tmp_path_factory.mktemp("raw")) as loop:
        loop.configure("[tools]", "[dashboard]\nport = 0\n\n[tools]")
        loop.cycle()
        site = open_site(loop)
        with serving(loop.application) as (address, _):
            parts = urlsplit(address)
            yield site, str(parts.hostname), int(parts.port or 0)
        site.close()
    patch.undo()


@pytest.mark.parametrize(
    ("sent", "statuses"),
    [
        # Header smuggling: what a proxy in front could read otherwise than we do.
        (SYNC + b"Content-Length: 4\r\n" + CHUNKED + b"\r\n0\r\n\r\n" + HIDDEN, [400]),
        (SYNC + CHUNKED + b"Content-Length: 4\r\n\r\n0\r\n\r\n" + HIDDEN, [400]),
        (SYNC + b"Content-Length: 0\r\nContent-Length: 9\r\n\r\n" + HIDDEN, [400]),
        (SYNC + b"Content-Length: 0, 9\r\n\r\n" + HIDDEN, [400]),
        (SYNC + b"Content-Length: +0\r\n\r\n", [400]),
        (SYNC + b"Content-Length: 0x0\r\n\r\n", [400]),
        (SYNC + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", [501, 400]),
        (SYNC + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", [501, 400]),
        (SYNC + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", [400]),
        (SYNC + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffffffffff\r\n", [400]),
        (SYNC + b"X-A: a\0b\r\n\r\n", [400]),
        (SYNC + b"X-A: a\rContent-Length: 9\r\n\r\n", [400]),
        (SYNC + b"Host: evil.example\r\n\r\n", [400]),
        (b"GET /api/v1/health HTTP/1.1\r\n\r\n", [400]),
        (b"GET /api/v1/health\r\n\r\n", [400]),
        (b"GET http://evil.example/api/v1/health HTTP/1.1\r\nHost: evil.example\r\n\r\n", [400]),
        (b"GET /api/v1/health HTTP/1.1 HTTP/1.0\r\nHost: localhost\r\n\r\n", [400]),
        (b"CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n", [404, 405]),
        (b"GET /static/../../pyproject.toml HTTP/1.1\r\nHost: localhost\r\n\r\n", [404]),
        (b"GET /static/../../../../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n", [404]),
        # Too much, and too slow.
        (READ + b"X-A: " + b"a" * 2_000_000 + b"\r\n\r\n", [400, HUNG_UP]),
        (READ + b"".join(b"X-%d: a\r\n" % n for n in range(200_000)) + b"\r\n", [400, HUNG_UP]),
        (READ.replace(b"health", b"a" * 2_000_000) + b"\r\n", [400, HUNG_UP]),
        (SYNC + JSON + b"Content-Length: 9\r\n\r\n{", [408]),
        (SYNC + JSON + CHUNKED + b"\r\n1\r\n{", [408]),
        (READ + b"X-Slow: ", [HUNG_UP]),
        (b"", [HUNG_UP]),
        (READ + b"\r\n", [200]),  # the server is well, and does not wait for a second request
    ],
)  # fmt: skip
def test_bytes_that_mean_two_things_mean_none(
    server: tuple[Site, str, int], sent: bytes, statuses: list[int]
) -> None:
    site, host, port = server
    token = site.tokens[OPERATE].encode()
    before = _requests(site)

    answer = _answer(host, port, sent.replace(b"TOKEN", token))

    given = [int(status) for status in re.findall(rb"HTTP/1.1 (\d+)", answer)]
    assert (given or [HUNG_UP]) in [[status] for status in statuses], answer[:2_000]
    assert token not in answer
    assert b"root:x:" not in answer
    assert _requests(site) == before


def _answer(host: str, port: int, sent: bytes) -> bytes:
    """All that comes until the server hangs up; it has to, soon."""
    received = b""
    with socket.create_connection((host, port), timeout=PATIENCE_S) as connection:
        try:
            connection.sendall(sent)
            while part := connection.recv(65_536):
                received += part
        except ConnectionError:
            pass  # hung up while we were still talking
    return received


def _requests(site: Site) -> int:
    with site.loop.application.database.connect() as connection:
        found = connection.exec_driver_sql("SELECT count(*) FROM work_requests").scalar_one()
    return int(found)
