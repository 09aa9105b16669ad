"""Reading a feed: whatever goes wrong with it is told of the feed, and the cycle goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import httpx
import pytest

from sync_daemon.feeds.parsing import FeedError
from sync_daemon.feeds.reading import HttpFeedReader
from sync_daemon.tooling import TooComplexError, TransientToolError
from tests.support.posting_world import Web

T = TypeVar("T")
SOURCE = "https://acme.example/rss"


class _Failing:
    """Fails as told."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def call(self, read: Callable[..., T], arguments: tuple[Any, ...], named: dict[str, Any]) -> T:
        raise self._error

    async def call_async(
        self, read: Callable[..., T], arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> T:
        raise self._error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (TooComplexError(), "The source's answer is too complex to read."),
        (ValueError("odd"), "The source's answer cannot be read."),
        (RecursionError(), "The source's answer cannot be read."),
        (TransientToolError("sheetd is stopping."), "sheetd is stopping."),
        (FeedError("as it is"), "as it is"),
    ],
)
def test_what_a_parser_raises_is_the_feeds_own(error: Exception, said: str) -> None:
    web = Web({SOURCE: httpx.Response(200, content=b"<rss/>")})
    with pytest.raises(FeedError) as caught:
        HttpFeedReader(web, _Failing(error)).read(SOURCE)
    assert caught.value.message == said
