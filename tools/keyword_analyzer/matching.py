"""How a résumé answers the keywords of a posting."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync_daemon.tooling.plain_text import clean_lines
from sync_daemon.tooling.skills.mentions import Mentions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .keywords import Keyword

_LEAST_WEIGHT = 0.1


@dataclass(frozen=True, slots=True)
class Match:
    """How a text answers keywords: a percentage, what it has and what it lacks."""

    score: int | None
    matched: list[str]
    missing: list[str]


def match_keywords(keywords: Sequence[Keyword], resume: str) -> Match:
    """Look the keywords up in a résumé; what matters more in the posting counts more."""
    if not keywords:
        return Match(None, [], [])
    mentions = Mentions(clean_lines(resume))
    matched = [one for one in keywords if mentions.has(one.texts)]
    missing = [one for one in keywords if one not in matched]
    share = sum(map(_weight, matched)) / sum(map(_weight, keywords))
    return Match(round(100 * share), [one.name for one in matched], [one.name for one in missing])


def _weight(keyword: Keyword) -> float:
    return math.sqrt(max(keyword.weight, _LEAST_WEIGHT))
