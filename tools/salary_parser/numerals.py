"""Numbers as people of several countries write them: 60,000 60.000 60'000 60 000 1,20,000."""

from __future__ import annotations

import re

PRICE_TAIL = r"(?:[.,](?:--|[-\u2013\u2014])(?!\s?\d))?"
"""Pattern of the ``,-`` that follows a round price in Dutch and German."""

NUMERAL = (
    r"\d{1,3}(?:(?: \d{3}){1,4}|(?:\.\d{3}){1,4}|(?:,\d{3}){1,4}|(?:['\u2019]\d{3}){1,4})"
    r"(?:[.,]\d{1,2})?(?![\d'\u2019])"  # 60.000,50
    r"|\d{1,2}(?:,\d{2}){1,5},\d{3}(?:\.\d{1,2})?(?!\d)"  # 1,20,000.50, as in India
    r"|\d{1,12}(?:[.,]\d{1,4})?(?!\d)"
    r"|\d+"
)
"""Pattern of a number; its last forms match what `read_numeral` may refuse."""

_PLAIN = re.compile(r"\d{1,12}")
_GROUPED = re.compile(r"(\d{1,3}(?:([ .,'\u2019])\d{3})(?:\2\d{3})*)(?:([.,])(\d{1,2}))?")
_INDIAN = re.compile(r"(\d{1,2}(?:,\d{2})+,\d{3})(?:\.(\d{1,2}))?")
_DECIMAL = re.compile(r"(\d{1,12})[.,](\d{1,2})")
_SMALL_DECIMAL = re.compile(r"0[.,]\d{1,4}")
_SEPARATORS = re.compile(r"[ .,'\u2019]")
_MOST_DIGITS = 12


def read_numeral(literal: str) -> float | None:
    """The value of ``literal``; None where it has no single plausible reading.

    Three digits behind a separator are thousands: 60.000 is sixty thousand, as
    nobody states a salary to a tenth of a cent.
    """
    if len(literal) > _MOST_DIGITS * 2 or _has_leading_zero(literal):
        return float(literal.replace(",", ".")) if _SMALL_DECIMAL.fullmatch(literal) else None
    if _PLAIN.fullmatch(literal):
        return float(literal)
    if match := _GROUPED.fullmatch(literal):
        whole, group, point, decimals = match.groups()
        return None if point == group else _value(whole, decimals)
    if match := _INDIAN.fullmatch(literal):
        return _value(*match.groups())
    if match := _DECIMAL.fullmatch(literal):
        return _value(*match.groups())
    return None


def is_grouped(literal: str) -> bool:
    """Whether ``literal`` is written with separators of thousands."""
    return bool(_GROUPED.fullmatch(literal) or _INDIAN.fullmatch(literal))


def _has_leading_zero(literal: str) -> bool:
    return literal.startswith("0") and literal != "0"


def _value(whole: str, decimals: str | None) -> float | None:
    digits = _SEPARATORS.sub("", whole)
    return float(f"{digits}.{decimals or 0}") if len(digits) <= _MOST_DIGITS else None
