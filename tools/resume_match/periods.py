"""How long somebody has worked: the periods of a résumé, those that overlap counted once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

_MONTHS = (
    "jan januar janvier enero janeiro", "feb fév fev februar février febrero",
    "mar mär mrt märz mars marzo maart", "apr avr abr", "may mai mayo mei maio",
    "jun juin junio juni", "jul juil julio juli juillet", "aug aoû ago août agosto",
    "sep sept set", "oct okt out", "nov", "dec dez déc dic des",
)  # fmt: skip
_MONTH_OF = {
    name: number for number, names in enumerate(_MONTHS, start=1) for name in names.split()
}


def _point(name: str) -> str:
    """The pattern of a month: 2019, March 2019, 03/2019, 2019-03."""
    return (
        rf"(?:(?P<{name}n>[^\W\d_]{{3,10}}\.?)\s|(?P<{name}m>\d{{1,2}})[/.])?"
        rf"(?P<{name}y>(?:19|20)\d\d)(?:-(?P<{name}i>\d\d)(?:-\d\d)?)?"
    )


_NOW = (
    r"present|now|today|current(?:ly)?|ongoing|heute|aktuell|jetzt|aujourd['’]hui|présent"
    r"|actualidad|presente|actual|heden|nu"
)
_PERIOD = re.compile(
    rf"(?<![\w/.-]){_point('a')}\s*(?:-|–|—|to|until|bis|à|au|a|hasta|tot)\s*"
    rf"(?:{_point('b')}|(?P<now>{_NOW}))(?![\w/])",
    re.IGNORECASE,
)
_SINCE = re.compile(rf"\b(?:since|seit|depuis|desde|sinds)\s+{_point('a')}(?![\w/])", re.IGNORECASE)
_OTHER_HEADING = re.compile(
    r"(?i)^\W*(?:education|academic|ausbildung|studium|bildung|formation|formación|educación|opleiding"
    r"|projects?|projekte|volunteer\w*|ehrenamt|certific\w+|publications?|awards?|hobb\w+|interests?"
    r"|languages?|sprachen|skills?|kenntnisse|courses?)\b"
)
_WORK_HEADING = re.compile(
    r"(?i)^\W*(?:(?:work|professional|relevant) ?(?:experience|history)?|experience|career"
    r"|employment|berufserfahrung|beruflicher werdegang|berufliche|expérience|parcours|experiencia"
    r"|werkervaring|ervaring)\b"
)
_LONGEST_HEADING = 40
_MOST_YEARS = 60


def years_of_work(lines: Iterable[str], today: date) -> float | None:
    """The years of the periods in a résumé, those of education and projects left out.

    None if there are no periods.
    """
    now = today.year * 12 + today.month
    periods = [period for line in _work(lines) for period in _periods(line, now)]
    return round(_covered(periods) / 12, 1) if periods else None


def _work(lines: Iterable[str]) -> Iterator[str]:
    counts = True
    for line in lines:
        if len(line) <= _LONGEST_HEADING and not any(letter.isdigit() for letter in line):
            if _OTHER_HEADING.search(line):
                counts = False
            elif _WORK_HEADING.search(line):
                counts = True
        if counts:
            yield line


def _periods(line: str, now: int) -> Iterator[tuple[int, int]]:
    """The first month and the one after the last, counted from the year 0."""
    for match in _PERIOD.finditer(line):
        start = _month(match, "a", 1)
        end = now if match["now"] else _month(match, "b", 12)
        yield from _plausible(start, end, now)
    for match in _SINCE.finditer(line):
        yield from _plausible(_month(match, "a", 1), now, now)


def _plausible(start: int, end: int, now: int) -> Iterator[tuple[int, int]]:
    if start <= end <= now + 12 and end - start <= _MOST_YEARS * 12:
        yield start, min(end, now) + 1


def _month(match: re.Match[str], point: str, unsaid: int) -> int:
    name = (match[f"{point}n"] or "").lower().rstrip(".")
    number = match[f"{point}m"] or match[f"{point}i"]
    month = int(number) if number else _MONTH_OF.get(name, _MONTH_OF.get(name[:3], unsaid))
    return int(match[f"{point}y"]) * 12 + min(max(month, 1), 12)


def _covered(periods: Iterable[tuple[int, int]]) -> int:
    months = reached = 0
    for start, end in sorted(periods):
        months += max(0, end - max(start, reached))
        reached = max(reached, end)
    return months
