"""Inputs, options and result of resume_match."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, FilePath, model_validator

from sync_daemon.tooling import Ask, ToolInputSchema, ToolOptions, ToolResultSchema

MOST_RESUMES = 20


class ResumeMatchInputSchema(ToolInputSchema):
    """What the résumé is held against."""

    text: Annotated[str, Ask.PASTE] = Field(
        description="The job description, as plain text, Markdown or HTML."
    )
    title: str | None = Field(default=None, description="The role; its words count more.")


class ResumeMatchOptions(ToolOptions):
    """Whose résumés, and how much is told."""

    resume: FilePath | None = Field(
        default=None, description="Your résumé: PDF, DOCX, Markdown, plain text or JSON Resume."
    )
    resumes: tuple[FilePath, ...] = Field(
        default=(), max_length=MOST_RESUMES, description="Several résumés: which fits best?"
    )
    top: int = Field(default=15, ge=1, le=200, description="How many terms a list may have.")

    @model_validator(mode="after")
    def _has_a_resume(self) -> Self:
        if self.resume is None and not self.resumes:
            raise ValueError("set resume, the path of your résumé, or resumes for several")
        return self


class ResumeMatchResult(ToolResultSchema):
    """How the best résumé answers the posting."""

    score: int | None = Field(
        description="0 to 100: how much of what is asked for the résumé has; empty if the posting"
        " asks for nothing that can be compared."
    )
    reasons: list[str] = Field(
        description="What makes the score, in words, with the points of each part."
    )
    matched: list[str] = Field(description="Terms that the résumé has, the weightiest first.")
    missing: list[str] = Field(description="Terms that it lacks, the weightiest first.")
    missing_required: list[str] = Field(description="Those of them that are required.")
    years_required: float | None = Field(
        default=None, description="Years of experience that are asked for."
    )
    years_found: float | None = Field(
        default=None, description="Years of work that the résumé shows."
    )
    best_resume: str = Field(description="The file name of the résumé that fits best.")
    scores: dict[str, int] = Field(description="The score of each résumé.")
