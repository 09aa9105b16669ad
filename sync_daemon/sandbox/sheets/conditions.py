"""BooleanConditions of filters and conditional formats: which cells meet them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeGuard

from sync_daemon.sandbox.sheets.calculation import Calculator
from sync_daemon.sandbox.sheets.cells import ErrorValue, Value
from sync_daemon.sandbox.sheets.dates import serial_date
from sync_daemon.sandbox.sheets.document import Document, Sheet
from sync_daemon.sandbox.sheets.formula_values import truth
from sync_daemon.sandbox.sheets.locales import locale_named
from sync_daemon.sandbox.sheets.parsing import parse_entry
from sync_daemon.sandbox.sheets.references import translate
from sync_daemon.sandbox.sheets.rendering import shown_text

JsonObject = dict[str, Any]
Place = tuple[int, int]

_TEXTS: Mapping[str, Callable[[str, str], bool]] = {
    "TEXT_CONTAINS": lambda text, wanted: wanted in text,
    "TEXT_NOT_CONTAINS": lambda text, wanted: wanted not in text,
    "TEXT_STARTS_WITH": lambda text, wanted: text.startswith(wanted),
    "TEXT_ENDS_WITH": lambda text, wanted: text.endswith(wanted),
    "TEXT_EQ": lambda text, wanted: text == wanted,
    "TEXT_NOT_EQ": lambda text, wanted: text != wanted,
}
_NUMBERS: Mapping[str, Callable[[float, list[float]], bool]] = {
    "EQ": lambda number, wanted: number == wanted[0],
    "NOT_EQ": lambda number, wanted: number != wanted[0],
    "GREATER": lambda number, wanted: number > wanted[0],
    "GREATER_THAN_EQ": lambda number, wanted: number >= wanted[0],
    "LESS": lambda number, wanted: number < wanted[0],
    "LESS_THAN_EQ": lambda number, wanted: number <= wanted[0],
    "BEFORE": lambda number, wanted: number < wanted[0],
    "AFTER": lambda number, wanted: number > wanted[0],
    "ON_OR_BEFORE": lambda number, wanted: number <= wanted[0],
    "ON_OR_AFTER": lambda number, wanted: number >= wanted[0],
    "BETWEEN": lambda number, wanted: wanted[0] <= number <= wanted[-1],
    "NOT_BETWEEN": lambda number, wanted: not wanted[0] <= number <= wanted[-1],
}
_RELATIVE_DAYS = {
    "PAST_YEAR": -365, "PAST_MONTH": -30, "PAST_WEEK": -7,
    "YESTERDAY": -1, "TODAY": 0, "TOMORROW": 1,
}  # fmt: skip


@dataclass(frozen=True)
class Conditions:
    """Tells of the cells of one sheet which conditions they meet.

    Args:
        document: the spreadsheet.
        sheet: one of its sheets.
        calculator: of the document as it is now.
    """

    document: Document
    sheet: Sheet
    calculator: Calculator

    def meets(self, condition: JsonObject, place: Place, origin: Place) -> bool | None:
        """Whether a cell meets a condition; None for a kind that the sandbox does not know.

        Args:
            condition: Google's BooleanCondition.
            place: row and column of the cell.
            origin: the first cell of the range; the condition's formulas are meant for it.
        """
        kind = condition.get("type", "")
        value = self.calculator.value(self.sheet, *place)
        if kind in {"BLANK", "NOT_BLANK"}:
            return (value is None or value == "") is (kind == "BLANK")
        wanted = self._wanted(condition, place, origin)
        if kind == "CUSTOM_FORMULA":
            return self._is_true(wanted)
        if kind in _TEXTS:
            text = self._text(value, place)
            return _TEXTS[kind](text.casefold(), self._plain(wanted).casefold())
        family, _, name = kind.partition("_")
        if family in {"NUMBER", "DATE"} and name in _NUMBERS:
            return _compared(_NUMBERS[name], value, wanted, is_date=family == "DATE")
        return None

    def _text(self, value: Value, place: Place) -> str:
        number_format = self.calculator.number_format(self.sheet, *place)
        return shown_text(value, number_format, locale_named(self.document.locale))

    def _wanted(self, condition: JsonObject, place: Place, origin: Place) -> list[Value]:
        """The condition's values, formulas among them worked out for the cell."""
        is_text = condition.get("type") in _TEXTS
        return [
            self._one(item, place, origin, is_text=is_text) for item in condition.get("values", ())
        ]

    def _one(self, item: JsonObject, place: Place, origin: Place, *, is_text: bool) -> Value:
        if "relativeDate" in item:
            days = timedelta(_RELATIVE_DAYS.get(item["relativeDate"], 0))
            return serial_date((self.calculator.now() + days).date())
        entered: str = item.get("userEnteredValue", "")
        if entered.startswith("="):
            moved = translate(entered, place[0] - origin[0], place[1] - origin[1])
            return self.calculator.worked_out(moved, self.sheet, *place)
        if is_text:
            return entered
        parsed = parse_entry(entered, locale_named(self.document.locale)).literal
        return parsed if _is_number(parsed) else entered

    def _plain(self, wanted: list[Value]) -> str:
        return shown_text(wanted[0], None, locale_named(self.document.locale)) if wanted else ""

    def _is_true(self, wanted: list[Value]) -> bool:
        if not wanted or isinstance(wanted[0], ErrorValue | str) or wanted[0] is None:
            return False
        return truth(wanted[0], locale_named(self.document.locale))


def _compared(
    test: Callable[[float, list[float]], bool], value: Value, wanted: list[Value], *, is_date: bool
) -> bool:
    """Compare as numbers; whole days where it is about dates. A cell of text meets nothing."""
    numbers = [float(item) for item in wanted if _is_number(item)]
    if not _is_number(value) or not numbers or len(numbers) < len(wanted):
        return False
    if is_date:
        return test(math.floor(value), [math.floor(number) for number in numbers])
    return test(value, numbers)


def _is_number(value: Value) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
