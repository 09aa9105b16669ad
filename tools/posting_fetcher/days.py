"""Dates as boards and pages write them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

_ISO = re.compile(r"\s*(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_COMPACT = re.compile(r"\s*(\d{4})(\d{2})(\d{2})(?:T\d+Z?)?\s*")
_SLASHED = re.compile(r"\s*(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?!\d)")
_DOTTED = re.compile(r"\s*(\d{1,2})\.\s?(\d{1,2})\.(\d{4})(?!\d)")
_DAY_MONTH = re.compile(r"(?i)\b(\d{1,2})(?:st|nd|rd|th)?\.?\s+([a-z]{3})[a-z]*\.?,?\s+(\d{4})\b")
_MONTH_DAY = re.compile(r"(?i)\b([a-z]{3})[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b")
_JAVA = re.compile(r"(?i)\b([a-z]{3}) (\d{1,2}) \d\d:\d\d(?::\d\d)? (?:[a-z]{2,5} )?(\d{4})\b")
_NUMBER = re.compile(r"\s*\d{9,13}(?:\.\d+)?\s*")
_AGO = re.compile(r"(?i)\b(\d{1,3}) (day|week|month)s? ago")
_MONTHS = {
    name: number
    for number, name in enumerate(
        "jan feb mar apr may jun jul aug sep oct nov dec".split(),  # noqa: SIM905 - a list of words
        start=1,
    )
}
_DAYS = {"day": 1, "week": 7}
_FIRST_YEAR, _LAST_YEAR = 1990, 2100
_MILLISECONDS_FROM = 10**11
_LARGEST = 10**14
_LONGEST = 100


def read_day(value: object) -> date | None:
    """The day in an ISO date or time, a Unix time in seconds or milliseconds, or in words."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _unix_day(value)
    if not isinstance(value, str):
        return None
    text = value[:_LONGEST]
    if _NUMBER.fullmatch(text):
        return _unix_day(float(text))
    for pattern in (_ISO, _COMPACT, _SLASHED):
        if match := pattern.match(text):
            return _day(match[1], match[2], match[3])
    if match := _DOTTED.match(text):
        return _day(match[3], match[2], match[1])
    return _day_in_words(text)


def read_age(text: object, today: date) -> date | None:
    """The day of "Posted 3 Days Ago"; None for "30+ Days Ago", which says no day."""
    if not isinstance(text, str) or "+" in text:
        return None
    lower = text[:_LONGEST].casefold()
    if "today" in lower or "just posted" in lower:
        return today
    if "yesterday" in lower:
        return today - timedelta(days=1)
    match = _AGO.search(lower)
    if match is None or match[2] not in _DAYS:
        return None
    return today - timedelta(days=int(match[1]) * _DAYS[match[2]])


def _day_in_words(text: str) -> date | None:
    if (match := _DAY_MONTH.search(text)) and match[2].lower() in _MONTHS:
        return _day(match[3], _MONTHS[match[2].lower()], match[1])
    for pattern in (_MONTH_DAY, _JAVA):
        if (match := pattern.search(text)) and match[1].lower() in _MONTHS:
            return _day(match[3], _MONTHS[match[1].lower()], match[2])
    return None


def _day(year: str, month: str | int, day: str) -> date | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if _FIRST_YEAR <= found.year <= _LAST_YEAR else None


def _unix_day(seconds: float) -> date | None:
    if not abs(seconds) < _LARGEST:
        return None
    if seconds >= _MILLISECONDS_FROM:
        seconds /= 1000
    try:
        found = datetime.fromtimestamp(seconds, UTC).date()
    except (ValueError, OverflowError, OSError):
        return None
    return found if _FIRST_YEAR <= found.year <= _LAST_YEAR else None
