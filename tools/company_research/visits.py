"""The few requests that a row may cost, and what their failures mean."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import httpx

from sync_daemon.tooling import ToolContext, ToolError, TransientToolError
from sync_daemon.tooling.markup_bounds import check_json
from sync_daemon.tooling.network_words import describe_network
from sync_daemon.tooling.retry_after import parse_retry_after

from .pages import Page, parse_page

T = TypeVar("T")

MOST_REQUESTS = 6
_PASSING = {408, 425, 429}
_MOST_JSON = 5_000_000


class VisitError(ToolError):
    """That address gives nothing, now or later."""


def read_data(content: bytes, read: Callable[..., T], arguments: tuple[Any, ...]) -> T:
    """What ``read`` makes of a JSON document; raises ValueError or RecursionError if it is none."""
    check_json(content)
    return read(json.loads(content), *arguments)


class Visits:
    """Makes the requests of one row, so many and no more."""

    def __init__(self, context: ToolContext[Any]) -> None:
        self._context = context
        self.left = MOST_REQUESTS

    def page(self, address: str) -> Page:
        """The web page at ``address``.

        Raises:
            ToolError: there is none, or it is not fetched.
            TransientToolError: the network or the site failed.
        """
        response = self._get(address, {}, "text/html")
        kind = response.headers.get("Content-Type", "text/html").lower()
        page = None
        if "html" in kind:
            page = self._context.parse(
                parse_page, response.content, str(response.url), response.charset_encoding
            )
        if page is None:
            raise VisitError(f"{response.url.host} gave no web page.")
        return page

    def data(
        self,
        address: str,
        parameters: Mapping[str, str],
        read: Callable[..., T],
        *arguments: object,
    ) -> T:
        """What ``read`` takes from the JSON at ``address``; raises as `page` does."""
        response = self._get(address, parameters, "application/json")
        try:
            return self._context.parse(read_data, response.content[:_MOST_JSON], read, arguments)
        except (ValueError, RecursionError) as error:
            raise VisitError(f"{response.url.host} gave no proper JSON.") from error

    def _get(self, address: str, parameters: Mapping[str, str], accept: str) -> httpx.Response:
        if not self.left:
            raise VisitError(f"Enough was asked: {MOST_REQUESTS} requests a row.")
        self.left -= 1
        try:
            url = httpx.URL(address)
            url = url.copy_merge_params(parameters) if parameters else url
            response = self._context.http.get(url, headers={"Accept": accept})
        except httpx.TransportError as error:
            message, _ = describe_network(error, _host(address))
            raise TransientToolError(message) from error
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            raise VisitError(f"{_host(address)} gave no proper answer.") from error
        _check_status(response)
        return response


def _check_status(response: httpx.Response) -> None:
    status, host = response.status_code, response.url.host
    if response.is_success:
        return
    if status in _PASSING or response.is_server_error:
        wait = parse_retry_after(response.headers.get("Retry-After", ""))
        raise TransientToolError(f"{host} cannot answer now ({status}).", retry_after=wait)
    raise VisitError(f"{host} does not show the page ({status}).")


def _host(address: str) -> str:
    try:
        return httpx.URL(address).host or "The site"
    except httpx.InvalidURL:
        return "The site"
