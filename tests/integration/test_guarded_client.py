"""The clients that tools get, between servers that mean no harm."""

from __future__ import annotations

import asyncio
import datetime as dt
import gzip
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sync_daemon.fetching import FetchLimits, GuardedHttp
from sync_daemon.tooling import (
    HttpProvider,
    TransientToolError,
)
from tests.support.fetching_world import (
    OTHER_SITE,
    SITE,
    Mode,
    World,
    always,
    answer,
    get,
    running,
)

MODES: list[Mode] = ["sync", "async"]
URL = "http://site.example/jobs/1?key=secret"


@pytest.fixture
def world() -> Iterator[World]:
    with running() as world:
        yield world


class Clock:
    """Stands still, but for those who sleep."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    async def sleep_async(self, seconds: float) -> None:
        self.sleep(seconds)


def timed(world: World, clock: Clock, limits: FetchLimits | None = None) -> GuardedHttp:
    return world.http(
        limits=limits or FetchLimits(),
        monotonic=clock,
        sleep=clock.sleep,
        sleep_async=clock.sleep_async,
    )


@pytest.mark.parametrize("mode", MODES)
def test_a_page_comes_as_it_is(world: World, mode: Mode) -> None:
    body = "Grüße".encode("latin-1")
    fields = ["Content-Type: text/html; charset=iso-8859-1", "Content-Encoding: gzip", "X-A: b"]
    server = world.serve(always(answer(gzip.compress(body), *fields)))

    response = get(world.http(), URL, mode)

    assert (response.status_code, response.text, response.content) == (200, "Grüße", body)
    assert response.headers["Content-Length"] == "5"
    assert response.headers["X-A"] == "b"
    assert "Content-Encoding" not in response.headers
    assert str(response.url) == URL
    assert server.paths == ["/robots.txt", "/jobs/1?key=secret"]


@pytest.mark.parametrize("mode", MODES)
def test_a_request_says_honestly_who_asks(world: World, mode: Mode) -> None:
    server = world.serve(always(answer(b"hello")))

    get(world.http(), URL, mode, headers={"User-Agent": "Mozilla/5.0", "Accept-Encoding": "br"})

    for head in server.heads:
        fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
        lower = {name.lower(): value for name, value in fields.items()}
        assert lower["user-agent"].startswith("sheetd")
        assert lower["accept-encoding"] == "gzip, deflate"
        assert lower["connection"] == "close"
        assert lower["host"] == "site.example"


@pytest.mark.parametrize("mode", MODES)
def test_a_body_is_sent(world: World, mode: Mode) -> None:
    def echo(connection: socket.socket, _path: str) -> None:
        connection.sendall(answer(server.bodies[-1]))

    server = world.serve(echo)
    http = world.http()

    async def post() -> httpx.Response:
        return await http.async_client().post(URL, json={"a": 1})

    response = http.client().post(URL, json={"a": 1}) if mode == "sync" else asyncio.run(post())
    assert response.json() == {"a": 1}


def test_a_streamed_answer_is_read_as_a_tool_likes(world: World) -> None:
    world.serve(always(answer(b"one\ntwo\n")))
    client = world.http().client()

    with client.stream("GET", URL) as response:
        assert list(response.iter_lines()) == ["one", "two"]
    with client.stream("GET", URL) as response:
        assert b"".join(response.iter_raw()) == b"one\ntwo\n"
    assert client.head(URL).content == b""


@pytest.mark.parametrize("mode", MODES)
def test_a_redirect_is_followed_to_another_host_whose_rules_are_asked_for(
    world: World, mode: Mode
) -> None:
    world.serve(always(answer(b"", "Location: http://other.example/x", status="301 Moved")))
    other = world.serve(always(answer(b"here")), at=OTHER_SITE)

    response = get(world.http(), URL, mode)

    assert (response.text, str(response.url)) == ("here", "http://other.example/x")
    assert other.paths == ["/robots.txt", "/x"]


def test_an_address_that_does_not_answer_is_followed_by_the_next(world: World) -> None:
    world.serve(always(answer(b"here")), at=OTHER_SITE)
    world.name("two.example", ["93.184.215.99", OTHER_SITE])
    assert get(world.http(), "http://two.example/").text == "here"
    assert get(world.http(), "http://two.example/", "async").text == "here"


# TLS


def _certificate(folder: Path, host: str) -> ssl.SSLContext:
    """A server's context, and ``ca.pem`` that vouches for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "ca.pem").write_bytes(pem)
    (folder / "both.pem").write_bytes(pem + secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    return context


@pytest.mark.parametrize("mode", MODES)
def test_tls_verifies_the_name_and_not_the_address(
    world: World, tmp_path: Path, mode: Mode
) -> None:
    asked: list[str | None] = []
    tls = _certificate(tmp_path, "site.example")
    tls.sni_callback = lambda _socket, name, _context: asked.append(name)
    world.serve(always(answer(b"secure")), tls=tls)
    world.name("impostor.example", [SITE])
    world.trusted = ssl.create_default_context(cafile=tmp_path / "ca.pem")
    http = world.http()

    assert get(http, "https://site.example/", mode).text == "secure"
    assert set(asked) == {"site.example"}
    with pytest.raises(httpx.ConnectError, match=r"^impostor\.example has no valid certificate"):
        get(http, "https://impostor.example/", mode)


@pytest.mark.parametrize("mode", MODES)
def test_what_is_no_tls_is_told(world: World, mode: Mode) -> None:
    world.serve(always(b""), greeting=lambda connection: connection.sendall(b"HTTP/1.1 400 No\r\n"))
    with pytest.raises(httpx.ConnectError, match=r"^site\.example does not speak proper TLS$"):
        get(world.http(), "https://site.example/", mode)


# Asked again


@pytest.mark.parametrize("mode", MODES)
def test_a_page_that_has_not_changed_is_not_sent_again(world: World, mode: Mode) -> None:
    def page(connection: socket.socket, _path: str) -> None:
        is_known = 'if-none-match: "1"' in server.heads[-1].lower()
        fields = ["Content-Type: text/plain; charset=latin-1", 'ETag: "1"']
        if is_known:
            connection.sendall(answer(b"", 'ETag: "1"', status="304 Not Modified", length=False))
        else:
            connection.sendall(answer("Grüße".encode("latin-1"), *fields))

    server = world.serve(page)
    http = world.http()

    first, second = get(http, URL, mode), get(http, URL, mode)

    for response, is_known in ((first, False), (second, True)):
        assert (response.status_code, response.text) == (200, "Grüße")
        assert response.extensions["sheetd.from_cache"] is is_known
    assert first.headers["Content-Type"] == second.headers["Content-Type"]


# Origins that the configuration allows


@pytest.mark.parametrize("mode", MODES)
def test_an_origin_of_ones_own_is_fetched_and_nothing_beside_it(world: World, mode: Mode) -> None:
    host, port = world.trap.place
    http = world.http(allowed=[f"http://{host}:{port}"])

    for _ in range(2):
        assert get(http, f"http://{host}:{port}/x", mode).text == "private"

    assert world.trap.paths == ["/x", "/x"]
    for url in (f"http://localhost:{port}/", f"https://{host}:{port}/", f"http://{host}/"):
        with pytest.raises(Exception, match=r"not on the public internet|is not fetched from"):
            get(http, url, mode)
    assert world.trap.connections == 2


# What is said


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("status", "said"),
    [("404 Nothing here", "site.example answered 404 Not Found"),
     ("500 Oops", "site.example answered 500 Internal Server Error"),
     ("304 Not Modified", "site.example answered 304 Not Modified"),
     ("799 Odd", "site.example answered 799")],
)  # fmt: skip
def test_a_status_is_raised_without_the_address(
    world: World, status: str, said: str, mode: Mode
) -> None:
    world.serve(always(answer(b"", status=status)))
    with pytest.raises(httpx.HTTPStatusError) as caught:
        get(world.http(), URL, mode).raise_for_status()
    assert str(caught.value) == said


@pytest.mark.parametrize("mode", MODES)
def test_a_host_that_is_not_there_is_a_failure_of_the_network(world: World, mode: Mode) -> None:
    with pytest.raises(httpx.ConnectError, match=r"^Cannot reach gone\.example$"):
        get(world.http(), "http://gone.example/?key=secret", mode)
    with pytest.raises(httpx.ConnectError, match=r"^Cannot reach site\.example$"):
        get(world.http(), URL, mode)


def test_a_tool_may_take_more_time_but_not_without_end(world: World) -> None:
    world.serve(always(answer(b"hello")))
    client = world.http(limits=FetchLimits(total_s=0.0, interval_s=0.0)).client()
    with pytest.raises((httpx.TransportError, TransientToolError)):
        client.get(URL)
    assert client.get(URL, timeout=30).text == "hello"
    assert client.get(URL, timeout=1e9).text == "hello"


def test_a_request_that_is_sent_again_has_its_time_again(world: World) -> None:
    world.serve(always(answer(b"", "Location: http://other.example/", status="302 Found")))
    world.serve(always(answer(b"here")), at=OTHER_SITE)
    clock = Clock()
    client = timed(world, clock).client()
    request = client.build_request("GET", URL)
    for _ in range(2):
        assert client.send(request).text == "here"
        clock.now += 3_000


@pytest.mark.parametrize("mode", MODES)
def test_the_clients_are_real_ones_and_live_as_long_as_their_provider(
    world: World, mode: Mode
) -> None:
    http: HttpProvider = world.http()
    if mode == "sync":
        client: Callable[[], object] = http.client
        assert isinstance(client(), httpx.Client)
        assert client() is client()
        return

    async def look() -> object:
        assert isinstance(http.async_client(), httpx.AsyncClient)
        assert http.async_client() is http.async_client()
        return http.async_client()

    assert asyncio.run(look()) is not asyncio.run(look())
