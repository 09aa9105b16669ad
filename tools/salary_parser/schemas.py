"""Inputs, options and result of the salary parser."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from sync_daemon.tooling import Ask, Format, ToolInputSchema, ToolOptions, ToolResultSchema

Period = Literal["hour", "day", "week", "month", "year"]
CurrencyCode = Annotated[
    str, StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"(?i)^\s*[a-z]{3}\s*$")
]


class SalaryInputSchema(ToolInputSchema):
    """What is read."""

    text: str = Field(default="", description="A salary as written, or a whole job description.")
    stated: str | None = Field(
        default=None,
        description="The pay that the posting's page states, read where the text names no amount.",
    )
    description: Annotated[str | None, Ask.PASTE] = Field(
        default=None, description="The job description, read where neither names an amount."
    )
    country: str | None = Field(
        default=None,
        description="The country of the job, by name or two-letter code: tells what $ and kr"
        " mean, and which of several salaries counts.",
    )
    location: str | None = Field(
        default=None, description="The place of the job, used as the country is, if it is known."
    )


class SalaryOptions(ToolOptions):
    """How it is read."""

    default_currency: CurrencyCode | None = Field(
        default=None,
        description="Currency of amounts that name none, and of $, kr, ¥ and the like where"
        " the country does not tell.",
    )
    default_period: Period | None = Field(
        default=None, description="Period of amounts that name none."
    )
    assume_year: bool = Field(
        default=True,
        description="Take an amount without a period for a yearly one where its size leaves"
        " no doubt, and say so in the note.",
    )
    hours_per_week: float = Field(
        default=40, gt=0, le=168, description="Working hours of a week, for hourly pay."
    )
    days_per_week: float = Field(
        default=5, gt=0, le=7, description="Working days of a week, for daily pay."
    )
    weeks_per_year: float = Field(
        default=52, gt=0, le=53, description="Paid weeks of a year, for hourly to weekly pay."
    )
    months_per_year: float = Field(
        default=12,
        ge=1,
        le=18,
        description="Monthly salaries of a year, where the text does not say (13th, 14th).",
    )


class SalaryResult(ToolResultSchema):
    """What was read. Everything but the note is blank where nothing certain was found."""

    minimum: Annotated[float | None, Format.PRICE] = Field(
        default=None, description="The least, as written."
    )
    maximum: Annotated[float | None, Format.PRICE] = Field(
        default=None, description="The most, as written; the same as the least for one amount."
    )
    currency: Annotated[str | None, Format.WORD] = Field(
        default=None, description="The currency (ISO 4217), as EUR."
    )
    period: Annotated[Period | None, Format.WORD] = Field(
        default=None, description="What it is paid for: hour, day, week, month or year."
    )
    yearly_minimum: Annotated[float | None, Format.MONEY] = Field(
        default=None, description="The least in a year, of full-time work."
    )
    yearly_maximum: Annotated[float | None, Format.MONEY] = Field(
        default=None, description="The most in a year, of full-time work."
    )
    summary: str | None = Field(
        default=None, description="One line for a cell: EUR 60,000–80,000 per year."
    )
    text: str | None = Field(default=None, description="The part that it was read from.")
    note: str | None = Field(
        default=None,
        description="What else is known (OTE, up to, gross), what was assumed, or why nothing"
        " was read.",
    )
