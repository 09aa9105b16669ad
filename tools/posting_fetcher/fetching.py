"""Getting an address, and telling what its answer means for the row."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlsplit

import httpx

from sync_daemon.tooling import (
    RobotsRefusedError,
    ToolContext,
    ToolError,
    TransientToolError,
)
from sync_daemon.tooling.network_words import describe_network
from sync_daemon.tooling.retry_after import parse_retry_after

from .blocked_pages import View, is_bot_wall

_TIMEOUT_S = 20.0
_PASSING = frozenset({408, 425, 429})
_LINKEDIN_REFUSAL = 999
_CHALLENGE_FIELDS = ("cf-mitigated", "x-amzn-waf-action")
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_ACCEPT = "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.5"


class GoneError(ToolError):
    """The site says that there is no such page."""


class RefusedError(ToolError):
    """The site does not give this page to a program."""


def get(context: ToolContext, address: str) -> httpx.Response:
    """The answer to one GET; the status is not looked at.

    Raises:
        RefusedError: robots.txt forbids it.
        TransientToolError: the network or the host failed.
        ToolError: the address cannot be fetched.
    """
    host = host_of(address)
    try:
        return context.http.get(
            address, headers={"Accept": _ACCEPT}, follow_redirects=True, timeout=_TIMEOUT_S
        )
    except RobotsRefusedError as error:
        message = f"{host} does not let programs read this page. Paste the description."
        raise RefusedError(message) from error
    except httpx.TooManyRedirects as error:
        raise ToolError(f"{host} redirects in a circle. Paste the description.") from error
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise ToolError("This is not a web address.", hint="Copy the link again.") from error
    except httpx.HTTPError as error:
        message, hint = describe_network(error, host)
        raise TransientToolError(message, hint=hint) from error


def check_status(response: httpx.Response, now: datetime, page: View | None = None) -> None:
    """Raise what a status other than 2xx means.

    Args:
        response: the answer.
        now: the time, for a Retry-After that is a date.
        page: the answer as a page, where it is one: a wall may come with any status.
    """
    status, host = response.status_code, response.url.host
    if response.is_success and not _says_challenge(response):
        return
    if status in _GONE:
        message = f"{host} says that this posting is gone: it is closed, or the link is wrong."
        raise GoneError(message)
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.PROXY_AUTHENTICATION_REQUIRED):
        raise RefusedError("This page wants a login. Paste the description.")
    if _is_challenge(response, page):
        raise RefusedError("This page does not let programs in. Paste the description.")
    if status in _PASSING or response.is_server_error:
        wait = parse_retry_after(response.headers.get("Retry-After", ""), now)
        raise TransientToolError(f"{host} cannot answer now ({status}).", retry_after=wait)
    raise RefusedError(f"{host} refuses programs ({status}). Paste the description.")


def host_of(address: str) -> str:
    """The host, for messages."""
    try:
        return urlsplit(address).hostname or "The site"
    except ValueError:
        return "The site"


def _says_challenge(response: httpx.Response) -> bool:
    return any("challenge" in response.headers.get(name, "") for name in _CHALLENGE_FIELDS)


def _is_challenge(response: httpx.Response, page: View | None) -> bool:
    status = response.status_code
    if status == _LINKEDIN_REFUSAL or _says_challenge(response):
        return True
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return False
    return page is not None and is_bot_wall(page)
