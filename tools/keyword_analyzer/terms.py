"""Counted terms: words and phrases of a text, with what their ranking needs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sync_daemon.tooling.sections import weighted_lines

from .languages import is_ambiguous, language_places
from .tokens import tokenize
from .words import GENERIC, STOP_WORDS, TECHNOLOGIES, WEAK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .tokens import Token

LONGEST_PHRASE = 3
WEAK_WEIGHT = 0.4
Key = tuple[str, ...]


@dataclass(slots=True)
class Term:
    """A candidate: the folded words that make it up, and where it was met.

    Attributes:
        key: its words, folded.
        first: its place in the text, for a stable order.
        count: how often it occurs.
        weight: the same, occurrences in boilerplate counting less.
        whole: how often it stood alone between stop words and breaks.
        surfaces: its spellings.
    """

    key: Key
    first: int
    count: int = 0
    weight: float = 0.0
    whole: int = 0
    surfaces: Counter[str] = field(default_factory=Counter)

    @property
    def surface(self) -> str:
        """The spelling to show: the most frequent one, at a tie the one with capitals inside."""
        best = max(
            self.surfaces.items(), key=lambda one: (one[1], _capitals_inside(one[0]), one[0])
        )
        return best[0]

    @property
    def is_phrase(self) -> bool:
        """Whether it has more than one word."""
        return len(self.key) > 1

    @property
    def is_name(self) -> bool:
        """Whether it is a known technology, or written like a name: API, C++, GraphQL, S3."""
        return any(part in TECHNOLOGIES for part in self.key) or _is_name_like(self.surface)


def collect_terms(lines: Sequence[str]) -> dict[Key, Term]:
    """Every word and every run of up to three words that may be a keyword."""
    terms: dict[Key, Term] = {}
    for line, weight in weighted_lines(lines):
        for run in _runs(tokenize(line)):
            _count_run(run, weight, terms)
    return terms


def _runs(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Stretches of words without stop words or breaks between them."""
    run: list[Token] = []
    languages = language_places(tokens)
    for index, token in enumerate(tokens):
        if index in languages or (not is_ambiguous(token) and _belongs(token)):
            run.append(token)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _belongs(token: Token) -> bool:
    if token.is_break or token.key in STOP_WORDS or token.surface.casefold() in STOP_WORDS:
        return False
    head, apostrophe, _ = token.key.partition("'")
    is_contraction = bool(apostrophe) and head in STOP_WORDS  # you'll, we're
    return len(token.key) > 1 and not is_contraction


def _count_run(run: Sequence[Token], weight: float, terms: dict[Key, Term]) -> None:
    for start in range(len(run)):
        for size in range(1, min(LONGEST_PHRASE, len(run) - start) + 1):
            part = run[start : start + size]
            if part[0].key in GENERIC or part[-1].key in GENERIC:
                continue
            key = tuple(token.key for token in part)
            if len(set(key)) < size:
                continue  # "API APIs" is no phrase
            term = terms.setdefault(key, Term(key, len(terms)))
            term.count += 1
            term.weight += weight * (WEAK_WEIGHT if size == 1 and key[0] in WEAK else 1.0)
            term.whole += size == len(run)
            term.surfaces[" ".join(token.surface for token in part)] += 1


def _capitals_inside(surface: str) -> int:
    return sum(letter.isupper() for letter in surface)


def _is_name_like(surface: str) -> bool:
    return any(
        any(letter.isupper() for letter in word[1:]) or not word.replace("-", "").isalpha()
        for word in surface.split()
    )
