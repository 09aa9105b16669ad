"""How many years of experience a posting asks for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_NUMBERS = {
    word: number
    for number, words in enumerate(
        (
            "one ein eine einem un una uno een",
            "two zwei deux dos twee",
            "three drei trois tres drie",
            "four vier quatre cuatro",
            "five fünf cinq cinco vijf",
            "six sechs seis zes",
            "seven sieben sept siete zeven",
            "eight acht huit ocho",
            "nine neun neuf nueve negen",
            "ten zehn dix diez tien",
        ),
        start=1,
    )
    for word in words.split()
}
_NUMBER = rf"\d{{1,2}}(?:[.,]5)?|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))}"
_YEARS = re.compile(
    rf"(?<![\w$€£.,/-])(?P<least>{_NUMBER})(?:\s?\(\d{{1,2}}\))?\s?\+?"
    rf"(?:\s?(?:-|–|—|to|bis|à|a|or|oder|tot)\s?(?:{_NUMBER}))?\s?\+?\s"
    r"(?:or\s+more\s+|plus\s+|full\s+|of\s+)?"
    r"(?:years?|yrs?|jahre?n?|jährige|ans|années|años?|jaar)\b['\u2019]?",
    re.IGNORECASE,
)
_YEAR = re.compile("[Yy](?:ea)?r|[Jj]a[ah]r|JAHR|YEAR|ans?\\b|ann|año|AÑO")
"""Told quickly by nearly every line that has none."""
_EXPERIENCE = re.compile(
    r"\bexperience|\bexperienced|\bexp\b|erfahrung|expérience|experiencia|ervaring|\bworking (?:in|"
    r"with|as|on)\b|\bbackground\b|\bworked\b|\btrack record\b",
    re.IGNORECASE,
)
_OF_THE_EMPLOYER = re.compile(
    r"(?i)\b(?:we have|we've|we are|our (?:company|firm|group|clients?)|founded|established"
    r"|company with|history|heritage|for over|for more than|celebrat\w+|anniversary"
    r"|years? (?:old|of age|ago)|wir sind|wir haben|unser unternehmen|nous sommes|somos)\b"
)
_END = re.compile(r"[.;!?]\s")
_REACH = 80
"""Characters around the years within which experience must be mentioned."""
_MOST = 40
_LONGEST_LINE = 5_000


def years_of_experience(lines: Iterable[str]) -> float | None:
    """The years that are asked for at least; of several, the most. None if none are.

    Of a range it is the lower end: 3 for "3-5 years of experience".
    """
    told = (line[:_LONGEST_LINE] for line in lines if _YEAR.search(line))
    found = [years for line in told for years in _of_line(line)]
    return max(found, default=None)


def _of_line(line: str) -> Iterable[float]:
    for match in _YEARS.finditer(line):
        before = _END.split(line[max(0, match.start() - _REACH) : match.start()])[-1]
        after = _END.split(line[match.end() : match.end() + _REACH])[0]
        if _OF_THE_EMPLOYER.search(before + match.group() + after):
            continue
        if _EXPERIENCE.search(before) or _EXPERIENCE.search(after) or "+" in match.group():
            years = _value(match["least"])
            if 0 < years <= _MOST:
                yield years


def _value(text: str) -> float:
    word = text.lower()
    return float(_NUMBERS[word]) if word in _NUMBERS else float(word.replace(",", "."))
