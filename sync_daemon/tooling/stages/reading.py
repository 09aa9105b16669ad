"""Which stage a person's status word means.

The known stage at the head decides and a remark after it is left out of account,
except where the remark is a stage and nothing else ("Applied, rejected 3.6."):
then the furthest counts, and after an arrow the last. A word that is not known,
or that a "not" turns round, means no stage at all: better none than a wrong one.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from sync_daemon.tooling.stages.words import (
    ACCEPTED,
    CLOSED,
    COMPOUNDS,
    DENIALS,
    ENDS,
    EXPIRED,
    FILLERS,
    IN_PROGRESS,
    NEGATIONS,
    OFFERED,
    STAGES,
    WORDS,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_LONGEST = 200  # characters of a status
_MOST_WORDS = 7  # of a phrase
_COMPOUND_LETTERS = 3  # of a compound's first part, at least
_ARROWS = re.compile(
    r"[\u2190-\u21ff\u2794-\u27bf\u27f0-\u27ff\u2900-\u297f\u2b00-\u2bff»]|[-=~]+>|>+"
)
_SEPARATORS = re.compile(r"[()\[\]{}:;,|/\\\n\u2022\u00b7+&.!?\"\u2012-\u2015]| [-~*]+ |^[-~*]+ ")
_ROUND = re.compile(r"\b[rR] ?\d\b")
_LETTERS = re.compile(r"[^\W\d_]+")
_APOSTROPHES = re.compile("['\u2018\u2019\u02bc`\u00b4]")
_ORDER = {stage: rank for rank, stage in enumerate(WORDS)}


def folded(text: str) -> str:
    """``text`` as statuses are compared: small letters without accents, signs and figures."""
    return " ".join(_words_of(text[:_LONGEST]))


def _words_of(text: str) -> list[str]:
    letters = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text).casefold())
    plain = "".join(sign for sign in letters if not unicodedata.combining(sign))
    words: list[str] = _LETTERS.findall(plain)
    return words


@dataclass(frozen=True, slots=True)
class _Phrase:
    stage: str
    stands_alone: bool


@cache
def _phrases() -> Mapping[tuple[str, ...], _Phrase]:
    return {
        tuple(_words_of(word)): _Phrase(stage, stands_alone=word.strip().endswith("="))
        for stage, words in WORDS.items()
        for word in words.split(",")
        if _words_of(word)
    }


_FILLERS = frozenset(FILLERS.split())
_NEGATIONS = frozenset(NEGATIONS.split())
_DENIALS = frozenset(DENIALS.split())
_ENDS = frozenset(ENDS.split())


class StageReader:
    """Reads statuses with the built-in words and those of a user.

    Args:
        own: the user's words → stages, which come before the built-in ones.
        named: further stages, each known by its own name.
    """

    def __init__(self, own: Mapping[str, str] | None = None, named: Iterable[str] = ()) -> None:
        mine = {**{name: name for name in named}, **(own or {})}
        self._phrases = dict(_phrases())
        for word, stage in mine.items():
            self._phrases[tuple(_words_of(word))] = _Phrase(stage_named(stage), stands_alone=False)
        self._phrases.pop((), None)

    @property
    def words(self) -> Mapping[str, str]:
        """Every known word, folded → its stage."""
        return {" ".join(words): phrase.stage for words, phrase in self._phrases.items()}

    def read(self, status: str) -> str | None:
        """The stage that ``status`` means; None where it means none that is known."""
        steps = _ARROWS.split(unicodedata.normalize("NFKC", status[:_LONGEST]))
        found = (self._stage_of(step) for step in reversed(steps))
        return next((stage for stage in found if stage is not None), None)

    def _stage_of(self, step: str) -> str | None:
        """The furthest of the stages in what stands between two arrows."""
        head: str | None = None
        for words in _segments(step):
            segment = _Segment(words, self._phrases)
            if segment.is_denial and head not in CLOSED:
                return None
            stage = segment.furthest() if head is None or segment.is_whole else None
            if stage is not None:
                head = stage if head is None else _further(head, stage)
            if segment.is_open_ended:
                break
        return head


def stage_named(name: str) -> str:
    """The stage of that very name: a built-in one, else one of the user's own.

    A rule for "Phone screen" makes it a stage beside In Progress.
    """
    return STAGES.get(folded(name), " ".join(name.split()).casefold().capitalize())


def _further(head: str, stage: str) -> str:
    """What a remark that is a stage makes of the head: an end stays, but "closed" tells no more."""
    if head == EXPIRED:
        return stage if stage in CLOSED else head
    return head if head in CLOSED else max(head, stage, key=_rank)


def _rank(stage: str) -> int:
    return _ORDER.get(stage, _ORDER[IN_PROGRESS])


def _segments(step: str) -> Iterator[list[str]]:
    text = _ROUND.sub("round", step)
    for part in _SEPARATORS.split(text):
        if words := _words_of(part):
            yield words


class _Segment:
    """The words between two separators: the stages in them, and what else is there.

    Attributes:
        stages: in the order in which they stand.
        is_whole: whether there is nothing but stages and words that say nothing.
        is_denial: whether it says "not", and no known phrase says what is not.
        is_open_ended: whether it goes on to what was before, or may come.
    """

    def __init__(self, words: Sequence[str], phrases: Mapping[tuple[str, ...], _Phrase]) -> None:
        self._phrases = phrases
        self._words = words
        self.stages: list[str] = []
        self.is_whole = True
        self.is_denial = False
        self.is_open_ended = False
        place = 0
        while place < len(words) and not (self.is_denial or self.is_open_ended):
            place += self._read(place)

    def furthest(self) -> str | None:
        """The stage at the head; the furthest one where the segment holds nothing but stages."""
        if not self.stages:
            return None
        if not self.is_whole:
            return self._at_the_end(self.stages[0])
        stages = set(self.stages)
        if IN_PROGRESS in stages and OFFERED not in stages:
            stages.discard(ACCEPTED)  # an invitation was accepted, or they were for the next round
        return max(stages, key=_rank)

    def _at_the_end(self, head: str) -> str:
        """What became of an offer may stand last: "Offer from Acme declined"."""
        last = self._phrases.get(("offer", self._words[-1])) if head == OFFERED else None
        return last.stage if last is not None and last.stage in CLOSED else head

    def _read(self, place: int) -> int:
        """Take in what stands at ``place``; returns how many words that is."""
        length, phrase = self._longest(place)
        word = self._words[place]
        if phrase is not None:
            if self.is_whole or not self.stages:
                self.stages.append(phrase.stage)
        elif word in _ENDS:
            self.is_open_ended = True
            self.is_whole = self.is_whole and place + 1 < len(self._words)  # "rejected before"
        elif word in _NEGATIONS:
            self._deny(word, place)
        elif word not in _FILLERS:
            self.is_whole = False
            self.is_open_ended = not self.stages  # the head is not known, and the rest is a remark
        return length

    def _deny(self, word: str, place: int) -> None:
        is_last = all(word in _FILLERS for word in self._words[place + 1 :])
        if not self.stages:
            self.is_denial, self.is_open_ended = is_last, True
        elif self.is_whole and self.stages[-1] not in CLOSED:
            self.is_denial = is_last or word in _DENIALS or self.stages[-1] == OFFERED
        self.is_whole = False

    def _longest(self, place: int) -> tuple[int, _Phrase | None]:
        for length in range(min(_MOST_WORDS, len(self._words) - place), 0, -1):
            words = tuple(self._words[place : place + length])
            phrase = self._phrases.get(words)
            if phrase is not None and (not phrase.stands_alone or self._is_all(place, length)):
                return length, phrase
        return 1, self._compound(self._words[place])

    def _is_all(self, place: int, length: int) -> bool:
        """Whether there is nothing beside the phrase but words that say nothing."""
        others = [*self._words[:place], *self._words[place + length :]]
        return all(word in _FILLERS for word in others)

    @staticmethod
    def _compound(word: str) -> _Phrase | None:
        for ending, stage in COMPOUNDS.items():
            if word.endswith(ending) and len(word) >= len(ending) + _COMPOUND_LETTERS:
                return _Phrase(stage, stands_alone=False)
        return None
