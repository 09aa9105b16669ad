"""Days that are counted from the dates of a row."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Collection

Weekends = Literal["count", "move", "skip"]

_SATURDAY = 5
_WORKING_DAYS = 5  # of a week
_EARLIEST, _LATEST = date(1970, 1, 1), date(2200, 1, 1)


def check_day(day: date | None) -> date | None:
    """``day``, if it lies in this age.

    Raises:
        ValueError: it does not: a number that was meant for something else, or a slip.
    """
    if day is not None and not _EARLIEST <= day <= _LATEST:
        message = f"{day} is not between {_EARLIEST.year} and {_LATEST.year}"
        raise ValueError(message)
    return day


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
