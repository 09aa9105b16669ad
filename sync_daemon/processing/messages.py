"""What went wrong in a tool, as one short line without secrets."""

from __future__ import annotations

import httpx
from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from sync_daemon.domain.redaction import redact
from sync_daemon.errors import MirrorError
from sync_daemon.fetching.answer import describe_status
from sync_daemon.tooling.network_words import describe_network

LONGEST = 300
"""Characters of a message; it goes into a status cell."""

UNEXPECTED = "Something unexpected went wrong"
SEE_LOG = "The log says more."
PASSING_STATUSES = frozenset({408, 425, 429})
"""Statuses that may be others on another attempt, beside those of the server's failures."""


def one_line(text: str) -> str:
    """``text`` on one line, without what looks like a secret, not too long."""
    line = " ".join(redact(text[: LONGEST * 20]).split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def describe_error(error: BaseException) -> str:
    """What went wrong in a tool that did not say it itself, for the keeper of the sheet.

    No class, path, number of an error or rest of an address: those are in the log.
    """
    if isinstance(error, httpx.InvalidURL):
        return "This is not a web address. Copy the link again."
    if isinstance(error, httpx.HTTPError):
        return one_line(_describe_http(error))
    if isinstance(error, ValidationError | PydanticSerializationError):
        return f"{UNEXPECTED}. {SEE_LOG}"
    if isinstance(error, MirrorError):
        return f"sheetd cannot keep what it found. {SEE_LOG}"
    if isinstance(error, OSError) and error.strerror:
        return one_line(f"{UNEXPECTED}: {error.strerror.lower()}. {SEE_LOG}")
    try:
        text = one_line(str(error)).rstrip(".")
    except Exception:  # noqa: BLE001 - a tool's own exception class can be broken too
        text = ""
    return one_line(f"{UNEXPECTED}: {text}. {SEE_LOG}" if text else f"{UNEXPECTED}. {SEE_LOG}")


def _describe_http(error: httpx.HTTPError) -> str:
    host = _host_of(error)
    if isinstance(error, httpx.HTTPStatusError):
        status = error.response.status_code
        if status in PASSING_STATUSES or error.response.is_server_error:
            return f"{host} cannot answer now ({status})."
        return f"{host} answered {describe_status(status)}."
    if isinstance(error, httpx.TooManyRedirects):
        return f"{host} redirects in a circle. Is the link right?"
    if isinstance(error, httpx.DecodingError):
        return f"The answer of {host} cannot be read."
    return " ".join(describe_network(error, host)).rstrip()


def _host_of(error: httpx.HTTPError) -> str:
    try:
        return error.request.url.host or "the site"
    except RuntimeError:  # it was raised without a request
        return "the site"
