"""The rules of what is to be done when. A user may write others as an option."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from sync_daemon.tooling import ToolOptions
from sync_daemon.tooling.stages import APPLIED, CONSIDERING, IN_PROGRESS, OFFERED, folded

DateField = Literal["applied", "last_contact", "posted", "valid_through", "next_interview"]


class Rule(ToolOptions):
    """What is to be done at one stage. Of several rules that apply, the first counts."""

    statuses: list[str] = Field(
        min_length=1, description='Stages that it is for, as "Applied" or words of your own.'
    )
    after: list[DateField] = Field(
        default=[],
        description="Dates that it counts from: the latest of those given; without any, it is"
        " always to be done, and has no date.",
    )
    days: int = Field(
        default=0, ge=-365, le=3650, description="Days behind that date; negative for before it."
    )
    action: str = Field(min_length=1, max_length=200, description="What is to be done.")
    repeat: int | None = Field(
        default=None,
        ge=1,
        le=3650,
        description="Due again after so many days, if none of the dates has changed.",
    )
    times: int | None = Field(
        default=None,
        ge=1,
        le=1000,
        description="How often it is due at most, where it repeats;"
        " the rules below have their turn then.",
    )
    ends: int | None = Field(
        default=None,
        ge=-365,
        le=3650,
        description="Days behind the date from which the rule no"
        " longer applies: 0 for none on the day after.",
    )
    done_by: DateField | None = Field(
        default=None, description="It is done when this date is later than the one counted from."
    )

    @model_validator(mode="after")
    def _is_consistent(self) -> Rule:
        if self.times is not None and self.repeat is None:
            message = "times needs repeat"
            raise ValueError(message)
        if not self.after and (self.days or self.repeat or self.ends is not None or self.done_by):
            message = "days, repeat, ends and done_by need a date to count from: set after"
            raise ValueError(message)
        if not all(folded(status) for status in self.statuses):
            message = "a status needs letters"
            raise ValueError(message)
        return self


DEFAULT_RULES = (
    Rule(
        statuses=[APPLIED, IN_PROGRESS], after=["next_interview"], days=-1, ends=0,
        action="Prepare for the interview",
    ),
    Rule(
        statuses=[APPLIED, IN_PROGRESS], after=["next_interview"], days=1, ends=7,
        done_by="last_contact", action="Send thanks for the interview",
    ),
    Rule(
        statuses=[CONSIDERING], after=["valid_through"], days=-2, ends=0,
        action="Apply before the posting closes",
    ),
    Rule(
        statuses=[CONSIDERING], after=["valid_through"], days=1,
        action="See whether the posting is still open",
    ),
    Rule(
        statuses=[CONSIDERING], after=["posted"], days=5, action="Apply, or decide against it",
    ),
    Rule(
        statuses=[APPLIED], after=["applied", "last_contact"], days=7, repeat=14, times=2,
        action="Send a follow-up",
    ),
    Rule(
        statuses=[APPLIED], after=["applied", "last_contact"], days=35,
        action="Ask a last time, or close it",
    ),
    Rule(
        statuses=[IN_PROGRESS], after=["last_contact", "next_interview", "applied"], days=5,
        repeat=7, times=3, action="Ask about the next step",
    ),
    Rule(
        statuses=[IN_PROGRESS], after=["last_contact", "next_interview", "applied"], days=26,
        action="Ask a last time, or close it",
    ),
    Rule(statuses=[OFFERED], after=["last_contact"], days=3, action="Answer the offer"),
    Rule(statuses=[OFFERED], action="Answer the offer"),
)  # fmt: skip
