"""Degrees, from none to a doctorate."""

from __future__ import annotations

import re
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Degree(IntEnum):
    """A level; the higher one covers the lower."""

    VOCATIONAL = 1
    BACHELOR = 2
    MASTER = 3
    DOCTORATE = 4

    @property
    def words(self) -> str:
        """As it is shown."""
        return {1: "vocational training", 2: "bachelor", 3: "master", 4: "doctorate"}[self]


_PATTERNS = {
    Degree.DOCTORATE: r"ph\.? ?d|d\.?phil|doctorate|doctoral degree|promotion in|doctorat",
    Degree.MASTER: (
        r"(?<!scrum )(?<!web)master(?:['’]?s)?(?= (?:degree|of|in|or|and|level)\b|['’,;/)]|$)"
        r"|m\.? ?sc|m\.?eng|mba|diplom-?(?:ingenieur|informatik|kaufmann)\w*|bac ?\+ ?5|máster"
    ),
    Degree.BACHELOR: (
        r"bachelor(?:['’]?s)?|b\.? ?sc|b\.?eng|(?:undergraduate|college|university) degree"
        r"|degree in|studium|hochschulabschluss|licence en|bac ?\+ ?3|grado en"
        r"|título universitario|hbo"
    ),
    Degree.VOCATIONAL: (
        r"apprenticeship|vocational training|associate(?:['’]?s)? degree|ausbildung|bts|mbo"
        r"|berufsausbildung|formación profesional"
    ),
}
_COMPILED = [(level, re.compile(rf"\b(?:{pattern})(?!\w)")) for level, pattern in _PATTERNS.items()]
# Written like this they are degrees, in small letters words.
_EXACT = (
    (Degree.MASTER, re.compile(r"\b(?:M\.S\.|M\.A\.|MS|MA)(?= (?:in|degree)\b|/)")),
    (Degree.BACHELOR, re.compile(r"\b(?:B\.S\.|B\.A\.|BS|BA)(?= (?:in|degree)\b|/)")),
)


def degrees_in(line: str) -> set[Degree]:
    """The levels that a line names."""
    low = line.lower()
    named = {level for level, pattern in _COMPILED if pattern.search(low)}
    return named | {level for level, pattern in _EXACT if pattern.search(line)}


def highest_degree(lines: Iterable[str]) -> Degree | None:
    """The highest level in a résumé."""
    return max((level for line in lines for level in degrees_in(line)), default=None)
