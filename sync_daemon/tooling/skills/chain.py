"""The linear chain over a line: how probable each stretch of words is a term.

Each word is outside (O), the beginning (B) or the inside (I) of a term. The
probabilities are those of a conditional random field, by forward and backward
passes. Words that can hardly belong to a term cut the line into short pieces.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from operator import mul
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LONGEST_TERM = 9
"""Words."""
FAINTEST = 0.02
"""Candidates below that probability are not given."""
_HOPELESS = -8.0
_HIGHEST = 30.0
_EDGE = (1.0, 1.0, 1.0)

_States = tuple[float, float, float]
Score = tuple[float, float]
"""What speaks for B and for I at a word, against O."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """The words from ``start`` up to ``end`` of a line, a term with that probability."""

    start: int
    end: int
    probability: float


class Chain:
    """The passes for given transition weights."""

    def __init__(self, transitions: Sequence[Sequence[float]]) -> None:
        (self._oo, self._ob, _), (self._bo, self._bb, self._bi), (self._io, self._ib, self._ii) = (
            [exp(weight) for weight in row] for row in transitions
        )

    def candidates(self, scores: Sequence[Score]) -> list[Candidate]:
        """The stretches that may be terms, in the order of their places."""
        found: list[Candidate] = []
        start = -1
        for place, (begins, inside) in enumerate(scores):
            if begins > _HOPELESS or inside > _HOPELESS:
                start = place if start < 0 else start
            elif start >= 0:
                self._add_piece(scores, start, place, found)
                start = -1
        if start >= 0:
            self._add_piece(scores, start, len(scores), found)
        return found

    def _add_piece(
        self, scores: Sequence[Score], first: int, end: int, found: list[Candidate]
    ) -> None:
        odds = [(exp(min(b, _HIGHEST)), exp(min(i, _HIGHEST))) for b, i in scores[first:end]]
        entry = (self._oo, self._ob) if first else _EDGE[:2]
        leave = (self._oo, self._bo, self._io) if end < len(scores) else _EDGE
        ahead, scales = self._forward(odds, entry)
        behind = self._backward(odds, scales, ahead[-1], leave)
        for start, (_, begins, _) in enumerate(ahead):
            if begins * behind[start][1] >= FAINTEST:
                found += self._from_start(start, first, begins, odds, behind, scales)

    def _forward(
        self, odds: Sequence[Score], entry: tuple[float, float]
    ) -> tuple[list[_States], list[float]]:
        """The forward probabilities, scaled to a sum of 1, and the scales.

        ``entry`` are the factors with which a piece is outside or begun at its first word.
        """
        o, b, i = entry[0], entry[1] * odds[0][0], 0.0
        scale = o + b
        ahead: list[_States] = [(o / scale, b / scale, i)]
        scales = [scale]
        o, b, i = ahead[0]
        for begins, inside in odds[1:]:
            outside = o * self._oo + b * self._bo + i * self._io
            begun = (o * self._ob + b * self._bb + i * self._ib) * begins
            i = (b * self._bi + i * self._ii) * inside
            scale = outside + begun + i
            o, b, i = outside / scale, begun / scale, i / scale
            ahead.append((o, b, i))
            scales.append(scale)
        return ahead, scales

    def _backward(
        self, odds: Sequence[Score], scales: Sequence[float], last: _States, leave: _States
    ) -> list[_States]:
        """The backward factors: times the forward probabilities, they give those of the line.

        ``leave`` are the factors with which the piece ends outside, begun or inside.
        """
        whole = sum(map(mul, last, leave))
        o, b, i = (factor / whole for factor in leave)
        behind = [(o, b, i)]
        for place in range(len(odds) - 1, 0, -1):
            scale = scales[place]
            outside, begun, inside = (
                o / scale,
                b * odds[place][0] / scale,
                i * odds[place][1] / scale,
            )
            o = self._oo * outside + self._ob * begun
            b = self._bo * outside + self._bb * begun + self._bi * inside
            i = self._io * outside + self._ib * begun + self._ii * inside
            behind.append((o, b, i))
        behind.reverse()
        return behind

    def _from_start(
        self,
        start: int,
        offset: int,
        begins: float,
        odds: Sequence[Score],
        behind: Sequence[_States],
        scales: Sequence[float],
    ) -> Iterator[Candidate]:
        """The candidates that begin at ``start``, the shortest first."""
        reached = begins
        to_o, to_b, to_i = self._bo, self._bb, self._bi
        for end in range(start + 1, min(len(odds), start + LONGEST_TERM) + 1):
            if end == len(odds):
                probability = reached * behind[end - 1][1 if end == start + 1 else 2]
            else:
                o, b, i = behind[end]
                begun, inside = odds[end]
                probability = reached * (to_o * o + to_b * begun * b) / scales[end]
                reached *= to_i * inside / scales[end]
                to_o, to_b, to_i = self._io, self._ib, self._ii
            if probability >= FAINTEST:
                yield Candidate(start + offset, end + offset, probability)
            if end < len(odds) and reached * i < FAINTEST:
                return
