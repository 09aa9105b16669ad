"""Sorting rows of a range as Sheets does: contents move, rows stay."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sync_daemon.sandbox.api_errors import invalid_argument
from sync_daemon.sandbox.sheets.a1 import Box
from sync_daemon.sandbox.sheets.calculation import Calculator
from sync_daemon.sandbox.sheets.cells import Cell, Content, ErrorValue, Value
from sync_daemon.sandbox.sheets.document import Document, Sheet
from sync_daemon.sandbox.sheets.references import translate

JsonObject = dict[str, Any]
SortKey = tuple[int, float, str]

DESCENDING = "DESCENDING"
BLANK: SortKey = (4, 0, "")


def sort_key(value: Value) -> SortKey:
    """Numbers before texts before booleans before errors; texts in any case."""
    if value is None:
        return BLANK
    if isinstance(value, bool):
        return (2, value, "")
    if isinstance(value, ErrorValue):
        return (3, 0, value.text)
    if isinstance(value, int | float):
        return (0, value, "")
    return (1, 0, value.casefold())


def sort_rows(document: Document, sheet: Sheet, box: Box, specs: Sequence[JsonObject]) -> None:
    """Sort the rows of a rectangle by several columns; equal rows keep their order.

    Args:
        document: where.
        sheet: where in it.
        box: the rows and the columns that move.
        specs: SortSpec messages, the most important first; without any, the first column.

    Raises:
        ApiError: 400 if a merge stands over several of the rows.
    """
    if any(merge.intersects(box) and merge.height > 1 for merge in sheet.merges):
        raise invalid_argument("You can't sort a range containing vertical merges.")
    box = Box(box.top, min(box.bottom, len(sheet.grid.rows)), box.left, box.right)
    calculator = Calculator(document)
    order = list(range(box.top, box.bottom))
    for spec in reversed(specs or [{"dimensionIndex": box.left}]):
        column = spec.get("dimensionIndex", 0)
        if not box.left <= column < box.right:
            raise invalid_argument(f"Cannot sort by column {column}: it is outside the range.")
        keys = {row: sort_key(calculator.value(sheet, row, column)) for row in order}
        blanks = [row for row in order if keys[row] == BLANK]
        filled = [row for row in order if keys[row] != BLANK]
        filled.sort(key=keys.__getitem__, reverse=spec.get("sortOrder") == DESCENDING)
        order = [*filled, *blanks]
    rearrange(sheet, box, order)


def rearrange(sheet: Sheet, box: Box, order: Iterable[int]) -> None:
    """Put the rows of a rectangle in another order; formulas keep pointing at their own row."""
    taken = list(order)
    blocks = [
        [sheet.grid.get(row, column) for column in range(box.left, box.right)] for row in taken
    ]
    for offset, (source, contents) in enumerate(zip(taken, blocks, strict=True)):
        target = box.top + offset
        if target != source:
            moved = [shifted(content, target - source, 0) for content in contents]
            sheet.grid.set_row(target, box.left, moved)


def shifted(content: Content, rows: int, columns: int) -> Content:
    """The content as it reads after being put so many rows and columns away."""
    if isinstance(content, Cell) and content.formula is not None:
        return replace(content, formula=translate(content.formula, rows, columns))
    return content
