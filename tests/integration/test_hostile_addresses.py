"""Addresses and answers of people who want something else than to be read."""

from __future__ import annotations

import gzip
import itertools
import socket
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator

import httpx
import pytest

from sync_daemon.fetching import FetchLimits
from sync_daemon.tooling import (
    AddressRefusedError,
    EncodingRefusedError,
    RobotsUnknownError,
    TooLargeError,
)
from tests.support.fetching_world import (
    OTHER_SITE,
    SITE,
    Mode,
    Script,
    World,
    always,
    answer,
    get,
    running,
)

MODES: list[Mode] = ["sync", "async"]
MOST_MEMORY = 20_000_000


@pytest.fixture
def world() -> Iterator[World]:
    with running() as world:
        yield world


PRIVATE_ADDRESSES = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://127.0.0.1:8080/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.1/",
    "http://017700000001/",
    "http://0/",
    "http://0.0.0.0/",
    "http://localhost/",
    "http://localhost./",
    "http://LOCALHOST:8443/",
    "https://localhost/",
    "http://[::1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b:1::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:7f00:1::]/",
    "http://[fe80::1]/",
    "http://[fec0::1]/",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://[ff02::1]/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.0.1/",
    "http://100.64.0.1/",
    "http://100.100.100.200/latest/meta-data/",
    "http://169.254.169.254/latest/meta-data/",
    "http://192.0.0.192/opc/v2/instance/",
    "http://168.63.129.16/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
]
MALFORMED = [
    "http://0177.0.0.1/",
    "http://user:password@site.example/",
    "http://site.example@127.0.0.1/",
    "http://127.0.0.1:80\\@site.example/",
    "http://%31%32%37.0.0.1/",
    "http://localhost%00.site.example/",
    "http://site.example%2f@127.0.0.1/",
    "http://１２７.０.０.１/",
    "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
    "http://127。0。0。1/",
    "http://[fe80::1%25eth0]/",
    "http://[::1/",
    "http://site..example/",
    "http://-site.example/",
    "http://.site.example/",
    f"http://{'a' * 64}.example/",
    f"http://{'a.' * 130}example/",
    f"http://site.example/{'a' * 5000}",
    "http://site.example:22/",
    "http://site.example:6379/",
    "http://site.example:11211/",
    "http://site.example:65536/",
    "http://site.example:-1/",
    "http:///etc/passwd",
    "http://",
    "//localhost/",
    "file:///etc/passwd",
    "ftp://site.example/",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "javascript:alert(1)",
    "data:text/html,hello",
    "unix:///var/run/docker.sock",
    "http+unix://%2Fvar%2Frun%2Fdocker.sock/",
    "ws://site.example/",
    "http://site.example\r\nX-Injected: yes/",
    "",
]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("url", PRIVATE_ADDRESSES)
def test_a_private_address_is_refused_in_whatever_form(world: World, url: str, mode: Mode) -> None:
    with pytest.raises(AddressRefusedError, match="not on the public internet"):
        get(world.http(), url, mode)
    assert world.wires.dialled == []


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("url", MALFORMED, ids=lambda url: ascii(url[:30]))
def test_a_malformed_address_is_refused(world: World, url: str, mode: Mode) -> None:
    with pytest.raises((AddressRefusedError, httpx.InvalidURL)):
        get(world.http(), url, mode)
    assert world.wires.dialled == []


PRIVATE_NAMES = [
    ["127.0.0.1"],
    ["::1"],
    ["::ffff:10.0.0.1"],
    ["169.254.169.254"],
    [SITE, "127.0.0.1"],  # mixed in
    ["127.0.0.1", SITE],
    [SITE, "fe80::1%lo"],
    ["not an address"],
]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("addresses", PRIVATE_NAMES, ids=str)
def test_a_name_that_leads_to_a_private_address_is_refused(
    world: World, addresses: list[str], mode: Mode
) -> None:
    world.serve(always(answer(b"public")))
    world.name("rebinding.example", addresses)

    with pytest.raises(AddressRefusedError, match=r"rebinding\.example is not on the public"):
        get(world.http(), "http://rebinding.example/", mode)

    assert world.wires.dialled == []


@pytest.mark.parametrize("mode", MODES)
def test_a_name_that_changes_its_mind_is_dialled_where_it_was_checked(
    world: World, mode: Mode
) -> None:
    server = world.serve(always(answer(b"public")))
    world.name("rebinding.example", [SITE], [SITE], ["127.0.0.1"])  # robots.txt, the page, then
    http = world.http()

    assert get(http, "http://rebinding.example/", mode).text == "public"
    assert world.lookups["rebinding.example"] == server.connections == 2
    with pytest.raises(AddressRefusedError):
        get(http, "http://rebinding.example/", mode)

    assert world.trap.connections == 0


HOSTILE_REDIRECTS = [
    *PRIVATE_ADDRESSES[::3],
    "http://user:password@other.example/",
    "//127.0.0.1/",
    "file:///etc/passwd",
    "ftp://other.example/",
    "http://other.example:22/",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "http://own.example:8080/delete-everything",  # an origin for its owner alone
    "http://leading.example/",
]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("location", HOSTILE_REDIRECTS)
def test_a_redirect_is_checked_as_an_address_is(world: World, location: str, mode: Mode) -> None:
    world.serve(always(answer(b"", f"Location: {location}", status="302 Found")))
    world.name("own.example", ["127.0.0.1"])
    world.name("leading.example", ["10.0.0.1"])

    with pytest.raises(AddressRefusedError):
        get(world.http(allowed=["http://own.example:8080"]), "http://site.example/", mode)

    assert world.trap.connections == 0


@pytest.mark.parametrize("mode", MODES)
def test_a_page_cannot_send_us_back_to_an_origin_for_its_owner_alone(
    world: World, mode: Mode
) -> None:
    world.name("own.example", ["127.0.0.1"])
    world.trap._script = always(  # the owner's page links to a public one
        answer(b"", "Location: http://site.example/", status="302 Found")
    )
    world.serve(always(answer(b"", "Location: http://own.example/delete", status="302 Found")))

    with pytest.raises(AddressRefusedError):
        get(world.http(allowed=["http://own.example"]), "http://own.example/", mode)

    assert world.trap.paths == ["/"]


@pytest.mark.parametrize("mode", MODES)
def test_a_circle_of_redirects_ends(world: World, mode: Mode) -> None:
    server = world.serve(always(answer(b"", "Location: /again", status="302 Found")))

    with pytest.raises(httpx.TooManyRedirects):
        get(world.http(), "http://site.example/", mode)

    assert server.paths.count("/again") == 5


@pytest.mark.parametrize("mode", MODES)
def test_a_robots_txt_cannot_lead_to_a_private_address(world: World, mode: Mode) -> None:
    moved = answer(b"", "Location: http://127.0.0.1/robots.txt", status="301 Moved Permanently")
    world.serve(always(answer(b"public")), robots=moved)

    assert get(world.http(), "http://site.example/", mode).text == "public"

    assert world.trap.connections == 0


# What a server can do to whoever asks it, from here on.


def bomb(encode: Callable[[], zlib._Compress], size: int) -> bytes:
    """Zeros that expand to ``size`` bytes."""
    compressor = encode()
    block = bytes(1_000_000)
    parts = [compressor.compress(block) for _ in range(size // len(block))]
    return b"".join([*parts, compressor.flush()])


def _gzip() -> zlib._Compress:
    return zlib.compressobj(9, zlib.DEFLATED, 31)


def _deflate() -> zlib._Compress:
    return zlib.compressobj(9, zlib.DEFLATED, 15)


def _raw_deflate() -> zlib._Compress:
    return zlib.compressobj(9, zlib.DEFLATED, -15)


MANY_AGENTS = b"".join(b"User-agent: a%d\n" % number for number in range(9_000))
GZIP_BOMB = bomb(_gzip, 500_000_000)


def forever(raw: bytes, head: bytes = b"") -> Script:
    """Send ``raw`` again and again, until the other side has enough."""

    def send(connection: socket.socket, _path: str) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(raw)

    return send


def dripping(raw: bytes, pause_s: float = 0.02) -> Script:
    """Send ``raw`` a byte at a time, and its last byte again and again."""
    never = threading.Event()

    def send(connection: socket.socket, _path: str) -> None:
        for byte in itertools.chain(raw, itertools.repeat(raw[-1])):
            connection.sendall(bytes([byte]))
            never.wait(pause_s)

    return send


def _silent(connection: socket.socket, _path: str) -> None:
    connection.recv(1)  # until the other side gives up


CHUNKED = answer(b"", "Transfer-Encoding: chunked", length=False)
GZIPPED = "Content-Encoding: gzip"
Bad = type[Exception] | tuple[type[Exception], ...]

TOO_LARGE: list[tuple[str, Script]] = [
    ("gzip bomb", always(answer(GZIP_BOMB, GZIPPED))),
    ("x-gzip bomb", always(answer(GZIP_BOMB, "Content-Encoding: x-gzip"))),
    ("deflate bomb", always(answer(bomb(_deflate, 50_000_000), "Content-Encoding: deflate"))),
    ("raw deflate bomb",
     always(answer(bomb(_raw_deflate, 50_000_000), "Content-Encoding: deflate"))),
    ("bomb in chunks",
     forever(b"8000\r\n" + GZIP_BOMB[:0x8000] + b"\r\n",
             answer(b"", GZIPPED, "Transfer-Encoding: chunked", length=False))),
    ("body without end", forever(bytes(65_536), answer(b"", length=False))),
    ("chunks without end", forever(b"1000\r\n" + bytes(4096) + b"\r\n", CHUNKED)),
    ("tiny chunks without end", forever(b"1\r\nx\r\n" * 4096, CHUNKED)),
    ("tiny chunks with long lengths", forever((b"1;" + b"x" * 900 + b"\r\nx\r\n") * 64, CHUNKED)),
    ("more after the end of gzip",
     forever(bytes(65_536), answer(gzip.compress(b"x"), GZIPPED, length=False))),
    ("early hints without end", forever(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 512)),
    ("announced length", always(answer(b"", "Content-Length: 99999999999", length=False))),
    ("absurd length", always(answer(b"", f"Content-Length: {'9' * 19}", length=False))),
    ("chunk of 16 EB", forever(bytes(65_536), CHUNKED + b"fffffffffffffff\r\n")),
    ("many fields", always(answer(b"", *(f"X-{n}: y" for n in range(5_000))))),
    ("fields of one letter", always(answer(b"", *(["A:"] * 24_000)))),
    ("a long field", always(answer(b"", f"Set-Cookie: {'a' * 70_000}"))),
]  # fmt: skip
NOT_HTTP: list[tuple[str, Script]] = [
    ("fields without end", forever(b"X-Field: yes\r\n" * 512, b"HTTP/1.1 200 OK\r\n")),
    ("a field without end", forever(bytes([65]) * 65_536, b"HTTP/1.1 200 OK\r\nX-Field: ")),
    ("a status line without end", forever(bytes([65]) * 65_536, b"HTTP/1.1 200 ")),
    ("folded lines without end",
     forever(b" folded\r\n" * 512, b"HTTP/1.1 200 OK\r\nX-Field: yes\r\n")),
    ("trailers without end", forever(b"X-Field: yes\r\n" * 512, CHUNKED + b"0\r\n")),
    ("a length of a chunk without end", forever(b"0" * 65_536, CHUNKED)),
    ("two lengths", always(answer(b"hello", "Content-Length: 3"))),
    ("a negative length", always(answer(b"", "Content-Length: -1", length=False))),
    ("a length of letters", always(answer(b"", "Content-Length: ten", length=False))),
    ("a length too great", always(answer(b"hello", "Content-Length: 500", length=False))),
    ("no chunk", always(CHUNKED + b"hello, this is no chunk\r\n")),
    ("a chunk too short", always(CHUNKED + b"5\r\nhello, more than 5\r\n0\r\n\r\n")),
    ("chunks that break off", always(CHUNKED + b"5\r\nhello\r\n")),
    ("an unknown transfer coding",
     always(answer(b"x", "Transfer-Encoding: gzip, chunked", length=False))),
    ("no gzip", always(answer(b"this is no gzip", GZIPPED))),
    ("gzip that breaks off", always(answer(gzip.compress(bytes(9_000))[:-12], GZIPPED))),
    ("gzip with a false checksum",
     always(answer(gzip.compress(b"x")[:-8] + bytes(8), GZIPPED))),
    ("no HTTP", always(b"SSH-2.0-OpenSSH_9.6\r\n")),
    ("HTTP/0.9", always(b"<html>hello</html>")),
    ("a byte of zero in a field", always(answer(b"", "X-Field: a\0b"))),
    ("another protocol", always(answer(b"", "Upgrade: h2c", "Connection: upgrade",
                                       status="101 Switching Protocols", length=False))),
]  # fmt: skip
UNWANTED: list[tuple[str, Script]] = [
    (encoding, always(answer(b"\x1b\x03\x00", f"Content-Encoding: {encoding}")))
    for encoding in ("br", "zstd", "compress", "gzip, gzip", "gzip, br", "deflate, gzip", "x" * 500)
]
TOO_SLOW: list[tuple[str, Script]] = [
    ("no answer", _silent),
    ("a dripping status line", dripping(b"HTTP/1.1 200 OK")),
    ("a dripping header", dripping(b"HTTP/1.1 200 OK\r\nX-Field: y")),
    ("a dripping body", dripping(answer(b"x", length=False), 0.005)),
    ("dripping chunks", dripping(CHUNKED + b"fffff\r\nx")),
    ("a dripping gzip", dripping(answer(b"", GZIPPED, length=False) + GZIP_BOMB[:500], 0.005)),
    ("announcements without end", dripping(b"HTTP/1.1 100 Continue\r\n\r\n" * 2_000, 0.0005)),
]
QUICK = FetchLimits(total_s=0.6, interval_s=0.0)
GRACE_S = 1.5  # for a machine that is busy


@pytest.fixture
def memory() -> Iterator[Callable[[], int]]:
    """The most memory that Python had at a time since the beginning of the test."""
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    yield lambda: tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()


def name_of(case: object) -> str:
    return case if isinstance(case, str) else ""


def hostile(mode: Mode, world: World, script: Script, limits: FetchLimits | None = None) -> None:
    world.serve(script)
    get(world.http(limits=limits or FetchLimits(interval_s=0.0)), "http://site.example/", mode)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("name", "script"), TOO_LARGE, ids=name_of)
def test_an_answer_that_is_too_large_is_refused(
    world: World, memory: Callable[[], int], name: str, script: Script, mode: Mode
) -> None:
    with pytest.raises(TooLargeError, match=r"site\.example"):
        hostile(mode, world, script)
    assert memory() < MOST_MEMORY, name


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("name", "script"), NOT_HTTP, ids=name_of)
def test_an_answer_that_is_not_proper_is_a_failure_of_the_server(
    world: World, memory: Callable[[], int], name: str, script: Script, mode: Mode
) -> None:
    with pytest.raises(httpx.RemoteProtocolError, match=r"^site\.example "):
        hostile(mode, world, script)
    assert memory() < MOST_MEMORY, name


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("name", "script"), UNWANTED, ids=name_of)
def test_a_compression_that_was_not_asked_for_is_refused(
    world: World, name: str, script: Script, mode: Mode
) -> None:
    with pytest.raises(EncodingRefusedError) as caught:
        hostile(mode, world, script)
    assert name[:40] in str(caught.value)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("name", "script"), TOO_SLOW, ids=name_of)
def test_an_answer_ends_at_its_time_limit(
    world: World, memory: Callable[[], int], name: str, script: Script, mode: Mode
) -> None:
    began = time.monotonic()
    with pytest.raises((httpx.ReadTimeout, TooLargeError)):
        hostile(mode, world, script, QUICK)
    assert time.monotonic() - began < QUICK.total_s + GRACE_S, name
    assert memory() < MOST_MEMORY, name


@pytest.mark.parametrize("mode", MODES)
def test_redirects_have_one_time_limit_together(world: World, mode: Mode) -> None:
    def slow(connection: socket.socket, path: str) -> None:
        never.wait(0.25)
        connection.sendall(answer(b"", f"Location: {path}x", status="302 Found"))

    never = threading.Event()
    began = time.monotonic()
    with pytest.raises(httpx.ReadTimeout, match=r"longer than 0\.6 s"):
        hostile(mode, world, slow, QUICK)
    assert time.monotonic() - began < QUICK.total_s + GRACE_S


@pytest.mark.parametrize("mode", MODES)
def test_tls_that_never_comes_about_ends_at_its_time_limit(world: World, mode: Mode) -> None:
    world.serve(always(b""), greeting=_begin_tls)
    began = time.monotonic()
    with pytest.raises(RobotsUnknownError, match=r"longer than 0\.6 s"):  # it is asked for first
        get(world.http(limits=QUICK), "https://site.example/", mode)
    assert time.monotonic() - began < QUICK.total_s + GRACE_S


def _begin_tls(connection: socket.socket) -> None:
    """Read the client's greeting, drip a record's beginning, and say no more."""
    connection.recv(65_536)
    for byte in b"\x16\x03\x03\x40\x00" + bytes(60):
        connection.sendall(bytes([byte]))
        threading.Event().wait(0.05)


@pytest.mark.parametrize("mode", MODES)
def test_a_name_server_that_never_answers_ends_at_its_time_limit(world: World, mode: Mode) -> None:
    awaited = threading.Event()

    def resolve(_host: str, _port: int) -> list[str]:
        awaited.wait(10.0)
        return [SITE]

    began = time.monotonic()
    with pytest.raises(httpx.ConnectTimeout, match="name servers"):
        get(world.http(limits=QUICK, resolve=resolve), "http://site.example/", mode)
    assert time.monotonic() - began < QUICK.total_s + GRACE_S
    awaited.set()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "robots",
    [
        answer(b"User-agent: *\nDisallow: /x\n" * 100_000),
        answer(
            b"".join(b"User-agent: a%d\n" % n for n in range(9_000)) + b"Disallow: /x\n" * 9_000
        ),
        answer(GZIP_BOMB, GZIPPED),
        answer(b"User-agent: *\nDisallow: /" + b"*a" * 200_000),
        answer(b"User-agent: *\n" + b"Disallow: /*a*a*a*a*a*a*a*b$\n" * 9_000),
    ],
    ids=["long", "many agents", "bomb", "long line", "many wildcards"],
)
def test_a_hostile_robots_txt_costs_little(
    world: World, memory: Callable[[], int], robots: bytes, mode: Mode
) -> None:
    world.serve(always(answer(b"public")), robots=robots)
    began = time.monotonic()

    assert get(world.http(), f"http://site.example/{'a' * 1_000}", mode).text == "public"

    assert time.monotonic() - began < 10.0
    assert memory() < MOST_MEMORY


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "kind",
    [
        "charset=zlib",
        "charset=bz2",
        "charset=hex",
        "charset=punycode",
        "charset=utf-7",
        "charset=unicode_escape",
        'charset="zlib"',
        "charset*=utf-8''zlib",
        "charset*0=zl; charset*1=ib",
    ],
)
def test_a_character_set_is_no_way_to_decompress(
    world: World, memory: Callable[[], int], kind: str, mode: Mode
) -> None:
    body = bomb(_deflate, 50_000_000)
    world.serve(always(answer(body, f"Content-Type: text/html; {kind}")))

    response = get(world.http(), "http://site.example/", mode)

    assert len(response.text) <= len(body)
    assert memory() < MOST_MEMORY


@pytest.mark.parametrize("mode", MODES)
def test_a_cookie_is_not_kept(world: World, mode: Mode) -> None:
    server = world.serve(always(answer(b"", "Set-Cookie: track=me", "Set-Cookie: b=c; Path=/")))
    http = world.http()

    for _ in range(2):
        get(http, "http://site.example/", mode)

    assert not any("cookie" in head.lower() for head in server.heads)


@pytest.mark.parametrize("mode", MODES)
def test_the_environment_names_no_proxy(
    world: World, monkeypatch: pytest.MonkeyPatch, mode: Mode
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://{}:{}".format(*world.trap.place))
    world.serve(always(answer(b"public")))

    assert get(world.http(), "http://site.example/", mode).text == "public"

    assert world.trap.connections == 0


@pytest.mark.parametrize("mode", MODES)
def test_a_password_for_one_host_does_not_go_to_another(world: World, mode: Mode) -> None:
    world.serve(always(answer(b"", "Location: http://other.example/", status="302 Found")))
    other = world.serve(always(answer(b"hello")), at=OTHER_SITE)

    get(world.http(), "http://site.example/", mode, headers={"Authorization": "Bearer x"})

    assert "authorization" not in other.heads[-1].lower()


def test_a_server_that_fails_its_robots_txt_gets_no_other_request(world: World) -> None:
    server = world.serve(always(answer(b"public")), robots=b"nonsense")
    http = world.http()

    for _ in range(3):
        with pytest.raises(RobotsUnknownError, match=r"robots\.txt of site\.example"):
            get(http, "http://site.example/")

    assert server.paths == ["/robots.txt"]
