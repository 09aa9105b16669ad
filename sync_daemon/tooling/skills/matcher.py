"""Find the vocabulary's spellings in a line: a trie of words, the longest match first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from sync_daemon.tooling.skills.vocabulary import all_spellings
from sync_daemon.tooling.skills.words import word_key, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sync_daemon.tooling.skills.vocabulary import Skill, Spelling


@dataclass(frozen=True, slots=True)
class SkillMatch:
    """A skill of the vocabulary, at the words from ``start`` up to ``end``."""

    start: int
    end: int
    skill: Skill


class _Node:
    """A place in the trie: the words that may follow, and what ends here."""

    __slots__ = ("by_case", "following", "skill")

    def __init__(self) -> None:
        self.following: dict[str, _Node] = {}
        self.skill: Skill | None = None
        self.by_case: dict[tuple[str, ...], Skill] = {}


class Matcher:
    """The spellings, ready to be found. Each word of a line is looked at a few times at most."""

    def __init__(self, spellings: Iterable[Spelling]) -> None:
        self._root = _Node()
        for spelling in spellings:
            self._add(spelling)

    def may_start(self, key: str) -> bool:
        """Whether a spelling begins with the word of that key."""
        return key in self._root.following

    def find(self, words: Sequence[str]) -> list[SkillMatch]:
        """The matches that do not overlap, from left to right, the longest at each place."""
        keys = [word_key(word) for word in words]
        starts = [place for place, key in enumerate(keys) if key in self._root.following]
        return self.find_from(words, keys, starts)

    def find_from(
        self, words: Sequence[str], keys: Sequence[str], starts: Iterable[int]
    ) -> list[SkillMatch]:
        """The same for a caller that knows the keys and at which places one `may_start`."""
        found: list[SkillMatch] = []
        free = 0
        for start in starts:
            match = self._longest(words, keys, start) if start >= free else None
            if match is not None:
                found.append(match)
                free = match.end
        return found

    def _longest(self, words: Sequence[str], keys: Sequence[str], start: int) -> SkillMatch | None:
        node = self._root
        best: SkillMatch | None = None
        for end in range(start, len(keys)):
            following = node.following.get(keys[end])
            if following is None:
                break
            node = following
            skill = node.skill
            if node.by_case:
                skill = node.by_case.get(tuple(words[start : end + 1]), skill)
            if skill is not None:
                best = SkillMatch(start, end + 1, skill)
        return best

    def _add(self, spelling: Spelling) -> None:
        words = words_of(spelling.text)
        node = self._root
        for word in words:
            node = node.following.setdefault(word_key(word), _Node())
        if spelling.exact:
            node.by_case[tuple(words)] = spelling.skill
        elif node.skill is None:
            node.skill = spelling.skill


@cache
def builtin_matcher() -> Matcher:
    """The matcher of the vocabulary that comes with sheetd."""
    return Matcher(all_spellings())
