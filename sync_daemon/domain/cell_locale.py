"""How the texts in a row's cells are to be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, tzinfo


@dataclass(frozen=True, slots=True)
class CellLocale:
    """What a date in words or figures depends on.

    Attributes:
        zone: the spreadsheet's time zone, in which its dates and times are.
        code: the spreadsheet's locale, such as ``en_GB``; empty if it is not known.
        typed_on: the day on which the user last changed the row: a date without a
            year lies near it. None where nobody knows; then a date needs a year.
    """

    zone: tzinfo
    code: str = ""
    typed_on: date | None = None
