"""Properties of spreadsheets and sheets: defaults, checks, changes and answers."""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sync_daemon.sandbox.api_errors import invalid_argument
from sync_daemon.sandbox.sheets.colors import stored_color, stored_style
from sync_daemon.sandbox.sheets.document import (
    DEFAULT_COLUMNS,
    DEFAULT_ROWS,
    Document,
    Sheet,
)
from sync_daemon.sandbox.sheets.grid import Grid

JsonObject = dict[str, Any]

MAX_TITLE = 100
MAX_COLUMNS = 18_278
WHITE: JsonObject = {"red": 1, "green": 1, "blue": 1}

DEFAULT_FORMAT: JsonObject = {
    "backgroundColor": WHITE,
    "padding": {"top": 2, "right": 3, "bottom": 2, "left": 3},
    "verticalAlignment": "BOTTOM",
    "wrapStrategy": "OVERFLOW_CELL",
    "textFormat": {
        "foregroundColor": {},
        "fontFamily": "arial,sans,sans-serif",
        "fontSize": 10,
        "bold": False,
        "italic": False,
        "strikethrough": False,
        "underline": False,
        "foregroundColorStyle": {"rgbColor": {}},
    },
    "backgroundColorStyle": {"rgbColor": WHITE},
}

_THEME = {
    "TEXT": {},
    "BACKGROUND": WHITE,
    "ACCENT1": {"red": 0.25882354, "green": 0.52156866, "blue": 0.95686275},
    "ACCENT2": {"red": 0.91764706, "green": 0.2627451, "blue": 0.20784314},
    "ACCENT3": {"red": 0.9843137, "green": 0.7372549, "blue": 0.015686275},
    "ACCENT4": {"red": 0.20392157, "green": 0.65882355, "blue": 0.3254902},
    "ACCENT5": {"red": 1, "green": 0.42745098, "blue": 0.003921569},
    "ACCENT6": {"red": 0.27450982, "green": 0.7411765, "blue": 0.7764706},
    "LINK": {"red": 0.06666667, "green": 0.33333334, "blue": 0.8},
}

DEFAULT_THEME: JsonObject = {
    "primaryFontFamily": "Arial",
    "themeColors": [
        {"colorType": kind, "color": {"rgbColor": color}} for kind, color in _THEME.items()
    ],
}

_LOCALE = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?\Z")


def spreadsheet_properties(document: Document) -> JsonObject:
    """Google's SpreadsheetProperties, in full."""
    return {
        **document.properties,
        "defaultFormat": document.properties.get("defaultFormat", DEFAULT_FORMAT),
        "spreadsheetTheme": document.properties.get("spreadsheetTheme", DEFAULT_THEME),
    }


def check_locale(locale: str) -> str:
    """The locale, or a 400."""
    if not _LOCALE.match(locale):
        raise invalid_argument(f"Unsupported locale: {locale}")
    return locale


def check_time_zone(name: str) -> str:
    """The time zone, or a 400."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise invalid_argument(f"Invalid time zone: {name}") from None
    return name


def sheet_properties(document: Document, sheet: Sheet) -> JsonObject:
    """Google's SheetProperties; ``sheetId`` and ``index`` are there even when 0."""
    return {
        "sheetId": sheet.sheet_id,
        "title": sheet.title,
        "index": document.sheets.index(sheet),
        "sheetType": "GRID",
        "gridProperties": {
            "rowCount": sheet.grid.row_count,
            "columnCount": sheet.grid.column_count,
            **sheet.grid_properties,
        },
        **sheet.properties,
    }


def check_title(document: Document, title: str, *, sheet: Sheet | None = None) -> str:
    """A title that a sheet may get.

    Args:
        document: where.
        title: the wish.
        sheet: who gets it; None for a new sheet.
    """
    if not title:
        raise invalid_argument("Sheet names can't be blank.")
    if len(title) > MAX_TITLE:
        raise invalid_argument(f"Sheet names can't be longer than {MAX_TITLE} characters.")
    other = document.sheet_titled(title)
    if other is not None and other is not sheet:
        raise invalid_argument(
            f'A sheet with the name "{title}" already exists. Please enter another name.'
        )
    return title


def new_sheet(document: Document, raw: JsonObject) -> Sheet:
    """Add a sheet with the wished properties (a SheetProperties message)."""
    sheet_id = raw.get("sheetId")
    if sheet_id is None:
        sheet_id = document.issue_id() if document.sheets else 0
    elif document.find_sheet(sheet_id) is not None:
        raise invalid_argument(f"Sheet with id {sheet_id} already exists. Please enter another id.")
    if sheet_id < 0:
        raise invalid_argument("sheetId must be non-negative.")
    if raw.get("sheetType", "GRID") != "GRID":
        raise invalid_argument(f"Cannot create sheets of type {raw['sheetType']}.")
    title = raw.get("title") or _free_title(document)
    check_title(document, title)
    wished = raw.get("gridProperties", {})
    grid = Grid(wished.get("rowCount", DEFAULT_ROWS), wished.get("columnCount", DEFAULT_COLUMNS))
    check_size(grid.row_count, grid.column_count)
    sheet = Sheet(sheet_id, title, grid)
    document.sheets.insert(place_for(document, raw.get("index")), sheet)
    set_plain_properties(sheet, raw)
    document.check_cell_count()
    return sheet


def place_for(document: Document, index: int | None) -> int:
    """The place of a new sheet: the wished one, else the end."""
    count = len(document.sheets)
    if index is None:
        return count
    if not 0 <= index <= count:
        raise invalid_argument(f"Invalid index: {index}. Index must be between 0 and {count}.")
    return index


def _free_title(document: Document) -> str:
    number = len(document.sheets) + 1
    while document.sheet_titled(f"Sheet{number}") is not None:
        number += 1
    return f"Sheet{number}"


def check_size(rows: int, columns: int) -> None:
    """Refuse a grid without cells or with too many columns."""
    if rows < 1:
        raise invalid_argument("gridProperties.rowCount must be at least 1.")
    if columns < 1:
        raise invalid_argument("gridProperties.columnCount must be at least 1.")
    if columns > MAX_COLUMNS:
        raise invalid_argument(
            f"This action would increase the number of columns above the limit of {MAX_COLUMNS}."
        )


def set_plain_properties(sheet: Sheet, raw: JsonObject) -> None:
    """Set what is only kept and answered: hidden, colour, direction, frozen rows."""
    for name in ("hidden", "rightToLeft"):
        if name in raw:
            _keep(sheet.properties, name, raw[name])
    if "tabColorStyle" in raw:
        set_tab_color(sheet, stored_style(raw["tabColorStyle"]))
    elif "tabColor" in raw:
        set_tab_color(sheet, {"rgbColor": stored_color(raw["tabColor"])})
    for name, value in raw.get("gridProperties", {}).items():
        if name not in {"rowCount", "columnCount"}:
            set_grid_property(sheet, name, value)


def set_tab_color(sheet: Sheet, style: JsonObject) -> None:
    """Set the tab's colour; an empty style removes it."""
    sheet.properties.pop("tabColor", None)
    sheet.properties.pop("tabColorStyle", None)
    if "rgbColor" in style:
        sheet.properties["tabColor"] = style["rgbColor"]
    if style:
        sheet.properties["tabColorStyle"] = style


def set_grid_property(sheet: Sheet, name: str, value: Any) -> None:
    """Set frozen rows and columns and the like; they must leave something to scroll."""
    limits = {
        "frozenRowCount": (sheet.grid.row_count, "rows"),
        "frozenColumnCount": (sheet.grid.column_count, "columns"),
    }
    if name in limits and value >= limits[name][0] > 0 and value:
        raise invalid_argument(f"You can't freeze all visible {limits[name][1]} on the sheet.")
    _keep(sheet.grid_properties, name, value)


def _keep(properties: JsonObject, name: str, value: Any) -> None:
    """Keep a property unless it has its default, which answers leave out."""
    if value:
        properties[name] = value
    else:
        properties.pop(name, None)
