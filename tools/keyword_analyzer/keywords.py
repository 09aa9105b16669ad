"""Keywords of a posting by either method, in one form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync_daemon.tooling.plain_text import clean_lines
from sync_daemon.tooling.sections import BOILERPLATE_WEIGHT, weighted_lines
from sync_daemon.tooling.skills.language import is_english
from sync_daemon.tooling.skills.terms import skill_terms

from .ranking import rank_terms
from .terms import collect_terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync_daemon.tooling.skills.terms import SkillTerm
    from sync_daemon.tooling.skills.vocabulary import Kind

    from .schemas import KeywordOptions
    from .terms import Term

ENOUGH = 3
"""Keywords; where fewer are sure, those that the vocabulary alone vouches for are given too."""


@dataclass(frozen=True, slots=True)
class Keyword:
    """A keyword.

    Attributes:
        name: as it is given.
        texts: as the posting writes it, the commonest spelling first.
        count: how often.
        weight: what a résumé gains by having it.
        kind: what sort of thing it is; None for a word that was merely counted.
    """

    name: str
    texts: tuple[str, ...]
    count: int
    weight: float
    kind: Kind | None = None

    @property
    def is_phrase(self) -> bool:
        """Whether it has more than one word."""
        return " " in self.name


@dataclass(frozen=True, slots=True)
class Analysis:
    """The lines of a posting, all its skills, and its keywords.

    The keywords are the best of the skills, or the commonest words.
    """

    lines: list[str]
    skills: list[Keyword]
    keywords: list[Keyword]


def analyse(text: str, options: KeywordOptions) -> Analysis:
    """Find the keywords of a posting."""
    lines = clean_lines(text)
    if options.method == "frequency":
        return Analysis(lines, [], _by_frequency(lines, options))
    english = is_english(lines)
    terms = skill_terms(weighted_lines(lines), english=english)
    skills = [_from_skill(term) for term in terms if term.weight > BOILERPLATE_WEIGHT]
    sure = sum(term.is_sure for term in terms)
    chosen = _within(skills[: max(sure, ENOUGH)], options)
    if not english:
        chosen = _with_words(chosen, _by_frequency(lines, options))
    return Analysis(lines, skills, chosen[: options.top])


def _by_frequency(lines: Sequence[str], options: KeywordOptions) -> list[Keyword]:
    ranked = rank_terms(
        collect_terms(lines), top=options.top, min_count=options.min_count, phrases=options.phrases
    )
    return [_from_word(term) for term in ranked]


def _within(keywords: Sequence[Keyword], options: KeywordOptions) -> list[Keyword]:
    return [
        one
        for one in keywords
        if one.count >= options.min_count and (options.phrases or not one.is_phrase)
    ]


def _with_words(skills: Sequence[Keyword], words: Sequence[Keyword]) -> list[Keyword]:
    """Skills, then what is frequent besides: outside English few skills are known by name."""
    have = {text.casefold() for one in skills for text in (one.name, *one.texts)}
    return [*skills, *(one for one in words if one.name.casefold() not in have)]


def _from_skill(term: SkillTerm) -> Keyword:
    texts = tuple(text for text, _ in term.texts.most_common())
    return Keyword(term.label, texts, term.count, max(term.score, 0.01), term.kind)


def _from_word(term: Term) -> Keyword:
    return Keyword(term.surface, (term.surface,), term.count, term.weight)
