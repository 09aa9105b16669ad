"""The terms of a posting: the tagger and the judge together."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sync_daemon.tooling.skills.model import builtin_model
from sync_daemon.tooling.skills.ranking import Found, Judge, Reading, choose, properties
from sync_daemon.tooling.skills.tagger import builtin_tagger
from sync_daemon.tooling.skills.words import places_of, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync_daemon.tooling.skills.model import Model
    from sync_daemon.tooling.skills.tagger import Tagger


class TermFinder:
    """Finds the stretches of words that name a skill, a field or the like."""

    def __init__(self, model: Model, tagger: Tagger) -> None:
        self._tagger = tagger
        self._judge = Judge(model.ranking)
        self._shares = model.term_shares()
        self._threshold = model.threshold

    def read(self, lines: Sequence[Sequence[str]]) -> list[Reading]:
        """What the tagger makes of each line (of words)."""
        return [Reading(words, *self._tagger.read(words)) for words in lines]

    def find(
        self, readings: Sequence[Reading], threshold: float | None = None
    ) -> list[list[Found]]:
        """The terms of each line of one posting; above the model's own threshold if None."""
        least = self._threshold if threshold is None else threshold
        confidence = self._judge.confidence
        return [
            choose(
                [
                    Found(candidate.start, candidate.end, confidence(values))
                    for candidate, values in zip(reading.candidates, of_line, strict=True)
                ],
                len(reading.words),
                least,
            )
            for reading, of_line in zip(readings, properties(readings, self._shares), strict=True)
        ]


@cache
def builtin_finder() -> TermFinder:
    """The finder of the model and the vocabulary that come with sheetd."""
    return TermFinder(builtin_model(), builtin_tagger())


def term_spans(
    sentences: Sequence[Sequence[str]], threshold: float | None = None
) -> list[list[tuple[int, int]]]:
    """The terms of a posting given as sentences of tokens: (start, end) of each, in tokens.

    The tokens may be cut in another way than `words_of` cuts them.
    """
    finder = builtin_finder()
    lines = [" ".join(tokens) for tokens in sentences]
    found = finder.find(finder.read([words_of(line) for line in lines]), threshold)
    return [
        _in_tokens(terms, owners(tokens, line)) if terms else []
        for tokens, line, terms in zip(sentences, lines, found, strict=True)
    ]


def owners(tokens: Sequence[str], line: str) -> list[int]:
    """For each word of the line that the tokens make, the token in which it begins."""
    token_of: list[int] = []
    for index, token in enumerate(tokens):
        token_of += [index] * (len(token) + 1)
    return [token_of[start] for start, _ in places_of(line)]


def _in_tokens(terms: Sequence[Found], owner: Sequence[int]) -> list[tuple[int, int]]:
    return [(owner[term.start], owner[term.end - 1] + 1) for term in terms]
