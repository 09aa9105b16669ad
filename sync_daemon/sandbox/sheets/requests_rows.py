"""Requests that sort, filter, clean and search rows."""

from __future__ import annotations

import re
import zlib
from typing import Any

from sync_daemon.sandbox.api_errors import invalid_argument
from sync_daemon.sandbox.sheets.a1 import Box
from sync_daemon.sandbox.sheets.batch_context import Batch
from sync_daemon.sandbox.sheets.cells import Cell, with_entry
from sync_daemon.sandbox.sheets.colors import with_stored_colors
from sync_daemon.sandbox.sheets.document import Sheet
from sync_daemon.sandbox.sheets.filtering import apply_filter, both_forms
from sync_daemon.sandbox.sheets.find_replace import find_replace
from sync_daemon.sandbox.sheets.locales import locale_named
from sync_daemon.sandbox.sheets.parsing import parse_entry
from sync_daemon.sandbox.sheets.shown import ShownCells
from sync_daemon.sandbox.sheets.sorting import rearrange, sort_key, sort_rows
from sync_daemon.sandbox.sheets.values_write import enter

JsonObject = dict[str, Any]

DELIMITERS = {"COMMA": ",", "SEMICOLON": ";", "PERIOD": ".", "SPACE": " "}


def sort_range(batch: Batch, raw: JsonObject) -> JsonObject:
    """Sort the rows of a range."""
    sheet, box = batch.editable(raw.get("range"))
    sort_rows(batch.document, sheet, box, raw.get("sortSpecs", []))
    return {}


def set_basic_filter(batch: Batch, raw: JsonObject) -> JsonObject:
    """Set the sheet's filter: its rows below the header are sorted and hidden as it says."""
    wished = raw.get("filter", {})
    sheet, box = batch.cells(wished.get("range", {}))
    kept = {key: value for key, value in wished.items() if key != "range"}
    kept = both_forms(with_stored_colors("BasicFilter", kept))
    sheet.basic_filter = {"range": box.on(sheet.sheet_id).to_json(), **kept}
    body = Box(box.top + 1, box.bottom, box.left, box.right)
    if wished.get("sortSpecs"):
        batch.check(sheet, [body])
        sort_rows(batch.document, sheet, body, wished["sortSpecs"])
    apply_filter(batch.document, sheet)
    return {}


def clear_basic_filter(batch: Batch, raw: JsonObject) -> JsonObject:
    """Remove the sheet's filter and show all rows."""
    sheet = batch.document.sheet(raw.get("sheetId", 0))
    sheet.basic_filter = None
    apply_filter(batch.document, sheet)
    return {}


def trim_whitespace(batch: Batch, raw: JsonObject) -> JsonObject:
    """Trim and collapse white space in texts."""
    sheet, box = batch.editable(raw.get("range"))
    changed = 0
    for row, column, content in list(sheet.grid.used(box)):
        literal = content.value if isinstance(content, Cell) else content
        if isinstance(literal, str):
            tidy = re.sub(r"\s+", " ", literal).strip()
            if tidy != literal:
                sheet.grid.set(row, column, with_entry(content, tidy or None))
                changed += 1
    return {"trimWhitespace": {"cellsChangedCount": changed} if changed else {}}


def delete_duplicates(batch: Batch, raw: JsonObject) -> JsonObject:
    """Delete rows of a range that repeat an earlier one; the rows below move up."""
    sheet, box = batch.editable(raw.get("range"))
    columns = _comparison_columns(raw, box)
    shown = ShownCells(batch.document, sheet)
    seen: set[tuple[Any, ...]] = set()
    kept = []
    last = min(box.bottom, len(sheet.grid.rows))
    for row in range(box.top, last):
        key = tuple(sort_key(shown.value(row, column)) for column in columns)
        if key not in seen:
            kept.append(row)
        seen.add(key)
    removed = last - box.top - len(kept)
    rearrange(sheet, box, kept)
    sheet.grid.fill(Box(box.top + len(kept), last, box.left, box.right), None)
    return {"deleteDuplicates": {"duplicatesRemovedCount": removed} if removed else {}}


def _comparison_columns(raw: JsonObject, box: Box) -> list[int]:
    columns: list[int] = []
    for span in raw.get("comparisonColumns", ()):
        start, end = span.get("startIndex", 0), span.get("endIndex", box.right)
        if start < box.left or end > box.right:
            raise invalid_argument("comparisonColumns must lie in the range.")
        columns += range(start, end)
    return columns or list(range(box.left, box.right))


def randomize_range(batch: Batch, raw: JsonObject) -> JsonObject:
    """Shuffle the rows of a range; the same for the same version of the document."""
    sheet, box = batch.editable(raw.get("range"))
    version = batch.document.version

    def place(row: int) -> int:
        return zlib.crc32(f"{version}/{row}".encode())

    rearrange(sheet, box, sorted(range(box.top, box.bottom), key=place))
    return {}


def text_to_columns(batch: Batch, raw: JsonObject) -> JsonObject:
    """Split the texts of one column over the columns to its right."""
    sheet, box = batch.editable(raw.get("source"), "source")
    if box.width != 1:
        raise invalid_argument("source must span exactly one column.")
    shown = ShownCells(batch.document, sheet)
    texts = [(row, shown.text(row, box.left)) for row in range(box.top, box.bottom)]
    delimiter = _delimiter(raw, [text for _, text in texts])
    parts = {row: text.split(delimiter) for row, text in texts if delimiter in text}
    width = max((len(items) for items in parts.values()), default=1)
    if box.left + width > sheet.grid.column_count:
        sheet.grid.resize(sheet.grid.row_count, box.left + width)
        batch.document.check_cell_count()
    batch.check(sheet, [Box(box.top, box.bottom, box.left, box.left + width)])
    for row, items in parts.items():
        _put_texts(batch, sheet, (row, box.left), items)
    return {}


def _delimiter(raw: JsonObject, texts: list[str]) -> str:
    kind = raw.get("delimiterType", "AUTODETECT")
    if kind == "CUSTOM":
        custom: str = raw.get("delimiter", "")
        if not custom:
            raise invalid_argument("delimiter must be set for delimiterType CUSTOM.")
        return custom
    if kind in DELIMITERS:
        return DELIMITERS[kind]
    together = "\n".join(texts)
    return max(",;\t| ", key=together.count)


def _put_texts(batch: Batch, sheet: Sheet, start: tuple[int, int], texts: list[str]) -> None:
    row, left = start
    locale = locale_named(batch.document.locale)
    for offset, text in enumerate(texts):
        old = sheet.grid.get(row, left + offset)
        sheet.grid.set(row, left + offset, enter(old, parse_entry(text.strip(), locale)))


HANDLERS = {
    "sortRange": sort_range,
    "setBasicFilter": set_basic_filter,
    "clearBasicFilter": clear_basic_filter,
    "findReplace": find_replace,
    "trimWhitespace": trim_whitespace,
    "deleteDuplicates": delete_duplicates,
    "randomizeRange": randomize_range,
    "textToColumns": text_to_columns,
}
