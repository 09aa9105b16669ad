"""What went wrong in a tool, as one short line without secrets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx
from pydantic import ValidationError

from sync_daemon.domain.redaction import redact
from sync_daemon.fetching.answer import describe_status

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 300
"""Characters of a message; it goes into a status cell."""

_ADDRESS = re.compile(
    r"\bhttps?://(?:[^\s/?#@'\"]{0,256}@)?([^\s/?#@'\"]{1,256})[^\s'\"]*", re.IGNORECASE
)


def one_line(text: str) -> str:
    """``text`` on one line, without what looks like a secret, not too long."""
    line = " ".join(redact(text[: LONGEST * 20]).split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def describe_error(error: BaseException) -> str:
    """The class and message of ``error``: ``ValueError: no such thing``.

    A failure of the network is told in words alone, and without the rest of an address.
    """
    if isinstance(error, ValidationError):
        return one_line(f"{error.title}: {'; '.join(_validation_parts(error))}")
    if isinstance(error, httpx.InvalidURL):
        return "the address is malformed"
    if isinstance(error, httpx.HTTPError):
        return one_line(_ADDRESS.sub(r"\1", _describe_http(error)))
    try:
        text = str(error)
    except Exception:  # noqa: BLE001 - a tool's own exception class can be broken too
        text = ""
    name = type(error).__name__
    return one_line(f"{name}: {text}" if text else name)


def _describe_http(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.HTTPStatusError):
        return f"{error.request.url.host} answered {describe_status(error.response.status_code)}"
    if isinstance(error, httpx.TooManyRedirects):
        return "the address leads from one place to another, and so on"
    return str(error) or type(error).__name__


def _validation_parts(error: ValidationError) -> Iterator[str]:
    """The problems without the values, which may be anything."""
    for problem in error.errors(include_url=False, include_context=False, include_input=False):
        where = ".".join(str(part) for part in problem["loc"])
        yield f"{where}: {problem['msg']}" if where else problem["msg"]
