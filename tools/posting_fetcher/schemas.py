"""Input and result of the posting fetcher."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from sync_daemon.tooling import Ask, Format, LinkText, ToolInputSchema, ToolResultSchema


class PostingInputSchema(ToolInputSchema):
    """What is fetched."""

    link: Annotated[LinkText, Ask.ADD] = Field(
        description="The link to one posting as you copied it; without https://, in brackets,"
        " as Markdown or as =HYPERLINK it does as well.",
    )


class PostingResult(ToolResultSchema):
    """The posting. What the page does not say is blank."""

    title: str | None = Field(default=None, description="The job's title.")
    company: str | None = Field(
        default=None,
        description="The employer; where a board does not say, its short name for the employer.",
    )
    location: str | None = Field(
        default=None, description="The place of work; several are separated by semicolons."
    )
    remote: Annotated[str | None, Format.WORD] = Field(
        default=None, description="remote, hybrid or on-site."
    )
    employment_type: Annotated[str | None, Format.WORD] = Field(
        default=None, description="full-time, part-time, contract, internship and the like."
    )
    salary: str | None = Field(
        default=None,
        description="The pay that is stated beside the text, as USD 120,000-150,000 a year.",
    )
    description: str | None = Field(
        default=None, description="The text of the posting, with its paragraphs and lists."
    )
    posted: date | None = Field(default=None, description="The day it was published.")
    valid_through: date | None = Field(default=None, description="The last day to apply.")
    source: str = Field(
        description="Where the text is from: the board's name, json-ld, microdata, readability,"
        " trafilatura or open-graph."
    )
    canonical_link: Annotated[str | None, Format.LINK] = Field(
        default=None, description="The posting's address without tracking."
    )
