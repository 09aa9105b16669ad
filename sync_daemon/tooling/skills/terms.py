"""The skills and terms of a text: canonical, counted, with their kinds, the best first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from math import log
from typing import TYPE_CHECKING

from sync_daemon.tooling.skills.evidence import is_ambiguous, is_everyday, languages_among
from sync_daemon.tooling.skills.finder import builtin_finder
from sync_daemon.tooling.skills.kinds import kind_of
from sync_daemon.tooling.skills.matcher import builtin_matcher
from sync_daemon.tooling.skills.vocabulary import Kind
from sync_daemon.tooling.skills.words import sentences_of, small, word_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sync_daemon.tooling.skills.matcher import SkillMatch
    from sync_daemon.tooling.skills.ranking import Found, Reading
    from sync_daemon.tooling.skills.vocabulary import Skill

FLOOR = 0.12
"""The least confidence of a keyword: lower than the one that suits marking a text."""
FLOOR_UNKNOWN = 0.2
"""The same of a term that the vocabulary does not have; below it a term is not given."""
LISTED = 0.06
"""The confidence of what the vocabulary has and the tagger does not take for a term."""
LISTED_ABROAD = 0.3
"""The same in a text that is not English, of which the tagger knows little."""
_LANGUAGE = 0.4
"""The confidence of C, R and Go where they are languages."""
_REPEATED = 0.3
_NAMED = frozenset({Kind.LANGUAGE, Kind.FRAMEWORK, Kind.TOOL, Kind.SPOKEN_LANGUAGE})
_SHORT = 5
"""Letters up to which a wording counts as an abbreviation: k8s, CI/CD."""


@dataclass(slots=True)
class SkillTerm:
    """A term of a text.

    Attributes:
        name: the vocabulary's name of it; of one that it does not have, the text's own.
        kind: what sort of thing it is.
        known: whether the vocabulary has it.
        first: its place among the terms of the text.
        count: how often it occurs.
        confidence: how sure it is that it is one, 0 to 1; less where the weight is less.
        weight: the highest weight of the lines that it occurs in.
        texts: how the text writes it.
    """

    name: str
    kind: Kind
    known: bool
    first: int
    count: int = 0
    confidence: float = 0.0
    weight: float = 0.0
    texts: Counter[str] = field(default_factory=Counter)

    @property
    def text(self) -> str:
        """The commonest spelling; at a tie the first."""
        return max(self.texts, key=lambda one: self.texts[one])

    @property
    def label(self) -> str:
        """How to show it: names and abbreviations as they are known, wordings as written."""
        text = self.text
        if not self.known:
            return text
        is_name = self.kind in _NAMED or len(text) <= _SHORT or text.isupper()
        return self.name if is_name or text.lower() == self.name.lower() else text

    @property
    def is_sure(self) -> bool:
        """Whether the tagger takes it for a term; else the vocabulary alone does."""
        return self.confidence >= (FLOOR if self.known else FLOOR_UNKNOWN)

    @property
    def score(self) -> float:
        """What it is ranked by."""
        return self.confidence * (1 + _REPEATED * log(max(1, self.count)))


@dataclass(frozen=True, slots=True)
class _Place:
    """Some words of a line that may be a term."""

    start: int
    end: int
    skill: Skill | None
    confidence: float
    inner: tuple[SkillMatch, ...] = ()
    """What the vocabulary has of it."""


def skill_terms(lines: Iterable[tuple[str, float]], *, english: bool = True) -> list[SkillTerm]:
    """The terms of a text, the best first.

    Args:
        lines: its lines as plain text, each with a weight from 0 to 1 (see
            `sync_daemon.tooling.sections`).
        english: whether it is English (see `sync_daemon.tooling.skills.language`); of other
            languages the tagger knows little, and the vocabulary is trusted more.
    """
    pieces = [(words, weight) for line, weight in lines for words in sentences_of(line)]
    finder = builtin_finder()
    readings = finder.read([words for words, _ in pieces])
    terms: dict[str, SkillTerm] = {}
    for reading, found, (_, weight) in zip(
        readings, finder.find(readings, FLOOR), pieces, strict=True
    ):
        for place in _places(reading, found, english=english):
            _count(place, reading.words, weight, terms)
    given = [term for term in terms.values() if term.known or term.is_sure]
    return sorted(given, key=lambda term: (-round(term.score, 9), term.first))


def named_skills(lines: Iterable[str]) -> set[str]:
    """The names of the skills that stand in a text, each line by itself.

    For what a person says of themselves, where every name counts: what one line names does
    not depend on the others.
    """
    matcher = builtin_matcher()
    found: set[str] = set()
    for words in (words for line in lines for words in sentences_of(line)):
        matches = matcher.find(words)
        sure = [match for match in matches if not is_ambiguous(match, words)]
        found.update(match.skill.name for match in sure + languages_among(words, matches))
    return found


def _places(reading: Reading, found: Sequence[Found], *, english: bool) -> list[_Place]:
    """The terms of a line: what the tagger found, and what only the vocabulary has."""
    places = [
        place
        for place in (_found_place(reading, one) for one in found)
        if place is not None and (english or place.inner)
    ]
    taken = {index for place in places for index in range(place.start, place.end)}
    listed, is_doubtful = (LISTED, is_everyday) if english else (LISTED_ABROAD, is_ambiguous)
    places += [
        _Place(match.start, match.end, match.skill, listed)
        for match in reading.matches
        if not is_doubtful(match, reading.words) and taken.isdisjoint(range(match.start, match.end))
    ]
    return places + [
        _Place(match.start, match.end, match.skill, _LANGUAGE)
        for match in languages_among(reading.words, reading.matches)
        if match.start not in taken
    ]


def _found_place(reading: Reading, found: Found) -> _Place | None:
    """What the tagger found, without the signs at its ends; C, R and Go alone are left out."""
    words = reading.words
    start, end = found.start, found.end
    while start < end and not _has_letter(words[end - 1]):
        end -= 1
    while start < end and not _has_letter(words[start]):
        start += 1
    inner = [match for match in reading.matches if start <= match.start and match.end <= end]
    whole = inner[0] if inner and (inner[0].start, inner[0].end) == (start, end) else None
    if start == end or (whole is not None and is_ambiguous(whole, words)):
        return None
    return _Place(start, end, whole.skill if whole else None, found.confidence, tuple(inner))


def _has_letter(word: str) -> bool:
    return any(letter.isalnum() for letter in word)


def _count(place: _Place, words: Sequence[str], weight: float, terms: dict[str, SkillTerm]) -> None:
    skill, written = place.skill, words[place.start : place.end]
    text = " ".join(written)
    key = small(skill.name) if skill else " ".join(map(word_key, written))
    term = terms.get(key)
    if term is None:
        kind = skill.kind if skill else kind_of(words, place.start, place.end, place.inner)
        name = skill.name if skill else text
        term = terms[key] = SkillTerm(name, kind, skill is not None, len(terms))
    term.count += 1
    term.texts[text] += 1
    term.weight = max(term.weight, weight)
    term.confidence = max(term.confidence, place.confidence * weight)
