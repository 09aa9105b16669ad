"""The value of a formula's tree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sync_daemon.sandbox.sheets.a1 import GridRange
from sync_daemon.sandbox.sheets.cells import ErrorValue, Value, tidy_number
from sync_daemon.sandbox.sheets.formula_functions import LOADING, SINGLE, WHOLE, clock_value
from sync_daemon.sandbox.sheets.formula_parser import (
    Binary,
    Call,
    Cells,
    Constant,
    Name,
    Node,
    Unary,
    error,
)
from sync_daemon.sandbox.sheets.formula_values import (
    Array,
    EvaluationError,
    Result,
    fail,
    finite,
    flat,
    number,
    operate,
    truth,
)
from sync_daemon.sandbox.sheets.locales import Locale
from sync_daemon.sandbox.sheets.references import Reference

LOADING_VALUE = ErrorValue("Loading...", "LOADING", "Loading data...")


@dataclass(frozen=True)
class Surroundings:
    """What a formula sees of its document.

    Args:
        row: the row of its cell.
        column: the column of its cell.
        locale: the spreadsheet's locale.
        now: the time in the spreadsheet's time zone.
        resolve: the cells of a reference, or None if its sheet is not there.
        named: the cells of a named range, or None.
        values: the values of a range.
        settled: the value that a loading function came to, or the value ``Loading...``.
    """

    row: int
    column: int
    locale: Locale
    now: datetime
    resolve: Callable[[Reference], GridRange | None]
    named: Callable[[str], GridRange | None]
    values: Callable[[GridRange], Array]
    settled: Callable[[], Value]


class Evaluator:
    """Evaluates trees for one cell."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around

    def result(self, node: Node) -> Result:
        """The value of a formula; an array only from ARRAYFORMULA and array functions."""
        try:
            found = self._eval(node, arrays=False)
        except EvaluationError as failed:
            return failed.value
        if isinstance(node, Cells | Name):
            return self._intersect(node, found)
        return found

    def _eval(self, node: Node, *, arrays: bool) -> Result:
        if isinstance(node, Constant):
            return finite(node.value)
        if isinstance(node, Cells | Name):
            return self._read(self._cells(node))
        if isinstance(node, Unary):
            return self._unary(node, arrays=arrays)
        if isinstance(node, Binary):
            left = self._operand(node.left, arrays=arrays)
            right = self._operand(node.right, arrays=arrays)
            return _mapped(
                [left, right],
                lambda pair: operate(node.operator, pair[0], pair[1], self._around.locale),
            )
        return self._call(node, arrays=arrays)

    def _cells(self, node: Cells | Name) -> GridRange:
        if isinstance(node, Name):
            found = self._around.named(node.name)
            if found is None:
                raise fail("#NAME?", f"Unknown range name: '{node.name}'.")
            return found
        found = self._around.resolve(node.reference)
        if found is None:
            raise fail("#REF!", "Unresolved sheet name.")
        return found

    def _read(self, cells: GridRange) -> Result:
        values = self._around.values(cells)
        if cells.is_one_cell:
            return values[0][0] if values and values[0] else None
        return values

    def _operand(self, node: Node, *, arrays: bool) -> Result:
        """An operand: outside of array formulas, a range is what it is in this row or column."""
        found = self._eval(node, arrays=arrays)
        if not arrays and isinstance(node, Cells | Name):
            return self._intersect(node, found)
        return found

    def _intersect(self, node: Cells | Name, found: Result) -> Value:
        if not isinstance(found, list):
            return found
        cells = self._cells(node)
        down, right = self._around.row - cells.top, self._around.column - cells.left
        if found and len(found[0]) == 1 and 0 <= down < len(found):
            return found[down][0]
        if len(found) == 1 and 0 <= right < len(found[0]):
            return found[0][right]
        return error("#VALUE!", "An array value could not be found.")

    def _unary(self, node: Unary, *, arrays: bool) -> Result:
        operand = self._operand(node.operand, arrays=arrays)
        locale = self._around.locale

        def apply(values: Sequence[Value]) -> Value:
            if node.operator == "+":
                return values[0]
            amount = number(values[0], locale)
            return tidy_number(amount / 100 if node.operator == "%" else -amount)

        return _mapped([operand], apply)

    def _call(self, node: Call, *, arrays: bool) -> Result:
        name = node.name
        if name in LOADING:
            return self._around.settled()
        if name in {"TODAY", "NOW"}:
            return clock_value(name, self._around.now)
        if name in {"ROW", "COLUMN"}:
            return self._place(node, arrays=arrays)
        if name == "ARRAYFORMULA":
            return self._eval(node.arguments[0], arrays=True) if node.arguments else None
        if name == "IF":
            return self._if(node, arrays=arrays)
        if name in {"IFERROR", "IFNA"}:
            return self._if_error(node, arrays=arrays)
        if name in WHOLE:
            return self._whole(node, arrays=arrays)
        if name in SINGLE:
            return self._single(node, arrays=arrays)
        raise fail("#NAME?", f"Unknown function: '{name}'.")

    def _whole(self, node: Call, *, arrays: bool) -> Result:
        arguments = [self._eval(argument, arrays=arrays) for argument in node.arguments]
        try:
            found = WHOLE[node.name](arguments, self._around.locale)
        except OverflowError:
            raise fail("#NUM!", "Numeric value is too large to be displayed.") from None
        return found if isinstance(found, list) else finite(found)

    def _single(self, node: Call, *, arrays: bool) -> Result:
        least, most, function = SINGLE[node.name]
        if not least <= len(node.arguments) <= most:
            raise fail("#N/A", f"Wrong number of arguments to {node.name}.")
        operands = [self._caught(argument, arrays=arrays) for argument in node.arguments]
        return _mapped(operands, lambda values: function(list(values), self._around.locale))

    def _caught(self, node: Node, *, arrays: bool) -> Result:
        """An argument whose error is a value like others."""
        try:
            return self._operand(node, arrays=arrays)
        except EvaluationError as failed:
            return failed.value

    def _place(self, node: Call, *, arrays: bool) -> Result:
        is_row = node.name == "ROW"
        if not node.arguments:
            return (self._around.row if is_row else self._around.column) + 1
        argument = node.arguments[0]
        if not isinstance(argument, Cells | Name):
            raise fail("#N/A", "Argument must be a range.")
        cells = self._cells(argument)
        start = cells.top if is_row else cells.left
        if not arrays or cells.is_one_cell:
            return start + 1
        values = self._around.values(cells)
        if is_row:
            return [[start + 1 + index] for index in range(len(values))]
        return [[start + 1 + index for index in range(len(values[0]) if values else 0)]]

    def _if(self, node: Call, *, arrays: bool) -> Result:
        if len(node.arguments) not in {2, 3}:
            raise fail("#N/A", "Wrong number of arguments to IF.")
        condition = self._operand(node.arguments[0], arrays=arrays)
        other: Node = node.arguments[2] if len(node.arguments) > 2 else Constant(False)  # noqa: FBT003, PLR2004
        if not isinstance(condition, list):
            chosen = node.arguments[1] if truth(condition, self._around.locale) else other
            return self._operand(chosen, arrays=arrays)
        yes = self._caught(node.arguments[1], arrays=arrays)
        no = self._caught(other, arrays=arrays)
        locale = self._around.locale
        return _mapped([condition, yes, no], lambda v: v[1] if truth(v[0], locale) else v[2])

    def _if_error(self, node: Call, *, arrays: bool) -> Result:
        if len(node.arguments) not in {1, 2}:
            raise fail("#N/A", f"Wrong number of arguments to {node.name}.")
        first = self._caught(node.arguments[0], arrays=arrays)
        wanted = {"#N/A"} if node.name == "IFNA" else None

        def failed(value: Value) -> bool:
            return isinstance(value, ErrorValue) and (wanted is None or value.text in wanted)

        if not any(failed(value) for value in flat(first)):
            return first
        other = self._operand(node.arguments[1], arrays=arrays) if len(node.arguments) > 1 else None
        return _mapped([first, other], lambda v: v[1] if failed(v[0]) else v[0])


def _mapped(operands: list[Result], apply: Callable[[Sequence[Value]], Value]) -> Result:
    """Apply a function of single values, element by element where operands are arrays."""
    arrays = [operand for operand in operands if isinstance(operand, list)]
    if not arrays:
        return apply([operand for operand in operands if not isinstance(operand, list)])
    height = max(len(array) for array in arrays)
    width = max(len(array[0]) if array else 0 for array in arrays)
    return [
        [
            _applied(apply, [_element(operand, row, column) for operand in operands])
            for column in range(width)
        ]
        for row in range(height)
    ]


def _applied(apply: Callable[[Sequence[Value]], Value], values: list[Value]) -> Value:
    try:
        return apply(values)
    except EvaluationError as failed:
        return failed.value


def _element(operand: Result, row: int, column: int) -> Value:
    """One element; a single value, row or column is repeated."""
    if not isinstance(operand, list):
        return operand
    line = (
        operand[0 if len(operand) == 1 else row] if row < len(operand) or len(operand) == 1 else []
    )
    place = 0 if len(line) == 1 else column
    return line[place] if place < len(line) else error("#N/A", "Array arguments differ in size.")
