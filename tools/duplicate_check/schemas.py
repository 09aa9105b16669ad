"""Inputs, options and result of the duplicate check."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from sync_daemon.tooling import Ask, LinkText, ToolInputSchema, ToolOptions, ToolResultSchema

Part = Literal["link", "company", "title", "location"]
Header = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class DuplicateInputSchema(ToolInputSchema):
    """The posting of the row: its link, or its company and title, or all of them."""

    link: Annotated[LinkText | None, Ask.ADD] = Field(
        default=None, description="The link to the posting."
    )
    company: str | None = Field(default=None, description="The employer.")
    title: str | None = Field(default=None, description="The title of the job.")
    location: str | None = Field(
        default=None, description="The place of the job: the same job elsewhere is another."
    )


class DuplicateOptions(ToolOptions):
    """What is compared with."""

    columns: dict[Part, Header] = Field(
        default={},
        description="The columns in which other rows have link, company, title and location,"
        " where they are not those that the inputs come from.",
    )
    titles: bool = Field(
        default=True, description="Compare company and title too, not the link alone."
    )
    recheck_minutes: int = Field(
        default=15,
        ge=1,
        le=1440,
        description="How soon a duplicate is looked at again, in case that the first one was"
        " deleted or changed.",
    )


class DuplicateResult(ToolResultSchema):
    """What was found."""

    duplicate_of: str | None = Field(
        default=None,
        description="The row that had the posting first: its number, company and title, and"
        " what is the same.",
    )
    duplicate: bool | None = Field(
        default=None,
        description="Whether an older row has the posting; blank if there is nothing to compare.",
    )
    why: str | None = Field(
        default=None, description="What is the same, or why nothing was compared."
    )
