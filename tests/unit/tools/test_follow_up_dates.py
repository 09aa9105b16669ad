from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.follow_up.dates import add_days, read_date

FRIDAY = date(2026, 5, 1)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-05-31", date(2026, 5, 31)), ("2026/5/31", date(2026, 5, 31)),
        ("2026-05-31T10:30:00Z", date(2026, 5, 31)), ("31.5.2026", date(2026, 5, 31)),
        ("31.05.26", date(2026, 5, 31)), ("4.5.2026", date(2026, 5, 4)),
        ("31/05/2026", date(2026, 5, 31)), ("05/31/2026", date(2026, 5, 31)),
        ("5/5/2026", date(2026, 5, 5)), ("31 May 2026", date(2026, 5, 31)),
        ("Sun, 31 May 2026", date(2026, 5, 31)), ("May 31, 2026", date(2026, 5, 31)),
        ("May 31st, 2026", date(2026, 5, 31)), ("31. Mai 2026", date(2026, 5, 31)),
        ("1. März 2026", date(2026, 3, 1)), ("1er août 2026", date(2026, 8, 1)),
        ("31 de mayo de 2026", date(2026, 5, 31)), ("31 dic. 2026", date(2026, 12, 31)),
        ("  ", None), (None, None), (date(2026, 5, 31), date(2026, 5, 31)),
        (datetime(2026, 5, 31, 23, tzinfo=UTC), date(2026, 5, 31)),
    ],
)  # fmt: skip
def test_a_date_is_read_as_people_type_it(typed: object, meant: date | None) -> None:
    assert read_date(typed) == meant


@pytest.mark.parametrize(
    "typed",
    ["4/5/2026", "31.2.2026", "2026-13-01", "yesterday", "5", "46000", "31 Foo 2026", "1.1.0026",
     "1066-10-14", "9999-12-31", "٣١", "1" * 100_000, "31 " * 50_000],
)  # fmt: skip
def test_a_date_that_is_none_or_two_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"is no date|may be in month|is not between"):
        read_date(typed)


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


@given(st.text(max_size=100))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    try:
        found = read_date(text)
    except ValueError:
        return
    assert found is None or isinstance(found, date)
