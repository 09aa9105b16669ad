"""A result value as the cell that shows it."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING

from sync_daemon.domain.cells import BLANK, MAX_CELL_CHARACTERS, is_blank

if TYPE_CHECKING:
    from sync_daemon.domain.cells import CellValue
    from sync_daemon.domain.jobs import JsonValue

CUT_MARK = "… (cut)"
LARGEST_EXACT = 2**53  # Sheets keeps numbers as doubles

_SURROGATE = re.compile(r"[\ud800-\udfff]")


def result_to_cell(value: JsonValue) -> CellValue:
    """What the cell of a result shows, of the types that Sheets keeps.

    Lists are joined by ``", "``, nothing is blank, a mapping is compact JSON.
    Whole numbers that a double cannot hold, and infinities, become text. Text
    longer than a cell can hold is cut and says so.
    """
    match value:
        case None:
            return ""
        case int():  # booleans too
            return value if abs(value) <= LARGEST_EXACT else str(value)
        case float():
            return value if math.isfinite(value) else str(value)
        case str():
            return BLANK if is_blank(value) else _fitting(value)
        case list():
            return _fitting(joined(value))
        case dict():
            return _fitting(_compact(value))


def replace_surrogates(text: str) -> str:
    """``text`` with lone surrogates, which UTF-8 cannot carry, shown as U+FFFD."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def joined(values: list[JsonValue]) -> str:
    """A list on one line, blank items left out."""
    return ", ".join(text for text in map(value_text, values) if not is_blank(text))


def value_text(value: JsonValue) -> str:
    """Any value as text, the way a person would type it: 45000.0 is ``45000``."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case int():
            return str(value)
        case float():
            return number_text(value)
        case str():
            return value
        case _:
            return _compact(value)


def number_text(number: float) -> str:
    """A number without the ``.0`` or exponent that its type would give it."""
    return str(int(number)) if math.isfinite(number) and number == int(number) else str(number)


def _compact(value: JsonValue) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _fitting(text: str) -> str:
    whole = replace_surrogates(text)
    if _utf16_length(whole) <= MAX_CELL_CHARACTERS:
        return whole
    return _first_units(whole, MAX_CELL_CHARACTERS - _utf16_length(CUT_MARK)) + CUT_MARK


def _utf16_length(text: str) -> int:
    """Characters as Google counts them: one beyond the basic plane counts for two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def _first_units(text: str, units: int) -> str:
    return text.encode("utf-16-le")[: units * 2].decode("utf-16-le", errors="ignore")
