"""Requests that copy, cut, paste and fill."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

from sync_daemon.sandbox.api_errors import invalid_argument
from sync_daemon.sandbox.sheets.a1 import Box, GridRange
from sync_daemon.sandbox.sheets.autofill import continued
from sync_daemon.sandbox.sheets.batch_context import Batch, dimension_of
from sync_daemon.sandbox.sheets.cells import Content, as_cell, simplify
from sync_daemon.sandbox.sheets.document import Sheet
from sync_daemon.sandbox.sheets.locales import locale_named
from sync_daemon.sandbox.sheets.parsing import parse_entry
from sync_daemon.sandbox.sheets.ranges import check_inside
from sync_daemon.sandbox.sheets.shifts import Dimension
from sync_daemon.sandbox.sheets.shown import ShownCells
from sync_daemon.sandbox.sheets.sorting import shifted
from sync_daemon.sandbox.sheets.values_write import enter

JsonObject = dict[str, Any]

WITH_MERGES = frozenset({"PASTE_NORMAL", "PASTE_NO_BORDERS"})


def pasted(old: Content, new: Content, kind: str) -> Content:
    """A cell after another one was pasted on it in one of Google's ways."""
    below, above = as_cell(old), as_cell(new)
    if kind == "PASTE_FORMAT":
        return simplify(replace(below, format=above.format))
    if kind in {"PASTE_VALUES", "PASTE_FORMULA"}:
        return simplify(replace(below, value=above.value, formula=above.formula))
    if kind == "PASTE_DATA_VALIDATION":
        return simplify(replace(below, validation=above.validation))
    if kind == "PASTE_NO_BORDERS":
        kept = {key: item for key, item in (above.format or {}).items() if key != "borders"}
        borders = (below.format or {}).get("borders")
        own = {**kept, "borders": borders} if borders else kept
        return simplify(replace(above, format=own or None))
    if kind == "PASTE_CONDITIONAL_FORMATTING":
        return old
    return new


def copy_paste(batch: Batch, raw: JsonObject) -> JsonObject:
    """Copy a range; a destination that is a multiple of it is filled with copies."""
    source_sheet, source = batch.cells(raw.get("source"), "source")
    target_sheet, target = batch.cells(raw.get("destination"), "destination")
    kind = raw.get("pasteType", "PASTE_NORMAL")
    transpose = raw.get("pasteOrientation") == "TRANSPOSE"
    block = _copied(batch, source_sheet, source, kind)
    if transpose:
        block = [list(column) for column in zip(*block, strict=True)]
    height, width = len(block), len(block[0]) if block else 0
    if not height or not width:
        return {}
    rows, columns = _times(target.height, height), _times(target.width, width)
    covered = Box(
        target.top, target.top + rows * height, target.left, target.left + columns * width
    )
    _check_room(target_sheet, covered)
    batch.check(target_sheet, [covered])
    if kind in WITH_MERGES:
        merges = _merges_inside(source_sheet, source, transpose=transpose)
        _paste_merges(target_sheet, covered, merges, (height, width))
    for row in range(covered.top, covered.bottom):
        for column in range(covered.left, covered.right):
            down, right = (row - covered.top) % height, (column - covered.left) % width
            origin = (right, down) if transpose else (down, right)
            moved = shifted(
                block[down][right], row - source.top - origin[0], column - source.left - origin[1]
            )
            old = target_sheet.grid.get(row, column)
            target_sheet.grid.set(row, column, pasted(old, moved, kind))
    return {}


def _merges_inside(sheet: Sheet, box: Box, *, transpose: bool = False) -> list[Box]:
    """The merges that a copy of a rectangle takes along, counted from its corner."""
    inside = [
        Box(m.top - box.top, m.bottom - box.top, m.left - box.left, m.right - box.left)
        for m in sheet.merges
        if box.contains(m)
    ]
    return [Box(m.left, m.right, m.top, m.bottom) for m in inside] if transpose else inside


def _paste_merges(sheet: Sheet, covered: Box, merges: list[Box], size: tuple[int, int]) -> None:
    """Give each copy of a block its merges; what was merged there is not any more."""
    if any(m.intersects(covered) and not covered.contains(m) for m in sheet.merges):
        raise invalid_argument("Cannot paste: the destination cuts through merged cells.")
    sheet.merges = [m for m in sheet.merges if not covered.contains(m)]
    sheet.merges += [
        Box(top + m.top, top + m.bottom, left + m.left, left + m.right)
        for top in range(covered.top, covered.bottom, size[0])
        for left in range(covered.left, covered.right, size[1])
        for m in merges
    ]


def _times(available: int, needed: int) -> int:
    """How often the source is pasted: only a multiple of it is filled, all else gets it once."""
    return 1 if available % needed else max(1, available // needed)


def _copied(batch: Batch, sheet: Sheet, box: Box, kind: str) -> list[list[Content]]:
    block = sheet.grid.block(box)
    if kind != "PASTE_VALUES":
        return block
    shown = ShownCells(batch.document, sheet)
    return [
        [
            _value_only(shown, content, box.top + down, box.left + right)
            for right, content in enumerate(row)
        ]
        for down, row in enumerate(block)
    ]


def _value_only(shown: ShownCells, content: Content, row: int, column: int) -> Content:
    cell = as_cell(content)
    if cell.formula is None:
        return cell.value
    value = shown.value(row, column)
    return value if isinstance(value, str | int | float | bool) else shown.text(row, column)


def _check_room(sheet: Sheet, box: Box) -> None:
    grid = sheet.grid
    if box.bottom > grid.row_count or box.right > grid.column_count:
        raise invalid_argument("Cannot paste: the destination exceeds the grid limits.")


def cut_paste(batch: Batch, raw: JsonObject) -> JsonObject:
    """Move a range; what is left behind is empty."""
    source_sheet, source = batch.editable(raw.get("source"), "source")
    place = raw.get("destination", {})
    target_sheet = batch.document.sheet(place.get("sheetId", 0))
    top, left = place.get("rowIndex", 0), place.get("columnIndex", 0)
    target = Box(top, top + source.height, left, left + source.width)
    check_inside(target_sheet, target.on(target_sheet.sheet_id))
    _check_room(target_sheet, target)
    batch.check(target_sheet, [target])
    kind = raw.get("pasteType", "PASTE_NORMAL")
    block = _copied(batch, source_sheet, source, kind)
    merges = _merges_inside(source_sheet, source)
    source_sheet.merges = [m for m in source_sheet.merges if not source.contains(m)]
    if kind in WITH_MERGES and source.height and source.width:
        _paste_merges(target_sheet, target, merges, (source.height, source.width))
    source_sheet.grid.fill(source, None)
    for down, contents in enumerate(block):
        for right, content in enumerate(contents):
            old = target_sheet.grid.get(top + down, left + right)
            target_sheet.grid.set(top + down, left + right, pasted(old, content, kind))
    return {}


class _TableParser(HTMLParser):
    """Reads the cells of the first table of a piece of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"}:
            if not self.rows:
                self.rows.append([])
            self.rows[-1].append("")
            self._inside = True

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.rows[-1][-1] += data


def paste_data(batch: Batch, raw: JsonObject) -> JsonObject:
    """Paste text with delimiters, or an HTML table, as if from the clipboard."""
    place = raw.get("coordinate", {})
    sheet = batch.document.sheet(place.get("sheetId", 0))
    top, left = place.get("rowIndex", 0), place.get("columnIndex", 0)
    check_inside(sheet, GridRange(sheet.sheet_id, top, top + 1, left, left + 1))
    rows = _pasted_rows(raw)
    width = max((len(row) for row in rows), default=0)
    box = Box(top, top + len(rows), left, left + width)
    grid = sheet.grid
    grid.resize(max(grid.row_count, box.bottom), max(grid.column_count, box.right))
    batch.document.check_cell_count()
    batch.check(sheet, [box])
    locale = locale_named(batch.document.locale)
    for down, row in enumerate(rows):
        for right, text in enumerate(row):
            old = grid.get(top + down, left + right)
            grid.set(top + down, left + right, enter(old, parse_entry(text, locale)))
    return {}


def _pasted_rows(raw: JsonObject) -> list[list[str]]:
    data = raw.get("data", "")
    if raw.get("html"):
        parser = _TableParser()
        parser.feed(data)
        return parser.rows
    delimiter = raw.get("delimiter")
    if not delimiter:
        raise invalid_argument("Either html or delimiter must be set.")
    if len(delimiter) > 1:
        return [line.split(delimiter) for line in data.splitlines()]
    return list(csv.reader(io.StringIO(data, newline=""), delimiter=delimiter))


def auto_fill(batch: Batch, raw: JsonObject) -> JsonObject:
    """Continue a series: numbers and dates by their step, other values by repeating them."""
    if "sourceAndDestination" in raw:
        sheet, source, dimension, count = _given_source(batch, raw["sourceAndDestination"])
    else:
        sheet, source, dimension, count = _detected_source(batch, raw.get("range"))
    target = _extension(source, dimension, count)
    _check_room(sheet, target)
    batch.check(sheet, [target])
    lines = _lines(sheet, source, dimension)
    for offset, line in enumerate(lines):
        for step, content in enumerate(
            continued(line, count, dimension, alternate=bool(raw.get("useAlternateSeries")))
        ):
            row, column = (
                (source.bottom + step, source.left + offset)
                if dimension is Dimension.ROWS
                else (source.top + offset, source.right + step)
            )
            sheet.grid.set(row, column, content)
    return {}


def _given_source(batch: Batch, raw: JsonObject) -> tuple[Sheet, Box, Dimension, int]:
    sheet, source = batch.cells(raw.get("source"), "sourceAndDestination.source")
    count = raw.get("fillLength", 0)
    if count < 1:
        raise invalid_argument("sourceAndDestination.fillLength must be positive.")
    if not source.height or not source.width:
        raise invalid_argument("sourceAndDestination.source must not be empty.")
    return sheet, source, dimension_of(raw, "sourceAndDestination"), count


def _detected_source(batch: Batch, raw: JsonObject | None) -> tuple[Sheet, Box, Dimension, int]:
    """In a range with data at its start, the data is the source and the rest is filled."""
    sheet, box = batch.cells(raw)
    used = list(sheet.grid.used(box))
    bottom = max((row + 1 for row, _, _ in used), default=box.bottom)
    right = max((column + 1 for _, column, _ in used), default=box.right)
    if bottom < box.bottom:
        source = Box(box.top, bottom, box.left, box.right)
        return sheet, source, Dimension.ROWS, box.bottom - bottom
    if right < box.right:
        source = Box(box.top, box.bottom, box.left, right)
        return sheet, source, Dimension.COLUMNS, box.right - right
    raise invalid_argument("Could not determine the source of the fill from the range.")


def _extension(source: Box, dimension: Dimension, count: int) -> Box:
    if dimension is Dimension.ROWS:
        return Box(source.bottom, source.bottom + count, source.left, source.right)
    return Box(source.top, source.bottom, source.right, source.right + count)


def _lines(sheet: Sheet, source: Box, dimension: Dimension) -> list[list[Content]]:
    block = sheet.grid.block(source)
    return [list(c) for c in zip(*block, strict=True)] if dimension is Dimension.ROWS else block


HANDLERS = {
    "copyPaste": copy_paste,
    "cutPaste": cut_paste,
    "pasteData": paste_data,
    "autoFill": auto_fill,
}
