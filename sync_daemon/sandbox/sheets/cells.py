"""What one cell holds.

Most cells hold nothing but a literal, so they are plain Python values; a cell that has more
(a formula, a format, a note, a validation rule) is a ``Cell``. Neither is ever changed in
place: rows are shared between states of a document.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

JsonObject = dict[str, Any]
Literal: TypeAlias = str | int | float | bool | None

MAX_CELL_CHARACTERS = 50_000
EXACT_INTEGERS = 2**53


@dataclass(frozen=True, slots=True)
class ErrorValue:
    """The error a formula came to, such as ``#N/A``."""

    text: str
    kind: str
    message: str


Value: TypeAlias = str | int | float | bool | ErrorValue | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with more than a literal: each part is None where the cell has none."""

    value: Literal = None
    formula: str | None = None
    format: JsonObject | None = None
    note: str | None = None
    validation: JsonObject | None = None
    runs: tuple[JsonObject, ...] | None = None
    chips: tuple[JsonObject, ...] | None = None

    @property
    def is_bare(self) -> bool:
        """Whether a literal alone says everything."""
        return (
            self.formula is None
            and not self.format
            and self.note is None
            and self.validation is None
            and not self.runs
            and not self.chips
        )


Content: TypeAlias = str | int | float | bool | Cell | None

EMPTY = Cell()


def as_cell(content: Content) -> Cell:
    """The content as a full cell."""
    if isinstance(content, Cell):
        return content
    return EMPTY if content is None else Cell(value=content)


def simplify(cell: Cell) -> Content:
    """The content in its smallest form."""
    return cell.value if cell.is_bare else cell


def with_entry(content: Content, literal: Literal, formula: str | None = None) -> Content:
    """The cell after something was entered in it; format, note and validation stay."""
    if not isinstance(content, Cell):
        return literal if formula is None else Cell(formula=formula)
    return simplify(replace(content, value=literal, formula=formula, runs=None, chips=None))


def number_format_of(content: Content) -> JsonObject | None:
    """The cell's own number format, if it has one."""
    if isinstance(content, Cell) and content.format:
        found: JsonObject | None = content.format.get("numberFormat")
        return found
    return None


def has_value(content: Content) -> bool:
    """Whether the cell holds a literal or a formula."""
    if isinstance(content, Cell):
        return content.formula is not None or content.value is not None
    return content is not None


def tidy_number(number: float) -> int | float:
    """A number as JSON shows a double: whole ones without a fraction."""
    if isinstance(number, int):
        return number if abs(number) <= EXACT_INTEGERS else tidy_number(float(number))
    if math.isfinite(number) and number.is_integer() and abs(number) < EXACT_INTEGERS:
        return int(number)
    return number
