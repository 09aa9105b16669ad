"""Reads a source over the guarded client: implements ``ports.FeedReader``."""

from __future__ import annotations

from http import HTTPStatus

import httpx

from sync_daemon.domain.feeding import FeedItem
from sync_daemon.feeds.parsing import FeedError, parse
from sync_daemon.feeds.sources import recognise
from sync_daemon.tooling import DirectParsers, HttpProvider, Parsers, ToolError


class HttpFeedReader:
    """Reads boards and feeds with the client that tools use for strangers' addresses.

    Args:
        http: where the client is from.
        parsers: what reads the answers.
    """

    def __init__(self, http: HttpProvider, parsers: Parsers | None = None) -> None:
        self._http = http
        self._parsers = parsers or DirectParsers()

    def read(self, address: str) -> list[FeedItem]:
        """The postings of a source, in its order.

        Raises:
            FeedError: it cannot be read.
            ConfigError: the address is none of a source.
        """
        source = recognise(address)
        try:
            answer = self._http.client().get(source.address)
        except ToolError as error:
            raise FeedError(error.message, hint=error.hint) from error
        except httpx.HTTPError as error:
            message = f"The source could not be reached ({type(error).__name__})."
            raise FeedError(message, hint="It is tried again later.") from error
        if answer.status_code in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
            message = f"There is no board or feed at that address ({answer.status_code})."
            raise FeedError(message, hint="Check the feed's source in the configuration.")
        if not answer.is_success:
            message = f"The source answered {answer.status_code}."
            raise FeedError(message, hint="It is tried again later.")
        try:
            return self._parsers.call(parse, (source, answer.content), {})
        except ToolError as error:
            raise FeedError(
                "The source's answer is too complex to read.", hint=error.hint
            ) from error
