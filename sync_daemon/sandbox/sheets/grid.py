"""The cells of one sheet.

Rows are shared between states: ``fork`` gives a second grid in time proportional to the number
of rows, and a row is copied when one of the two first changes it. That makes a batch that fails
half-way, and the undo of a user's action, cheap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sync_daemon.sandbox.sheets.a1 import Box
from sync_daemon.sandbox.sheets.cells import Cell, Content, has_value


class Row:
    """The cells of a row up to the last one in use.

    ``encoded`` keeps the JSON text of the row for one way of reading it (``encoded_for``).
    """

    __slots__ = ("_formula", "_value_end", "cells", "encoded", "encoded_for", "owner")

    def __init__(self, cells: list[Content], owner: object) -> None:
        self.cells = cells
        self.owner = owner
        self.encoded_for: object = None
        self.encoded = ""
        self._formula: bool | None = None
        self._value_end: int | None = None

    def value_end(self) -> int:
        """One past the last cell with a value; the others have at most a format or a note."""
        if self._value_end is None:
            values = (index for index, cell in enumerate(self.cells, 1) if has_value(cell))
            self._value_end = max(values, default=0)
        return self._value_end

    def has_formula(self) -> bool:
        """Whether any of its cells is a formula."""
        if self._formula is None:
            self._formula = any(_is_formula(cell) for cell in self.cells)
        return self._formula

    def changed(self) -> None:
        """Forget what was derived from its cells."""
        self.encoded_for = None
        self._formula = None
        self._value_end = None


def _is_formula(content: Content) -> bool:
    return isinstance(content, Cell) and content.formula is not None


def _trim(cells: list[Content]) -> None:
    """Drop empty cells at the end."""
    while cells and cells[-1] is None:
        cells.pop()


class Grid:
    """A grid of ``row_count`` by ``column_count`` cells; rows and columns count from 0."""

    def __init__(self, row_count: int, column_count: int) -> None:
        self.row_count = row_count
        self.column_count = column_count
        self.rows: list[Row | None] = []
        self.may_have_formulas = False
        self._owner = object()

    def fork(self) -> Grid:
        """A second grid with the same cells, independent from now on."""
        twin = Grid(self.row_count, self.column_count)
        twin.rows = list(self.rows)
        twin.may_have_formulas = self.may_have_formulas
        self._owner = object()
        return twin

    @property
    def box(self) -> Box:
        """The whole grid."""
        return Box(0, self.row_count, 0, self.column_count)

    def get(self, row: int, column: int) -> Content:
        """What a cell holds; None outside the cells in use."""
        if row >= len(self.rows):
            return None
        found = self.rows[row]
        if found is None or column >= len(found.cells):
            return None
        return found.cells[column]

    def cells_of(self, row: int) -> list[Content]:
        """The cells of a row up to the last one in use; not to be changed."""
        found = self.rows[row] if row < len(self.rows) else None
        return [] if found is None else found.cells

    def set(self, row: int, column: int, content: Content) -> None:
        """Put a content in a cell of the grid."""
        self.may_have_formulas = self.may_have_formulas or _is_formula(content)
        cells = self._own(row)
        if column < len(cells):
            cells[column] = content
            if content is None:
                _trim(cells)
        elif content is not None:
            cells.extend([None] * (column - len(cells)))
            cells.append(content)

    def set_row(self, row: int, left: int, contents: list[Content]) -> None:
        """Put contents in neighbouring cells of a row."""
        if row >= len(self.rows) and not any(content is not None for content in contents):
            return
        cells = self._own(row)
        if len(cells) < left:
            cells.extend([None] * (left - len(cells)))
        cells[left : left + len(contents)] = contents
        self.may_have_formulas = self.may_have_formulas or any(map(_is_formula, contents))
        _trim(cells)

    def _own(self, row: int) -> list[Content]:
        """The cells of a row, to be changed."""
        if row >= len(self.rows):
            self.rows.extend([None] * (row + 1 - len(self.rows)))
        found = self.rows[row]
        if found is None or found.owner is not self._owner:
            found = Row([] if found is None else list(found.cells), self._owner)
            self.rows[row] = found
        found.changed()
        return found.cells

    def used(self, box: Box) -> Iterator[tuple[int, int, Content]]:
        """The cells of a rectangle that hold anything: row, column, content."""
        for row in range(box.top, min(box.bottom, len(self.rows))):
            found = self.rows[row]
            if found is None:
                continue
            for column in range(box.left, min(box.right, len(found.cells))):
                content = found.cells[column]
                if content is not None:
                    yield row, column, content

    def block(self, box: Box) -> list[list[Content]]:
        """The contents of a rectangle, row by row, empty cells included."""
        return [
            [self.get(row, column) for column in range(box.left, box.right)]
            for row in range(box.top, box.bottom)
        ]

    def put_block(self, top: int, left: int, block: Iterable[list[Content]]) -> None:
        """Put a rectangle of contents down."""
        for offset, contents in enumerate(block):
            self.set_row(top + offset, left, contents)

    def fill(self, box: Box, content: Content) -> None:
        """Put the same content in each cell of a rectangle."""
        bottom = min(box.bottom, len(self.rows)) if content is None else box.bottom
        for row in range(box.top, bottom):
            if content is None:
                self._empty(row, box)
            else:
                self.set_row(row, box.left, [content] * box.width)

    def _empty(self, row: int, box: Box) -> None:
        found = self.rows[row]
        if found is not None and len(found.cells) > box.left:
            cells = self._own(row)
            end = min(box.right, len(cells))
            cells[box.left : end] = [None] * (end - box.left)
            _trim(cells)

    def resize(self, row_count: int, column_count: int) -> None:
        """Change the size; what lies outside is lost."""
        del self.rows[row_count:]
        if column_count < self.column_count:
            for row in range(len(self.rows)):
                if len(self.cells_of(row)) > column_count:
                    del self._own(row)[column_count:]
        self.row_count = row_count
        self.column_count = column_count

    def insert_rows(self, at: int, count: int) -> None:
        """Make room before a row."""
        if at < len(self.rows):
            self.rows[at:at] = [None] * count
        self.row_count += count

    def delete_rows(self, start: int, end: int) -> None:
        """Take rows out."""
        del self.rows[start:end]
        self.row_count -= end - start

    def move_rows(self, start: int, end: int, landing: int) -> None:
        """Take rows out and put them back so that the first lands at ``landing``."""
        self._fill_up_to(end)
        taken = self.rows[start:end]
        del self.rows[start:end]
        self._fill_up_to(landing)
        self.rows[landing:landing] = taken

    def _fill_up_to(self, count: int) -> None:
        self.rows.extend([None] * (count - len(self.rows)))

    def insert_columns(self, at: int, count: int) -> None:
        """Make room before a column."""
        for row in range(len(self.rows)):
            if len(self.cells_of(row)) > at:
                self._own(row)[at:at] = [None] * count
        self.column_count += count

    def delete_columns(self, start: int, end: int) -> None:
        """Take columns out."""
        for row in range(len(self.rows)):
            if len(self.cells_of(row)) > start:
                del self._own(row)[start:end]
        self.column_count -= end - start

    def move_columns(self, start: int, end: int, landing: int) -> None:
        """Take columns out and put them back so that the first lands at ``landing``."""
        for row in range(len(self.rows)):
            if len(self.cells_of(row)) <= min(start, landing):
                continue
            cells = self._own(row)
            cells.extend([None] * (self.column_count - len(cells)))
            taken = cells[start:end]
            del cells[start:end]
            cells[landing:landing] = taken
            _trim(cells)
