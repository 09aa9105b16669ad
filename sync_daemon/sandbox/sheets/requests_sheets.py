"""Requests on whole sheets and on the spreadsheet's properties."""

from __future__ import annotations

from typing import Any

from sync_daemon.sandbox.api_errors import invalid_argument
from sync_daemon.sandbox.sheets.batch_context import Batch, mask_of
from sync_daemon.sandbox.sheets.colors import stored_color, stored_style, with_stored_colors
from sync_daemon.sandbox.sheets.document import Document, Sheet
from sync_daemon.sandbox.sheets.fieldmask import Mask
from sync_daemon.sandbox.sheets.spreadsheet_api import copied_sheet, copy_metadata
from sync_daemon.sandbox.sheets.spreadsheet_properties import (
    check_locale,
    check_size,
    check_time_zone,
    check_title,
    new_sheet,
    place_for,
    set_grid_property,
    set_plain_properties,
    set_tab_color,
    sheet_properties,
)

JsonObject = dict[str, Any]

CHANGEABLE = frozenset(
    {
        "title",
        "locale",
        "timeZone",
        "autoRecalc",
        "iterativeCalculationSettings",
        "defaultFormat",
        "spreadsheetTheme",
        "importFunctionsExternalUrlAccessAllowed",
    }
)


def add_sheet(batch: Batch, raw: JsonObject) -> JsonObject:
    """Add a sheet; the reply has its properties."""
    sheet = new_sheet(batch.document, raw.get("properties", {}))
    return {"addSheet": {"properties": sheet_properties(batch.document, sheet)}}


def delete_sheet(batch: Batch, raw: JsonObject) -> JsonObject:
    """Delete a sheet with all that is on it; the last visible one stays."""
    document = batch.document
    sheet = document.sheet(raw.get("sheetId", 0))
    batch.check(sheet, [sheet.grid.box])
    others = [other for other in document.sheets if other is not sheet]
    if not any(not other.properties.get("hidden") for other in others):
        raise invalid_argument("You can't remove all the visible sheets in a document.")
    document.remove_sheet(sheet)
    return {}


def duplicate_sheet(batch: Batch, raw: JsonObject) -> JsonObject:
    """Copy a sheet within the spreadsheet."""
    document = batch.document
    source = document.sheet(raw.get("sourceSheetId", 0))
    sheet_id = raw.get("newSheetId") or document.issue_id()
    if document.find_sheet(sheet_id) is not None:
        raise invalid_argument(f"Sheet with id {sheet_id} already exists. Please enter another id.")
    title = raw.get("newSheetName") or _copy_title(document, source.title)
    check_title(document, title)
    copied = copied_sheet(source, document, sheet_id)
    copied.title = title
    # Without an index the copy comes first, unlike in the browser.
    document.sheets.insert(place_for(document, raw.get("insertSheetIndex") or 0), copied)
    copy_metadata(document, source.sheet_id, document, copied)
    document.check_cell_count()
    return {"duplicateSheet": {"properties": sheet_properties(document, copied)}}


def _copy_title(document: Document, title: str) -> str:
    wanted, number = f"Copy of {title}", 1
    while document.sheet_titled(wanted) is not None:
        number += 1
        wanted = f"Copy of {title} {number}"
    return wanted


def update_sheet_properties(batch: Batch, raw: JsonObject) -> JsonObject:
    """Change title, place, size, colour and the like of a sheet."""
    document = batch.document
    mask = mask_of(raw, "SheetProperties")
    wished = raw.get("properties", {})
    sheet = document.sheet(wished.get("sheetId", 0))
    if not mask.fields:
        mask = Mask({name: Mask({}) for name in wished if name not in {"sheetId", "sheetType"}})
    if "sheetId" in mask.fields:
        raise invalid_argument("sheetId cannot be changed.")
    if "title" in mask.fields:
        document.rename_sheet(sheet, check_title(document, wished.get("title", ""), sheet=sheet))
    _update_grid(batch, sheet, mask, wished)
    _update_looks(document, sheet, mask, wished)
    if "index" in mask.fields:
        _place(document, sheet, wished.get("index", 0))
    return {}


def _update_grid(batch: Batch, sheet: Sheet, mask: Mask, wished: JsonObject) -> None:
    if "gridProperties" not in mask.fields:
        return
    inside = mask.inside("gridProperties")
    grid = wished.get("gridProperties", {})
    names = list(grid) if inside is None else list(inside.fields)
    rows = grid.get("rowCount", 0) if "rowCount" in names else sheet.grid.row_count
    columns = grid.get("columnCount", 0) if "columnCount" in names else sheet.grid.column_count
    check_size(rows, columns)
    batch.document.resize(sheet, rows, columns)
    batch.document.check_cell_count()
    for name in names:
        if name not in {"rowCount", "columnCount"}:
            set_grid_property(sheet, name, grid.get(name))


def _update_looks(document: Document, sheet: Sheet, mask: Mask, wished: JsonObject) -> None:
    if "hidden" in mask.fields and wished.get("hidden"):
        shown = [other for other in document.sheets if not other.properties.get("hidden")]
        if shown == [sheet]:
            raise invalid_argument("You can't hide all the sheets in a document.")
    for name in {"hidden", "rightToLeft"} & set(mask.fields):
        set_plain_properties(sheet, {name: wished.get(name, False)})
    if "tabColorStyle" in mask.fields:
        set_tab_color(sheet, stored_style(wished.get("tabColorStyle", {})))
    elif "tabColor" in mask.fields:
        color = wished.get("tabColor")
        set_tab_color(sheet, {} if color is None else {"rgbColor": stored_color(color)})


def _place(document: Document, sheet: Sheet, index: int) -> None:
    """Move a sheet to before what stands at ``index`` now, as the API counts it."""
    count = len(document.sheets)
    if not 0 <= index <= count:
        raise invalid_argument(f"Invalid index: {index}. Index must be between 0 and {count}.")
    old = document.sheets.index(sheet)
    document.sheets.remove(sheet)
    document.sheets.insert(index - 1 if index > old else index, sheet)


def update_spreadsheet_properties(batch: Batch, raw: JsonObject) -> JsonObject:
    """Change title, locale, time zone and the like."""
    document = batch.document
    mask = mask_of(raw, "SpreadsheetProperties")
    wished = raw.get("properties", {})
    names = set(mask.fields) or set(wished)
    stored = with_stored_colors("SpreadsheetProperties", wished)
    for name in names & CHANGEABLE:
        if name not in wished:
            raise invalid_argument(f"{name} cannot be cleared.")
        document.properties[name] = stored[name]
    if "locale" in names:
        check_locale(document.locale)
    if "timeZone" in names:
        check_time_zone(document.properties["timeZone"])
    return {}


HANDLERS = {
    "addSheet": add_sheet,
    "deleteSheet": delete_sheet,
    "duplicateSheet": duplicate_sheet,
    "updateSheetProperties": update_sheet_properties,
    "updateSpreadsheetProperties": update_spreadsheet_properties,
}
