from __future__ import annotations

import types
from datetime import timedelta
from typing import Any, Generic, TypeVar

import pytest

from sync_daemon.tooling import (
    Tool,
    ToolContext,
    ToolDefinitionError,
    ToolInputSchema,
    ToolResultSchema,
    TransientToolError,
)


class Text(ToolInputSchema):
    text: str


class Words(ToolResultSchema):
    words: int


def good_process(self: object, entry: Text, context: ToolContext) -> Words:
    return Words(words=len(entry.text))


def define(**attributes: Any) -> type[Any]:
    body = {"name": "counter", "version": 1, "process": good_process, **attributes}
    kept = {key: value for key, value in body.items() if value is not ...}
    kept.setdefault("__orig_bases__", (Tool[Text, Words],))
    return types.new_class("Counter", (Tool,), {}, lambda namespace: namespace.update(kept))


async def async_process(self: object, entry: Text, context: ToolContext) -> Words:
    return Words(words=0)


def wrong_result(self: object, entry: Text, context: ToolContext) -> int:
    return 1


def wrong_entry(self: object, entry: Words, context: ToolContext) -> Words:
    return entry


def no_context(self: object, entry: Text) -> Words:
    return Words(words=0)


def yielding(self: object, entry: Text, context: ToolContext) -> Any:
    yield Words(words=0)


@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        ({"name": ...}, "it has no name"),
        ({"name": "Bad Name"}, "its name 'Bad Name'"),
        ({"name": "a.b"}, "its name 'a.b'"),
        ({"version": ...}, "it has no version"),
        ({"version": 0}, "its version 0"),
        ({"version": "2"}, "its version '2'"),
        ({"version": True}, "its version True"),
        ({"timeout": 0}, "its timeout 0"),
        ({"concurrency": 0}, "its concurrency 0"),
        ({"rate_limit": -1}, "its rate_limit -1"),
        ({"recheck_every": 60}, "its recheck_every 60"),
        ({"recheck_every": timedelta(0)}, "its recheck_every"),
        ({"max_attempts": 0}, "its max_attempts 0"),
        ({"has_outside_effect": "no"}, "its has_outside_effect 'no'"),
        ({"Options": dict}, "its Options"),
        ({"process": ...}, "it has no process method"),
        ({"process": 3}, "its process is not a plain method"),
        ({"process": no_context}, "does not take (self, entry, context)"),
        ({"process": yielding}, "its process yields"),
        ({"process": wrong_result}, "its process returns int, not Words"),
        ({"process": wrong_entry}, "its process takes Words, not Text"),
    ],
)
def test_a_wrong_definition_is_refused_and_says_why(attributes: dict[str, Any], said: str) -> None:
    with pytest.raises(ToolDefinitionError) as caught:
        define(**attributes)
    assert said in caught.value.message
    assert caught.value.message.startswith("Tool class Counter in ")


def test_all_problems_are_named_at_once_with_the_file() -> None:
    with pytest.raises(ToolDefinitionError) as caught:

        class Empty(Tool[Text, Words]):
            pass

    message = caught.value.message
    assert "Empty" in message
    assert __file__ in message
    for part in ("no name", "no version", "no process"):
        assert part in message


def test_types_have_to_be_given_and_to_be_schemas() -> None:
    with pytest.raises(ToolDefinitionError, match="does not say its types"):
        define(__orig_bases__=(Tool,))
    with pytest.raises(ToolDefinitionError, match="int is not a subclass of ToolInputSchema"):
        define(__orig_bases__=(Tool[int, Words],))  # type: ignore[type-var]


def test_a_good_definition_knows_its_schemas() -> None:
    cls = define()
    assert (cls.input_schema, cls.result_schema, cls.is_async) == (Text, Words, False)
    assert define(process=async_process).is_async


I = TypeVar("I", bound=ToolInputSchema)  # noqa: E741


class OnlyInput(Tool[I, Words], Generic[I]):
    """An intermediate base."""

    version = 3

    def process(self, entry: I, context: ToolContext) -> Words:
        return Words(words=1)


def test_types_are_found_through_an_intermediate_base() -> None:
    class Concrete(OnlyInput[Text]):
        """First line.

        More.
        """

        name = "concrete"

    assert (Concrete.input_schema, Concrete.result_schema) == (Text, Words)
    assert Concrete.summary() == "First line."
    assert Concrete.help_text() == "First line.\n\nMore."


@pytest.mark.parametrize(
    ("given", "seconds"), [(None, None), (3, 3.0), (timedelta(minutes=2), 120.0), (-1, 0.0)]
)
def test_retry_after_is_kept_in_seconds(given: Any, seconds: float | None) -> None:
    assert TransientToolError("later", retry_after=given).retry_after_s == seconds
