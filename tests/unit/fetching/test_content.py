from __future__ import annotations

import contextlib
import gzip
import zlib
from collections.abc import Callable

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.fetching.content import Body
from sync_daemon.tooling import EncodingRefusedError, TooLargeError

LIMIT = 100_000


def _raw(data: bytes) -> bytes:
    return zlib.compress(data, wbits=-15)


ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "identity": bytes,
    "gzip": gzip.compress,
    " GZIP ": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "Deflate": _raw,
}


def read(encoding: str, sent: bytes, pieces: int = 1, *, cut: bool = False) -> bytes:
    body = Body("example.org", encoding, LIMIT, cut=cut)
    step = max(1, len(sent) // pieces)
    for start in range(0, len(sent), step):
        body.add(sent[start : start + step])
        if body.is_full:
            break
    return body.finish()


@given(st.binary(max_size=5_000), st.sampled_from(sorted(ENCODERS)), st.integers(1, 40))
def test_a_body_is_what_was_encoded_in_whatever_pieces_it_comes(
    data: bytes, encoding: str, pieces: int
) -> None:
    assert read(encoding, ENCODERS[encoding](data), pieces) == data


@pytest.mark.parametrize("encoding", ENCODERS)
@pytest.mark.parametrize("pieces", [1, 7])
def test_the_limit_is_the_largest_body(encoding: str, pieces: int) -> None:
    encode = ENCODERS[encoding]
    assert len(read(encoding, encode(bytes(LIMIT)), pieces)) == LIMIT
    with pytest.raises(TooLargeError, match=r"example\.org is larger than 0\.1 MB"):
        read(encoding, encode(bytes(LIMIT + 1)), pieces)


@pytest.mark.parametrize("encoding", ENCODERS)
def test_a_cut_body_is_its_beginning(encoding: str) -> None:
    data = bytes(range(256)) * 1_000
    assert read(encoding, ENCODERS[encoding](data), 9, cut=True) == data[:LIMIT]


@given(st.binary(min_size=1, max_size=200), st.sampled_from(["gzip", "deflate"]))
def test_any_bytes_end_in_a_body_or_in_a_failure_of_the_server(data: bytes, encoding: str) -> None:
    with contextlib.suppress(httpx.RemoteProtocolError):
        assert len(read(encoding, data, 3)) <= LIMIT


def test_what_follows_the_end_of_gzip_is_ignored() -> None:
    assert read("gzip", gzip.compress(b"hello") + b"and more", 4) == b"hello"


def test_gzip_without_its_end_is_broken_off() -> None:
    with pytest.raises(httpx.RemoteProtocolError, match="middle of its answer"):
        read("gzip", gzip.compress(b"hello")[:-9])


def test_no_body_is_no_broken_one() -> None:
    assert read("gzip", b"") == b""


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "\x1b[31m"])
def test_another_compression_is_refused_by_name(encoding: str) -> None:
    with pytest.raises(EncodingRefusedError, match="not asked for") as caught:
        read(encoding, b"")
    assert caught.value.message.isprintable()


def test_an_announced_length_is_refused_before_it_comes() -> None:
    body = Body("example.org", "", LIMIT)
    body.expect(str(LIMIT))
    body.expect("")
    with pytest.raises(TooLargeError):
        body.expect(str(LIMIT + 1))


def test_pieces_of_a_byte_are_taken_up_to_a_number() -> None:
    assert read("", b"x" * 1_024, 1_024) == b"x" * 1_024
    with pytest.raises(TooLargeError, match="too small"):
        read("", b"x" * 1_025, 1_025)
