"""A body as it arrives: decompressed in small pieces, and no longer than the limit."""

from __future__ import annotations

import zlib
from typing import Protocol

import httpx

from sync_daemon.tooling import EncodingRefusedError, TooLargeError

ACCEPTED = "gzip, deflate"
"""The value of Accept-Encoding."""

_PIECE = 65_536
_GZIP = 16 + zlib.MAX_WBITS
_ZLIB_HEADER = 2  # bytes
_FREE_CHUNKS = 1_024
_LEAST_MEAN = 32  # bytes of a chunk, in the mean; smaller ones cost more than they bring


class _Decoder(Protocol):
    """HostLimiter what is sent into what is meant."""

    def decode(self, data: bytes) -> list[bytes]:
        """The pieces that ``data`` gives."""

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing at the end."""


class Body:
    """Collects the body of one answer.

    Args:
        host: whose it is, for messages.
        encoding: the answer's Content-Encoding.
        limit: bytes that it may have.
        cut: whether it is cut there; what is more raises TooLargeError otherwise.

    Attributes:
        is_full: it has been cut, so that nothing more is needed.
    """

    def __init__(self, host: str, encoding: str, limit: int, *, cut: bool = False) -> None:
        self.is_full = False
        self._host = host
        self._limit = limit
        self._cut = cut
        self._decoder = _decoder(host, encoding, limit)
        self._parts: list[bytes] = []
        self._size = 0
        self._chunks = 0
        self._sent = 0

    def expect(self, content_length: str) -> None:
        """Refuse a body whose announced length is too much already."""
        announced = int(content_length[:20]) if content_length.isdecimal() else 0
        if announced > self._limit and not self._cut:
            raise self._too_large()

    def add(self, chunk: bytes) -> None:
        """Take what has come.

        Raises:
            TooLargeError: the body is longer than the limit, or cut too small.
            httpx.RemoteProtocolError: it cannot be decompressed.
        """
        self._chunks += 1
        self._sent += len(chunk)
        if self._chunks > _FREE_CHUNKS and self._sent < self._chunks * _LEAST_MEAN:
            raise TooLargeError(f"{self._host} sends its answer in pieces that are too small.")
        try:
            for start in range(0, len(chunk), _PIECE):
                self._collect(chunk[start : start + _PIECE])
        except zlib.error as error:
            message = f"{self._host} gave an answer that cannot be decompressed"
            raise httpx.RemoteProtocolError(message) from error

    def finish(self) -> bytes:
        """The whole body.

        Raises:
            httpx.RemoteProtocolError: its end is missing.
        """
        if self.is_full:
            return b"".join(self._parts)[: self._limit]
        if self._sent and not self._decoder.is_complete:
            raise httpx.RemoteProtocolError(f"{self._host} broke off in the middle of its answer")
        return b"".join(self._parts)

    def _collect(self, data: bytes) -> None:
        for part in self._decoder.decode(data):
            self._size += len(part)
            if self._size > self._limit and not self._cut:
                self._parts.clear()
                raise self._too_large()
            self._parts.append(part)
            self.is_full = self._size > self._limit

    def _too_large(self) -> TooLargeError:
        return TooLargeError(
            f"The answer of {self._host} is larger than {self._limit / 1e6:g} MB.",
            hint="Give the address of a smaller page.",
        )


class _Identity:
    is_complete = True

    def decode(self, data: bytes) -> list[bytes]:
        return [data]


class _Inflate:
    """Compressed data as zlib's ``window`` says.

    What follows its end is ignored, as browsers do. No more than ``limit`` bytes,
    and 64 KB, come of it.
    """

    def __init__(self, limit: int, window: int) -> None:
        self._room = limit + 1
        self._inflater = zlib.decompressobj(window)

    @property
    def is_complete(self) -> bool:
        return self._inflater.eof

    def decode(self, data: bytes) -> list[bytes]:
        parts: list[bytes] = []
        while self._room > 0 and not self._inflater.eof:
            part = self._inflater.decompress(data, _PIECE)
            data = self._inflater.unconsumed_tail
            if part:
                self._room -= len(part)
                parts.append(part)
            elif not data:
                break
        return parts


class _Deflate:
    """``deflate``, with zlib's header as RFC 9110 has it or, as some servers do, without."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._start = b""
        self._inflate: _Inflate | None = None

    @property
    def is_complete(self) -> bool:
        return self._inflate is not None and self._inflate.is_complete

    def decode(self, data: bytes) -> list[bytes]:
        if self._inflate is None:
            self._start += data
            if len(self._start) < _ZLIB_HEADER:
                return []
            sign = 1 if _is_zlib(self._start) else -1
            self._inflate = _Inflate(self._limit, sign * zlib.MAX_WBITS)
            data = self._start
        return self._inflate.decode(data)


def _is_zlib(start: bytes) -> bool:
    """RFC 1950: method 8, and a multiple of 31. No deflate block begins like that."""
    return start[0] & 15 == zlib.DEFLATED and int.from_bytes(start[:_ZLIB_HEADER]) % 31 == 0


def _decoder(host: str, encoding: str, limit: int) -> _Decoder:
    match encoding.strip().lower():
        case "" | "identity":
            return _Identity()
        case "gzip" | "x-gzip":
            return _Inflate(limit, _GZIP)
        case "deflate":
            return _Deflate(limit)
        case other:
            name = ascii(other[:40])[1:-1]
            message = f'{host} compressed its answer as "{name}", which was not asked for.'
            raise EncodingRefusedError(message)
