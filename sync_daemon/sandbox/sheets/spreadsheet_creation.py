"""``spreadsheets.create``: a document from a Spreadsheet message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sync_daemon.sandbox.api_errors import invalid_argument
from sync_daemon.sandbox.sheets.a1 import GridRange
from sync_daemon.sandbox.sheets.cell_data import write_rows
from sync_daemon.sandbox.sheets.colors import with_stored_colors
from sync_daemon.sandbox.sheets.document import Document, Sheet
from sync_daemon.sandbox.sheets.filtering import apply_filter, both_forms
from sync_daemon.sandbox.sheets.grid_data import COLUMN_PIXELS, ROW_PIXELS
from sync_daemon.sandbox.sheets.metadata_creation import add_metadata
from sync_daemon.sandbox.sheets.spreadsheet_properties import (
    check_locale,
    check_time_zone,
    new_sheet,
)

JsonObject = dict[str, Any]

KEPT_PROPERTIES = ("title", "locale", "timeZone", "autoRecalc", "iterativeCalculationSettings")


def fill_document(document: Document, body: JsonObject) -> None:
    """Give a new document what a Spreadsheet message wishes.

    Args:
        document: still empty.
        body: the message, checked for types; without ``sheets`` it gets one empty sheet.
    """
    for name in KEPT_PROPERTIES:
        if name in body.get("properties", {}):
            document.properties[name] = body["properties"][name]
    check_locale(document.locale)
    check_time_zone(document.properties["timeZone"])
    for raw in body.get("sheets") or [{}]:
        sheet = new_sheet(document, raw.get("properties", {}))
        _fill_sheet(document, sheet, raw)
    for raw in body.get("namedRanges", ()):
        key = raw.get("namedRangeId") or str(document.issue_id())
        document.named_ranges[key] = {**raw, "namedRangeId": key}
    for raw in body.get("developerMetadata", ()):
        add_metadata(document, raw, "developerMetadata")


def _fill_sheet(document: Document, sheet: Sheet, raw: JsonObject) -> None:
    for data in raw.get("data", ()):
        _fill_cells(document, sheet, data)
    stored = with_stored_colors("Sheet", {key: raw[key] for key in _FURNITURE if key in raw})
    sheet.conditional_formats = list(stored.get("conditionalFormats", ()))
    sheet.protected_ranges = _numbered(document, stored, "protectedRanges", "protectedRangeId")
    sheet.banded_ranges = _numbered(document, stored, "bandedRanges", "bandedRangeId")
    views = [
        {**both_forms(view), "title": view.get("title") or f"Filter {number}"}
        for number, view in enumerate(stored.get("filterViews", ()), 1)
    ]
    sheet.filter_views = _numbered(document, {"views": views}, "views", "filterViewId")
    sheet.row_groups = [_group(item, sheet.grid.row_count) for item in raw.get("rowGroups", ())]
    columns = sheet.grid.column_count
    sheet.column_groups = [_group(item, columns) for item in raw.get("columnGroups", ())]
    sheet.merges = [
        GridRange.from_json(cells).clamp(sheet.grid.row_count, sheet.grid.column_count)
        for cells in raw.get("merges", ())
    ]
    for item in raw.get("developerMetadata", ()):
        add_metadata(document, item, "developerMetadata")
    if "basicFilter" in stored:
        sheet.basic_filter = both_forms(stored["basicFilter"])
        apply_filter(document, sheet)


_FURNITURE = (
    "conditionalFormats", "protectedRanges", "bandedRanges", "filterViews", "basicFilter",
)  # fmt: skip
_ONLY_ANSWERED = {"requestingUserCanEdit"}


def _numbered(document: Document, raw: JsonObject, part: str, key: str) -> dict[int, JsonObject]:
    """Ranges of a kind by their id; those without one get one."""
    found: dict[int, JsonObject] = {}
    for item in raw.get(part, ()):
        number = item.get(key) or document.issue_id()
        kept = {name: value for name, value in item.items() if name not in _ONLY_ANSWERED}
        found[number] = {**kept, key: number}
    return found


def _group(raw: JsonObject, size: int) -> JsonObject:
    """A group as given, if it says where it is and how deep."""
    span = {"startIndex": 0, **raw.get("range", {})}
    is_there = 0 <= span["startIndex"] < span.get("endIndex", 0) <= size
    if not is_there or raw.get("depth", 0) < 1:
        raise invalid_argument("A dimension group must have a range on the sheet and a depth.")
    return {**raw, "range": span}


def _fill_cells(document: Document, sheet: Sheet, data: JsonObject) -> None:
    """Cells, widths, heights and hidden rows and columns; the grid grows as needed."""
    top, left = data.get("startRow", 0), data.get("startColumn", 0)
    rows = [row.get("values", []) for row in data.get("rowData", ())]
    width = max((len(row) for row in rows), default=0)
    grid = sheet.grid
    grid.resize(max(grid.row_count, top + len(rows)), max(grid.column_count, left + width))
    document.check_cell_count()
    write_rows(document, sheet, (top, left), rows)
    _fill_properties(document, sheet.row_properties, top, data.get("rowMetadata", ()), ROW_PIXELS)
    columns = data.get("columnMetadata", ())
    _fill_properties(document, sheet.column_properties, left, columns, COLUMN_PIXELS)


def _fill_properties(
    document: Document,
    kept: dict[int, JsonObject],
    start: int,
    given: Sequence[JsonObject],
    usual: int,
) -> None:
    for index, raw in enumerate(given, start):
        size = raw.get("pixelSize", usual)
        properties: JsonObject = {} if size == usual else {"pixelSize": size}
        if raw.get("hiddenByUser"):
            properties["hiddenByUser"] = True
        if properties:
            kept[index] = properties
        for item in raw.get("developerMetadata", ()):
            add_metadata(document, item, "developerMetadata")
