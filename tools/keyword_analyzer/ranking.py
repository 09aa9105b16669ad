"""Which counted terms are keywords, the most frequent first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .terms import LONGEST_PHRASE
from .words import PHRASES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .terms import Key, Term


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
