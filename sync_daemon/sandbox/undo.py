"""Undoing one user's action while others go on working.

If nothing happened since, the document goes back to the state before. Otherwise only what the
action did is taken back, as in the browser: cells it wrote get their old contents, properties it
set get their old values, and rows or columns it inserted, deleted or moved are put back. All of
it is looked for where it is now: rows and columns that others have inserted, deleted or moved
since are taken into account by doing the same to copies of the old states.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

from sync_daemon.sandbox.sheets.cells import Content
from sync_daemon.sandbox.sheets.dimensions import delete, insert, move
from sync_daemon.sandbox.sheets.document import Document, Sheet, State
from sync_daemon.sandbox.sheets.shifts import (
    Change,
    Delete,
    Dimension,
    Insert,
    Move,
    Shift,
)

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
        followed: how many of the document's changes ``since`` stands for, those before included.
        since: changes of rows and columns after it, but for those that were taken back.
    """

    sheet_id: int
    before: State
    after: State
    version: int
    change: Change | None = None
    followed: int = 0
    since: tuple[Change, ...] = ()

    def changes(self, document: Document) -> list[Change]:
        """What happened to rows and columns since."""
        return [*self.since, *document.changes[self.followed :]]


def undo(document: Document, action: Action, earlier: list[Action]) -> list[Action]:
    """Take an action back.

    Returns:
        The user's earlier actions, which can be taken back next.
    """
    if document.version == action.version:
        document.restore(action.before)
    else:
        earlier = _taken_back(document, action, earlier)
    document.touch()
    return earlier


def _taken_back(document: Document, action: Action, earlier: list[Action]) -> list[Action]:
    """Take back what the action did, and nothing that others did since."""
    sheet = document.find_sheet(action.sheet_id)
    since = action.changes(document)
    if sheet is None:
        return earlier
    if action.change is not None:
        return _put_back(document, sheet, action, action.change, earlier)
    before, after = _carried(action.before, since), _carried(action.after, since)
    old, new = before.find_sheet(sheet.sheet_id), after.find_sheet(sheet.sheet_id)
    if old is not None and new is not None:
        _restore_cells(sheet, old, new)
        _restore_properties(sheet, old, new)
    return earlier


def _carried(state: State, changes: Iterable[Change]) -> Document:
    """A document in an old state, to which rows and columns were done the same as since."""
    document = Document("", "")
    document.restore(state)
    for change in changes:
        sheet = document.find_sheet(change.sheet_id)
        if sheet is not None:
            _apply(document, sheet, change)
    return document


def _apply(document: Document, sheet: Sheet, change: Change) -> None:
    shift, size = change.shift, sheet.size(change.dimension)
    if isinstance(shift, Insert):
        insert(document, sheet, change.dimension, shift.at, shift.count)
    elif isinstance(shift, Delete) and shift.start < size and shift.end - shift.start < size:
        delete(document, sheet, change.dimension, shift.start, shift.end)
    elif isinstance(shift, Move) and max(shift.end, shift.to) <= size:
        move(document, sheet, change.dimension, (shift.start, shift.end), shift.to)


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


def _put_back(
    document: Document, sheet: Sheet, action: Action, change: Change, earlier: list[Action]
) -> list[Action]:
    """Take back a change of rows or columns."""
    shift, dimension, since = change.shift, change.dimension, action.changes(document)
    later = [other.shift for other in since if _is_alike(other, change)]
    if isinstance(shift, Delete):
        around, block = _all_around(since, change, shift)
        carried = _carried(action.before, around)
        _return(document, sheet, dimension, carried, block)
        _return_metadata(document, action, carried)
        return [_without(document, action, one, around) for one in earlier]
    if isinstance(shift, Insert):
        for index in sorted(_now(range(shift.at, shift.at + shift.count), later), reverse=True):
            _apply(document, sheet, Change(sheet.sheet_id, dimension, Delete(index, index + 1)))
    elif isinstance(shift, Move):
        start, count = shift.landing, shift.end - shift.start
        moved = _now(range(start, start + count), later)
        if moved:
            home = min(_home(shift, later), sheet.size(dimension))
            back = Move(min(moved), max(moved) + 1, home)
            _apply(document, sheet, Change(sheet.sheet_id, dimension, back))
    return earlier


def _without(document: Document, action: Action, earlier: Action, around: list[Change]) -> Action:
    """An earlier action, for which deleted rows that came back have been there all the time."""
    until = document.changes[earlier.followed : action.before.changes]
    since = (*earlier.since, *until, *around)
    return replace(earlier, since=since, followed=len(document.changes))


def _is_alike(one: Change, other: Change) -> bool:
    return (one.sheet_id, one.dimension) == (other.sheet_id, other.dimension)


def _now(indices: Iterable[int], later: list[Shift]) -> list[int]:
    """Where rows or columns are after later shifts; those that are gone are left out."""
    found = list(indices)
    for shift in later:
        found = [moved for index in found if (moved := shift.index(index)) is not None]
    return found


def _home(shift: Move, later: list[Shift]) -> int:
    """Where moved rows or columns belong: before the one that followed them at first."""
    following = _now([_index(shift, shift.end)], later)
    if following:
        return following[0]
    preceding = _now([_index(shift, shift.start - 1)], later) if shift.start else []
    return preceding[0] + 1 if preceding else shift.start


def _index(shift: Move, index: int) -> int:
    moved = shift.index(index)
    return index if moved is None else moved


def _all_around(since: list[Change], change: Change, deleted: Delete) -> tuple[list[Change], range]:
    """Later changes as if nothing had been deleted, and where the deleted ones would be now."""
    place, count = deleted.start, deleted.end - deleted.start
    around: list[Change] = []
    for other in since:
        if not _is_alike(other, change):
            around.append(other)
            continue
        for shift in _around(other.shift, place, count):
            around.append(Change(other.sheet_id, other.dimension, shift))
            place = _now([place], [shift])[0]
    return around, range(place, place + count)


def _return(
    document: Document, sheet: Sheet, dimension: Dimension, carried: Document, block: range
) -> None:
    """Put deleted rows or columns back, with what was in them."""
    if block.start > sheet.size(dimension):
        return
    insert(document, sheet, dimension, block.start, len(block))
    source = carried.find_sheet(sheet.sheet_id)
    if source is not None:
        _refill(sheet, source, dimension, block)


def _return_metadata(document: Document, action: Action, carried: Document) -> None:
    lost = action.before.metadata.keys() - action.after.metadata.keys()
    for number in lost & carried.metadata.keys() - document.metadata.keys():
        document.metadata[number] = carried.metadata[number]


def _around(shift: Shift, place: int, count: int) -> list[Shift]:
    """A later shift as it would have been, had the ``count`` deleted ones stayed at ``place``."""
    if isinstance(shift, Insert):
        return [Insert(shift.at if shift.at <= place else shift.at + count, shift.count)]
    if not isinstance(shift, Delete | Move):
        return []
    start, end = shift.start, shift.end
    if start >= place:
        start, end = start + count, end + count
    elif end > place and isinstance(shift, Delete):
        return [Delete(place + count, end + count), Delete(start, place)]
    elif end > place:
        return []
    if isinstance(shift, Delete):
        return [Delete(start, end)]
    return [Move(start, end, shift.to if shift.to <= place else shift.to + count)]


def _refill(sheet: Sheet, source: Sheet, dimension: Dimension, block: range) -> None:
    """Put the contents and properties of a block of rows or columns into new ones."""
    properties = source.dimension_properties(dimension)
    kept = {index: properties[index] for index in block if index in properties}
    sheet.dimension_properties(dimension).update(kept)
    width = sheet.grid.column_count
    if dimension is Dimension.ROWS:
        for row in block:
            sheet.grid.set_row(row, 0, list(source.grid.cells_of(row)[:width]))
        return
    for row in range(min(len(source.grid.rows), sheet.grid.row_count)):
        contents = source.grid.cells_of(row)[block.start : block.stop]
        if contents:
            sheet.grid.set_row(row, block.start, list(contents))
