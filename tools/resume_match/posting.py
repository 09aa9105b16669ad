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

from .degrees import Degree, asked_degree, degrees_in, takes_experience
from .lines import posting_lines
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
    """All that is asked for; a language with its level, if one is named."""

    terms: Sequence[Wanted]
    degree: tuple[Degree, Importance] | None
    languages: Mapping[str, tuple[int | None, Importance]]
    years: float | None


def read_posting(text: str, title: str | None = None) -> Posting:
    """Take a description apart; benefits and legal boilerplate ask for nothing."""
    lines = posting_lines(text)
    asking = [one for one in important_lines(lines) if one[1] is not Importance.NONE]
    titles = clean_lines(title or "")
    terms = [
        *_terms(asking, Mentions(titles), english=is_english(lines)),
        *_of_title(titles, asking),
    ]
    firm = [line for line, importance in asking if importance is not Importance.WANTED]
    return Posting(
        sorted(terms, key=lambda one: -one.weight),
        _degree(asking),
        _languages([*((line, Importance.REQUIRED) for line in titles), *asking]),
        years_of_experience(firm),
    )


def _terms(asking: Sequence[_Line], title: Mentions, *, english: bool) -> list[Wanted]:
    spaced = [(f" {' '.join(words_of(line))} ", importance) for line, importance in asking]
    return [
        _wanted(term, _importance(term, spaced), in_title=title.has(term.texts))
        for term in skill_terms(((line, 1.0) for line, _ in asking), english=english)
        if term.kind in _BY_KIND and not degrees_in(term.text)
    ]


def _of_title(title: Sequence[str], asking: Sequence[_Line]) -> list[Wanted]:
    """The skills that the title names and the description does not."""
    described = Mentions([line for line, _ in asking])
    return [
        _wanted(term, Importance.USUAL, in_title=True)
        for term in skill_terms((line, 1.0) for line in title)
        if term.known and term.kind in _BY_KIND and not described.has(term.texts)
    ]


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
    """That of the line that asks for the most; less is made of it where experience will do."""
    found = [
        (degree, Importance.WANTED if takes_experience(line) else importance)
        for line, importance in lines
        if (degree := asked_degree(line)) is not None
    ]
    return max(found, key=lambda one: (one[1].value, one[0]), default=None)


def _languages(lines: Sequence[_Line]) -> dict[str, tuple[int | None, Importance]]:
    """Each language as the lines ask for it that want it most."""
    found: dict[str, tuple[int | None, Importance]] = {}
    for importance in Importance:  # from the highest on
        of_these = spoken_languages(line for line, one in lines if one is importance)
        for name, level in of_these.items():
            found.setdefault(name, (level, importance))
    return found
