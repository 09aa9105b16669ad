"""Dates as cells hold them and as everybody reads them."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis.strategies import booleans, dates, datetimes, floats, integers, one_of, text

from sync_daemon.domain.cells import CellValue
from sync_daemon.domain.serial_dates import from_serial, same_shown, to_serial

FIRST, LAST = datetime.fromisoformat("1900-01-01"), datetime.fromisoformat("9999-12-31")


@pytest.mark.parametrize(
    ("iso", "serial"),
    [
        ("1900-01-01", 2),
        ("1900-02-28", 60),  # there was no 29th, whatever Lotus said
        ("1900-03-01", 61),
        ("2024-02-29", 45351),
        ("2026-12-31", 46387),
        ("2026-12-31T18:00:00", 46387.75),
        ("9999-12-31", 2958465),
    ],
)
def test_serials_are_those_of_sheets(iso: str, serial: float) -> None:
    assert to_serial(iso) == serial
    assert from_serial(serial) == iso


@pytest.mark.parametrize(
    "value",
    ["", "soon", "2026-02-30", "2026-13-01", "1899-12-31", "2026-W01-1", "20261231", "٢٠٢٦-12-31",
     "2026-12-31T18:00:00Z", " 2026-12-31", "2026-12-31\n", True, 7, 1.5],
)  # fmt: skip
def test_what_is_no_date_is_written_as_it_is(value: CellValue) -> None:
    assert to_serial(value) is value


@pytest.mark.parametrize("value", ["", "soon", "2026-12-31", True, False, 0, 1, -5, 1.9, 2_958_466])
def test_what_is_no_date_is_read_as_it_is(value: CellValue) -> None:
    assert from_serial(value) is value


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_numbers_that_are_none_are_read_as_they_are(value: float) -> None:
    assert from_serial(value) is value


@given(dates(FIRST.date(), LAST.date()))
def test_a_day_comes_back_as_it_was_written(day: date) -> None:
    assert from_serial(to_serial(day.isoformat())) == day.isoformat()


@given(datetimes(FIRST, LAST))
def test_a_moment_comes_back_to_the_second(moment: datetime) -> None:
    iso = moment.replace(microsecond=0).isoformat()
    assert to_serial(from_serial(to_serial(iso))) == to_serial(iso)
    if not iso.endswith("T00:00:00"):
        assert from_serial(to_serial(iso)) == iso


@given(one_of(text(), integers(), booleans(), floats(allow_nan=False)))
def test_reading_twice_is_reading_once(value: CellValue) -> None:
    """So a value that was read may be written and read again for ever."""
    read = from_serial(value)
    assert from_serial(to_serial(read)) == read


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("2026-12-31", 46387, True),
        (46387, "2026-12-31", True),
        ("2026-12-31", "2026-12-31", True),
        ("", "", True),
        ("2026-12-30", 46387, False),
        ("soon", 46387, False),
        (True, 1, False),
    ],
)
def test_a_date_is_the_same_as_its_number(
    one: CellValue, other: CellValue, *, is_same: bool
) -> None:
    assert same_shown(one, other) is is_same
