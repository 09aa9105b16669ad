"""What typing a text into a cell makes of it, in the spreadsheet's locale."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from sync_daemon.sandbox.sheets.cells import Literal, tidy_number
from sync_daemon.sandbox.sheets.dates import serial_date, serial_time
from sync_daemon.sandbox.sheets.locales import ENGLISH_MONTHS, Locale

PIVOT_YEAR = 30
SPACES = "\u00a0\u202f "
NOON = 12
HOURS = 24
SIXTY = 60

Format = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """What a typed text is: a literal or a formula, and the number format it suggests."""

    literal: Literal = None
    formula: str | None = None
    number_format: Format | None = None
    text: str = ""


def _format(kind: str, pattern: str | None = None) -> Format:
    if pattern is None:
        return MappingProxyType({"type": kind})
    return MappingProxyType({"type": kind, "pattern": pattern})


def parse_entry(text: str, locale: Locale) -> Entry:
    """Parse a text as if it was typed into a cell."""
    if text == "":
        return Entry()
    if text.startswith("'"):
        return Entry(literal=text[1:] or None)
    if text.startswith("=") and len(text) > 1:
        return Entry(formula=text, text=text)
    stripped = text.strip()
    if stripped.upper() in {"TRUE", "FALSE"}:
        return Entry(literal=stripped.upper() == "TRUE", text=text)
    found = _parse_number(stripped, locale) or _parse_moment(stripped, locale)
    if found is None and text.startswith("+") and len(text) > 1:
        return Entry(formula="=" + text, text=text)
    if found is None:
        return Entry(literal=text, text=text)
    number, number_format = found
    return Entry(literal=tidy_number(number), number_format=number_format, text=text)


Parsed = tuple[float, Format | None]


@lru_cache(maxsize=16)
def _number_forms(decimal: str, group: str) -> re.Pattern[str]:
    groups = f"[{re.escape(group)}{SPACES}]" if group in SPACES else re.escape(group)
    whole = rf"(?P<grouped>\d{{1,3}}(?:{groups}\d{{3}})+)|(?P<plain>\d+)"
    return re.compile(
        rf"(?P<sign>[+-]?)(?:(?:{whole})(?P<fraction>{re.escape(decimal)}\d*)?"
        rf"|(?P<bare>{re.escape(decimal)}\d+))(?P<exponent>[eE][+-]?\d+)?\Z"
    )


def _parse_number(text: str, locale: Locale) -> Parsed | None:
    body, percent = text, False
    negative = body.startswith("(") and body.endswith(")")
    if negative:
        body = body[1:-1].strip()
    sign = body[:1] if body[:1] in {"+", "-"} else ""
    unsigned = body[len(sign) :].strip() if sign else body
    if unsigned.endswith("%"):
        unsigned, percent = unsigned[:-1].strip(), True
    unsigned, currency = _without_currency(unsigned, locale)
    if not sign and unsigned[:1] == "-" and currency:
        sign, unsigned = "-", unsigned[1:]
    match = _number_forms(locale.decimal, locale.group).match(unsigned)
    if match is None or match["sign"]:
        return None
    if (percent and currency) or (negative and sign):
        return None
    value = _matched_value(match)
    if not math.isfinite(value):
        return None
    if sign == "-" or negative:
        value = -value
    if percent:
        return tidy_number(round(value / 100, 15)), _percent_format(match)
    return value, _amount_format(match, locale, currency=currency)


def _without_currency(text: str, locale: Locale) -> tuple[str, bool]:
    """The amount without its symbol, and whether it had one."""
    for symbol in {locale.currency, "$"}:
        if text.startswith(symbol):
            return text[len(symbol) :].strip(), True
        if text.endswith(symbol) and not locale.currency_first:
            return text[: -len(symbol)].strip(), True
    return text, False


def _matched_value(match: re.Match[str]) -> float:
    whole = re.sub(r"\D", "", match["grouped"] or match["plain"] or "0")
    fraction = re.sub(r"\D", "", match["fraction"] or match["bare"] or "")
    return float(f"{whole}.{fraction or '0'}{match['exponent'] or ''}")


def _has_fraction(match: re.Match[str]) -> bool:
    return len(match["fraction"] or match["bare"] or "") > 1


def _percent_format(match: re.Match[str]) -> Format:
    return _format("PERCENT", "0.00%" if _has_fraction(match) else "0%")


def _amount_format(match: re.Match[str], locale: Locale, *, currency: bool) -> Format | None:
    places = "#,##0.00" if _has_fraction(match) else "#,##0"
    if currency:
        symbol = f'"{locale.currency}"'
        both = f"{symbol}{places}" if locale.currency_first else f"{places} {symbol}"
        return _format("CURRENCY", both)
    if match["exponent"]:
        return _format("SCIENTIFIC", "0.00E+00")
    if match["grouped"]:
        return _format("NUMBER", places)
    return None


_TIME = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2})(\.\d{1,3})?)?\s*([AaPp]\.?[Mm]?\.?)?\Z|(\d{1,2})\s*([AaPp][Mm])\Z"
)
_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})\Z")
_NUMERIC = re.compile(r"(\d{1,2})([-/.])(\d{1,2})(?:\2(\d{4}|\d{2}))?\Z")
_NAMED = re.compile(
    r"(?:(?P<d1>\d{1,2})\.?[ -](?P<m1>[^\W\d]+)\.?|(?P<m2>[^\W\d]+)\.?[ -](?P<d2>\d{1,2}))"
    r"(?:,?[ -](?P<year>\d{4}|\d{2}))?\Z"
)
_JAPANESE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日\Z")


def _parse_moment(text: str, locale: Locale) -> Parsed | None:
    """A date, a time of day, or both."""
    time = _parse_time(text)
    if time is not None:
        return time[0], _format("TIME", time[1])
    day = _parse_date(text, locale)
    if day is not None:
        return day
    for gap in (" ", "T"):
        left, found, right = text.partition(gap) if gap == "T" else text.rpartition(gap)
        if not found:
            continue
        if right.lower() in {"am", "pm"} and gap == " ":
            left, _, clock = left.rpartition(" ")
            right = f"{clock} {right}"
        moment = _joined(left.rstrip(","), right.removesuffix("Z"), locale)
        if moment is not None:
            return moment
    return None


def _joined(left: str, right: str, locale: Locale) -> Parsed | None:
    day, time = _parse_date(left, locale), _parse_time(right)
    if day is None or time is None:
        return None
    pattern = (day[1] or {}).get("pattern")
    both = None if pattern is None else f"{pattern} {time[1] or 'h:mm:ss'}"
    return day[0] + time[0], _format("DATE_TIME", both)


def _parse_time(text: str) -> tuple[float, str | None] | None:
    match = _TIME.match(text)
    if match is None:
        return None
    half = (match[5] or match[7] or "").lower().replace(".", "")[:1]
    hours, minutes = int(match[1] or match[6]), int(match[2] or 0)
    seconds = int(match[3] or 0) + float(match[4] or 0)
    if minutes >= SIXTY or seconds >= SIXTY or hours > HOURS:
        return None
    if half and not 1 <= hours <= NOON:
        return None
    if half:
        hours = hours % NOON + (NOON if half == "p" else 0)
    return serial_time(hours, minutes, seconds), _time_pattern(match, half)


def _time_pattern(match: re.Match[str], half: str) -> str:
    clock = "h:mm:ss" if match[3] else "h:mm"
    return f"{clock} am/pm" if half else clock


def _parse_date(text: str, locale: Locale) -> Parsed | None:
    match = _ISO.match(text)
    if match:
        gap = match[2]
        pattern = f"yyyy{gap}mm{gap}dd" if len(match[3]) > 1 else f"yyyy{gap}m{gap}d"
        return _dated(int(match[1]), int(match[3]), int(match[4]), pattern)
    match = _JAPANESE.match(text)
    if match and locale.name == "ja_JP":
        return _dated(int(match[1]), int(match[2]), int(match[3]), 'yyyy"年"m"月"d"日"')
    return _numeric_date(text, locale) or _named_date(text, locale)


def _dated(year: int, month: int, day: int, pattern: str | None) -> Parsed | None:
    try:
        return serial_date(date(year, month, day)), _format("DATE", pattern)
    except ValueError:
        return None


def _year(text: str | None) -> int:
    if text is None:
        return date.today().year  # noqa: DTZ011 - the year a user means by "5/7"
    year = int(text)
    if len(text) > 2:  # noqa: PLR2004 - a year in two digits
        return year
    return year + (2000 if year < PIVOT_YEAR else 1900)


def _numeric_date(text: str, locale: Locale) -> Parsed | None:
    match = _NUMERIC.match(text)
    if match is None:
        return None
    first, gap, second, year = int(match[1]), match[2], int(match[3]), match[4]
    if gap == "." and (locale.decimal == "." or year is None):
        return None
    if locale.date_order == "DMY":
        day, month = first, second
    elif locale.date_order == "YMD" and year is not None:
        return _dated(_year(match[1]), second, int(year), None)
    else:
        month, day = first, second
    return _dated(_year(year), month, day, _numeric_pattern(match, locale))


def _numeric_pattern(match: re.Match[str], locale: Locale) -> str | None:
    """The pattern follows the way it was typed; the locale's own form has none."""
    gap, year = match[2], match[4]
    letters = ("d", "m") if locale.date_order == "DMY" else ("m", "d")
    first, second = (
        letter * len(typed) for letter, typed in zip(letters, (match[1], match[3]), strict=True)
    )
    if year is None:
        return f"{first}{gap}{second}"
    return f"{first}{gap}{second}{gap}{'y' * len(year)}"


def _month_number(name: str, locale: Locale) -> int | None:
    wanted = name.casefold()
    for names in (locale.months, ENGLISH_MONTHS):
        for index, month in enumerate(names):
            full = month.casefold()
            if wanted == full or (len(wanted) >= 3 and full.startswith(wanted)):  # noqa: PLR2004
                return index + 1
    return None


def _named_date(text: str, locale: Locale) -> Parsed | None:
    match = _NAMED.match(text)
    if match is None:
        return None
    name, day = match["m1"] or match["m2"], int(match["d1"] or match["d2"])
    month = _month_number(name, locale)
    if month is None:
        return None
    in_full = {*map(str.casefold, locale.months), *map(str.casefold, ENGLISH_MONTHS)}
    width = "mmmm" if name.casefold() in in_full and len(name) > len("mmm") else "mmm"
    pattern = f"d {width}" if match["d1"] else f"{width} d"
    if match["year"]:
        comma = "" if match["d1"] else ","
        pattern += f"{comma} {'y' * len(match['year'])}"
    if "-" in text:
        pattern = pattern.replace(" ", "-").replace(",", "")
    return _dated(_year(match["year"]), month, day, pattern)
