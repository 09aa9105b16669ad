"""Answers of servers that want something else than to be read."""

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
    EncodingRefusedError,
    RobotsUnknownError,
    TooLargeError,
)
from tests.support.fetching_world import (
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


def bomb(encode: Callable[[], zlib._Compress], size: int) -> bytes:
    """Zeros that expand to ``size`` bytes and break off, where no reader should ever come."""
    block = bytes(1_000_000)
    compressor = encode()
    first, again = (
        compressor.compress(block) + compressor.flush(zlib.Z_FULL_FLUSH) for _ in range(2)
    )
    return first + again * (size // len(block) - 1)  # after a full flush, all blocks are alike


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
QUICK = FetchLimits(total_s=1.0, interval_s=0.0)
GRACE_S = 5.0  # for a machine that is busy


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
    with pytest.raises(httpx.ReadTimeout, match=r"longer than 1 s"):
        hostile(mode, world, slow, QUICK)
    assert time.monotonic() - began < QUICK.total_s + GRACE_S


@pytest.mark.parametrize("mode", MODES)
def test_tls_that_never_comes_about_ends_at_its_time_limit(world: World, mode: Mode) -> None:
    world.serve(always(b""), greeting=_begin_tls)
    began = time.monotonic()
    with pytest.raises(RobotsUnknownError, match=r"longer than 1 s"):  # it is asked for first
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
    began = time.process_time()

    assert get(world.http(), f"http://site.example/{'a' * 1_000}", mode).text == "public"

    assert time.process_time() - began < 20.0  # of the processor: the machine may be busy
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


def test_a_server_that_fails_its_robots_txt_gets_no_other_request(world: World) -> None:
    server = world.serve(always(answer(b"public")), robots=b"nonsense")
    http = world.http()

    for _ in range(3):
        with pytest.raises(RobotsUnknownError, match=r"robots\.txt of site\.example"):
            get(http, "http://site.example/")

    assert server.paths == ["/robots.txt"]
