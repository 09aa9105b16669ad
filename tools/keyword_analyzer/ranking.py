"""Which terms are keywords, the best first, and how a résumé matches them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .terms import LONGEST_PHRASE, word_keys
from .words import PHRASES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .terms import Key, Term


@dataclass(frozen=True, slots=True)
class Match:
    """How a text answers keywords: a percentage, what it has and what it lacks."""

    score: int | None
    matched: list[str]
    missing: list[str]


def rank_terms(terms: Mapping[Key, Term], *, top: int, min_count: int, phrases: bool) -> list[Term]:
    """The ``top`` terms by frequency; equal ones by how much they look like a name or phrase."""
    chosen = [
        term
        for term in terms.values()
        if term.count >= min_count and (not term.is_phrase or (phrases and _is_good_phrase(term)))
    ]
    if phrases:
        chosen = _without_parts(chosen)
    return sorted(chosen, key=_rank)[:top]


def match_terms(ranked: Sequence[Term], resume: str) -> Match:
    """Look the terms up in a résumé; what is frequent in the posting counts more."""
    if not ranked:
        return Match(None, [], [])
    have = _parts_of_runs(word_keys(resume))
    found = [term for term in ranked if _is_in(term, have)]
    share = sum(_weight(term) for term in found) / sum(_weight(term) for term in ranked)
    matched = [term.surface for term in found]
    missing = [term.surface for term in ranked if not _is_in(term, have)]
    return Match(round(100 * share), matched, missing)


def _is_good_phrase(term: Term) -> bool:
    """Met twice, standing alone once, or known."""
    return term.count > 1 or term.whole > 0 or term.key in PHRASES


def _without_parts(terms: Sequence[Term]) -> list[Term]:
    """Leave out words and phrases that occur only inside a longer phrase, names excepted."""
    covered: dict[Key, int] = {}
    for term in terms:
        for part in _parts(term.key):
            if part != term.key:
                covered[part] = max(covered.get(part, 0), term.count)
    return [
        term
        for term in terms
        if term.count > covered.get(term.key, 0)
        or (term.is_name and not term.is_phrase)
        or term.key in PHRASES
    ]


def _parts(key: Key) -> list[Key]:
    return [
        key[start : start + size]
        for size in range(1, min(LONGEST_PHRASE, len(key)) + 1)
        for start in range(len(key) - size + 1)
    ]


def _rank(term: Term) -> tuple[float, bool, bool, int]:
    return (-round(term.weight, 6), not term.is_name, not term.is_phrase, term.first)


def _weight(term: Term) -> float:
    return math.sqrt(max(term.weight, 0.1))


def _parts_of_runs(runs: Sequence[Key]) -> set[Key]:
    return {part for run in runs for part in _parts(run)}


def _is_in(term: Term, have: set[Key]) -> bool:
    return term.key in have
