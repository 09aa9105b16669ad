"""Inputs, options and result of the language model's assistant."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Self

import httpx
from pydantic import Field, SecretStr, field_validator, model_validator

from sync_daemon.tooling import Ask, ToolInputSchema, ToolOptions, ToolResultSchema
from sync_daemon.tooling.templates import check_template

MOST_ANSWER = 4_000
MOST_ITEMS = 20
MOST_ITEM = 200
MOST_QUOTES = 10
MOST_QUOTE = 400
MOST_TEXT = 200_000

Wish = Annotated[str, Field(min_length=1, max_length=1_000)]


class LlmInputSchema(ToolInputSchema):
    """What the model is asked about."""

    text: Annotated[str, Ask.PASTE] = Field(
        description="The text to ask about, such as a job description."
    )
    title: str | None = Field(default=None, description="The job's title, for the prompt.")
    company: str | None = Field(default=None, description="The company, for the prompt.")
    extra: str | None = Field(default=None, description="Anything else of the row, for the prompt.")


class LlmOptions(ToolOptions):
    """Which model is asked, and what."""

    model: str = Field(min_length=1, max_length=200, description="The model's name.")
    endpoint: str = Field(
        default="http://127.0.0.1:11434/v1",
        max_length=500,
        description="An OpenAI-compatible API; /chat/completions is added. The default is Ollama. "
        "One of your own machine or network has to stand in allow_origins of [tools].",
    )
    api_key: SecretStr | None = Field(default=None, description="The key, if one is needed.")
    api_key_file: Path | None = Field(
        default=None, description="A file with nothing but the key, private to you."
    )
    prompt: str = Field(
        default="Read the job posting and answer about it.",
        min_length=1,
        max_length=8_000,
        description="The task. {title}, {company} and {extra} stand for the row's values, "
        "{text} for the text, which follows anyway; {{ and }} for braces.",
    )
    answer: Wish = Field(
        default="A summary in at most three short sentences.", description="What answer is to hold."
    )
    items: Wish | None = Field(
        default=None, description="What items is to hold; not asked for if left out."
    )
    items_in_text: bool = Field(
        default=False, description="Drop items if their words are not in the text."
    )
    score: Wish | None = Field(
        default=None, description="What score measures; not asked for if left out."
    )
    lowest: float = Field(default=0, description="The lowest score.", allow_inf_nan=False)
    highest: float = Field(default=100, description="The highest score.", allow_inf_nan=False)
    quotes: Wish | None = Field(
        default=None, description="What to quote from the text; not asked for if left out."
    )
    max_calls_per_day: int = Field(
        default=200, ge=1, le=100_000, description="Requests a day (UTC), for all rows together."
    )
    max_tokens_per_day: int = Field(
        default=500_000, ge=1_000, le=1_000_000_000, description="Tokens a day (UTC), likewise."
    )
    max_answer_tokens: int = Field(
        default=1_000, ge=16, le=32_000, description="Tokens that one answer may have."
    )
    max_text_characters: int = Field(
        default=24_000, ge=500, le=MOST_TEXT, description="What is beyond is not sent."
    )

    @field_validator("endpoint")
    @classmethod
    def _is_address(cls, value: str) -> str:
        try:
            url = httpx.URL(value.strip())
        except httpx.InvalidURL:
            raise ValueError("this is not an address") from None
        if url.scheme not in ("http", "https") or not url.host:
            raise ValueError("an address that begins with http:// or https:// is needed")
        if url.userinfo or url.query or url.fragment:
            raise ValueError("leave out names, passwords and what follows ? or #")
        return str(url).rstrip("/").removesuffix("/chat/completions")

    @field_validator("prompt")
    @classmethod
    def _is_template(cls, value: str) -> str:
        check_template(value, LlmInputSchema.model_fields)
        return value

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.api_key is not None and self.api_key_file is not None:
            raise ValueError("give api_key or api_key_file, not both")
        if self.lowest >= self.highest:
            raise ValueError("lowest has to be less than highest")
        has_key = self.api_key is not None or self.api_key_file is not None
        if has_key and not _is_private_way(httpx.URL(self.endpoint)):
            raise ValueError("a key is sent over https:// only; give such an endpoint")
        return self


class LlmResult(ToolResultSchema):
    """What the model answered; everything in it is the model's word, but for the checks."""

    answer: str = Field(description="The answer, as plain text.")
    items: list[str] = Field(default=[], description="A list, such as the requirements.")
    score: float | None = Field(default=None, description="A number within the set limits.")
    quotes: list[str] = Field(default=[], description="Quotes that are in the text word for word.")
    unsupported: int = Field(
        default=0, description="Quotes and items dropped because the text does not have them."
    )
    is_cut: bool = Field(default=False, description="Whether the end of the text was not sent.")
    is_kept: bool = Field(default=False, description="Whether an earlier answer was used again.")
    tokens: int = Field(default=0, description="Tokens spent on this row now.")
    model: str = Field(description="The model that answered, by its own account.")


def _is_private_way(url: httpx.URL) -> bool:
    """Whether what is sent there cannot be read on the way."""
    if url.scheme == "https" or url.host == "localhost":
        return True
    try:
        return ip_address(url.host).is_loopback
    except ValueError:
        return False
