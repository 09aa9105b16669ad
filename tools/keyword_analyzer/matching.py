"""How a résumé answers the keywords of a posting."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync_daemon.tooling.plain_text import clean_lines
from sync_daemon.tooling.skills.matcher import builtin_matcher
from sync_daemon.tooling.skills.terms import listed_skills
from sync_daemon.tooling.skills.words import word_key, words_of

from .tokens import tokenize

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .keywords import Keyword

_LEAST_WEIGHT = 0.1


@dataclass(frozen=True, slots=True)
class Match:
    """How a text answers keywords: a percentage, what it has and what it lacks."""

    score: int | None
    matched: list[str]
    missing: list[str]


class Resume:
    """The skills and the words of a résumé."""

    def __init__(self, text: str) -> None:
        lines = clean_lines(text)
        self._skills = {term.name for term in listed_skills(lines)}
        self._words = _joined(word_key(word) for line in lines for word in [*words_of(line), "."])
        self._folded = _joined(token.key for line in lines for token in tokenize(f"{line} ."))

    def has(self, keyword: Keyword) -> bool:
        """Whether it names the keyword, in the posting's spelling or another one."""
        return any(
            self._has_skill(text)
            or _joined(map(word_key, words_of(text))) in self._words
            or _joined(token.key for token in tokenize(text)) in self._folded
            for text in keyword.texts
        )

    def _has_skill(self, text: str) -> bool:
        words = words_of(text)
        return any(
            match.skill.name in self._skills and match.end - match.start == len(words)
            for match in builtin_matcher().find(words)
        )


def match_keywords(keywords: Sequence[Keyword], resume: str) -> Match:
    """Look the keywords up in a résumé; what matters more in the posting counts more."""
    if not keywords:
        return Match(None, [], [])
    has = Resume(resume).has
    matched = [one for one in keywords if has(one)]
    missing = [one for one in keywords if one not in matched]
    share = sum(map(_weight, matched)) / sum(map(_weight, keywords))
    return Match(round(100 * share), [one.name for one in matched], [one.name for one in missing])


def _weight(keyword: Keyword) -> float:
    return math.sqrt(max(keyword.weight, _LEAST_WEIGHT))


def _joined(keys: Iterable[str]) -> str:
    return f" {' '.join(keys)} "
