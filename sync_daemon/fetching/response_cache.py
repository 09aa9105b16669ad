"""Answers kept for conditional requests (RFC 9111): asked again, sent again only if changed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

_OVERHEAD = 512  # bytes of Python's objects about a header field or an entry
_CONDITIONS = {b"etag": b"If-None-Match", b"last-modified": b"If-Modified-Since"}
_RENEWED = {b"cache-control", b"date", b"etag", b"expires", b"last-modified"}
_OWN_CONDITIONS = (
    "If-None-Match", "If-Modified-Since", "If-Match", "If-Unmodified-Since", "If-Range", "Range",
)  # fmt: skip
_SECRETS = ("Authorization", "Cookie", "Proxy-Authorization")


@dataclass(frozen=True, slots=True)
class CachedResponse:
    """An answer as it was.

    Attributes:
        fields: its header.
        body: decompressed.
        varying: the request's fields that it depends on, with the values they had.
    """

    fields: list[tuple[bytes, bytes]]
    body: bytes
    varying: Mapping[str, str]

    @property
    def headers(self) -> httpx.Headers:
        """The header, by name."""
        return httpx.Headers(self.fields)

    @property
    def size(self) -> int:
        """Bytes of memory, about."""
        fields = sum(len(name) + len(value) + _OVERHEAD for name, value in self.fields)
        return len(self.body) + fields + _OVERHEAD

    def fits(self, request: httpx.Headers) -> bool:
        """Whether a request with these fields would have got the same."""
        return all(request.get(name, "") == value for name, value in self.varying.items())

    def conditions(self) -> list[tuple[bytes, bytes]]:
        """The request's fields that ask whether it is still valid."""
        return [
            (_CONDITIONS[name.lower()], value)
            for name, value in self.fields
            if name.lower() in _CONDITIONS
        ]

    def refreshed(self, fields: list[tuple[bytes, bytes]]) -> CachedResponse:
        """With the newer fields of a 304, of those that it is meant to bring."""
        newer = [(name, value) for name, value in fields if name.lower() in _RENEWED]
        replaced = {name.lower() for name, _ in newer}
        old = [(name, value) for name, value in self.fields if name.lower() not in replaced]
        return CachedResponse(old + newer, self.body, self.varying)


class ResponseCache:
    """Keeps the answers used last, up to a number of bytes; private to this process."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, CachedResponse] = OrderedDict()
        self._bytes = 0

    @property
    def size(self) -> int:
        """Bytes of memory, about."""
        return self._bytes

    def recall(self, request: httpx.Request) -> CachedResponse | None:
        """The answer that ``request`` got before, if it may be used again."""
        if not _is_plain(request):
            return None
        with self._lock:
            kept = self._kept.get(_key(request))
            if kept is None or not kept.fits(request.headers):
                return None
            self._kept.move_to_end(_key(request))
            return kept

    def keep(self, request: httpx.Request, kept: CachedResponse) -> None:
        """Replace what was kept of this address."""
        with self._lock:
            self._remove(_key(request))
            if kept.size > self._most:
                return
            self._kept[_key(request)] = kept
            self._bytes += kept.size
            while self._bytes > self._most:
                self._remove(next(iter(self._kept)))

    def offer(self, request: httpx.Request, fields: list[tuple[bytes, bytes]], body: bytes) -> None:
        """Keep an answer of status 200, if it may be and can be asked about again."""
        if not _is_plain(request):
            return
        headers = httpx.Headers(fields)
        varied = _names(headers.get("Vary", ""))
        if "no-store" in _names(headers.get("Cache-Control", "")) or "*" in varied:
            self.forget(request)
            return
        if "ETag" in headers or "Last-Modified" in headers:
            varying = {name: request.headers.get(name, "") for name in varied}
            self.keep(request, CachedResponse(fields, body, varying))

    def forget(self, request: httpx.Request) -> None:
        """Let go of what is kept of this address."""
        with self._lock:
            self._remove(_key(request))

    def _remove(self, key: str) -> None:
        kept = self._kept.pop(key, None)
        if kept is not None:
            self._bytes -= kept.size


def _is_plain(request: httpx.Request) -> bool:
    """Whether its answer depends on the address alone, not on who asks or for which part."""
    return request.method == "GET" and not any(
        name in request.headers for name in (*_OWN_CONDITIONS, *_SECRETS)
    )


def _key(request: httpx.Request) -> str:
    return str(request.url.copy_with(fragment=None))


def _names(field: str) -> frozenset[str]:
    return frozenset(part.strip().lower() for part in field.split(",")) - {""}
