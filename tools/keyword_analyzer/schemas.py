"""Inputs, options and result of the keyword analyzer."""

from __future__ import annotations

from pydantic import Field, FilePath

from sync_daemon.tooling import ToolInputSchema, ToolOptions, ToolResultSchema


class KeywordInputSchema(ToolInputSchema):
    """What is analysed."""

    text: str = Field(description="The job description, as plain text, Markdown or HTML.")


class KeywordOptions(ToolOptions):
    """How it is analysed."""

    top: int = Field(default=15, ge=1, le=200, description="How many keywords to give.")
    min_count: int = Field(default=1, ge=1, description="Leave out terms that occur less often.")
    phrases: bool = Field(default=True, description='Count phrases such as "machine learning" too.')
    resume: FilePath | None = Field(
        default=None, description="Your résumé (text or Markdown), to compare with."
    )


class KeywordResult(ToolResultSchema):
    """What was found."""

    keywords: list[str] = Field(description="Terms, the most frequent first.")
    counts: dict[str, int] = Field(description="How often each keyword occurs.")
    phrases: list[str] = Field(description="Those keywords that are phrases.")
    score: int | None = Field(
        default=None, description="Percent of the keywords, by weight, that the résumé has."
    )
    matched: list[str] = Field(default=[], description="Keywords that the résumé has.")
    missing: list[str] = Field(default=[], description="Keywords that the résumé has not.")
