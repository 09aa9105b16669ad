"""A posting as the readers of boards and pages hand it on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .schemas import PostingResult

MOST_DESCRIPTION = 45_000
"""Characters; a cell of a sheet takes 50,000."""
MOST_FIELD = 500


@dataclass(frozen=True, slots=True)
class Posting:
    """What is known of a posting; the fields are those of `PostingResult`."""

    title: str | None = None
    company: str | None = None
    location: str | None = None
    remote: str | None = None
    employment_type: str | None = None
    salary: str | None = None
    description: str | None = None
    posted: date | None = None
    valid_through: date | None = None
    link: str | None = None

    def result(self, source: str, canonical_link: str | None) -> PostingResult:
        """The result, with every text cut to what a cell takes."""
        return PostingResult(
            title=_cut(self.title, MOST_FIELD),
            company=_cut(self.company, MOST_FIELD),
            location=_cut(self.location, MOST_FIELD),
            remote=self.remote,
            employment_type=_cut(self.employment_type, MOST_FIELD),
            salary=_cut(self.salary, MOST_FIELD),
            description=_cut(self.description, MOST_DESCRIPTION),
            posted=self.posted,
            valid_through=self.valid_through,
            source=source,
            canonical_link=canonical_link,
        )


def _cut(text: str | None, most: int) -> str | None:
    if text is None or len(text) <= most:
        return text or None
    return f"{text[: most - 1].rstrip()}…"
