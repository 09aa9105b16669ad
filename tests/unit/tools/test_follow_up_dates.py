from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.follow_up.dates import add_days, check_day

FRIDAY = date(2026, 5, 1)


@pytest.mark.parametrize("day", [date(1066, 10, 14), date(1900, 1, 3), date(9999, 12, 31)])
def test_a_date_of_another_age_is_refused(day: date) -> None:
    with pytest.raises(ValueError, match="is not between 1970 and 2200"):
        check_day(day)


def test_a_date_of_this_age_and_none_are_taken() -> None:
    assert check_day(FRIDAY) == FRIDAY
    assert check_day(None) is None


@pytest.mark.parametrize(
    ("weekends", "days", "due"),
    [
        ("count", 1, date(2026, 5, 2)),
        ("move", 1, date(2026, 5, 4)),
        ("skip", 1, date(2026, 5, 4)),
        ("skip", 7, date(2026, 5, 12)),
        ("count", -6, date(2026, 4, 25)),
        ("move", -6, date(2026, 4, 24)),
        ("skip", -6, date(2026, 4, 23)),
        ("skip", 0, FRIDAY),
    ],
)
def test_weekends_are_counted_moved_or_skipped(weekends: Any, days: int, due: date) -> None:
    assert add_days(FRIDAY, days, weekends) == due


def test_days_beyond_the_calendar_are_none() -> None:
    assert add_days(date.max, 1) is None
    assert add_days(date.max, 1, "skip") is None
    assert add_days(date.min, -1, "move") is None


@given(st.dates(date(1970, 1, 1), date(2200, 1, 1)), st.integers(-400, 400))
def test_skipping_weekends_counts_the_working_days_between(start: date, days: int) -> None:
    end = add_days(start, days, "skip")
    assert end is not None
    assert end.weekday() < 5
    first, last = (start, end) if days >= 0 else (end, start)
    between = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    working = [day for day in between if day.weekday() < 5 and day != start]
    if days:
        assert len(working) == abs(days)


@given(
    st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    st.integers(-60, 60),
    st.frozensets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=30),
)
def test_holidays_are_skipped_as_counting_day_by_day_would(
    start: date, days: int, holidays: frozenset[date]
) -> None:
    step = 1 if days >= 0 else -1
    day, left = start, abs(days)
    while left or day.weekday() >= 5 or day in holidays:
        day += timedelta(days=step)
        left -= 1 if left and day.weekday() < 5 and day not in holidays else 0
    assert add_days(start, days, "skip", holidays) == day
