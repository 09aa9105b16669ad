"""Inputs, options and result of the company research."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import httpx
from pydantic import Field, field_validator

from sync_daemon.tooling import (
    Ask,
    Format,
    LinkText,
    ToolInputSchema,
    ToolOptions,
    ToolResultSchema,
)


class CompanyInputSchema(ToolInputSchema):
    """Which company; one of the three is enough."""

    company: str | None = Field(default=None, description="The company's name.")
    site: LinkText | None = Field(
        default=None, description="The address of its web site, if known."
    )
    link: Annotated[LinkText | None, Ask.ADD] = Field(
        default=None, description="The posting's link: it can tell the site or the job board."
    )


class CompanyOptions(ToolOptions):
    """Where is looked."""

    wikidata: bool = Field(
        default=True,
        description="Ask Wikidata too. Its robots.txt shuts out programs that search; unless "
        'allow_origins of [tools] has "https://www.wikidata.org", only companies whose site '
        "names its item are found there.",
    )
    wikidata_address: str = Field(
        default="https://www.wikidata.org",
        max_length=200,
        description="Another Wikibase with Wikidata's items, such as a mirror of it.",
    )
    language: str = Field(
        default="en",
        pattern=r"^[a-z]{2,3}$",
        description="The language of names and industries, where Wikidata has them.",
    )
    keep_days: int = Field(
        default=30, ge=0, le=365, description="Days for which what was found is used again."
    )

    @field_validator("wikidata_address")
    @classmethod
    def _is_address(cls, value: str) -> str:
        try:
            url = httpx.URL(value.strip())
        except httpx.InvalidURL:
            raise ValueError("this is not an address") from None
        if url.scheme not in ("http", "https") or not url.host or url.query or url.userinfo:
            raise ValueError("an address that begins with http:// or https:// is needed")
        return str(url).rstrip("/")


class CompanyResult(ToolResultSchema):
    """What is public about the company; empty where nothing sure was found."""

    name: str | None = Field(default=None, description="Its name.")
    site: Annotated[str | None, Format.LINK] = Field(
        default=None, description="The address of its web site."
    )
    description: str | None = Field(default=None, description="What it says about itself.")
    careers_page: Annotated[str | None, Format.LINK] = Field(
        default=None, description="The page with its jobs."
    )
    board: str | None = Field(default=None, description="The software that lists its jobs.")
    board_link: Annotated[str | None, Format.LINK] = Field(
        default=None, description="Its job board, as a source of feeds."
    )
    employees: int | None = Field(default=None, description="How many people work there, at least.")
    size: str | None = Field(default=None, description="The same with range or year.")
    founded: int | None = Field(default=None, description="The year it was founded.")
    headquarters: str | None = Field(default=None, description="The place of its headquarters.")
    industry: str | None = Field(default=None, description="What it does, in a word or a few.")
    wikidata: str | None = Field(default=None, description="Its item on Wikidata.")
    summary: str = Field(description="All that in a sentence or two.")
    note: str = Field(default="", description="What could not be found out, and why.")
    sources: list[str] = Field(default=[], description='Fact and address: "founded: https://…".')
    as_of: date = Field(description="The day on which it was looked up.")
