"""From a line to the stretches of words that may be terms, each with a probability."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sync_daemon.tooling.skills import features
from sync_daemon.tooling.skills.chain import Chain
from sync_daemon.tooling.skills.features import EDGE, NEAR, OUTSIDE, REACH
from sync_daemon.tooling.skills.matcher import builtin_matcher
from sync_daemon.tooling.skills.model import builtin_model
from sync_daemon.tooling.skills.words import small, word_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sync_daemon.tooling.skills.chain import Candidate, Score
    from sync_daemon.tooling.skills.matcher import Matcher, SkillMatch
    from sync_daemon.tooling.skills.model import Model

_NOTHING: Score = (0.0, 0.0)
_MOST_WORDS = 50_000
_MOST_TRIPLES = 5_000
_PairScores = tuple[float, float, float, float]


class _Entry:
    """A word, and all that its attributes add to the scores of the words around it."""

    __slots__ = ("cue", "followers", "group", "matched", "scores", "small", "starts")

    small: str
    matched: str
    """Its key in the matcher."""
    starts: bool
    """Whether a spelling of the vocabulary may begin with it."""
    group: tuple[str, str]
    """Habit and shape."""
    scores: tuple[float, ...]
    """For the words two before, one before, itself, one after, two after: B and I."""
    followers: dict[str, _PairScores] | None
    cue: tuple[Score, Score] | None
    """If it is a cue, what it adds near and far."""


class Tagger:
    """A model and a matcher, with what was computed of words already met.

    Threads may share one: its tables only save work.
    """

    def __init__(self, model: Model, matcher: Matcher) -> None:
        self._weights = {
            name: (begins / 100, inside / 100) for name, (begins, inside) in model.weights.items()
        }
        self._habits = model.word_habits()
        self._followers = _followers(self._weights)
        self._matcher = matcher
        self._chain = Chain(model.transitions)
        self._entries: dict[str, _Entry] = {}
        self._groups: dict[tuple[tuple[str, str], tuple[str, str]], _PairScores] = {}
        self._triples: dict[tuple[str, str, str], Score] = {}
        self._edge = self._entry(EDGE)
        self._no_cue = self._sum([features.cue_attribute("none", NEAR)])
        self._plain = self._triple((OUTSIDE, OUTSIDE, OUTSIDE))

    def read(self, words: Sequence[str]) -> tuple[list[Candidate], list[SkillMatch]]:
        """The candidates of a line, and the matches of the vocabulary in it."""
        if not words:
            return [], []
        known = self._entries
        entries = [known.get(word) or self._entry(word) for word in words]
        starts = [place for place, entry in enumerate(entries) if entry.starts]
        matches = (
            self._matcher.find_from(words, [entry.matched for entry in entries], starts)
            if starts
            else []
        )
        return self._chain.candidates(self._scores(entries, matches)), matches

    def _scores(self, entries: list[_Entry], matches: Sequence[SkillMatch]) -> list[Score]:
        padded = [self._edge, self._edge, *entries, self._edge, self._edge]
        line = self._sum(features.line_attributes(len(matches), len(entries)))
        base = (line[0] + self._plain[0], line[1] + self._plain[1])
        begins, inside = self._from_words(padded, base)
        self._add_pairs(padded, begins, inside)
        self._add_cues(entries, begins, inside)
        if matches:
            self._add_roles(entries, matches, begins, inside)
        return list(zip(begins, inside, strict=True))

    def _from_words(self, padded: Sequence[_Entry], base: Score) -> tuple[list[float], list[float]]:
        begin, within = base
        tables = [entry.scores for entry in padded]
        window = list(zip(tables, tables[1:], tables[2:], tables[3:], tables[4:], strict=False))
        begins = [begin + a[8] + b[6] + c[4] + d[2] + e[0] for a, b, c, d, e in window]
        inside = [within + a[9] + b[7] + c[5] + d[3] + e[1] for a, b, c, d, e in window]
        return begins, inside

    def _add_pairs(
        self, padded: Sequence[_Entry], begins: list[float], inside: list[float]
    ) -> None:
        groups = self._groups
        first = padded[REACH - 1]
        last = len(begins)
        for place, second in enumerate(padded[REACH : 1 - REACH]):
            pair = groups.get((first.group, second.group)) or self._group(first, second)
            exact = first.followers.get(second.small) if first.followers else None
            for b_second, i_second, b_first, i_first in (pair, exact) if exact else (pair,):
                if place < last:
                    begins[place] += b_second
                    inside[place] += i_second
                if place:
                    begins[place - 1] += b_first
                    inside[place - 1] += i_first
            first = second

    def _add_cues(
        self, entries: Sequence[_Entry], begins: list[float], inside: list[float]
    ) -> None:
        near = far = self._no_cue
        left = 0
        for place, entry in enumerate(entries):
            if entry.cue is not None:
                near, far = entry.cue
                left = NEAR
            b, i = near if left > 0 else far
            left -= 1
            begins[place] += b
            inside[place] += i

    def _add_roles(
        self,
        entries: Sequence[_Entry],
        matches: Sequence[SkillMatch],
        begins: list[float],
        inside: list[float],
    ) -> None:
        roles = [EDGE, *features.roles(matches, len(entries)), EDGE]
        plain_b, plain_i = self._plain
        triples = self._triples
        for place, triple in enumerate(zip(roles, roles[1:], roles[2:], strict=False)):
            b, i = triples.get(triple) or self._triple(triple)
            begins[place] += b - plain_b
            inside[place] += i - plain_i
            if triple[1] is not OUTSIDE:
                b, i = self._weights.get(
                    features.role_word_attribute(triple[1], entries[place].small), _NOTHING
                )
                begins[place] += b
                inside[place] += i

    def _entry(self, word: str) -> _Entry:
        entry = _Entry()
        entry.small = small(word)
        entry.matched = word_key(word)
        entry.starts = self._matcher.may_start(entry.matched)
        entry.group = (features.habit_of(entry.small, self._habits), features.shape(word))
        entry.followers = self._followers.get(entry.small)
        entry.cue = self._cue(entry.small)
        names = features.attributes(word, self._habits)
        sums = [
            self._sum(features.at(distance, name) for name in names[abs(distance)])
            for distance in range(REACH, -REACH - 1, -1)
        ]
        entry.scores = tuple(number for pair in sums for number in pair)
        if len(self._entries) >= _MOST_WORDS:
            self._entries.clear()
        self._entries[word] = entry
        return entry

    def _cue(self, key: str) -> tuple[Score, Score] | None:
        if key not in features.CUES:
            return None
        names = (features.cue_attribute(key, 0), features.cue_attribute(key, NEAR))
        return (self._sum(names[:1]), self._sum(names[1:]))

    def _group(self, first: _Entry, second: _Entry) -> _PairScores:
        pairs = features.class_attributes(first.group, second.group)
        scores = (*self._sum(one for one, _ in pairs), *self._sum(other for _, other in pairs))
        if len(self._groups) >= _MOST_WORDS:
            self._groups.clear()
        self._groups[first.group, second.group] = scores
        return scores

    def _triple(self, roles: tuple[str, str, str]) -> Score:
        score = self._sum(features.role_attributes(*roles))
        if len(self._triples) >= _MOST_TRIPLES:
            self._triples.clear()
        self._triples[roles] = score
        return score

    def _sum(self, names: Iterable[str]) -> Score:
        begins = inside = 0.0
        for name in names:
            b, i = self._weights.get(name, _NOTHING)
            begins += b
            inside += i
        return begins, inside


def _followers(weights: dict[str, Score]) -> dict[str, dict[str, _PairScores]]:
    """First word → second word → what the pair adds: to the second, then to the first."""
    found: dict[str, dict[str, _PairScores]] = {}
    for name in [name for name in weights if name.startswith(("ll=", "lr="))]:
        first, _, second = name[3:].partition("|")
        at_second, at_first = features.pair_attributes(first, second)
        found.setdefault(first, {})[second] = (
            *weights.get(at_second, _NOTHING),
            *weights.get(at_first, _NOTHING),
        )
    return found


@cache
def builtin_tagger() -> Tagger:
    """The tagger of the model and the vocabulary that come with sheetd."""
    return Tagger(builtin_model(), builtin_matcher())
