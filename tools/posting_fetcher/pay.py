"""Pay as one line: ``USD 120,000-150,000 a year``."""

from __future__ import annotations

import math
import re
from decimal import Decimal, InvalidOperation

_PERIODS = (
    ("hour", re.compile(r"(?i)hour|\bhr\b|stunde|\buur\b|heure")),
    ("day", re.compile(r"(?i)\bday|daily|\btag|\bdag|jour\b")),
    ("week", re.compile(r"(?i)week|woche")),
    ("month", re.compile(r"(?i)month|monat|maand|mois\b|\bmes\b")),
    ("year", re.compile(r"(?i)year|annual|annum|jahr|jaar|\ban\b|año")),
)
_NUMBER = re.compile(
    r"\s*[^\d\s.,-]{0,4}\s*(\d[\d.,\u00a0\u202f' ]{0,20})([kK])?\s*[^\d\s]{0,4}\s*"
)
_CODE = re.compile(r"[A-Z]{3}")
_LARGEST = Decimal(10) ** 10
_GROUP = 3


def pay_line(low: object, high: object, currency: object, period: object) -> str | None:
    """The range in words; None without an amount. Nothing is converted."""
    least, most = read_amount(low), read_amount(high)
    if least is not None and most is not None:
        least, most = min(least, most), max(least, most)
        text = _written(least) if least == most else f"{_written(least)}-{_written(most)}"
        bound = ""
    elif (only := most if least is None else least) is not None:
        text = _written(only)
        bound = "up to" if least is None else "from"
    else:
        return None
    unit = read_period(period)
    per = "an hour" if unit == "hour" else f"a {unit}" if unit else ""
    return " ".join(word for word in (bound, read_currency(currency), text, per) if word)


def read_amount(value: object) -> Decimal | None:
    """A positive number, also as text such as ``70,000`` or ``55.000,00 €``."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | Decimal):
        return _sensible(Decimal(value))
    if isinstance(value, float):
        return _sensible(Decimal(str(value))) if math.isfinite(value) else None
    if not isinstance(value, str) or not (match := _NUMBER.fullmatch(value[:40])):
        return None
    try:
        number = Decimal(_plain(match[1]))
    except InvalidOperation:
        return None
    return _sensible(number * 1000 if match[2] else number)


def read_currency(value: object) -> str:
    """A three-letter code or a sign; empty for anything else."""
    text = value.strip() if isinstance(value, str) else ""
    if _CODE.fullmatch(text.upper()):
        return text.upper()
    return text if text in {"€", "$", "£", "¥", "kr"} else ""


def read_period(value: object) -> str | None:
    """One of hour, day, week, month and year, from ``YEAR``, ``1 YEAR``, ``per-year-salary``."""
    text = value[:40].replace("_", " ") if isinstance(value, str) else ""
    return next((period for period, pattern in _PERIODS if pattern.search(text)), None)


def _plain(digits: str) -> str:
    """``55.000,00`` and ``55,000.00`` as Python writes them."""
    digits = re.sub(r"[\s\u00a0\u202f']", "", digits).rstrip(".,")
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0:
        return digits
    whole, part = re.sub(r"[.,]", "", digits[:last]), digits[last + 1 :]
    is_group = len(part) == _GROUP and not whole.startswith("0")
    return f"{whole}{part}" if is_group else f"{whole}.{part}"


def _sensible(amount: Decimal) -> Decimal | None:
    return amount if 0 < amount < _LARGEST else None


def _written(amount: Decimal) -> str:
    whole = amount.to_integral_value()
    return f"{whole:,}" if amount == whole else f"{amount:,.2f}"
