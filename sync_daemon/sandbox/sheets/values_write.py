"""Writing rows of values into cells, as the values API does."""

from __future__ import annotations

import json
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any

from sync_daemon.sandbox.api_errors import invalid_argument
from sync_daemon.sandbox.sheets.a1 import Box, GridRange, column_letters
from sync_daemon.sandbox.sheets.cell_data import checked_text
from sync_daemon.sandbox.sheets.cells import (
    Cell,
    Content,
    as_cell,
    simplify,
    tidy_number,
    with_entry,
)
from sync_daemon.sandbox.sheets.document import Document, Sheet
from sync_daemon.sandbox.sheets.locales import locale_named
from sync_daemon.sandbox.sheets.parsing import Entry, parse_entry
from sync_daemon.sandbox.sheets.protocol import sound_text
from sync_daemon.sandbox.sheets.ranges import check_within, range_text

USER_ENTERED = "USER_ENTERED"
COLUMNS = "COLUMNS"


@dataclass(frozen=True)
class Written:
    """What a write did.

    Args:
        sheet: where.
        box: the rectangle that the values covered.
        asked: the rectangle that the caller named, if it is larger.
        cells: how many cells were set.
        rows: in which rows.
        columns: in which columns.
    """

    sheet: Sheet
    box: Box
    asked: Box
    cells: int
    rows: AbstractSet[int]
    columns: AbstractSet[int]

    def to_json(self) -> dict[str, Any]:
        """The counts as an UpdateValuesResponse has them, without the id; zeros left out."""
        shown: dict[str, Any] = {"updatedRange": range_text(self.sheet, self.box)}
        if self.cells:
            shown["updatedRows"] = len(self.rows)
            shown["updatedColumns"] = len(self.columns)
            shown["updatedCells"] = self.cells
        return shown


@dataclass(frozen=True)
class Writer:
    """Writes values for one caller in one way.

    Args:
        document: where.
        user_entered: parse texts as if typed; else store them as given.
        caller: e-mail address of the caller, for protected ranges; None for the owner.
    """

    document: Document
    user_entered: bool
    caller: str | None

    def write(
        self, cells: GridRange, values: Sequence[Sequence[Any]], major: str, text: str
    ) -> Written:
        """Write values from the first cell of a range on.

        Args:
            cells: where; a single cell is only where to begin.
            values: rows, or columns if ``major`` says so; None leaves a cell as it is.
            major: ``ROWS`` or ``COLUMNS``.
            text: the range as the caller wrote it, for errors.

        Raises:
            ApiError: 400 for values that do not fit or cannot be stored.
        """
        check_values(values)
        rows = transposed_input(values) if major == COLUMNS else values
        sheet = self.document.sheet(cells.sheet_id)
        check_within(sheet, cells)
        box = _target(sheet, cells, rows, text)
        whole = sheet.grid.box
        asked = box if cells.is_one_cell else cells.clamp(whole.bottom, whole.right)
        return replace(self.put(sheet, box, rows), asked=asked)

    def put(self, sheet: Sheet, box: Box, rows: Sequence[Sequence[Any]]) -> Written:
        """Write checked rows at a place known to fit."""
        self.document.check_editable(sheet, [box], self.caller)
        count, touched, columns = 0, set(), _given_columns(rows, box.left)
        for index, row in enumerate(rows, box.top):
            given = len(row) - row.count(None)
            if given:  # a row of nulls leaves everything as it is
                self._put_row(sheet, index, box.left, row)
                touched.add(index)
                count += given
        return Written(sheet, box, box, count, touched, columns)

    def _put_row(self, sheet: Sheet, index: int, left: int, row: Sequence[Any]) -> None:
        if len(row) == 1:  # a column of values comes as many such rows
            content = self._entered(sheet.grid.get(index, left), row[0])
            sheet.grid.set(index, left, content)
            return
        old = sheet.grid.cells_of(index)[left : left + len(row)]
        old_cells = [*old, *([None] * (len(row) - len(old)))]
        contents = [
            content if value is None else self._entered(content, value)
            for content, value in zip(old_cells, row, strict=True)
        ]
        sheet.grid.set_row(index, left, contents)

    def _entered(self, content: Content, value: Any) -> Content:
        if isinstance(value, str):
            text = checked_text(sound_text(value))
            if self.user_entered:
                return enter(content, parse_entry(text, locale_named(self.document.locale)))
            return with_entry(content, text or None)
        if not isinstance(value, bool):
            value = tidy_number(value)
        return with_entry(content, value)


def _given_columns(rows: Sequence[Sequence[Any]], left: int) -> set[int]:
    """The columns in which any row has a value."""
    found: set[int] = set()
    full = 0  # rows without a null need no look at each cell
    for row in rows:
        if None in row:
            found.update(place for place, value in enumerate(row, left) if value is not None)
        else:
            full = max(full, len(row))
    return found.union(range(left, left + full))


def enter(content: Content, entry: Entry) -> Content:
    """The cell after a parsed entry; a text format keeps all of it as text."""
    cell = as_cell(content)
    kept = (cell.format or {}).get("numberFormat")
    if kept is not None and kept.get("type") == "TEXT" and entry.text:
        return with_entry(content, entry.text)
    entered = as_cell(with_entry(content, entry.literal, entry.formula))
    if entry.number_format is not None and (kept is None or _yields(kept, entry)):
        changed = {**(entered.format or {}), "numberFormat": dict(entry.number_format)}
        entered = replace(entered, format=changed)
    return simplify(entered)


def _yields(kept: dict[str, Any], entry: Entry) -> bool:
    """Whether an entry of another kind takes the place of the cell's format."""
    new = entry.number_format or {}
    return bool(kept.get("type") != new.get("type") and "pattern" not in kept)


def transposed_input(columns: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """Columns of values to rows; where a column is short, None leaves the cell as it is."""
    height = max((len(column) for column in columns), default=0)
    return [
        [column[index] if index < len(column) else None for column in columns]
        for index in range(height)
    ]


def _target(sheet: Sheet, cells: GridRange, rows: Sequence[Sequence[Any]], text: str) -> Box:
    """The rectangle that the rows cover; refused if it leaves the range or the grid."""
    height = max(1, len(rows))
    width = max(1, max((len(row) for row in rows), default=0))
    grid = sheet.grid
    box = Box(cells.top, cells.top + height, cells.left, cells.left + width)
    limit = grid.box if cells.is_one_cell else cells.clamp(grid.row_count, grid.column_count)
    if box.bottom > limit.bottom:
        tried = f"row [{limit.bottom + 1}]"
    elif box.right > limit.right:
        tried = f"column [{column_letters(limit.right)}]"
    else:
        return box
    raise invalid_argument(f"Requested writing within range [{text}], but tried writing to {tried}")


def check_values(values: Sequence[Sequence[Any]]) -> None:
    """Refuse lists and objects where a cell's value belongs."""
    for row_index, row in enumerate(values):
        for column, value in enumerate(row):
            if isinstance(value, list | dict):
                shown = _proto_text(value, "")
                raise invalid_argument(f"Invalid values[{row_index}][{column}]: {shown}")


def _proto_text(value: Any, indent: str) -> str:
    """A JSON value as Google prints a protobuf Value."""
    deeper = indent + "  "
    if isinstance(value, list):
        items = "".join(
            f"{deeper}values {{\n{_proto_text(item, deeper + '  ')}{deeper}}}\n" for item in value
        )
        return f"{indent}list_value {{\n{items}{indent}}}\n"
    if isinstance(value, dict):
        fields = "".join(
            f"{deeper}fields {{\n{deeper}  key: {json.dumps(key)}\n{deeper}  value {{\n"
            f"{_proto_text(item, deeper + '    ')}{deeper}  }}\n{deeper}}}\n"
            for key, item in value.items()
        )
        return f"{indent}struct_value {{\n{fields}{indent}}}\n"
    if isinstance(value, bool):
        return f"{indent}bool_value: {'true' if value else 'false'}\n"
    if isinstance(value, int | float):
        return f"{indent}number_value: {value}\n"
    if value is None:
        return f"{indent}null_value: NULL_VALUE\n"
    return f"{indent}string_value: {json.dumps(value)}\n"


def cleared(content: Content) -> Content:
    """The cell without its value; format, note and validation stay."""
    if not isinstance(content, Cell):
        return None
    return simplify(replace(content, value=None, formula=None, runs=None, chips=None))
