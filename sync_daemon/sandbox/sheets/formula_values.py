"""Values inside formulas: conversions, comparisons and arithmetic as Sheets does them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

from sync_daemon.sandbox.sheets.cells import ErrorValue, Value, tidy_number
from sync_daemon.sandbox.sheets.formats import format_general
from sync_daemon.sandbox.sheets.formula_parser import error
from sync_daemon.sandbox.sheets.locales import Locale
from sync_daemon.sandbox.sheets.parsing import parse_entry

Array: TypeAlias = list[list[Value]]
Result: TypeAlias = Value | Array


class EvaluationError(Exception):
    """A formula came to an error value."""

    def __init__(self, value: ErrorValue) -> None:
        super().__init__(value.text)
        self.value = value


def fail(text: str, message: str = "") -> EvaluationError:
    """The exception for an error value."""
    return EvaluationError(error(text, message))


def number(value: Value, locale: Locale) -> float:
    """The value as a number, as arithmetic needs it.

    Raises:
        EvaluationError: ``#VALUE!`` for a text that is no number.
    """
    if isinstance(value, ErrorValue):
        raise EvaluationError(value)
    if value is None:
        return 0
    if isinstance(value, bool | int | float):
        return float(value) if isinstance(value, float) else int(value)
    entry = parse_entry(value, locale)
    if isinstance(entry.literal, int | float) and not isinstance(entry.literal, bool):
        return entry.literal
    raise fail("#VALUE!", f"'{value}' is a text and cannot be coerced to a number.")


def text(value: Value, locale: Locale) -> str:
    """The value as a text, as ``&`` needs it."""
    if isinstance(value, ErrorValue):
        raise EvaluationError(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return value if isinstance(value, str) else format_general(value, locale)


def truth(value: Value, locale: Locale) -> bool:
    """The value as a condition."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        if value.upper() in {"TRUE", "FALSE"}:
            return value.upper() == "TRUE"
        raise fail("#VALUE!", f"'{value}' is a text and cannot be coerced to a boolean.")
    return number(value, locale) != 0


def _rank(value: Value) -> tuple[int, float, str]:
    """Numbers before texts before booleans; texts in any case."""
    if isinstance(value, bool):
        return (2, value, "")
    if isinstance(value, str):
        return (1, 0, value.casefold())
    return (0, value if isinstance(value, int | float) else 0, "")


def compare(operator: str, left: Value, right: Value) -> bool:
    """A comparison; a blank equals 0, an empty text and FALSE."""
    for value in (left, right):
        if isinstance(value, ErrorValue):
            raise EvaluationError(value)
    left, right = _blank_like(left, right), _blank_like(right, left)
    a, b = _rank(left), _rank(right)
    tests: dict[str, bool] = {
        "=": a == b,
        "<>": a != b,
        "<": a < b,
        ">": a > b,
        "<=": a <= b,
        ">=": a >= b,
    }
    return tests[operator]


def _blank_like(value: Value, other: Value) -> Value:
    if value is not None:
        return value
    if isinstance(other, bool):
        return False
    return "" if isinstance(other, str) else 0


def _divide(a: float, b: float) -> float:
    if b == 0:
        raise fail("#DIV/0!", "Function DIVIDE parameter 2 cannot be zero.")
    return a / b


def _power(a: float, b: float) -> float:
    try:
        result = float(a) ** b  # of whole numbers Python would compute every digit
    except (OverflowError, ZeroDivisionError):
        raise fail("#NUM!", "The result is too large.") from None
    if isinstance(result, complex):
        raise fail("#NUM!", "The result is not a real number.")
    return float(result)


ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": _divide,
    "^": _power,
}


def finite(value: Value) -> Value:
    """The value, unless it is a number that no cell can hold.

    Raises:
        EvaluationError: ``#NUM!``.
    """
    if isinstance(value, float) and not math.isfinite(value):
        raise fail("#NUM!", "Numeric value is too large to be displayed.")
    return value


def operate(operator: str, left: Value, right: Value, locale: Locale) -> Value:
    """The value of a binary operator on two single values."""
    if operator == "&":
        return text(left, locale) + text(right, locale)
    if operator in ARITHMETIC:
        result = ARITHMETIC[operator](number(left, locale), number(right, locale))
        return finite(tidy_number(result))
    return compare(operator, left, right)


def flat(result: Result) -> list[Value]:
    """All values of a result, row by row."""
    return [value for row in result for value in row] if isinstance(result, list) else [result]


def numbers_in(results: list[Result], locale: Locale) -> list[float]:
    """What aggregating functions count: all numbers of ranges, and direct arguments as numbers.

    Raises:
        EvaluationError: for an error value among them.
    """
    found: list[float] = []
    for result in results:
        for value in flat(result):
            if isinstance(value, ErrorValue):
                raise EvaluationError(value)
            if not isinstance(result, list) and value is not None:
                found.append(number(value, locale))
            elif isinstance(value, int | float) and not isinstance(value, bool):
                found.append(value)
    return found
