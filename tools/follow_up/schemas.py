"""Inputs, options and result of the follow-up tool."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, field_validator, model_validator

from sync_daemon.tooling import Format, LinkText, ToolInputSchema, ToolOptions, ToolResultSchema
from sync_daemon.tooling.stages import STAGES, folded
from sync_daemon.tooling.time_zones import TimeZoneName

from .dates import Weekends, check_day
from .rules import DEFAULT_RULES, Rule

Day = Annotated[date | None, AfterValidator(check_day)]


class FollowUpInputSchema(ToolInputSchema):
    """One application. Dates are date cells, or as people type them."""

    status: str = Field(
        description="Its stage in your words, such as Applied or Phone screen, Friday."
        " Known in seven languages; other words are left alone."
    )
    applied: Day = Field(default=None, description="When the application was sent.")
    last_contact: Day = Field(
        default=None, description="When either side last wrote or called, the follow-ups included."
    )
    posted: Day = Field(default=None, description="When the job was posted.")
    valid_through: Day = Field(default=None, description="The last day to apply.")
    next_interview: Day = Field(default=None, description="When the next interview is, or was.")
    title: str | None = Field(default=None, description="The job, for the calendar.")
    company: str | None = Field(default=None, description="The company, for the calendar.")
    url: LinkText | None = Field(
        default=None, description="The posting's address, for the calendar."
    )
    notes: str | None = Field(default=None, description="Your notes, for the calendar.")


class FollowUpOptions(ToolOptions):
    """When what is to be done."""

    rules: Annotated[list[Rule], Field(max_length=200)] = Field(
        default=list(DEFAULT_RULES),
        description="What is to be done at which stage; the first that applies counts.",
    )
    synonyms: dict[str, str] = Field(
        default={},
        description="Your words for the stages: { Radar = 'Considering' }. The stages are"
        f" {', '.join(STAGES.values())} and those that your rules name.",
    )
    weekends: Weekends = Field(
        default="move",
        description='What falls on a weekend: "move" it to Monday (or back to Friday, where days'
        ' are counted backwards), "count" it as any day, or "skip" weekends in counting.',
    )
    holidays: Annotated[frozenset[date], Field(max_length=1000)] = Field(
        default=frozenset(), description="Further days off, treated as weekends are."
    )
    timezone: TimeZoneName = Field(
        default="UTC", description="Where today begins at midnight, as Europe/Berlin."
    )
    calendar: Path | None = Field(
        default=None,
        description="A calendar file (.ics) that is kept up to date with the due actions; other"
        " entries in it are kept.",
    )

    @field_validator("calendar")
    @classmethod
    def _is_calendar_file(cls, value: Path | None) -> Path | None:
        if value is not None and value.suffix.lower() != ".ics":
            message = f"{value} does not end in .ics"
            raise ValueError(message)
        return value

    @model_validator(mode="after")
    def _names_stages(self) -> FollowUpOptions:
        named = {folded(status) for rule in self.rules for status in rule.statuses}
        for word, stage in self.synonyms.items():
            if not folded(word) or folded(stage) not in named | STAGES.keys():
                message = f"synonyms: {stage!r} is not a stage, and no rule names it"
                raise ValueError(message)
        return self


class FollowUpResult(ToolResultSchema):
    """What is to be done next."""

    action: str | None = Field(default=None, description="What is to be done; blank for nothing.")
    due: Annotated[date | None, Format.DUE] = Field(
        default=None, description="The day on which it is due."
    )
    overdue: bool = Field(default=False, description="Whether that day is over.")
    days_left: int | None = Field(
        default=None, description="Days until it is due; negative when it is overdue."
    )
    stage: Annotated[str | None, Format.WORD] = Field(
        default=None, description="The stage that the status means; blank where it is not known."
    )
    reason: str = Field(description="Why this, or why nothing.")
