"""Dates as people type them: 3.6., June 3rd, 3 de junio de 2026, 03/06/26 at 2 pm.

Strict on purpose. What could be two days, and what counts from today (yesterday,
next Monday), is not read: it would mean something else tomorrow.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, TypeAlias

from sync_daemon.processing.calendar_words import CalendarWords, calendar_words, folded

if TYPE_CHECKING:
    from sync_daemon.domain.cell_locale import CellLocale

_AHEAD = timedelta(days=90)  # how far a date without a year may lie behind the day it was typed
_LONGEST = 80  # characters
_CENTURY = 2000
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_YEAR_DIGITS = 4
_NOON = 12
_MONTHS = 12
_FILLERS = frozenset(
    """on the of by until at since from am um den dem der bis vom seit le du au des a las
    el de del op om tot van il al alle da do dia em as uhr kl""".split()  # noqa: SIM905 - words
)
_REMARK = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_EASTERN = (re.compile(r"(\d)\s*[年月년월]\s*(?=\d)"), re.compile(r"(\d)\s*[日일]"))
_CLOCK = re.compile(
    r"(?<![\d./:-])(?P<hour>\d{1,2})"
    r"(?:[:h](?P<minute>\d{2})(?::(?P<second>\d{2}))?(?: ?(?P<half>[ap])\.?m\b\.?)?"
    r"|(?:\.(?P<dotted>\d{2}))? ?(?P<half2>[ap])\.?m\b\.?"
    r"|\.(?P<dotted2>\d{2}) uhr| ?uhr| ?h)"
    r"(?: uhr| h)?(?![\w:])"
)
_WORDS = re.compile(r"[^\W\d_]+")
_PARTS = re.compile(r"\d+|[^\W\d_]+")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|ere|eme|e|ste|de|o|a)\b")
_SHORT_YEAR = re.compile(r"'(?=\d\d\b)")
_OTHER_SIGNS = re.compile(r"[^\w\s.,;/'-]|_")
_COMPACT = re.compile(r"((?:19|20)\d\d)([01]\d)([0-3]\d)")
_FIGURES = re.compile(r"(\d{1,4}) ?([./-]) ?(\d{1,2})(?: ?\2 ?(\d{4}|\d{1,2})\.?|\.?)")

_Day: TypeAlias = "tuple[int | None, int, int]"  # year, month, day


@dataclass(frozen=True, slots=True)
class _Typed:
    """A text without its remark and time, folded; and the time, where there is one."""

    text: str
    at: time = time()


def read_date(text: str, locale: CellLocale) -> date | None:
    """The day in ``text``, a time beside it left out; None where it cannot be read."""
    moment = _iso(text)
    return moment.date() if moment is not None else _day(_taken_apart(text).text, locale)


def read_moment(text: str, locale: CellLocale) -> datetime | None:
    """Day and time in ``text``, midnight without a time; None where it cannot be read."""
    moment = _iso(text)
    if moment is None:
        typed = _taken_apart(text)
        day = _day(typed.text, locale)
        moment = None if day is None else datetime.combine(day, typed.at)
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=locale.zone)


def _iso(text: str) -> datetime | None:
    """ISO 8601 with its hyphens, but for weeks, which nobody types."""
    if "W" in text or "-" not in text or len(text) > _LONGEST:
        return None
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return None


def _taken_apart(text: str) -> _Typed:
    plain = unicodedata.normalize("NFKC", text[: 2 * _LONGEST])
    plain = _REMARK.sub(" ", plain)
    plain = _EASTERN[1].sub(r"\1", _EASTERN[0].sub(r"\1-", plain))
    plain = " ".join(folded(plain).replace("\u2019", "'").split())
    if len(plain) > _LONGEST:
        return _Typed("")
    found = _CLOCK.search(plain)
    at = _time(found) if found else None
    if found is None or at is None:
        return _Typed(plain)
    return _Typed(f"{plain[: found.start()]} {plain[found.end() :]}", at)


def _time(found: re.Match[str]) -> time | None:
    hour = int(found["hour"])
    minute = int(found["minute"] or found["dotted"] or found["dotted2"] or 0)
    half = found["half"] or found["half2"]
    if half:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if half == "p" else 0)
    try:
        return time(hour, minute, int(found["second"] or 0))
    except ValueError:
        return None


def _day(text: str, locale: CellLocale) -> date | None:
    words = calendar_words(locale.code)
    text = _ORDINAL.sub("", _SHORT_YEAR.sub("", text))
    parts = _in_figures(text, words) or _in_words(text, words)
    return None if parts is None else _dated(parts, locale.typed_on)


def _in_figures(text: str, words: CalendarWords) -> _Day | None:
    """2026-06-03, 3.6.26, 6/3, around which a weekday may stand."""
    bare = _WORDS.sub(lambda word: "" if _says_nothing(word[0], words) else word[0], text)
    bare = bare.strip(" ,;-")
    if found := _COMPACT.fullmatch(bare):
        return int(found[1]), int(found[2]), int(found[3])
    found = _FIGURES.fullmatch(bare) or _FIGURES.fullmatch(bare.strip("."))
    if found is None:
        return None
    first, sign, second, third = found.groups()
    if len(first) == _YEAR_DIGITS:
        return (int(first), int(second), int(third)) if third and len(third) < len(first) else None
    if third is None and sign == "-":
        return None  # 3-6 is from the third to the sixth as well
    if third is not None and len(third) < _YEAR_DIGITS and words.is_year_first:
        return _year(first), int(second), int(third)
    if third is not None and len(third) == 1:
        return None
    day_and_month = _in_order(int(first), int(second), sign, words)
    return None if day_and_month is None else (_year(third), *day_and_month)


def _in_order(first: int, second: int, sign: str, words: CalendarWords) -> tuple[int, int] | None:
    """Month and day of 3/6, in the locale's order; 3.6. is in June but where others write it so."""
    is_day_first = words.is_day_first
    if sign == "." and not (words.is_dotted and is_day_first is False):
        is_day_first = True
    if first > _MONTHS:
        is_day_first = True
    elif second > _MONTHS:
        is_day_first = False
    elif first == second:
        return first, second
    if is_day_first is None:
        return None
    return (second, first) if is_day_first else (first, second)


def _in_words(text: str, words: CalendarWords) -> _Day | None:
    """3 June, June 3rd 2026, 3-Jun-26, 2026 June 3: a month's name, a day, perhaps a year."""
    if _OTHER_SIGNS.search(text):
        return None
    parts: list[str] = _PARTS.findall(text)
    names = [part for part in parts if not part.isdecimal()]
    months = [name for name in names if name in words.months]
    if len(months) > 1:  # "mar" is a Tuesday in Spain, and a month without its accent
        months = [name for name in months if name not in words.weekdays]
    if len(months) != 1 or not all(n in months or _says_nothing(n, words) for n in names):
        return None
    figures = [part for part in parts if part.isdecimal()]
    return _with_month(words.months[months[0]], figures)


def _with_month(month: int, figures: list[str]) -> _Day | None:
    match [(len(figure), figure) for figure in figures]:
        case [(1 | 2, day)]:
            return None, month, int(day)
        case [(1 | 2, day), (2 | 4, year)] | [(4, year), (1 | 2, day)]:
            return _year(year), month, int(day)
        case _:
            return None


def _says_nothing(word: str, words: CalendarWords) -> bool:
    return word in _FILLERS or word in words.fillers


def _year(text: str | None) -> int | None:
    if text is None:
        return None
    return int(text) if len(text) == _YEAR_DIGITS else _CENTURY + int(text)


def _dated(parts: _Day, typed_on: date | None) -> date | None:
    """The date; without a year, the last such day up to three months behind when it was typed.

    A job hunter notes what was, and what is agreed on for the weeks to come.
    """
    year, month, day = parts
    if year is not None:
        return _real(year, month, day)
    if typed_on is None:
        return None
    years = range(typed_on.year + 1, typed_on.year - _LEAP, -1)
    days = (_real(year, month, day) for year in years)
    return next((d for d in days if d is not None and d <= typed_on + _AHEAD), None)


_LEAP = 8  # years at most between two 29ths of February


def _real(year: int, month: int, day: int) -> date | None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
