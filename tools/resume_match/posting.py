"""What a posting asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync_daemon.tooling.plain_text import clean_lines
from sync_daemon.tooling.sections import Importance, important_lines
from sync_daemon.tooling.skills.language import is_english
from sync_daemon.tooling.skills.mentions import Mentions
from sync_daemon.tooling.skills.terms import skill_terms
from sync_daemon.tooling.skills.vocabulary import Kind
from sync_daemon.tooling.skills.words import words_of
from sync_daemon.tooling.skills.years import years_of_experience

from .degrees import Degree, degrees_in
from .spoken import spoken_languages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sync_daemon.tooling.skills.terms import SkillTerm

_BY_KIND = {
    Kind.LANGUAGE: 1.0,
    Kind.FRAMEWORK: 1.0,
    Kind.TOOL: 1.0,
    Kind.CERTIFICATE: 1.0,
    Kind.STANDARD: 0.8,
    Kind.METHOD: 0.8,
    Kind.DOMAIN: 0.8,
    Kind.SOFT: 0.3,
}
"""What a term of a kind is worth; degrees and spoken languages are compared by level."""
_UNNAMED = 0.5
"""The share of a term that the vocabulary does not have: it may be none."""
_IN_TITLE = 1.5

_Line = tuple[str, Importance]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A term that is asked for: its name, its spellings and what it is worth."""

    name: str
    label: str
    texts: tuple[str, ...]
    weight: float
    is_required: bool


@dataclass(frozen=True, slots=True)
class Posting:
    """All that is asked for."""

    terms: Sequence[Wanted]
    degree: tuple[Degree, Importance] | None
    languages: Mapping[str, int | None]
    years: float | None


def read_posting(text: str, title: str | None = None) -> Posting:
    """Take a description apart; benefits and legal boilerplate ask for nothing."""
    lines = clean_lines(text)
    asking = [one for one in important_lines(lines) if one[1] is not Importance.NONE]
    firm = [line for line, importance in asking if importance is not Importance.WANTED]
    terms = skill_terms(((line, 1.0) for line, _ in asking), english=is_english(lines))
    spaced = [(f" {' '.join(words_of(line))} ", importance) for line, importance in asking]
    in_title = Mentions([title or ""])
    wanted = [
        _wanted(term, _importance(term, spaced), in_title=in_title.has(term.texts))
        for term in terms
        if term.kind in _BY_KIND
    ]
    return Posting(
        sorted(wanted, key=lambda one: -one.weight),
        _degree(asking),
        spoken_languages(firm),
        years_of_experience(firm),
    )


def _importance(term: SkillTerm, lines: Sequence[_Line]) -> Importance:
    """The highest of the lines in which the term stands."""
    places = (
        importance for line, importance in lines if any(f" {text} " in line for text in term.texts)
    )
    return max(places, key=lambda one: one.value, default=Importance.USUAL)


def _wanted(term: SkillTerm, importance: Importance, *, in_title: bool) -> Wanted:
    weight = importance.value * _BY_KIND[term.kind]
    weight *= 1.0 if term.known else _UNNAMED
    weight *= _IN_TITLE if in_title else 1.0
    required = importance is Importance.REQUIRED and term.kind is not Kind.SOFT
    return Wanted(term.name, term.label, tuple(term.texts), round(weight, 4), required)


def _degree(lines: Sequence[_Line]) -> tuple[Degree, Importance] | None:
    """The lowest of a line's alternatives, of the line that asks for the most."""
    found = [
        (min(levels), importance) for line, importance in lines if (levels := degrees_in(line))
    ]
    return max(found, key=lambda one: (one[1].value, one[0]), default=None)
