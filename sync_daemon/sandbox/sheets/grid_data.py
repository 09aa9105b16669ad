"""GridData: cells with their values, formats and notes, and properties of rows and columns."""

from __future__ import annotations

from typing import Any

from sync_daemon.sandbox.sheets.a1 import Box
from sync_daemon.sandbox.sheets.calculation import Calculator
from sync_daemon.sandbox.sheets.cells import Cell, Content, ErrorValue, Value, as_cell
from sync_daemon.sandbox.sheets.conditional_formats import ConditionalFormats, overlaid
from sync_daemon.sandbox.sheets.document import Document, Sheet
from sync_daemon.sandbox.sheets.fieldmask import EVERYTHING, Mask
from sync_daemon.sandbox.sheets.locales import Locale, locale_named
from sync_daemon.sandbox.sheets.rendering import shown_text
from sync_daemon.sandbox.sheets.shifts import Dimension
from sync_daemon.sandbox.sheets.spreadsheet_properties import DEFAULT_FORMAT

JsonObject = dict[str, Any]

ROW_PIXELS = 21
COLUMN_PIXELS = 100


def grid_data(
    document: Document, sheet: Sheet, box: Box, mask: Mask, calculator: Calculator
) -> JsonObject:
    """The GridData of a rectangle; parts that the mask leaves out are not computed."""
    answer: JsonObject = {}
    if box.top:
        answer["startRow"] = box.top
    if box.left:
        answer["startColumn"] = box.left
    if mask.covers("rowData"):
        rows = mask.inside("rowData") or EVERYTHING
        cells = _Cells(document, sheet, calculator, rows.inside("values") or EVERYTHING)
        found = cells.rows(box)
        if found:
            answer["rowData"] = found
    if mask.covers("rowMetadata"):
        span = range(box.top, box.bottom)
        answer["rowMetadata"] = _properties(document, sheet, Dimension.ROWS, span)
    if mask.covers("columnMetadata"):
        span = range(box.left, box.right)
        answer["columnMetadata"] = _properties(document, sheet, Dimension.COLUMNS, span)
    return answer


def _properties(
    document: Document, sheet: Sheet, dimension: Dimension, span: range
) -> list[JsonObject]:
    """DimensionProperties of a run of rows or columns."""
    pixels = ROW_PIXELS if dimension is Dimension.ROWS else COLUMN_PIXELS
    kept = sheet.dimension_properties(dimension)
    found: list[JsonObject] = [{"pixelSize": pixels, **kept.get(index, {})} for index in span]
    for item in document.metadata.values():
        place = item.location
        if place.sheet_id == sheet.sheet_id and place.dimension is dimension:
            index = place.start or 0
            if index in span:
                shown = found[index - span.start]
                shown.setdefault("developerMetadata", []).append(item.to_json())
    return found


class _Cells:
    """Makes CellData of the cells of a sheet."""

    def __init__(
        self, document: Document, sheet: Sheet, calculator: Calculator, mask: Mask
    ) -> None:
        self._sheet = sheet
        self._calculator = calculator
        self._mask = mask
        self._locale: Locale = locale_named(document.locale)
        self._spilled = calculator.spilled_rows(sheet)
        self._rules = ConditionalFormats(document, sheet, calculator)

    def rows(self, box: Box) -> list[JsonObject]:
        """RowData up to the last row with anything in it."""
        rows = [self._row(index, box) for index in range(box.top, box.bottom)]
        while rows and not rows[-1]:
            rows.pop()
        return rows

    def _row(self, index: int, box: Box) -> JsonObject:
        cells = self._sheet.grid.cells_of(index)[box.left : box.right]
        spilled = self._spilled.get(index, {})
        end = max([len(cells), *(column + 1 - box.left for column in spilled)])
        values = [
            self._cell(cells[offset] if offset < len(cells) else None, index, box.left + offset)
            for offset in range(min(end, box.width))
        ]
        while values and not values[-1]:
            values.pop()
        return {"values": values} if values else {}

    def _cell(self, content: Content, row: int, column: int) -> JsonObject:
        spilled = self._spilled.get(row, {}).get(column)
        if content is None and spilled is None:
            return {}
        cell = as_cell(content)
        value: Value = cell.value if spilled is None else spilled
        if cell.formula is not None:
            value = self._calculator.value(self._sheet, row, column)
        return self._data(cell, value, row, column)

    def _data(self, cell: Cell, value: Value, row: int, column: int) -> JsonObject:
        covers = self._mask.covers
        number_format = self._calculator.number_format(self._sheet, row, column)
        data: JsonObject = {}
        if cell.formula is not None:
            data["userEnteredValue"] = {"formulaValue": cell.formula}
        elif cell.value is not None:
            data["userEnteredValue"] = extended_value(cell.value)
        if value is not None:
            data["effectiveValue"] = extended_value(value)
            if covers("formattedValue"):
                data["formattedValue"] = shown_text(value, number_format, self._locale)
        if cell.format:
            data["userEnteredFormat"] = cell.format
        if covers("effectiveFormat"):
            own = effective_format(cell.format, value, number_format)
            data["effectiveFormat"] = overlaid(own, self._rules.at(row, column))
        if cell.note is not None:
            data["note"] = cell.note
        if cell.validation is not None:
            data["dataValidation"] = cell.validation
        return data | self._links(cell, row, column)

    def _links(self, cell: Cell, row: int, column: int) -> JsonObject:
        data: JsonObject = {}
        if cell.runs:
            data["textFormatRuns"] = list(cell.runs)
        if cell.chips:
            data["chipRuns"] = list(cell.chips)
        if self._mask.covers("hyperlink") and (address := self._hyperlink(cell, row, column)):
            data["hyperlink"] = address
        return data

    def _hyperlink(self, cell: Cell, row: int, column: int) -> str:
        """The only link of a cell; blank where it has none or several."""
        if cell.formula is not None:
            return self._calculator.hyperlink(self._sheet, row, column)
        found = {_link(run.get("format", {})) for run in cell.runs or ()}
        found |= {_link((cell.format or {}).get("textFormat", {}))}
        found -= {""}
        return found.pop() if len(found) == 1 else ""


def _link(text_format: JsonObject) -> str:
    uri: str = text_format.get("link", {}).get("uri", "")
    return uri


def extended_value(value: Value) -> JsonObject:
    """An ExtendedValue."""
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, ErrorValue):
        return {"errorValue": {"type": value.kind, "message": value.message}}
    if isinstance(value, int | float):
        return {"numberValue": value}
    return {"stringValue": value or ""}


def effective_format(
    own: JsonObject | None, value: Value, number_format: JsonObject | None
) -> JsonObject:
    """The spreadsheet's default format with the cell's own laid over it."""
    alignment = "LEFT"
    if isinstance(value, bool | ErrorValue):
        alignment = "CENTER"
    elif isinstance(value, int | float):
        alignment = "RIGHT"
    base: JsonObject = {
        **DEFAULT_FORMAT,
        "horizontalAlignment": alignment,
        "textFormat": {**DEFAULT_FORMAT["textFormat"], "fontFamily": "Arial"},
        "hyperlinkDisplayType": "PLAIN_TEXT",
    }
    if number_format:
        base["numberFormat"] = number_format
    return overlaid(base, own or {})
