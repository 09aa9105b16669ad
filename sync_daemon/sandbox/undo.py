"""Undoing one user's action while others go on working.

If nothing happened since, the document goes back to the state before. Otherwise only what the
action did is taken back, as in the browser: cells it wrote get their old contents, properties it
set get their old values, and rows or columns it inserted, deleted or moved are put back.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from sync_daemon.sandbox.sheets.cells import Content
from sync_daemon.sandbox.sheets.dimensions import delete, insert, move
from sync_daemon.sandbox.sheets.document import Document, Sheet, State
from sync_daemon.sandbox.sheets.shifts import Change, Delete, Dimension, Insert, Move

JsonObject = dict[str, Any]

NOT_PROPERTIES = frozenset({"sheet_id", "grid"})


@dataclass(frozen=True)
class Action:
    """What a user did to one sheet.

    Args:
        sheet_id: the sheet.
        before: the document before it.
        after: the document after it.
        version: the document's version after it.
        change: rows or columns it inserted, deleted or moved, if it did.
    """

    sheet_id: int
    before: State
    after: State
    version: int
    change: Change | None = None


def undo(document: Document, action: Action) -> None:
    """Take an action back."""
    if document.version == action.version:
        document.restore(action.before)
    else:
        sheet = document.find_sheet(action.sheet_id)
        before, after = _own(action.before, action), _own(action.after, action)
        if sheet is not None and before is not None and after is not None:
            if action.change is not None:
                _put_back(document, sheet, before, action)
            else:
                _restore_cells(sheet, before, after)
                _restore_properties(sheet, before, after)
    document.touch()


def _own(state: State, action: Action) -> Sheet | None:
    return next((sheet for sheet in state.sheets if sheet.sheet_id == action.sheet_id), None)


def _restore_cells(sheet: Sheet, before: Sheet, after: Sheet) -> None:
    """Give the cells that the action changed their old contents."""
    height = max(len(before.grid.rows), len(after.grid.rows))
    for row in range(min(height, sheet.grid.row_count)):
        old, new = before.grid.cells_of(row), after.grid.cells_of(row)
        if old is new:
            continue
        for column in range(min(max(len(old), len(new)), sheet.grid.column_count)):
            content = _at(old, column)
            if content != _at(new, column):
                sheet.grid.set(row, column, content)


def _at(cells: list[Content], column: int) -> Content:
    return cells[column] if column < len(cells) else None


def _restore_properties(sheet: Sheet, before: Sheet, after: Sheet) -> None:
    for field in fields(Sheet):
        if field.name in NOT_PROPERTIES:
            continue
        old = getattr(before, field.name)
        if old != getattr(after, field.name):
            setattr(sheet, field.name, old)


def _put_back(document: Document, sheet: Sheet, before: Sheet, action: Action) -> None:
    """Take back a change of rows or columns."""
    change = action.change
    if change is None:
        return
    dimension, shift = change.dimension, change.shift
    size = sheet.size(dimension)
    if isinstance(shift, Insert) and shift.at + shift.count <= size:
        delete(document, sheet, dimension, shift.at, shift.at + shift.count)
    elif isinstance(shift, Move):
        count = shift.end - shift.start
        start = shift.landing
        to = shift.start if shift.start <= start else shift.end
        if start + count <= size and to <= size:
            move(document, sheet, dimension, (start, start + count), to)
    elif isinstance(shift, Delete):
        insert(document, sheet, dimension, shift.start, shift.end - shift.start)
        _refill(sheet, before, dimension, shift)
        lost = action.before.metadata.keys() - action.after.metadata.keys()
        for number in lost - document.metadata.keys():
            document.metadata[number] = action.before.metadata[number]


def _refill(sheet: Sheet, before: Sheet, dimension: Dimension, deleted: Delete) -> None:
    """Put the contents of deleted rows or columns into the new ones."""
    width = sheet.grid.column_count
    if dimension is Dimension.ROWS:
        for row in range(deleted.start, deleted.end):
            sheet.grid.set_row(row, 0, list(before.grid.cells_of(row)[:width]))
        return
    for row in range(min(len(before.grid.rows), sheet.grid.row_count)):
        contents = before.grid.cells_of(row)[deleted.start : deleted.end]
        if contents:
            sheet.grid.set_row(row, deleted.start, list(contents))
