"""How long somebody has worked: the periods of a résumé, those that overlap counted once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .headings import begins_other_section, begins_work

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

_MONTHS = (
    "january jan januar janvier janv enero ene januari janeiro",
    "february feb febr fév févr februar février febrero februari fevereiro",
    "march mar mär mrt märz mars marzo maart março",
    "april apr avr avril abr abril",
    "may mai mayo mei maio",
    "june jun juin junio juni junho",
    "july jul juil juillet julio juli julho",
    "august aug aoû août ago agosto augustus",
    "september sep sept septembre septiembre setembro set",
    "october oct okt oktober octobre octubre outubro out",
    "november nov novembre noviembre novembro",
    "december dec dez dezember déc décembre dic diciembre dezembro des",
)
_MONTH_OF = {
    name: number for number, names in enumerate(_MONTHS, start=1) for name in names.split()
}
_NAMES = "|".join(sorted(_MONTH_OF, key=len, reverse=True))


def _point(name: str) -> str:
    """The pattern of a month: 2019, March 2019, Mar '19, 03/2019, 31.03.2019, 2019-03."""
    return (
        rf"(?:(?:(?:\d{{1,2}}\.?\s)?(?P<{name}n>{_NAMES})\b\.?,?\s?'?"
        rf"|(?:(?P<{name}d>\d{{1,2}})[/.])?(?P<{name}m>\d{{1,2}})[/.])?"
        rf"(?P<{name}y>(?:19|20)\d\d)|(?P<{name}s>{_NAMES})\b\.?\s?['’](?P<{name}z>\d\d))"
        rf"(?:[-/](?P<{name}i>0[1-9]|1[0-2])(?:-\d\d)?(?!\d))?"
    )


_NOW = (
    r"present|now|today|(?:to )?date|current(?:ly)?|ongoing|heute|aktuell|jetzt|laufend"
    r"|aujourd['’]hui|présent|ce jour|actualidad|presente|actual|heden|nu"
)
_PERIOD = re.compile(
    rf"(?<![\w/.-]){_point('a')}\s*(?:-{{1,2}}|–|—|−|to|until|till|bis|à|au|a|hasta|tot)\s*"
    rf"(?:{_point('b')}|(?P<now>{_NOW}))(?![\w/])",
    re.IGNORECASE,
)
_SINCE = re.compile(rf"\b(?:since|seit|depuis|desde|sinds)\s+{_point('a')}(?![\w/])", re.IGNORECASE)
_MOST_YEARS = 60
_CENTURY = 100


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
        if begins_other_section(line):
            counts = False
        elif begins_work(line):
            counts = True
        if counts:
            yield line


def _periods(line: str, now: int) -> Iterator[tuple[int, int]]:
    """The first month and the one after the last, counted from the year 0."""
    for match in _PERIOD.finditer(line):
        start = _month(match, "a", 1, now)
        end = now if match["now"] else _month(match, "b", 12, now)
        yield from _plausible(start, end, now)
    for match in _SINCE.finditer(line):
        yield from _plausible(_month(match, "a", 1, now), now, now)


def _plausible(start: int, end: int, now: int) -> Iterator[tuple[int, int]]:
    if start <= end <= now + 12 and start <= now and end - start <= _MOST_YEARS * 12:
        yield start, min(end, now) + 1


def _month(match: re.Match[str], point: str, unsaid: int, now: int) -> int:
    name = (match[f"{point}n"] or match[f"{point}s"] or "").lower()
    number = match[f"{point}m"] or match[f"{point}i"]
    month = int(number) if number else _MONTH_OF.get(name, unsaid)
    return _year(match[f"{point}y"], match[f"{point}z"], now) * 12 + min(max(month, 1), 12)


def _year(full: str | None, short: str | None, now: int) -> int:
    """A year; of two digits the last that is not in the future."""
    if full:
        return int(full)
    this = now // 12
    year = this // _CENTURY * _CENTURY + int(short or 0)
    return year if year <= this else year - _CENTURY


def _covered(periods: Iterable[tuple[int, int]]) -> int:
    months = reached = 0
    for start, end in sorted(periods):
        months += max(0, end - max(start, reached))
        reached = max(reached, end)
    return months
