"""Number formats: how values look by type and pattern."""

from __future__ import annotations

import math
import re
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache
from typing import Any

from sync_daemon.sandbox.sheets.dates import from_serial
from sync_daemon.sandbox.sheets.locales import Locale

JsonObject = dict[str, Any]

DATE_TYPES = frozenset({"DATE", "TIME", "DATE_TIME"})
GENERAL_DIGITS = 10
WHOLE_DIGITS = 15
MILLISECOND_DIGITS = 3
HALF_DAY = 12
EXACT_DIGITS = 330  # of the largest double, and of one per cent of it

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[(?P<bracket>[^\]]*)\]|_(?P<space>.)|\*(?P<fill>.)'
    r"|(?P<ampm>am/pm|AM/PM|a/p|A/P)|(?P<date>y+|Y+|m+|M+|d+|D+|h+|H+|s+|S+)"
    r"|(?P<exponent>[eE][+-]0+)|(?P<digits>[0#?]+)|(?P<text>@)|(?P<general>General)"
    r"|(?P<other>.)",
    re.DOTALL,
)
Token = tuple[str, str]


@lru_cache(maxsize=512)
def _tokens(pattern: str) -> tuple[Token, ...]:
    found = []
    for match in _TOKEN.finditer(pattern):
        kind = match.lastgroup or "other"
        found.append((kind, match.group(kind)))
    return tuple(found)


def format_general(value: float, locale: Locale) -> str:
    """A number without a format of its own, as Sheets shows it: about ten digits."""
    if isinstance(value, int) or value.is_integer():
        whole = int(value)
        if abs(whole) < 10**WHOLE_DIGITS:
            return str(whole)
        return _scientific(value, locale)
    if abs(value) < 10**-5 or abs(value) >= 10**WHOLE_DIGITS:
        return _scientific(value, locale)
    places = max(0, GENERAL_DIGITS - 1 - math.floor(math.log10(abs(value))))
    text = _rounded(value, places)
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", locale.decimal)


def _scientific(value: float, locale: Locale) -> str:
    mantissa, exponent = f"{value:.5E}".split("E")
    mantissa = mantissa.rstrip("0").rstrip(".")
    sign, digits = exponent[0], exponent[1:].lstrip("0").rjust(2, "0")
    return f"{mantissa.replace('.', locale.decimal)}E{sign}{digits}"


def _rounded(value: float | Decimal, places: int) -> str:
    """Half away from zero, on the decimal that the number prints as."""
    number = value if isinstance(value, Decimal) else Decimal(repr(value))
    step = Decimal(1).scaleb(-places)
    with localcontext(prec=EXACT_DIGITS + places):
        return f"{number.quantize(step, rounding=ROUND_HALF_UP):f}"


def is_date_format(number_format: JsonObject | None) -> bool:
    """Whether a number with this format is a date or a time."""
    return bool(number_format) and (number_format or {}).get("type") in DATE_TYPES


def default_pattern(kind: str, locale: Locale) -> str | None:
    """The pattern of a format that names only a type."""
    currency = f'"{locale.currency}"'
    amount = "#,##0.00"
    patterns = {
        "NUMBER": "#,##0.00",
        "PERCENT": "0.00%",
        "CURRENCY": currency + amount if locale.currency_first else f"{amount} {currency}",
        "DATE": locale.date_pattern,
        "TIME": locale.time_pattern,
        "DATE_TIME": f"{locale.date_pattern} {CLOCK[locale.time_pattern]}",
        "SCIENTIFIC": "0.00E+00",
    }
    return patterns.get(kind)


CLOCK = {
    "h:mm:ss am/pm": "h:mm:ss",
    "hh:mm:ss": "hh:mm:ss",
    "h:mm:ss": "h:mm:ss",
    "h.mm.ss": "h.mm.ss",
}


def format_value(value: str | float, number_format: JsonObject, locale: Locale) -> str:
    """A text or a number with a format, as it stands in the cell."""
    kind = number_format.get("type", "NUMBER")
    pattern = number_format.get("pattern") or default_pattern(kind, locale)
    if isinstance(value, str):
        return _format_text(value, pattern)
    if pattern is None or kind == "TEXT":
        return format_general(value, locale)
    if kind in DATE_TYPES or _looks_like_date(pattern):
        return format_date(value, pattern, locale)
    return _format_number(value, pattern, locale)


def _format_text(value: str, pattern: str | None) -> str:
    if pattern is None or "@" not in pattern:
        return value
    section = pattern.split(";")[-1]
    return "".join(_literal(token, value) for token in _tokens(section))


def _literal(token: Token, text: str = "") -> str:
    kind, value = token
    if kind == "text":
        return text
    if kind == "space":
        return " "
    return value if kind in {"quoted", "escaped", "other"} else ""


def _looks_like_date(pattern: str) -> bool:
    kinds = {kind for kind, _ in _tokens(pattern)}
    return "date" in kinds and "digits" not in kinds


def format_date(serial: float, pattern: str, locale: Locale) -> str:
    """A serial number by a pattern such as ``yyyy-mm-dd hh:mm``."""
    moment = from_serial(serial)
    if moment is None:
        return format_general(serial, locale)
    tokens = _tokens(pattern)
    twelve = any(kind == "ampm" for kind, _ in tokens)
    shown: list[str] = []
    for place, (kind, value) in enumerate(tokens):
        if kind == "date":
            minutes = value[0] in "mM" and _beside_time(tokens, place)
            shown.append(_date_part(moment, value.lower(), locale, twelve=twelve, minutes=minutes))
        elif kind == "ampm":
            half = "AM" if moment.hour < HALF_DAY else "PM"
            shown.append(half if len(value) > len("a/p") else half[0])
        elif kind == "bracket":
            shown.append(_elapsed(serial, value))
        elif kind == "digits":
            shown.append(f"{moment.microsecond // 1000:03d}"[: len(value)])
        else:
            shown.append(_literal((kind, value)))
    return "".join(shown)


def _beside_time(tokens: tuple[Token, ...], place: int) -> bool:
    """Whether an ``m`` stands for minutes: after hours or before seconds."""
    before = [value[0].lower() for kind, value in tokens[:place] if _is_part(kind, value)]
    after = [value[0].lower() for kind, value in tokens[place + 1 :] if _is_part(kind, value)]
    return (bool(before) and before[-1] == "h") or (bool(after) and after[0] == "s")


def _is_part(kind: str, value: str) -> bool:
    return kind == "date" or (kind == "bracket" and value[:1].lower() in "hms")


def _date_part(moment: datetime, code: str, locale: Locale, *, twelve: bool, minutes: bool) -> str:
    letter, width = code[0], len(code)
    if letter == "y":
        return f"{moment.year:04d}" if width > 2 else f"{moment.year % 100:02d}"  # noqa: PLR2004
    if letter == "d" or (letter == "m" and not minutes):
        number = moment.day if letter == "d" else moment.month
        if width <= 2:  # noqa: PLR2004 - "d" and "dd" are numbers, longer ones names
            return f"{number:0{width}d}"
        names = locale.weekdays if letter == "d" else locale.months
        name = names[moment.weekday() if letter == "d" else number - 1]
        short = {3: name[:3], 5: name[:1]}
        return short.get(width, name)
    hour = (moment.hour % HALF_DAY or HALF_DAY) if twelve else moment.hour
    number = {"h": hour, "m": moment.minute, "s": moment.second}[letter]
    return f"{number:0{min(width, 2)}d}"


def _elapsed(serial: float, code: str) -> str:
    seconds_each = {"h": 3600, "m": 60, "s": 1}
    unit = seconds_each.get(code[:1].lower())
    if unit is None:
        return ""
    return f"{int(round(serial * 86_400, 3) // unit):0{len(code)}d}"


def _format_number(value: float, pattern: str, locale: Locale) -> str:
    sections = _sections(pattern)
    negative = value < 0
    section = sections[0]
    if negative and len(sections) > 1:
        section, negative = sections[1], False
    elif value == 0 and len(sections) > 2:  # noqa: PLR2004 - the third section is for zero
        section = sections[2]
    tokens = _tokens(section)
    if any(kind == "general" for kind, _ in tokens) or not any(k == "digits" for k, _ in tokens):
        return "".join(_literal(token) for token in tokens) or format_general(value, locale)
    text = _digits(abs(value), tokens, locale)
    has_digit = any(char in "123456789" for char in text)
    return f"-{text}" if negative and has_digit else text


def _sections(pattern: str) -> list[str]:
    sections, current, quoted = [], "", False
    for char in pattern:
        quoted ^= char == '"'
        if char == ";" and not quoted:
            sections.append(current)
            current = ""
        else:
            current += char
    return [*sections, current]


def _digits(value: float, tokens: tuple[Token, ...], locale: Locale) -> str:
    """A positive number in the places of a pattern."""
    number_at = [
        place
        for place, (kind, text) in enumerate(tokens)
        if kind in {"digits", "exponent"} or (kind == "other" and text in ".,")
    ]
    first = next(place for place, (kind, _) in enumerate(tokens) if kind == "digits")
    last = max(place for place in number_at if tokens[place][0] in {"digits", "exponent"})
    percents = sum(1 for kind, text in tokens if kind == "other" and text == "%")
    inside = tokens[first : last + 1]
    scaled = Decimal(repr(value)).scaleb(2 * percents)
    before = "".join(_literal(token) for token in tokens[:first])
    after = "".join(_literal(token) for token in tokens[last + 1 :])
    return before + _number_text(scaled, inside, locale) + after


def _number_text(value: Decimal, tokens: tuple[Token, ...], locale: Locale) -> str:
    core = "".join(text for kind, text in tokens if kind == "digits" or text in ".,")
    exponent = next((text for kind, text in tokens if kind == "exponent"), None)
    whole_places, _, fraction_places = core.partition(".")
    grouped = "," in whole_places
    most, least = len(fraction_places), fraction_places.count("0")
    if exponent is not None:
        mantissa, power = f"{value:.{most}E}".split("E")
        width = len(exponent) - 2
        return f"{mantissa.replace('.', locale.decimal)}E{power[0]}{int(power[1:]):0{width}d}"
    whole, _, fraction = _rounded(value, most).partition(".")
    while len(fraction) > least and fraction.endswith("0"):
        fraction = fraction[:-1]
    whole = whole.rjust(whole_places.count("0"), "0")
    if whole_places.count("0") == 0 and whole == "0":
        whole = ""
    if grouped:
        whole = re.sub(r"(?<=\d)(?=(\d{3})+\Z)", locale.group.replace("\\", ""), whole)
    return whole + (locale.decimal + fraction if fraction else "")
