"""Judge candidates by what the whole posting tells of them, and choose among those that overlap.

The chain sees one line. Here each candidate is weighed with its other places in
the posting, its neighbours in the line, and how often it was a term in training.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from typing import TYPE_CHECKING, NamedTuple

from sync_daemon.tooling.skills.words import small

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sync_daemon.tooling.skills.chain import Candidate
    from sync_daemon.tooling.skills.matcher import SkillMatch

_BESIDE = 2
"""Words between neighbours in a list: the comma and the "and"."""
UNKNOWN_SHARE = 0.2
"""The share of a term that training did not meet."""
_SURE = 0.999999


class Properties(NamedTuple):
    """What the weights of a candidate are applied to."""

    log_odds: float
    """Of the chain's probability."""
    length: float
    in_vocabulary: float
    """1 if the vocabulary has exactly these words."""
    covered: float
    """Share of the words that lie in matches of the vocabulary."""
    share: float
    """How often the same words were a term in training."""
    rival: float
    """Probability of the best candidate that overlaps."""
    wider: float
    """The same of those that contain it."""
    left: float
    """Probability of the neighbour before it in a list."""
    right: float
    elsewhere: float
    """Sum of the probabilities of the same words in other places, at most 3."""
    best: float
    """The highest probability of the same words anywhere."""
    richness: float
    """Terms expected in a hundred words of the posting."""
    line_richness: float
    """The same for the line, by word."""
    line_length: float
    """Its logarithm."""
    place: float
    """From 0 at the beginning of the line to 1 at its end."""
    capitals: float
    """Share of capitals among the letters."""
    capitalised: float
    letters: float
    """Characters a word."""
    ends_in_sign: float


@dataclass(frozen=True, slots=True)
class Reading:
    """A line with what the tagger made of it."""

    words: Sequence[str]
    candidates: Sequence[Candidate]
    matches: Sequence[SkillMatch]


class Found(NamedTuple):
    """A term: the words from ``start`` up to ``end`` of a line."""

    start: int
    end: int
    confidence: float


def term_key(words: Sequence[str]) -> str:
    """The form under which the places of one term are counted together."""
    return small(" ".join(words))


def properties(readings: Sequence[Reading], shares: Mapping[str, float]) -> list[list[Properties]]:
    """Of each candidate of each line of a posting."""
    keys = [[term_key(one.words[c.start : c.end]) for c in one.candidates] for one in readings]
    total: dict[str, float] = {}
    best: dict[str, float] = {}
    for one, line_keys in zip(readings, keys, strict=True):
        for candidate, key in zip(one.candidates, line_keys, strict=True):
            total[key] = total.get(key, 0.0) + candidate.probability
            best[key] = max(best.get(key, 0.0), candidate.probability)
    length = sum(len(one.words) for one in readings)
    richness = 100 * sum(total.values()) / max(1, length)
    return [
        _of_line(one, line_keys, (total, best, richness, shares))
        for one, line_keys in zip(readings, keys, strict=True)
    ]


def _of_line(
    reading: Reading,
    keys: Sequence[str],
    posting: tuple[Mapping[str, float], Mapping[str, float], float, Mapping[str, float]],
) -> list[Properties]:
    if not keys:
        return []
    total, best, richness, shares = posting
    words, candidates = reading.words, reading.candidates
    length = len(words)
    line_length = log(length)
    line_richness = sum(one.probability for one in candidates) / length
    spans = {(match.start, match.end) for match in reading.matches}
    is_covered = bytearray(length)
    for start, end in spans:
        is_covered[start:end] = b"\x01" * (end - start)
    found = []
    for candidate, key in zip(candidates, keys, strict=True):
        start, end, probability = candidate.start, candidate.end, candidate.probability
        rival, wider, left, right = _neighbours(candidate, candidates)
        text = "".join(words[start:end])
        size = end - start
        probability = min(probability, _SURE)
        found.append(
            Properties(
                log(probability / (1 - probability)),
                size,
                (start, end) in spans,
                sum(is_covered[start:end]) / size,
                shares.get(key, UNKNOWN_SHARE),
                rival,
                wider,
                left,
                right,
                min(3.0, total[key] - probability),
                best[key],
                richness,
                line_richness,
                line_length,
                start / length,
                sum(map(str.isupper, text)) / len(text),
                text[0].isupper(),
                len(text) / size,
                not text[-1].isalnum(),
            )
        )
    return found


def _neighbours(
    candidate: Candidate, candidates: Sequence[Candidate]
) -> tuple[float, float, float, float]:
    """The probabilities of the best rival, of the best wider one, and to the left and right."""
    start, end = candidate.start, candidate.end
    rival = wider = left = right = 0.0
    for other in candidates:
        if other.end <= start:
            if start - other.end <= _BESIDE and other.probability > left:
                left = other.probability
        elif other.start >= end:
            if other.start - end > _BESIDE:
                break
            right = max(right, other.probability)
        elif other is not candidate:
            rival = max(rival, other.probability)
            if other.start <= start and other.end >= end:
                wider = max(wider, other.probability)
    return rival, wider, left, right


class Judge:
    """The trained weights of the properties."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self._bias = weights["bias"]
        self._weights = [weights[name] for name in Properties._fields]

    def confidence(self, values: Properties) -> float:
        """The probability that a candidate is a term."""
        total = self._bias
        for weight, value in zip(self._weights, values, strict=True):
            total += weight * value
        return 1 / (1 + exp(-total)) if total > -_SURE_SUM else 0.0


_SURE_SUM = 500.0


def choose(candidates: Iterable[Found], length: int, threshold: float) -> list[Found]:
    """Those that do not overlap and together exceed the threshold the most."""
    by_end: dict[int, list[Found]] = {}
    for one in candidates:
        if one.confidence > threshold:
            by_end.setdefault(one.end, []).append(one)
    if not by_end:
        return []
    gain = [0.0] * (length + 1)
    last: list[Found | None] = [None] * (length + 1)
    for end in range(1, length + 1):
        gain[end] = gain[end - 1]
        for one in by_end.get(end, ()):
            reached = gain[one.start] + one.confidence - threshold
            if reached > gain[end]:
                gain[end], last[end] = reached, one
    return _traced(last)


def _traced(last: Sequence[Found | None]) -> list[Found]:
    chosen = []
    end = len(last) - 1
    while end > 0:
        one = last[end]
        if one is not None:
            chosen.append(one)
        end = one.start if one is not None else end - 1
    return chosen[::-1]
