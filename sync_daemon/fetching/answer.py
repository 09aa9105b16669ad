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
    r"ascii|utf-(8|8-sig|16|16-le|16-be|32|32-le|32-be)|iso8859-\d{1,2}|cp\d{3,4}|koi8-[rut]|"
    r"mac-\w+|gb2312|gbk|gb18030|hz|big5|big5hkscs|euc_\w+|euc-\w+|shift_jis\w*|johab|tis-620|"
    r"iso2022_\w+|latin-1"
)


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


def make_answer(
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
    if not _is_character_set(response.charset_encoding or ""):
        response.headers["Content-Type"] = response.headers["Content-Type"].partition(";")[0]
    return response


def _is_character_set(name: str) -> bool:
    try:
        return _CHARACTER_SETS.fullmatch(codecs.lookup(name).name) is not None
    except (LookupError, ValueError):
        return True  # httpx takes UTF-8 then
