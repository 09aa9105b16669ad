"""Inputs, options and result of notify."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, FilePath, SecretStr, model_validator

from sync_daemon.tooling import LinkText, ToolInputSchema, ToolOptions, ToolResultSchema
from sync_daemon.tooling.templates import check_template
from sync_daemon.tooling.time_zones import TimeZoneName

PLACES = ("title", "company", "link", "score", "state", "action", "due", "reasons")
"""What can stand in braces in the message."""
Word = Annotated[str, Field(min_length=1, max_length=100)]


class NotifyInputSchema(ToolInputSchema):
    """What conditions look at, and what the message may tell."""

    title: str | None = Field(default=None, description="The role.")
    company: str | None = Field(default=None, description="The employer.")
    link: LinkText | None = Field(default=None, description="The posting's address.")
    score: float | None = Field(default=None, description="A number, such as the match.")
    state: str | None = Field(default=None, description="A state, such as open or closed.")
    action: str | None = Field(default=None, description="What is to be done.")
    due: date | None = Field(default=None, description="When it is to be done.")
    text: str | None = Field(default=None, description="Any text in which words may occur.")


class Condition(BaseModel):
    """When a row is worth a message: all of what is set must hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    score_at_least: float | None = Field(
        default=None, allow_inf_nan=False, description="The score has reached that."
    )
    state_is: tuple[Word, ...] = Field(default=(), description="The state is one of these.")
    due_within_days: int | None = Field(
        default=None, ge=0, le=365, description="Due in so many days at most; 0: today or before."
    )
    text_has: tuple[Word, ...] = Field(default=(), description="The text has one of these words.")

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self == Condition.model_construct():
            raise ValueError(
                "a condition names at least one of " + ", ".join(Condition.model_fields)
            )
        return self


class NotifyOptions(ToolOptions):
    """Who is told, when and what."""

    model_config = ConfigDict(hide_input_in_errors=True)

    urls: tuple[SecretStr, ...] = Field(
        default=(), description="Addresses as Apprise writes them; they often hold a password."
    )
    urls_file: FilePath | None = Field(
        default=None, description="A file with one such address a line, that only you can read."
    )
    when: tuple[Condition, ...] = Field(
        min_length=1, description="Conditions; any of them is worth a message."
    )
    subject: str = Field(default="{title} at {company}", description="The message's title.")
    message: str = Field(
        default="{reasons}\n{action}\n{link}", description="The message; blank lines are left out."
    )
    timezone: TimeZoneName = Field(
        default="UTC", description="Where a day begins, e.g. Europe/Berlin."
    )
    most_a_day: int = Field(
        default=50, ge=1, le=10_000, description="Messages a day; what is over waits for the next."
    )

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if not self.urls and self.urls_file is None:
            raise ValueError("set urls or urls_file: whom to tell")
        for template in (self.subject, self.message):
            check_template(template, PLACES)
        return self


class NotifyResult(ToolResultSchema):
    """What was told."""

    notified: str | None = Field(
        default=None, description="What is the case and was told, with the day."
    )
    last: datetime | None = Field(
        default=None, description="When the last message was sent, in the time zone of the options."
    )
