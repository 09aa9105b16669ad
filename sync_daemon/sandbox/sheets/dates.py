"""Dates as Sheets counts them: days since 1899-12-30, the time of day as a fraction."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sync_daemon.sandbox.sheets.cells import tidy_number

EPOCH = date(1899, 12, 30)
SECONDS_A_DAY = 86_400


def serial_date(day: date) -> int:
    """The serial number of a day."""
    return (day - EPOCH).days


def serial_time(hours: int, minutes: int, seconds: float) -> float:
    """The fraction of a day."""
    return (hours * 3600 + minutes * 60 + seconds) / SECONDS_A_DAY


def serial_datetime(moment: datetime) -> float:
    """The serial number of a moment, as its own clock shows it."""
    seconds = moment.second + moment.microsecond / 1_000_000
    return tidy_number(
        serial_date(moment.date()) + serial_time(moment.hour, moment.minute, seconds)
    )


def from_serial(serial: float) -> datetime | None:
    """The moment of a serial number, to the millisecond; None outside the years 1 to 9999."""
    start = datetime(EPOCH.year, EPOCH.month, EPOCH.day)  # noqa: DTZ001 - a wall clock
    try:
        return start + timedelta(milliseconds=round(serial * SECONDS_A_DAY * 1000))
    except OverflowError:
        return None
