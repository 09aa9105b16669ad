"""A language model's endpoint that answers as told, and the assistant beside it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import structlog

from sync_daemon.processing.run_tool import NoRows
from sync_daemon.processing.volatile_memory import VolatileMemory
from sync_daemon.tooling import (
    ToolContext,
    ToolMemory,
)
from tools.llm_assistant.processor import LlmAssistant
from tools.llm_assistant.schemas import LlmInputSchema, LlmOptions, LlmResult

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
KEY = "sk-very-secret-0123456789"
POSTING = "Acme GmbH looks for a baker.\nYou have five years of experience with rye – and patience."

Reaction = Callable[[httpx.Request], httpx.Response]


class StoppedClock:
    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        return self.time


class MockHttp:
    """An HttpProvider whose clients reach a function."""

    def __init__(self, reaction: Reaction) -> None:
        self._transport = httpx.MockTransport(reaction)

    def client(self) -> httpx.Client:
        return httpx.Client(transport=self._transport)

    def async_client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=self._transport, follow_redirects=True)


class Model:
    """An endpoint that answers as told, and remembers what it was asked."""

    def __init__(self, *reactions: Any, **completion: Any) -> None:
        self._reactions = list(reactions)
        self._completion = completion
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        reaction = self._reactions.pop(0) if len(self._reactions) > 1 else self._reactions[0]
        if isinstance(reaction, Exception):
            raise reaction
        if isinstance(reaction, httpx.Response):
            return reaction
        content = reaction if isinstance(reaction, str) else json.dumps(reaction)
        return completion(content, **self._completion)

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(request.content) for request in self.requests]


def completion(content: str | None, **more: Any) -> httpx.Response:
    message = {"role": "assistant", "content": content, **more.pop("message", {})}
    choice = {"index": 0, "finish_reason": more.pop("finish_reason", "stop"), "message": message}
    usage = more.pop("usage", {"total_tokens": 120})
    return httpx.Response(200, json={"model": "m-1", "choices": [choice], "usage": usage, **more})


class World:
    """One tool with its memory and its clock."""

    def __init__(self, model: Reaction, **options: Any) -> None:
        self.clock = StoppedClock()
        self.memory: ToolMemory = VolatileMemory().of("llm_assistant", "row")
        self.options = LlmOptions(**{"model": "m", "endpoint": "https://llm.test/v1", **options})
        self._http = MockHttp(model)

    @property
    def context(self) -> ToolContext[LlmOptions]:
        log = structlog.get_logger()
        return ToolContext(
            "row", "jobs", self.options, log, self.clock, NoRows(), self._http, self.memory
        )

    def ask(self, text: str = POSTING, **inputs: str) -> LlmResult:
        entry = LlmInputSchema(text=text, **inputs)
        return asyncio.run(LlmAssistant().process(entry, self.context))


def ask(model: Reaction, text: str = POSTING, **options: Any) -> LlmResult:
    return World(model, **options).ask(text)
