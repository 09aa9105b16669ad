"""Reads a source over the guarded client: implements ``ports.FeedReader``."""

from __future__ import annotations

from http import HTTPStatus

import httpx
import structlog

from sync_daemon.domain.feeding import FeedItem
from sync_daemon.feeds.parsing import FeedError, parse
from sync_daemon.feeds.sources import Source, recognise
from sync_daemon.tooling import (
    DirectParsers,
    HttpProvider,
    Parsers,
    TooComplexError,
    ToolError,
    TransientToolError,
)

log = structlog.get_logger(__name__)


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
        return self._parsed(source, answer.content)

    def _parsed(self, source: Source, content: bytes) -> list[FeedItem]:
        try:
            return self._parsers.call(parse, (source, content), {})
        except FeedError:
            raise
        except TransientToolError as error:
            raise FeedError(error.message, hint="It is tried again later.") from error
        except TooComplexError as error:
            raise FeedError("The source's answer is too complex to read.") from error
        except Exception as error:  # whatever a parser raises of what strangers wrote
            log.warning("a feed could not be read", exc_info=error)
            message = "The source's answer cannot be read."
            raise FeedError(message, hint="Open it in a browser: is it a feed?") from error
