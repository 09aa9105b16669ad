"""What a résumé shows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from sync_daemon.tooling.plain_text import clean_lines
from sync_daemon.tooling.skills.language import is_english
from sync_daemon.tooling.skills.mentions import Mentions
from sync_daemon.tooling.skills.years import years_of_experience

from .degrees import Degree, highest_degree
from .periods import years_of_work
from .schemas import MOST_RESUMES
from .spoken import spoken_languages

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person says of themselves."""

    mentions: Mentions
    degree: Degree | None
    languages: Mapping[str, int | None]
    years: float | None


@lru_cache(maxsize=2 * MOST_RESUMES)
def read_profile(text: str, today: date) -> Profile:
    """Take a résumé apart; once a day, as many rows are held against it.

    The years are those of its dates; without any, what it says in words. A résumé in
    English shows that its writer knows English.
    """
    lines = clean_lines(text)
    languages = spoken_languages(lines)
    if is_english(lines):
        languages.setdefault("English", None)
    years = years_of_work(text.splitlines(), today)
    return Profile(
        Mentions(lines),
        highest_degree(lines),
        languages,
        years if years is not None else years_of_experience(lines),
    )
