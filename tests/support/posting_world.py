"""A web that answers as told, and the posting fetcher in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import httpx
import structlog

from sync_daemon.processing.run_tool import NoRows
from sync_daemon.processing.volatile_memory import VolatileMemory
from sync_daemon.tooling import ToolContext, ToolOptions
from tools.posting_fetcher.processor import PostingFetcher
from tools.posting_fetcher.schemas import PostingInputSchema, PostingResult

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
PAGES = Path(__file__).parents[1] / "unit" / "tools" / "posting_pages"

Answer = httpx.Response | Exception | str | bytes


class StoppedClock:
    def now(self) -> datetime:
        return NOON


class Web:
    """Address → answer; everything else is 404. Remembers what was asked."""

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self._answers = answers
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        address = str(request.url)
        self.asked.append(address)
        answer = self._answers.get(address, httpx.Response(404))
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            return answer
        return html(answer)

    def client(self) -> httpx.Client:
        return httpx.Client(transport=httpx.MockTransport(self))

    def async_client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self))


def html(text: str | bytes, status: int = 200, **fields: str) -> httpx.Response:
    content = text.encode() if isinstance(text, str) else text
    headers = {"Content-Type": "text/html", **{k.replace("_", "-"): v for k, v in fields.items()}}
    return httpx.Response(status, headers=headers, content=content)


def saved(name: str) -> bytes:
    return (PAGES / name).read_bytes()


def json_of(name: str) -> httpx.Response:
    return httpx.Response(200, headers={"Content-Type": "application/json"}, content=saved(name))


def fetch(link: str, web: Web) -> PostingResult:
    context: ToolContext[ToolOptions] = ToolContext(
        "row",
        "jobs",
        ToolOptions(),
        structlog.get_logger(),
        StoppedClock(),
        NoRows(),
        web,
        VolatileMemory().of("posting_fetcher", "row"),
    )
    return PostingFetcher().process(PostingInputSchema(link=link), context)
