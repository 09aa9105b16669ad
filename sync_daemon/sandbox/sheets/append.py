"""Where ``values.append`` puts its rows: under the last table that the range touches.

The rule is the one that Google's guide to reading and writing values explains with tables A1:C2
and B4:D6, and that recorded answers confirm: a table is a block of cells around which all
neighbours are empty, so ``[x, "", z]`` is two tables, and a bare append after it goes to C2.
"""

from __future__ import annotations

from sync_daemon.sandbox.sheets.a1 import Box
from sync_daemon.sandbox.sheets.cells import has_value
from sync_daemon.sandbox.sheets.grid import Grid


def table_in(grid: Grid, box: Box) -> Box | None:
    """The last table that shares a cell with the box; None if the box is empty."""
    cell = _last_cell(grid, box)
    if cell is None:
        return None
    return _grown(grid, Box(cell[0], cell[0] + 1, cell[1], cell[1] + 1))


def _last_cell(grid: Grid, box: Box) -> tuple[int, int] | None:
    for row in range(min(box.bottom, len(grid.rows)) - 1, box.top - 1, -1):
        cells = grid.cells_of(row)
        for column in range(min(box.right, len(cells)) - 1, box.left - 1, -1):
            if has_value(cells[column]):
                return row, column
    return None


def _grown(grid: Grid, table: Box) -> Box:
    """The block that a cell is part of, grown while a neighbour holds something."""
    while True:
        top, bottom, left, right = table.top, table.bottom, table.left, table.right
        outer = max(0, left - 1), min(right + 1, grid.column_count)
        if top > 0 and _any_in_row(grid, top - 1, *outer):
            top -= 1
        if bottom < grid.row_count and _any_in_row(grid, bottom, *outer):
            bottom += 1
        if left > 0 and _any_in_column(grid, left - 1, top, bottom):
            left -= 1
        if right < grid.column_count and _any_in_column(grid, right, top, bottom):
            right += 1
        grown = Box(top, bottom, left, right)
        if grown == table:
            return table
        table = grown


def _any_in_row(grid: Grid, row: int, left: int, right: int) -> bool:
    return any(has_value(content) for content in grid.cells_of(row)[left:right])


def _any_in_column(grid: Grid, column: int, top: int, bottom: int) -> bool:
    return any(has_value(grid.get(row, column)) for row in range(top, bottom))
