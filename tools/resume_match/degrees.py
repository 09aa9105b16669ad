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
    Degree.DOCTORATE: (
        r"ph\.? ?d|d\.?phil|doctorate|doctoral degree|doctor of|promoviert|promotionsstudium"
        r"|dr\. ?(?:rer|med|phil|jur|oec)|dr\.-ing|doctorat|doctorado"
    ),
    Degree.MASTER: (
        r"(?<!scrum )(?<!web)master(?:['’]?s)?(?= (?:degree|of|in|or|and|level)\b|['’,;/)]|$)"
        r"|m\.? ?sc|m\.?eng|mba|diplom-?(?:ingenieur|informatik|kaufmann)\w*|diplom(?= in\b|$)"
        r"|master(?:studium|abschluss|studiengang)|bac ?\+ ?5|máster"
    ),
    Degree.BACHELOR: (
        r"bachelor(?:['’]?s)?|b\.? ?sc|b\.?eng|(?:undergraduate|college|university) degree"
        r"|degree in|(?:hochschul|bachelor|universitäts)?studium|(?:hochschul|bachelor)abschluss"
        r"|licence en|bac ?\+ ?3|grado en|título universitario"
        r"|hbo(?=[-/]| (?:werk|denk|niveau|opleiding|diploma|of)|$)"
    ),
    Degree.VOCATIONAL: (
        r"apprenticeship|vocational training|associate(?:['’]?s)? degree|ausbildung|bts"
        r"|mbo(?=[-/]| (?:werk|denk|niveau|opleiding|diploma|of|[1-4])|$)"
        r"|berufsausbildung|formación profesional"
    ),
}
_COMPILED = [(level, re.compile(rf"\b(?:{pattern})(?!\w)")) for level, pattern in _PATTERNS.items()]
# Written like this they are degrees, in small letters words.
_EXACT = (
    (Degree.MASTER, re.compile(r"\b(?:M\.S\.|M\.A\.|MS|MA)(?= (?:in(?! the\b)|degree)\b|/)")),
    (Degree.BACHELOR, re.compile(r"\b(?:B\.S\.|B\.A\.|BS|BA)(?= (?:in|degree)\b|/)")),
)

_NOT_ASKED = re.compile(
    r"\b(?:no|without|kein\w*|sans|sin) (?:[\w'’]{1,20} ){0,3}?"
    r"(?:degree|bachelor|master|diploma|studium|diplôme|título)"
    r"|(?:degree|studium) (?:is |are )?not (?:required|necessary|needed|a must)"
)
_EQUIVALENT = re.compile(
    r"\b(?:or|and/or) (?:an? |the )?(?:equivalent|comparable)(?: [a-z]{1,20}){0,2}? experience"
    r"|\bequivalent (?:practical |work |professional )?experience|\boder vergleichbare"
    r"|\bou (?:expérience )?équivalent|\bo (?:experiencia )?equivalente"
)


def asked_degree(line: str) -> Degree | None:
    """What a line of a posting asks for at least: the lowest of its alternatives."""
    if _NOT_ASKED.search(line.lower()):
        return None
    return min(degrees_in(line), default=None)


def takes_experience(line: str) -> bool:
    """Whether a line takes experience in place of a degree."""
    return _EQUIVALENT.search(line.lower()) is not None


def degrees_in(line: str) -> set[Degree]:
    """The levels that a line names."""
    low = line.lower()
    named = {level for level, pattern in _COMPILED if pattern.search(low)}
    return named | {level for level, pattern in _EXACT if pattern.search(line)}


def highest_degree(lines: Iterable[str]) -> Degree | None:
    """The highest level in a résumé."""
    return max((level for line in lines for level in degrees_in(line)), default=None)
