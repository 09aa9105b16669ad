"""Basic filters: which rows they hide."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sync_daemon.sandbox.sheets.a1 import Box, GridRange
from sync_daemon.sandbox.sheets.cells import Value
from sync_daemon.sandbox.sheets.document import Document, Sheet
from sync_daemon.sandbox.sheets.locales import Locale, locale_named
from sync_daemon.sandbox.sheets.parsing import parse_entry
from sync_daemon.sandbox.sheets.shown import ShownCells

JsonObject = dict[str, Any]

HIDDEN = "hiddenByFilter"


def apply_filter(document: Document, sheet: Sheet) -> None:
    """Hide the rows that the sheet's basic filter leaves out, and show all others."""
    for row, properties in list(sheet.row_properties.items()):
        kept = {key: value for key, value in properties.items() if key != HIDDEN}
        if kept:
            sheet.row_properties[row] = kept
        else:
            del sheet.row_properties[row]
    if sheet.basic_filter is None:
        return
    cells = GridRange.from_json(sheet.basic_filter.get("range", {}))
    box = cells.clamp(sheet.grid.row_count, sheet.grid.column_count)
    for column, criterion in _criteria(sheet.basic_filter, box).items():
        _hide(document, sheet, box, column, criterion)


def _criteria(basic_filter: JsonObject, box: Box) -> dict[int, JsonObject]:
    """The criteria by column, from either of the two forms they come in."""
    found: dict[int, JsonObject] = {}
    for key, criterion in basic_filter.get("criteria", {}).items():
        found[int(key)] = criterion
    for spec in basic_filter.get("filterSpecs", ()):
        found[spec.get("columnIndex", 0)] = spec.get("filterCriteria", {})
    return {column: item for column, item in found.items() if box.left <= column < box.right}


def _hide(document: Document, sheet: Sheet, box: Box, column: int, criterion: JsonObject) -> None:
    shown, locale = ShownCells(document, sheet), locale_named(document.locale)
    hidden_values = set(criterion.get("hiddenValues", ()))
    condition = criterion.get("condition")
    for row in range(box.top + 1, box.bottom):
        text = shown.text(row, column)
        is_left_out = text in hidden_values
        if condition is not None and not is_left_out:
            value = shown.value(row, column)
            is_left_out = not _meets(text, condition) or _is_another_day(value, condition, locale)
        if is_left_out:
            sheet.row_properties[row] = {**sheet.row_properties.get(row, {}), HIDDEN: True}


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return None


def _numeric(test: Callable[[float, float], bool]) -> Callable[[str, str], bool]:
    def compare(text: str, wanted: str) -> bool:
        left, right = _number(text), _number(wanted)
        return left is not None and right is not None and test(left, right)

    return compare


_TESTS: Mapping[str, Callable[[str, str], bool]] = {
    "BLANK": lambda text, _: not text,
    "NOT_BLANK": lambda text, _: bool(text),
    "TEXT_CONTAINS": lambda text, wanted: wanted.casefold() in text.casefold(),
    "TEXT_NOT_CONTAINS": lambda text, wanted: wanted.casefold() not in text.casefold(),
    "TEXT_STARTS_WITH": lambda text, wanted: text.casefold().startswith(wanted.casefold()),
    "TEXT_ENDS_WITH": lambda text, wanted: text.casefold().endswith(wanted.casefold()),
    "TEXT_EQ": lambda text, wanted: text.casefold() == wanted.casefold(),
    "TEXT_NOT_EQ": lambda text, wanted: text.casefold() != wanted.casefold(),
    "NUMBER_EQ": _numeric(lambda left, right: left == right),
    "NUMBER_NOT_EQ": _numeric(lambda left, right: left != right),
    "NUMBER_GREATER": _numeric(lambda left, right: left > right),
    "NUMBER_GREATER_THAN_EQ": _numeric(lambda left, right: left >= right),
    "NUMBER_LESS": _numeric(lambda left, right: left < right),
    "NUMBER_LESS_THAN_EQ": _numeric(lambda left, right: left <= right),
}


_DATE_TESTS: Mapping[str, Callable[[int, int], bool]] = {
    "DATE_EQ": lambda day, wanted: day == wanted,
    "DATE_BEFORE": lambda day, wanted: day < wanted,
    "DATE_AFTER": lambda day, wanted: day > wanted,
}


def _is_another_day(value: Value, condition: JsonObject, locale: Locale) -> bool:
    """Whether a condition on dates leaves the cell out: one without a date, or with another."""
    test = _DATE_TESTS.get(condition.get("type", ""))
    entered = [
        v["userEnteredValue"] for v in condition.get("values", ()) if "userEnteredValue" in v
    ]
    if test is None or not entered:
        return False
    wanted = parse_entry(entered[0], locale).literal
    if isinstance(wanted, bool) or not isinstance(wanted, (int, float)):
        return False
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return True
    return not test(int(value), int(wanted))


def _meets(text: str, condition: JsonObject) -> bool:
    """Whether a text meets a condition; kinds that are not tested here hide nothing."""
    test = _TESTS.get(condition.get("type", ""))
    values = condition.get("values", [])
    wanted = values[0].get("userEnteredValue", "") if values else ""
    return test is None or test(text, wanted)
