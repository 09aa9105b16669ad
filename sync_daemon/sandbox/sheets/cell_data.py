"""Writing CellData messages into cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sync_daemon.sandbox.api_errors import invalid_argument
from sync_daemon.sandbox.sheets.cells import (
    MAX_CELL_CHARACTERS,
    Cell,
    Content,
    as_cell,
    simplify,
    tidy_number,
)
from sync_daemon.sandbox.sheets.colors import with_stored_colors, with_twins
from sync_daemon.sandbox.sheets.document import Document, Sheet
from sync_daemon.sandbox.sheets.fieldmask import EVERYTHING, Mask, parse_mask

JsonObject = dict[str, Any]

WRITABLE = (
    "userEnteredValue",
    "userEnteredFormat",
    "note",
    "dataValidation",
    "textFormatRuns",
    "chipRuns",
)


def cell_mask(fields: str) -> Mask:
    """The mask of a request on cells; a colour is covered in both its spellings."""
    return with_twins("CellData", parse_mask(fields, "CellData"))


def write_rows(
    document: Document,
    sheet: Sheet,
    start: tuple[int, int],
    rows: Sequence[Sequence[JsonObject]],
    mask: Mask | None = None,
) -> None:
    """Write rows of CellData from a start cell on; the grid must be large enough."""
    del document
    chosen = mask or EVERYTHING
    for row_offset, row in enumerate(rows):
        for column_offset, data in enumerate(row):
            place = start[0] + row_offset, start[1] + column_offset
            changed = merged(sheet.grid.get(*place), data, chosen)
            sheet.grid.set(*place, changed)


def merged(content: Content, data: JsonObject, mask: Mask) -> Content:
    """A cell after the masked fields of a CellData were written to it."""
    cell = as_cell(content)
    if mask.covers("userEnteredValue"):
        cell = _with_value(cell, data.get("userEnteredValue"))
    if mask.covers("userEnteredFormat"):
        wished = with_stored_colors("CellFormat", data.get("userEnteredFormat", {}))
        cell = replace(cell, format=_with_format(cell.format, wished, mask) or None)
    if mask.covers("note"):
        cell = replace(cell, note=data.get("note") or None)
    if mask.covers("dataValidation"):
        cell = replace(cell, validation=data.get("dataValidation"))
    if mask.covers("textFormatRuns"):
        runs = [with_stored_colors("TextFormatRun", run) for run in data.get("textFormatRuns", ())]
        cell = replace(cell, runs=tuple(runs) if runs else None)
    if mask.covers("chipRuns"):
        chips = data.get("chipRuns")
        cell = replace(cell, chips=tuple(chips) if chips else None)
    return simplify(cell)


def _with_value(cell: Cell, raw: JsonObject | None) -> Cell:
    if not raw:
        return replace(cell, value=None, formula=None)
    if len(raw) > 1:
        raise invalid_argument("userEnteredValue must have exactly one value.")
    if "errorValue" in raw:
        raise invalid_argument("errorValue cannot be set in userEnteredValue.")
    if "formulaValue" in raw:
        return replace(cell, value=None, formula=_formula(raw["formulaValue"]))
    if "numberValue" in raw:
        return replace(cell, value=tidy_number(raw["numberValue"]), formula=None)
    if "boolValue" in raw:
        return replace(cell, value=raw["boolValue"], formula=None)
    return replace(cell, value=checked_text(raw["stringValue"]) or None, formula=None)


def _formula(text: str) -> str:
    if not text.startswith("="):
        raise invalid_argument("formulaValue must start with '='.")
    return checked_text(text)


def checked_text(text: str) -> str:
    """The text, unless a cell cannot hold so much."""
    if len(text) > MAX_CELL_CHARACTERS:
        raise invalid_argument(
            f"Your input contains more than the maximum of {MAX_CELL_CHARACTERS} characters in a "
            "single cell."
        )
    return text


def _with_format(old: JsonObject | None, wished: JsonObject, mask: Mask) -> JsonObject:
    inner = mask.inside("userEnteredFormat")
    return wished if inner is None else inner.assign(old or {}, wished)
