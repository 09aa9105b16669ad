"""The values of formulas, calculated when they are read."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sync_daemon.sandbox.sheets.a1 import Box, GridRange, column_letters
from sync_daemon.sandbox.sheets.cells import Cell, Value, has_value, number_format_of
from sync_daemon.sandbox.sheets.document import Document, Sheet
from sync_daemon.sandbox.sheets.evaluation import LOADING_VALUE, Evaluator, Surroundings
from sync_daemon.sandbox.sheets.formula_parser import (
    Binary,
    Call,
    Cells,
    FormulaError,
    Name,
    Node,
    children,
    error,
    parse_formula,
)
from sync_daemon.sandbox.sheets.formula_values import Array, Result, fail
from sync_daemon.sandbox.sheets.locales import locale_named
from sync_daemon.sandbox.sheets.references import Reference

JsonObject = dict[str, Any]
Place = tuple[int, int, int]  # sheet id, row, column

PARSE_ERROR = error("#ERROR!", "Formula parse error.")
CIRCULAR = error("#REF!", "Circular dependency detected.")
SUGGESTED = {"TODAY": {"type": "DATE"}, "NOW": {"type": "DATE_TIME"}}
KEEPING_FORMAT = frozenset({"SUM", "MIN", "MAX", "AVERAGE", "IF", "IFERROR", "INDEX", "VLOOKUP"})


class Calculator:
    """Calculates the formulas of one document; made anew when the document has changed."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._locale = locale_named(document.locale)
        self._results: dict[Place, Result] = {}
        self._spills: dict[int, dict[int, dict[int, Value]]] = {}

    def value(self, sheet: Sheet, row: int, column: int) -> Value:
        """What a cell comes to; the first value of an array."""
        self.spilled_rows(sheet)
        return self._cell_value(sheet, row, column)

    def _cell_value(self, sheet: Sheet, row: int, column: int) -> Value:
        content = sheet.grid.get(row, column)
        if not isinstance(content, Cell) or content.formula is None:
            literal = content.value if isinstance(content, Cell) else content
            if literal is None:
                return self._spills.get(sheet.sheet_id, {}).get(row, {}).get(column)
            return literal
        return _first(self._calculated((sheet.sheet_id, row, column)))

    def _calculated(self, place: Place) -> Result:
        """The result of a formula; what it depends on is calculated first, without recursion."""
        stack, waiting = [place], {place}
        while stack:
            here = stack[-1]
            if here not in self._results:
                needed = [p for p in self._precedents(here) if p not in self._results]
                if any(p in waiting for p in needed):
                    self._results[here] = CIRCULAR
                elif needed:
                    stack.extend(needed)
                    waiting.update(needed)
                    continue
                else:
                    self._results[here] = self._evaluated(here)
            waiting.discard(here)
            stack.pop()
        return self._results[place]

    def _tree(self, place: Place) -> Node | None:
        sheet = self._document.find_sheet(place[0])
        content = None if sheet is None else sheet.grid.get(place[1], place[2])
        if not isinstance(content, Cell) or content.formula is None:
            return None
        try:
            return parse_formula(content.formula, self._locale.decimal, self._locale.argument)
        except FormulaError:
            return None

    def _precedents(self, place: Place) -> list[Place]:
        """The formula cells that a formula reads."""
        tree = self._tree(place)
        found: dict[Place, None] = {}
        for cells in [] if tree is None else self._ranges(tree, place[0]):
            sheet = self._document.find_sheet(cells.sheet_id)
            if sheet is None or not sheet.grid.may_have_formulas:
                continue
            box = cells.clamp(sheet.grid.row_count, sheet.grid.column_count)
            for row, column, content in sheet.grid.used(box):
                if isinstance(content, Cell) and content.formula is not None:
                    found[cells.sheet_id, row, column] = None
        return list(found)

    def _ranges(self, node: Node, sheet_id: int) -> list[GridRange]:
        if isinstance(node, Cells):
            cells = self._resolve(node.reference, sheet_id)
            return [] if cells is None else [cells]
        if isinstance(node, Name):
            cells = self._named(node.name)
            return [] if cells is None else [cells]
        if isinstance(node, Call) and node.name in {"ROW", "COLUMN"}:
            return []
        return [cells for child in children(node) for cells in self._ranges(child, sheet_id)]

    def hyperlink(self, sheet: Sheet, row: int, column: int) -> str:
        """Where a formula that is a ``HYPERLINK`` leads; blank for any other."""
        place = sheet.sheet_id, row, column
        tree = self._tree(place)
        if not isinstance(tree, Call) or tree.name != "HYPERLINK" or not tree.arguments:
            return ""
        address = self._evaluator(place).result(tree.arguments[0])
        return address if isinstance(address, str) else ""

    def _evaluated(self, place: Place) -> Result:
        tree = self._tree(place)
        return PARSE_ERROR if tree is None else self._evaluator(place).result(tree)

    def _evaluator(self, place: Place) -> Evaluator:
        sheet_id, row, column = place
        around = Surroundings(
            row,
            column,
            self._locale,
            self.now(),
            lambda reference: self._resolve(reference, sheet_id),
            self._named,
            self._values,
            lambda: self._settled(place),
        )
        return Evaluator(around)

    def worked_out(self, formula: str, sheet: Sheet, row: int, column: int) -> Value:
        """What a formula would come to in a cell, which stays as it is."""
        try:
            tree = parse_formula(formula, self._locale.decimal, self._locale.argument)
        except FormulaError:
            return PARSE_ERROR
        return _first(self._evaluator((sheet.sheet_id, row, column)).result(tree))

    def now(self) -> datetime:
        """The time in the spreadsheet's time zone."""
        return self._document.clock().astimezone(ZoneInfo(self._document.properties["timeZone"]))

    def _settled(self, place: Place) -> Value:
        content = self._document.sheet(place[0]).grid.get(place[1], place[2])
        formula = content.formula if isinstance(content, Cell) else None
        found: Value = self._document.loading.get(formula or "", LOADING_VALUE)
        return found

    def _resolve(self, reference: Reference, own_sheet: int) -> GridRange | None:
        sheet_id: int | None = own_sheet
        if reference.title is not None:
            sheet_id = self._document.sheet_id_titled(reference.title)
        return None if sheet_id is None else reference.cells(sheet_id)

    def _named(self, name: str) -> GridRange | None:
        for named in self._document.named_ranges.values():
            if named["name"].casefold() == name.casefold():
                return GridRange.from_json(named.get("range", {}))
        return None

    def _values(self, cells: GridRange) -> Array:
        sheet = self._document.sheet(cells.sheet_id)
        grid = sheet.grid
        if cells.top >= grid.row_count or cells.left >= grid.column_count:
            raise fail("#REF!", "Reference does not exist.")
        box = cells.clamp(grid.row_count, grid.column_count)
        return [
            [self._cell_value(sheet, row, column) for column in range(box.left, box.right)]
            for row in range(box.top, box.bottom)
        ]

    # --- formats ------------------------------------------------------------------------

    def number_format(self, sheet: Sheet, row: int, column: int) -> JsonObject | None:
        """The format a cell is shown with: its own, or what its formula suggests."""
        return self._format_at(sheet, row, column, 0)

    def _format_at(self, sheet: Sheet, row: int, column: int, depth: int) -> JsonObject | None:
        content = sheet.grid.get(row, column)
        own = number_format_of(content)
        if own is not None or not isinstance(content, Cell) or content.formula is None:
            return own
        tree = self._tree((sheet.sheet_id, row, column))
        return None if tree is None else self._suggested(tree, sheet.sheet_id, depth)

    def _suggested(self, node: Node, sheet_id: int, depth: int) -> JsonObject | None:
        if depth > 8:  # noqa: PLR2004 - chains of references longer than this keep no format
            return None
        if isinstance(node, Cells):
            cells = self._resolve(node.reference, sheet_id)
            sheet = None if cells is None else self._document.find_sheet(cells.sheet_id)
            if cells is None or sheet is None:
                return None
            return self._format_at(sheet, cells.top, cells.left, depth + 1)
        if isinstance(node, Call):
            if node.name in SUGGESTED:
                return SUGGESTED[node.name]
            arguments = node.arguments[1:] if node.name in {"IF", "VLOOKUP"} else node.arguments
            if node.name in KEEPING_FORMAT and arguments:
                return self._suggested(arguments[0], sheet_id, depth + 1)
        if isinstance(node, Binary) and node.operator in {"+", "-"}:
            left = self._suggested(node.left, sheet_id, depth + 1)
            return left or self._suggested(node.right, sheet_id, depth + 1)
        return None

    # --- arrays -------------------------------------------------------------------------

    def spilled_rows(self, sheet: Sheet) -> dict[int, dict[int, Value]]:
        """Values that formulas put in other cells than their own: by row, by column."""
        known = self._spills.get(sheet.sheet_id)
        if known is not None:
            return known
        spilled: dict[int, dict[int, Value]] = {}
        self._spills[sheet.sheet_id] = spilled
        for row, column in self._array_formulas(sheet):
            place = (sheet.sheet_id, row, column)
            result = self._calculated(place)
            if isinstance(result, list):
                self._results[place] = _spill(sheet, spilled, (row, column), result)
        return spilled

    def _array_formulas(self, sheet: Sheet) -> list[tuple[int, int]]:
        if not sheet.grid.may_have_formulas:
            return []
        return [
            (index, column)
            for index, row in enumerate(sheet.grid.rows)
            if row is not None and row.has_formula()
            for column, content in enumerate(row.cells)
            if isinstance(content, Cell) and content.formula and _may_be_array(content.formula)
        ]


def _first(result: Result) -> Value:
    if isinstance(result, list):
        return result[0][0] if result and result[0] else None
    return result


def _may_be_array(formula: str) -> bool:
    upper = formula.upper()
    return "ARRAYFORMULA" in upper or "INDEX" in upper


def _spill(
    sheet: Sheet, spilled: dict[int, dict[int, Value]], start: tuple[int, int], result: Array
) -> Result:
    """Put an array around its formula's cell; ``#REF!`` if something is in the way."""
    top, left = start
    width = max((len(line) for line in result), default=0)
    box = Box(top, top + len(result), left, left + width)
    for row, column, content in sheet.grid.used(box):
        if has_value(content) and (row, column) != start:
            name = f"{column_letters(column)}{row + 1}"
            return error(
                "#REF!",
                f"Array result was not expanded because it would overwrite data in {name}.",
            )
    for down, line in enumerate(result):
        for right, value in enumerate(line):
            inside = top + down < sheet.grid.row_count and left + right < sheet.grid.column_count
            if (down, right) != (0, 0) and value is not None and inside:
                spilled.setdefault(top + down, {})[left + right] = value
    return result
