"""A whole document as JSON and back, for the sandbox's data file and for copies."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from datetime import datetime
from typing import Any

from sync_daemon.sandbox.sheets.a1 import Box
from sync_daemon.sandbox.sheets.cells import Cell, Content
from sync_daemon.sandbox.sheets.document import Clock, Document, Sheet
from sync_daemon.sandbox.sheets.grid import Grid
from sync_daemon.sandbox.sheets.metadata import DeveloperMetadata, Location
from sync_daemon.sandbox.sheets.shifts import Dimension

JsonObject = dict[str, Any]

PLAIN_PARTS = (
    "title",
    "properties",
    "grid_properties",
    "conditional_formats",
    "basic_filter",
    "row_groups",
    "column_groups",
)
PARTS_BY_NUMBER = (
    "row_properties",
    "column_properties",
    "protected_ranges",
    "banded_ranges",
    "filter_views",
)


def document_to_json(document: Document) -> JsonObject:
    """The complete state of a document."""
    return {
        "spreadsheetId": document.spreadsheet_id,
        "properties": dict(document.properties),
        "owner": document.owner,
        "version": document.version,
        "createdTime": document.created_time.isoformat(),
        "modifiedTime": document.modified_time.isoformat(),
        "issued": document.issued,
        "loading": dict(document.loading),
        "namedRanges": list(document.named_ranges.values()),
        "metadata": [_metadata_to_json(item) for item in document.metadata.values()],
        "sheets": [_sheet_to_json(sheet) for sheet in document.sheets],
    }


def document_from_json(raw: Mapping[str, Any], clock: Clock) -> Document:
    """The document that ``document_to_json`` described."""
    document = Document(raw["spreadsheetId"], raw["properties"]["title"], clock=clock)
    document.properties = dict(raw["properties"])
    document.owner = raw["owner"]
    document.version = raw["version"]
    document.created_time = datetime.fromisoformat(raw["createdTime"])
    document.modified_time = datetime.fromisoformat(raw["modifiedTime"])
    document.issued = raw["issued"]
    document.loading = dict(raw["loading"])
    document.named_ranges = {item["namedRangeId"]: item for item in raw["namedRanges"]}
    items = [_metadata_from_json(item) for item in raw["metadata"]]
    document.metadata = {item.metadata_id: item for item in items}
    document.sheets = [_sheet_from_json(item) for item in raw["sheets"]]
    return document


def _metadata_to_json(item: DeveloperMetadata) -> JsonObject:
    place = item.location
    return {
        "id": item.metadata_id,
        "key": item.key,
        "value": item.value,
        "visibility": item.visibility,
        "location": [place.sheet_id, place.dimension, place.start, place.end],
    }


def _metadata_from_json(raw: JsonObject) -> DeveloperMetadata:
    sheet_id, dimension, start, end = raw["location"]
    kept = None if dimension is None else Dimension(dimension)
    location = Location(sheet_id, kept, start, end)
    return DeveloperMetadata(raw["id"], raw["key"], raw["value"], location, raw["visibility"])


def _sheet_to_json(sheet: Sheet) -> JsonObject:
    raw: JsonObject = {name: copy(getattr(sheet, name)) for name in PLAIN_PARTS}
    for name in PARTS_BY_NUMBER:
        raw[name] = [[key, value] for key, value in getattr(sheet, name).items()]
    raw["sheet_id"] = sheet.sheet_id
    raw["size"] = [sheet.grid.row_count, sheet.grid.column_count]
    raw["merges"] = [[box.top, box.bottom, box.left, box.right] for box in sheet.merges]
    raw["rows"] = _rows_to_json(sheet.grid)
    return raw


def _rows_to_json(grid: Grid) -> list[list[Any] | None]:
    """The rows up to the last one in use; None for an empty one."""
    rows = [
        None if row is None or not row.cells else [_content_to_json(item) for item in row.cells]
        for row in grid.rows
    ]
    while rows and rows[-1] is None:
        rows.pop()
    return rows


def _sheet_from_json(raw: JsonObject) -> Sheet:
    sheet = Sheet(raw["sheet_id"], raw["title"], Grid(*raw["size"]))
    for name in PLAIN_PARTS:
        setattr(sheet, name, copy(raw[name]))
    for name in PARTS_BY_NUMBER:
        setattr(sheet, name, dict(raw[name]))
    sheet.merges = [Box(*sides) for sides in raw["merges"]]
    for index, row in enumerate(raw["rows"]):
        if row is not None:
            sheet.grid.set_row(index, 0, [_content_from_json(content) for content in row])
    return sheet


def _content_to_json(content: Content) -> Any:
    """Literals as they are; a cell with more as an object."""
    if not isinstance(content, Cell):
        return content
    parts = {
        "v": content.value,
        "f": content.formula,
        "s": content.format,
        "n": content.note,
        "d": content.validation,
        "r": None if content.runs is None else list(content.runs),
        "c": None if content.chips is None else list(content.chips),
    }
    return {key: value for key, value in parts.items() if value is not None}


def _content_from_json(raw: Any) -> Content:
    if not isinstance(raw, dict):
        content: Content = raw
        return content
    runs, chips = raw.get("r"), raw.get("c")
    return Cell(
        value=raw.get("v"),
        formula=raw.get("f"),
        format=raw.get("s"),
        note=raw.get("n"),
        validation=raw.get("d"),
        runs=None if runs is None else tuple(runs),
        chips=None if chips is None else tuple(chips),
    )
