"""Dates as people type them, and days that are counted from them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Collection

Weekends = Literal["count", "move", "skip"]

_SATURDAY = 5
_WORKING_DAYS = 5  # of a week
_MONTHS_IN_YEAR = 12
_LONGEST = 60  # characters of a typed date
_CENTURY = 2000
_EARLIEST, _LATEST = date(1970, 1, 1), date(2200, 1, 1)
_TWO_DIGITS = 2
_MONTH_NAMES = """
january jan januar jänner janvier janv enero ene januari
february feb februar février févr fév febrero februari
march mar märz mrz mars marzo maart mrt
april apr avril avr abril abr
may mai mayo mei
june jun juni juin junio
july jul juli juillet juil julio
august aug août agosto ago augustus
september sep sept septembre septiembre
october oct oktober okt octobre octubre
november nov novembre noviembre
december dec dezember dez décembre déc diciembre dic
"""
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ][\d:.+Z-]{1,30})?")
_NUMERIC = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})")
_DAY_FIRST = re.compile(
    r"(?:[^\W\d_]{2,12},? )?(\d{1,2})(?:st|nd|rd|th|er|\.|º)? (?:de |of )?([^\W\d_]{3,10})\.?,?"
    r" (?:de |del )?(\d{4})"
)
_MONTH_FIRST = re.compile(
    r"(?:[^\W\d_]{2,12},? )?([^\W\d_]{3,10})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})"
)


def _folded(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in letters if not unicodedata.combining(sign))


_MONTHS = {
    _folded(name): number
    for number, line in enumerate(_MONTH_NAMES.strip().splitlines(), start=1)
    for name in line.split()
}


def read_date(value: object) -> object:
    """``value`` of a cell as a date, where it is one or text; blank text is no date.

    Raises:
        ValueError: the text is no date, or may be two, or lies in another age.
    """
    day = _day(value)
    if isinstance(day, date) and not _EARLIEST <= day <= _LATEST:
        message = f"{day} is not between {_EARLIEST.year} and {_LATEST.year}"
        raise ValueError(message)
    return day


def _day(value: object) -> object:
    if isinstance(value, datetime):
        return value.date()
    if not isinstance(value, str):
        return value
    text = " ".join(unicodedata.normalize("NFKC", value[:_LONGEST]).split())
    return _typed_date(text) if text else None


def _typed_date(text: str) -> date:
    if match := _ISO.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
        return _date(text, year, month, day)
    if match := _NUMERIC.fullmatch(text):
        first, sign, second, year_text = match.groups()
        return _numeric_date(text, int(first), int(second), _year(year_text), dotted=sign == ".")
    if match := _DAY_FIRST.fullmatch(text):
        return _date(text, int(match[3]), _month(match[2]), int(match[1]))
    if match := _MONTH_FIRST.fullmatch(text):
        return _date(text, int(match[3]), _month(match[1]), int(match[2]))
    message = f"{text!r} is no date; write it like 2026-05-31"
    raise ValueError(message)


def _numeric_date(text: str, first: int, second: int, year: int, *, dotted: bool) -> date:
    """31.5.2026, 31/5/2026 or 5/31/2026; 4/5/2026 may be in April or in May."""
    if dotted or first > _MONTHS_IN_YEAR or first == second:
        return _date(text, year, second, first)
    if second > _MONTHS_IN_YEAR:
        return _date(text, year, first, second)
    message = f"{text!r} may be in month {first} or {second}; write it like 2026-05-31"
    raise ValueError(message)


def _date(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        message = f"{text!r} is no date; write it like 2026-05-31"
        raise ValueError(message) from error


def _year(text: str) -> int:
    return int(text) + (_CENTURY if len(text) == _TWO_DIGITS else 0)


def _month(name: str) -> int:
    return _MONTHS.get(_folded(name), 0)


def add_days(
    start: date, days: int, weekends: Weekends = "count", holidays: Collection[date] = ()
) -> date | None:
    """The day that lies ``days`` behind ``start`` (before it, if negative).

    Args:
        start: where counting begins; it is not counted.
        days: how many.
        weekends: "count" them as any day, "move" a day that falls on one to the next
            working day (the one before, when counting backwards), or "skip" them.
        holidays: further days off, treated as weekends are.

    Returns:
        None where the calendar ends.
    """
    step = 1 if days >= 0 else -1
    try:
        if weekends == "skip":
            return _add_working_days(start, abs(days), step, holidays)
        day = start + timedelta(days=days)
        return day if weekends == "count" else _working_day(day, step, holidays)
    except OverflowError:
        return None


def _working_day(day: date, step: int, holidays: Collection[date]) -> date:
    while day.weekday() >= _SATURDAY or day in holidays:
        day += timedelta(days=step)
    return day


def _add_working_days(start: date, days: int, step: int, holidays: Collection[date]) -> date:
    day = start
    while days:
        end = _past_weekends(day, days, step)
        days = sum(_lies_between(off, day, end) for off in holidays)  # those are still to go
        day = end
    return _working_day(day, step, holidays)


def _past_weekends(start: date, days: int, step: int) -> date:
    """The day that lies ``days`` days of Monday to Friday behind ``start``."""
    day = _working_day(start, -step, ())  # from a Saturday is as from the Friday before
    weeks, rest = divmod(days, _WORKING_DAYS)
    day += timedelta(weeks=weeks * step)
    for _ in range(rest):
        day = _working_day(day + timedelta(days=step), step, ())
    return day


def _lies_between(off: date, start: date, end: date) -> bool:
    """Whether a day off is a working day otherwise, and behind ``start`` up to ``end``."""
    is_passed = start < off <= end or end <= off < start
    return is_passed and off.weekday() < _SATURDAY
