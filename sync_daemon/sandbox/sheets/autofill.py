"""How a series goes on."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

from sync_daemon.sandbox.sheets.cells import Cell, Content, as_cell, simplify, tidy_number
from sync_daemon.sandbox.sheets.shifts import Dimension
from sync_daemon.sandbox.sheets.sorting import shifted


def continued(
    line: list[Content], count: int, dimension: Dimension, *, alternate: bool
) -> list[Content]:
    """The next contents of a line of cells.

    Args:
        line: the cells to continue.
        count: how many more.
        dimension: whether the line runs down (ROWS) or to the right.
        alternate: swap counting and repeating, as a held key does in the browser.
    """
    step = _step(line)
    if alternate:
        step = 1 if step is None and _numbers(line) else None
    if step is None:
        return [_copy(line, index, dimension) for index in range(count)]
    last = as_cell(line[-1])
    start = last.value if isinstance(last.value, int | float) else 0
    if not math.isfinite(start + step * count):  # beyond what a cell can hold
        return [_copy(line, index, dimension) for index in range(count)]
    return [
        simplify(replace(last, value=tidy_number(start + step * (index + 1))))
        for index in range(count)
    ]


def _numbers(line: list[Content]) -> list[float]:
    values = [as_cell(content).value for content in line]
    if any(isinstance(value, bool) or not isinstance(value, int | float) for value in values):
        return []
    return [float(value) for value in values if isinstance(value, int | float)]


def _step(line: list[Content]) -> float | None:
    """The step of an arithmetic series; a single date goes on by one day."""
    numbers = _numbers(line)
    if len(numbers) == 1:
        kind = (as_cell(line[0]).format or {}).get("numberFormat", {}).get("type")
        return 1 if kind == "DATE" else None
    if not numbers:
        return None
    steps = {round(b - a, 12) for a, b in pairwise(numbers)}
    return steps.pop() if len(steps) == 1 else None


def _copy(line: list[Content], index: int, dimension: Dimension) -> Content:
    source = index % len(line)
    distance = len(line) + index - source
    content = line[source]
    if not isinstance(content, Cell):
        return content
    rows, columns = (distance, 0) if dimension is Dimension.ROWS else (0, distance)
    return shifted(content, rows, columns)
