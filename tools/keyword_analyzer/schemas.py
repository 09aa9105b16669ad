"""Inputs, options and result of the keyword analyzer."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, FilePath

from sync_daemon.tooling import Ask, Format, ToolInputSchema, ToolOptions, ToolResultSchema


class KeywordInputSchema(ToolInputSchema):
    """What is analysed."""

    text: Annotated[str, Ask.PASTE] = Field(
        description="The job description, as plain text, Markdown or HTML."
    )


class KeywordOptions(ToolOptions):
    """How it is analysed."""

    method: Literal["skills", "frequency"] = Field(
        default="skills",
        description='"skills" finds skills and terms, "frequency" ranks all words by their count.',
    )
    top: int = Field(default=15, ge=1, le=200, description="How many keywords to give.")
    min_count: int = Field(default=1, ge=1, description="Leave out terms that occur less often.")
    phrases: bool = Field(default=True, description='Give phrases such as "machine learning" too.')
    resume: FilePath | None = Field(
        default=None, description="Your résumé (text, Markdown, PDF, DOCX…), to compare with."
    )


class KeywordResult(ToolResultSchema):
    """What was found. The lists by kind hold all terms of the posting, not the first few."""

    keywords: list[str] = Field(description="Terms by their usual names, the best first.")
    terms: list[str] = Field(description="The same terms as the posting writes them.")
    counts: dict[str, int] = Field(description="How often each keyword occurs.")
    kinds: dict[str, str] = Field(default={}, description="What sort of thing each keyword is.")
    phrases: list[str] = Field(description="Those keywords that are phrases.")
    languages: list[str] = Field(default=[], description="Programming languages.")
    frameworks: list[str] = Field(default=[], description="Frameworks and libraries.")
    tools: list[str] = Field(default=[], description="Tools, products and services.")
    methods: list[str] = Field(default=[], description="Methods and practices.")
    standards: list[str] = Field(default=[], description="Standards, protocols and laws.")
    domains: list[str] = Field(default=[], description="Fields of knowledge and trade.")
    soft_skills: list[str] = Field(default=[], description="Soft skills.")
    certificates: list[str] = Field(default=[], description="Certificates and licences.")
    degrees: list[str] = Field(default=[], description="Degrees and diplomas.")
    spoken_languages: list[str] = Field(default=[], description="Spoken languages.")
    years_of_experience: float | None = Field(
        default=None, description="Years of experience that are asked for at least."
    )
    score: Annotated[int | None, Format.PERCENT] = Field(
        default=None, description="Percent of the keywords, by weight, that the résumé has."
    )
    matched: list[str] = Field(default=[], description="Keywords that the résumé has.")
    missing: list[str] = Field(default=[], description="Keywords that the résumé lacks.")
