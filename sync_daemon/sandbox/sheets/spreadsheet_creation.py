"""``spreadsheets.create``: a document from a Spreadsheet message."""

from __future__ import annotations

from typing import Any

from sync_daemon.sandbox.sheets.cell_data import write_rows
from sync_daemon.sandbox.sheets.document import Document, Sheet
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
        rows = [row.get("values", []) for row in data.get("rowData", ())]
        write_rows(document, sheet, (data.get("startRow", 0), data.get("startColumn", 0)), rows)
    if "basicFilter" in raw:
        sheet.basic_filter = raw["basicFilter"]
    sheet.conditional_formats = list(raw.get("conditionalFormats", ()))
    for item in raw.get("protectedRanges", ()):
        key = item.get("protectedRangeId") or document.issue_id()
        sheet.protected_ranges[key] = {**item, "protectedRangeId": key}
