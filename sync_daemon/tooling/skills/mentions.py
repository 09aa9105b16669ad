"""Whether a text names a term, in whatever spelling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync_daemon.tooling.skills.matcher import builtin_matcher
from sync_daemon.tooling.skills.terms import named_skills
from sync_daemon.tooling.skills.words import sentences_of, word_key, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Mentions:
    """The skills and the words of a text, line by line."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.skills = frozenset(named_skills(lines))
        # The bar keeps a phrase from reaching over the end of a sentence.
        self._words = "|".join(
            f" {_keys(words)} " for line in lines for words in sentences_of(line)
        )

    def has(self, texts: Iterable[str]) -> bool:
        """Whether it names one of the spellings, or the skill that one of them means."""
        return any(self._has(words_of(text)) for text in texts)

    def _has(self, words: Sequence[str]) -> bool:
        if not words:
            return False
        skills = [
            match.skill.name
            for match in builtin_matcher().find(words)
            if match.end - match.start == len(words)
        ]
        if skills:
            return skills[0] in self.skills
        return f" {_keys(words)} " in self._words


def _keys(words: Sequence[str]) -> str:
    return " ".join(map(word_key, words))
