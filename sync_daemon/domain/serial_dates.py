"""Dates as Sheets keeps them in a cell and as everybody else reads them; pure.

In a column that sheetd formatted for dates, a day is written as a serial number (days since
1899-12-30, as the Sheets API has them), so that the sheet can sort and filter by it. sheetd
itself, its mirror and whatever reads that know it as ISO 8601.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from sync_daemon.domain.cells import CellValue, same_cell

_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - serial dates are wall time
_FIRST, _END = 2, 2_958_466  # 1900-01-01, and the day after 9999-12-31
_ISO = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d)?")
_DAY_S = 86_400


def to_serial(value: CellValue) -> CellValue:
    """A date in ISO 8601 as the number that a cell holds; anything else as it is.

    >>> to_serial("2026-12-31"), to_serial("soon")
    (46387, 'soon')
    """
    if not isinstance(value, str) or _ISO.fullmatch(value) is None:
        return value
    try:
        passed = datetime.fromisoformat(value) - _EPOCH
    except ValueError:
        return value  # 2026-02-30
    if passed.days < _FIRST:
        return value
    return passed.days + passed.seconds / _DAY_S if passed.seconds else passed.days


def from_serial(value: CellValue) -> CellValue:
    """The number of a date as ISO 8601, with the time where there is one; else as it is.

    >>> from_serial(46387), from_serial(46387.5), from_serial("soon")
    ('2026-12-31', '2026-12-31T12:00:00', 'soon')
    """
    if isinstance(value, (str, bool)) or not _FIRST <= value < _END:
        return value
    moment = _EPOCH + timedelta(seconds=round(value * _DAY_S))
    if moment.time() == _EPOCH.time():
        return moment.date().isoformat()
    return moment.isoformat()


def same_shown(one: CellValue, other: CellValue) -> bool:
    """Whether both are the same in a cell, of which one may be read as a date."""
    return same_cell(one, other) or same_cell(to_serial(one), to_serial(other))
