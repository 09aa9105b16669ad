"""Spoken languages and how well they are spoken, on the scale from A1 to C2 and native."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sync_daemon.tooling.skills.matcher import builtin_matcher
from sync_daemon.tooling.skills.vocabulary import Kind
from sync_daemon.tooling.skills.words import sentences_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2", "native")
_LINKS = frozenset({"and", "or", "und", "oder", "et", "ou", "y", "o", "en", "of", "&", "/"})
_ENDS = frozenset({",", ";", "|", "·", "•", "."})
_SIGNS = {
    6: r"native|mother tongue|muttersprach\w*|langue maternelle|lengua materna|moedertaal",
    5: r"c2",
    4: (
        r"c1|fluen(?:t|cy|tly)|verhandlungssicher\w*|fließend\w*|courant|fluido|vloeiend|excellent"
        r"|full professional|business[- ]level|sehr gute?n?"
    ),
    3: r"b2|professional|proficien(?:t|cy)|gute?n?|good|advanced|fortgeschritten\w*|avanzado",
    2: r"b1|intermediate|conversational|working",
    1: r"a2|basic|grundkenntnisse|elementary|básico|notions",
    0: r"a1|beginner",
}
_LEVELS = [(level, re.compile(rf"(?<!\w)(?:{signs})(?!\w)")) for level, signs in _SIGNS.items()]


def spoken_languages(lines: Iterable[str]) -> dict[str, int | None]:
    """Language → its level as a place in `LEVELS`, the highest named; None if none is."""
    found: dict[str, int | None] = {}
    for words in (words for line in lines for words in sentences_of(line)):
        for name, level in _of_line(words).items():
            known = found.get(name)
            found[name] = max((one for one in (known, level) if one is not None), default=None)
    return found


def _of_line(words: Sequence[str]) -> dict[str, int | None]:
    """The level of each language of a line, from the words between its separators.

    After "and" it goes on for the next language: fluent German and English.
    """
    found: dict[str, int | None] = {}
    before: int | None = None
    for separator, part in _parts(words):
        level = _level(part)
        if level is None and separator in _LINKS:
            level = before
        for match in builtin_matcher().find(part):
            if match.skill.kind is Kind.SPOKEN_LANGUAGE and part[match.start][0].isupper():
                found[match.skill.name] = level
        before = level
    return found


def _parts(words: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """The stretches between separators, each with the one before it."""
    separator, part = "", list[str]()
    for word in words:
        if word.lower() in _LINKS or word in _ENDS:
            yield separator, part
            separator, part = word.lower(), []
        else:
            part.append(word)
    yield separator, part


def _level(words: Sequence[str]) -> int | None:
    text = " ".join(words).lower()
    return next((level for level, pattern in _LEVELS if pattern.search(text)), None)
