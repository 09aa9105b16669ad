"""Reading what an endpoint sent: strictly, since nothing in it can be trusted."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, StrictStr, ValidationError, field_validator

from sync_daemon.tooling import ToolError

_FENCE = "```"
_MOST_TOKENS = 10_000_000
_MOST_SCORE = 1e15


class _Message(BaseModel):
    content: StrictStr | None = None
    refusal: StrictStr | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Completion(BaseModel):
    choices: list[_Choice] = Field(min_length=1)
    model: Any = None
    usage: Any = None


class Answer(BaseModel):
    """The object that the model was asked for; what it adds is not read."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    answer: StrictStr
    items: list[StrictStr] = []
    score: float | None = None
    quotes: list[StrictStr] = []

    @field_validator("answer", "items", "quotes", mode="before")
    @classmethod
    def _not_null(cls, value: object, info: Any) -> object:
        if value is None:
            return "" if info.field_name == "answer" else []
        return value

    @field_validator("score", mode="before")
    @classmethod
    def _number(cls, value: object) -> float | None:
        """A number; a text such as "about 7" is none."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return float(value) if abs(value) < _MOST_SCORE and math.isfinite(value) else None


@dataclass(frozen=True, slots=True)
class Reply:
    """A completion.

    Attributes:
        text: what the model wrote.
        model: its name, by the endpoint's account.
        tokens: what it cost; None if the endpoint does not say.
        is_cut: whether the limit of tokens ended it.
    """

    text: str
    model: str
    tokens: int | None
    is_cut: bool


def read_reply(body: bytes) -> Reply:
    """The completion in the body of an endpoint's answer.

    Raises:
        ToolError: there is none.
    """
    try:
        completion = _Completion.model_validate_json(body)
    except ValidationError as error:
        raise ToolError(
            "The endpoint's answer is not that of a language model.",
            hint="Check the option endpoint; it mostly ends with /v1.",
        ) from error
    first = completion.choices[0]
    model = completion.model if isinstance(completion.model, str) else ""
    return Reply(
        first.message.content or "",
        model,
        _tokens(completion.usage),
        first.finish_reason == "length",
    )


def read_answer(reply: Reply) -> Answer:
    """The object in a completion.

    Raises:
        ToolError: it is not the object that was asked for.
    """
    try:
        return Answer.model_validate(_object(_bare(reply.text)))
    except (ValueError, RecursionError) as error:
        if reply.is_cut:
            message = "The model's answer was cut off."
            raise ToolError(message, hint="Raise max_answer_tokens.") from error
        message = "The model did not answer in the form that was asked for."
        raise ToolError(message, hint="Try again, or choose another model.") from error


def _object(text: str) -> dict[str, Any]:
    value = json.loads(text, parse_constant=_no_number)
    if not isinstance(value, dict):
        raise ValueError("not an object")  # noqa: TRY004 - as malformed as the rest
    return value


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def _bare(text: str) -> str:
    """Without the thoughts before it, and the fence of Markdown around it."""
    thought, mark, rest = text.strip().rpartition("</think>")
    bare = rest.strip() if mark and thought.startswith("<think>") else text.strip()
    if bare.startswith(_FENCE) and bare.endswith(_FENCE):
        return bare.removesuffix(_FENCE).partition("\n")[2]
    return bare


def _tokens(usage: object) -> int | None:
    total = usage.get("total_tokens") if isinstance(usage, dict) else None
    if isinstance(total, bool) or not isinstance(total, int) or not 0 < total < _MOST_TOKENS:
        return None
    return total
