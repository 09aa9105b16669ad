"""The functions that formulas of the sandbox know."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeAlias

from sync_daemon.sandbox.sheets.cells import ErrorValue, Value, tidy_number
from sync_daemon.sandbox.sheets.dates import serial_date, serial_datetime
from sync_daemon.sandbox.sheets.formula_values import (
    Result,
    compare,
    fail,
    flat,
    number,
    numbers_in,
    text,
    truth,
)
from sync_daemon.sandbox.sheets.locales import Locale

Arguments: TypeAlias = list[Result]
Whole: TypeAlias = Callable[[Arguments, Locale], Result]
Single: TypeAlias = Callable[[list[Value], Locale], Value]

LOADING = frozenset(
    {
        "GOOGLEFINANCE",
        "GOOGLETRANSLATE",
        "IMPORTDATA",
        "IMPORTFEED",
        "IMPORTHTML",
        "IMPORTRANGE",
        "IMPORTXML",
    }
)
MAX_TABLE_ARGUMENTS = 4
MAX_PLACES = 17  # decimal digits of a double


def _average(arguments: Arguments, locale: Locale) -> Result:
    found = numbers_in(arguments, locale)
    if not found:
        raise fail("#DIV/0!", "Evaluation of function AVERAGE caused a divide by zero error.")
    return tidy_number(math.fsum(found) / len(found))


def _count(arguments: Arguments, locale: Locale) -> Result:
    del locale
    values = [value for argument in arguments for value in flat(argument)]
    return sum(1 for v in values if isinstance(v, int | float) and not isinstance(v, bool))


def _counta(arguments: Arguments, locale: Locale) -> Result:
    del locale
    return sum(1 for argument in arguments for value in flat(argument) if value is not None)


def _concatenate(arguments: Arguments, locale: Locale) -> Result:
    return "".join(text(value, locale) for argument in arguments for value in flat(argument))


def _all(arguments: Arguments, locale: Locale) -> Result:
    return all(truth(v, locale) for a in arguments for v in flat(a) if v is not None)


def _any(arguments: Arguments, locale: Locale) -> Result:
    return any(truth(v, locale) for a in arguments for v in flat(a) if v is not None)


def _vlookup(arguments: Arguments, locale: Locale) -> Result:
    if not 3 <= len(arguments) <= MAX_TABLE_ARGUMENTS:  # noqa: PLR2004
        raise fail("#N/A", "Wrong number of arguments to VLOOKUP.")
    key, table = _single(arguments[0]), arguments[1]
    rows = table if isinstance(table, list) else [[table]]
    column = int(number(_single(arguments[2]), locale))
    if not 1 <= column <= len(rows[0]):
        raise fail("#REF!", "VLOOKUP evaluates to an out of bounds range.")
    is_sorted = len(arguments) < MAX_TABLE_ARGUMENTS or truth(_single(arguments[3]), locale)
    place = _position(key, [row[0] for row in rows], 1 if is_sorted else 0)
    return rows[place][column - 1]


def _match(arguments: Arguments, locale: Locale) -> Result:
    kind = 1 if len(arguments) < 3 else int(number(_single(arguments[2]), locale))  # noqa: PLR2004
    return _position(_single(arguments[0]), flat(arguments[1]), kind) + 1


def _position(key: Value, values: list[Value], kind: int) -> int:
    """Where a key is: exactly (0), or last among those not above (1) or not below (-1) it."""
    found = None
    for index, value in enumerate(values):
        if value is None or isinstance(value, ErrorValue):
            continue
        if kind == 0:
            if isinstance(key, str) == isinstance(value, str) and compare("=", value, key):
                return index
        elif compare("<=" if kind > 0 else ">=", value, key):
            found = index
    if found is None:
        shown = key.text if isinstance(key, ErrorValue) else key
        raise fail("#N/A", f"Did not find value '{shown}' in lookup.")
    return found


def _index(arguments: Arguments, locale: Locale) -> Result:
    table = arguments[0]
    rows = table if isinstance(table, list) else [[table]]
    row = int(number(_single(arguments[1]), locale)) if len(arguments) > 1 else 0
    column = int(number(_single(arguments[2]), locale)) if len(arguments) > 2 else 0  # noqa: PLR2004
    if len(rows) == 1 and len(arguments) == 2:  # noqa: PLR2004 - one row: the index is a column
        row, column = 1, row
    if row > len(rows) or column > len(rows[0]) or min(row, column) < 0:
        raise fail("#NUM!", "INDEX evaluates to an out of bounds range.")
    chosen = rows if row == 0 else [rows[row - 1]]
    cut = [line if column == 0 else [line[column - 1]] for line in chosen]
    return cut[0][0] if len(cut) == 1 and len(cut[0]) == 1 else cut


def _single(result: Result) -> Value:
    return result[0][0] if isinstance(result, list) else result


def _minimum(arguments: Arguments, locale: Locale) -> Result:
    return tidy_number(min(numbers_in(arguments, locale), default=0))


def _maximum(arguments: Arguments, locale: Locale) -> Result:
    return tidy_number(max(numbers_in(arguments, locale), default=0))


def _sum(arguments: Arguments, locale: Locale) -> Result:
    return tidy_number(math.fsum(numbers_in(arguments, locale)))


WHOLE: Mapping[str, Whole] = {
    "SUM": _sum,
    "COUNT": _count,
    "COUNTA": _counta,
    "AVERAGE": _average,
    "MIN": _minimum,
    "MAX": _maximum,
    "CONCATENATE": _concatenate,
    "AND": _all,
    "OR": _any,
    "VLOOKUP": _vlookup,
    "MATCH": _match,
    "INDEX": _index,
}


def _round(values: list[Value], locale: Locale) -> Value:
    amount = number(values[0], locale)
    places = int(number(values[1], locale)) if len(values) > 1 else 0
    if places > MAX_PLACES or abs(amount) >= 10.0 ** (MAX_PLACES - max(0, places)):
        return tidy_number(amount)  # it has no digits there
    if places < -MAX_PLACES:
        return 0
    scaled = amount * 10.0**places
    nearest = math.copysign(math.floor(abs(scaled) + 0.5 + 1e-9), amount)
    return tidy_number(nearest / 10.0**places)


def _hyperlink(values: list[Value], locale: Locale) -> Value:
    return values[1] if len(values) > 1 else text(values[0], locale)


def _left(values: list[Value], locale: Locale) -> Value:
    count = int(number(values[1], locale)) if len(values) > 1 else 1
    return text(values[0], locale)[:count]


def _right(values: list[Value], locale: Locale) -> Value:
    count = int(number(values[1], locale)) if len(values) > 1 else 1
    whole = text(values[0], locale)
    return whole[max(0, len(whole) - count) :]


SINGLE: Mapping[str, tuple[int, int, Single]] = {
    # name: least and most arguments, and the function of single values
    "LEN": (1, 1, lambda v, loc: len(text(v[0], loc))),
    "UPPER": (1, 1, lambda v, loc: text(v[0], loc).upper()),
    "LOWER": (1, 1, lambda v, loc: text(v[0], loc).lower()),
    "TRIM": (1, 1, lambda v, loc: " ".join(text(v[0], loc).split())),
    "LEFT": (1, 2, _left),
    "RIGHT": (1, 2, _right),
    "ISBLANK": (1, 1, lambda v, _: v[0] is None),
    "ISERROR": (1, 1, lambda v, _: isinstance(v[0], ErrorValue)),
    "NOT": (1, 1, lambda v, loc: not truth(v[0], loc)),
    "ABS": (1, 1, lambda v, loc: tidy_number(abs(number(v[0], loc)))),
    "ROUND": (1, 2, _round),
    "HYPERLINK": (1, 2, _hyperlink),
    "NA": (0, 0, lambda _v, _l: _not_available()),
}


def _not_available() -> Value:
    raise fail("#N/A", "Error: NA function called.")


def clock_value(name: str, now: datetime) -> Value:
    """``TODAY()`` and ``NOW()`` at a moment of the spreadsheet's own time zone."""
    return serial_date(now.date()) if name == "TODAY" else serial_datetime(now)
