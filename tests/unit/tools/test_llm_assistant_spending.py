from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from sync_daemon.tooling import (
    HostBusyError,
    TransientToolError,
)
from tests.support.llm_world import NOON, POSTING, Model, World
from tools.llm_assistant.cache import PLACES
from tools.llm_assistant.processor import LlmAssistant
from tools.llm_assistant.schemas import LlmInputSchema, LlmOptions, LlmResult
from tools.llm_assistant.spending import read_spent, reserve


def test_an_equal_question_is_answered_from_memory() -> None:
    model = Model({"answer": "first"}, {"answer": "second"})
    world = World(model)
    first, again, other = world.ask(), world.ask(), world.ask("other text")
    assert (first.answer, again.answer, other.answer) == ("first", "first", "second")
    assert (first.is_kept, again.is_kept, again.tokens) == (False, True, 0)
    assert len(model.requests) == 2


@pytest.mark.parametrize(
    "change",
    [{"model": "other"}, {"answer": "Else."}, {"prompt": "Else."}, {"items": "i"},
     {"endpoint": "https://else.test/v1"}],
)  # fmt: skip
def test_another_question_is_not_answered_from_memory(change: dict[str, Any]) -> None:
    model = Model({"answer": "x"})
    world = World(model)
    world.ask()
    world.options = LlmOptions(**{**world.options.model_dump(), **change})
    world.ask()
    assert len(model.requests) == 2


class CountingMemory:
    """A memory whose keys can be counted."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def get(self, key: str) -> str | None:
        return self.kept.get(key)

    def put(self, key: str, value: str) -> None:
        self.kept[key] = value

    def claim(self, key: str) -> bool:
        raise AssertionError(key)

    def release(self, key: str) -> None:
        raise AssertionError(key)


def test_memory_is_bounded_and_what_is_broken_in_it_is_not_used() -> None:
    memory = CountingMemory()
    world = World(Model({"answer": "x"}), max_calls_per_day=1_000)
    world.memory = memory
    for number in range(60):
        world.ask(f"text {number}")
    places = [key for key in memory.kept if key.startswith("answer:")]
    assert 50 <= len(places) <= 60
    assert all(0 <= int(key.removeprefix("answer:")) < PLACES for key in places)
    memory.kept = dict.fromkeys(memory.kept, '{"broken')
    assert not world.ask("text 1").is_kept


def test_the_limit_of_requests_holds_until_midnight_and_costs_no_attempt() -> None:
    model = Model({"answer": "x"})
    world = World(model, max_calls_per_day=2)
    world.ask("one")
    world.ask("two")
    with pytest.raises(HostBusyError, match="limit of 2 requests a day") as caught:
        world.ask("three")
    assert caught.value.retry_after_s == timedelta(hours=12).total_seconds()
    assert world.ask("one").is_kept
    world.clock.time += timedelta(hours=12)
    assert world.ask("three").answer == "x"


def test_the_limit_of_tokens_counts_what_was_really_spent() -> None:
    model = Model({"answer": "x"}, usage={"total_tokens": 900})
    world = World(model, max_tokens_per_day=2_000, max_answer_tokens=100)
    for text in ("one", "two"):
        assert world.ask(text).tokens == 900
    with pytest.raises(TransientToolError, match="limit of 2000 tokens"):
        world.ask("three")


@pytest.mark.parametrize("usage", [None, {}, {"total_tokens": -5}, {"total_tokens": "1"}, [1]])
def test_without_a_usable_account_the_estimate_counts(usage: object) -> None:
    world = World(Model({"answer": "x"}, usage=usage), max_answer_tokens=100)
    tokens = world.ask().tokens
    assert tokens > 100 + len(POSTING) // 3
    assert read_spent(world.memory, NOON.date()).tokens == tokens


def test_a_request_that_failed_on_the_way_stays_counted() -> None:
    world = World(Model(httpx.ReadTimeout("x")))
    with pytest.raises(TransientToolError):
        world.ask()
    spent = read_spent(world.memory, NOON.date())
    assert spent.calls == 1
    assert spent.tokens > 1_000


def test_requests_at_the_same_time_share_the_limit() -> None:
    model = Model({"answer": "x"})
    world = World(model, max_calls_per_day=3)

    async def ask_all() -> list[Any]:
        entries = [LlmInputSchema(text=f"text {number}") for number in range(8)]
        asked = [LlmAssistant().process(entry, world.context) for entry in entries]
        return await asyncio.gather(*asked, return_exceptions=True)

    results = asyncio.run(ask_all())
    assert sum(isinstance(one, LlmResult) for one in results) == 3
    assert len(model.requests) == 3


def test_an_answer_after_midnight_is_not_taken_off_the_new_day() -> None:
    world = World(Model({"answer": "x"}))
    old = reserve(world.context, 500)
    world.clock.time += timedelta(days=1)
    reserve(world.context, 700)
    old.settle(1)
    assert read_spent(world.memory, world.clock.time.date()).tokens == 700
