"""The answer that a tool gets: its body whole and plain, its fields within limits."""

from __future__ import annotations

import codecs
import re
from http import HTTPStatus

import httpx

from sync_daemon.tooling import TooLargeError

FROM_CACHE = "sheetd.from_cache"
"""The extension of an answer whose body has been fetched before and is still valid."""

_DROPPED = {b"content-encoding", b"content-length", b"transfer-encoding"}
# Python calls more a codec than character sets, and httpx would decode with it: zlib and bz2
# expand, punycode is quadratic.
_CHARACTER_SETS = re.compile(
    r"ascii|utf-(8|8-sig|16|16-le|16-be)|iso8859-\d{1,2}|cp\d{3,4}|koi8-[rut]|"
    r"mac-\w+|gb2312|gbk|gb18030|hz|big5|big5hkscs|euc_\w+|euc-\w+|shift_jis\w*|johab|tis-620|"
    r"iso2022_\w+|latin-1"
)

_LONGEST_NAME = 40
_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class PlainResponse(httpx.Response):
    """A response whose errors do not hold its address, which may hold a key or a name."""

    def raise_for_status(self) -> httpx.Response:
        """Raise httpx.HTTPStatusError unless the status is 2xx."""
        if self.is_success:
            return self
        message = f"{self.request.url.host} answered {describe_status(self.status_code)}"
        raise httpx.HTTPStatusError(message, request=self.request, response=self)


def describe_status(status: int) -> str:
    """``404 Not Found``; the reason is ours and not what the server says."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def check_fields(host: str, fields: list[tuple[bytes, bytes]], number: int, size: int) -> None:
    """Raise TooLargeError if an answer has more header fields, or longer ones."""
    if len(fields) > number or sum(len(name) + len(value) for name, value in fields) > size:
        raise TooLargeError(f"The header of the answer of {host} is too large.")


def make_response(
    status: int, fields: list[tuple[bytes, bytes]], body: bytes, *, from_cache: bool = False
) -> httpx.Response:
    """The response with ``body`` as it is meant, not as it was sent."""
    kept = [(name, value) for name, value in fields if name.lower() not in _DROPPED]
    kept.append((b"Content-Length", str(len(body)).encode()))
    response = PlainResponse(
        status,
        headers=kept,
        stream=httpx.ByteStream(body),
        extensions={"http_version": b"HTTP/1.1", FROM_CACHE: from_cache},
    )
    _check_character_set(response, body)
    return response


def _check_character_set(response: httpx.Response, body: bytes) -> None:
    """Leave none in the content type that Python cannot decode with, or not safely."""
    said = response.charset_encoding
    name = _canonical(said) if said else "ascii"
    if _CHARACTER_SETS.fullmatch(name) and (name != "utf-16" or body.startswith(_MARKS)):
        return
    kind = response.headers["Content-Type"].partition(";")[0]
    if name == "utf-16":  # which Python reads with a byte order mark alone
        kind += "; charset=utf-16-le"
    response.headers["Content-Type"] = kind


def _canonical(name: str) -> str:
    """Python's name; empty if it knows none."""
    try:
        return codecs.lookup(name).name if len(name) <= _LONGEST_NAME else ""
    except (LookupError, ValueError):
        return ""
