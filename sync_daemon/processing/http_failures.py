"""Failures of httpx that a tool did not catch: in words, and whether they may pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from sync_daemon.fetching.host_backoff import retry_after_of
from sync_daemon.fetching.response import describe_status
from sync_daemon.tooling.network_words import describe_network

if TYPE_CHECKING:
    from datetime import datetime

_PASSING = (
    httpx.TimeoutException,
    httpx.NetworkError,
    httpx.RemoteProtocolError,
    httpx.ProxyError,
)
_PASSING_STATUSES = frozenset({408, 425, 429})
"""Statuses that may be others on another attempt, beside those of the server's failures."""


def describe_http(error: BaseException) -> str:
    """What failed, with no more of an address than its host; "" for a misuse of httpx."""
    if isinstance(error, httpx.InvalidURL):
        return "This is not a web address. Copy the link again."
    if not isinstance(error, httpx.HTTPError):
        return ""
    host = _host_of(error)
    if isinstance(error, httpx.HTTPStatusError):
        status = error.response.status_code
        if _is_passing(error.response):
            return f"{host} cannot answer now ({status})."
        return f"{host} answered {describe_status(status)}."
    if isinstance(error, httpx.TooManyRedirects):
        return f"{host} redirects in a circle. Is the link right?"
    if isinstance(error, httpx.DecodingError):
        return f"The answer of {host} cannot be read."
    return " ".join(describe_network(error, host)).rstrip()


def may_pass(error: BaseException) -> bool:
    """Whether another attempt may succeed."""
    if isinstance(error, httpx.HTTPStatusError):
        return _is_passing(error.response)
    return isinstance(error, _PASSING)


def asked_wait_s(error: BaseException, now: datetime) -> float | None:
    """The seconds after which the host wants to be asked again, if it said so."""
    return retry_after_of(error.response, now) if isinstance(error, httpx.HTTPStatusError) else None


def _is_passing(response: httpx.Response) -> bool:
    return response.status_code in _PASSING_STATUSES or response.is_server_error


def _host_of(error: httpx.HTTPError) -> str:
    try:
        return error.request.url.host or "the site"
    except RuntimeError:  # it was raised without a request
        return "the site"
