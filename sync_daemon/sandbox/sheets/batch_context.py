"""What the requests of a batch share: the document, the caller, and how they name cells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sync_daemon.sandbox.api_errors import invalid_argument
from sync_daemon.sandbox.sheets.a1 import Box
from sync_daemon.sandbox.sheets.document import Document, Sheet
from sync_daemon.sandbox.sheets.fieldmask import Mask, parse_mask
from sync_daemon.sandbox.sheets.ranges import grid_box
from sync_daemon.sandbox.sheets.shifts import Dimension

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class Batch:
    """One batch on one document.

    Args:
        document: what is changed.
        caller: e-mail address of the caller; None for the owner in person.
    """

    document: Document
    caller: str | None

    def cells(self, raw: JsonObject | None, name: str = "range") -> tuple[Sheet, Box]:
        """The sheet and rectangle of a GridRange field that must be there."""
        if raw is None:
            raise invalid_argument(f"{name} must be specified.")
        return grid_box(self.document, raw)

    def editable(self, raw: JsonObject | None, name: str = "range") -> tuple[Sheet, Box]:
        """As ``cells``; refused if the caller may not edit them."""
        sheet, box = self.cells(raw, name)
        self.check(sheet, [box])
        return sheet, box

    def check(self, sheet: Sheet, boxes: Iterable[Box]) -> None:
        """Refuse if the caller may not edit any of the rectangles."""
        self.document.check_editable(sheet, boxes, self.caller)

    def span(self, raw: JsonObject | None, name: str = "range") -> tuple[Sheet, Dimension, Box]:
        """The sheet, the dimension and the whole rows or columns of a DimensionRange."""
        if raw is None:
            raise invalid_argument(f"{name} must be specified.")
        sheet = self.document.sheet(raw.get("sheetId", 0))
        dimension = dimension_of(raw, name)
        size = sheet.size(dimension)
        start = raw.get("startIndex", 0)
        end = raw.get("endIndex", size)
        if start < 0 or end < start:
            raise invalid_argument(f"{name}.endIndex must be greater than startIndex.")
        return sheet, dimension, whole(sheet, dimension, start, end)


def dimension_of(raw: JsonObject, name: str) -> Dimension:
    """The dimension that a message names; 400 if none."""
    try:
        return Dimension(raw.get("dimension", ""))
    except ValueError:
        raise invalid_argument(f"{name}: No dimension specified.") from None


def whole(sheet: Sheet, dimension: Dimension, start: int, end: int) -> Box:
    """The rectangle of whole rows or columns."""
    if dimension is Dimension.ROWS:
        return Box(start, end, 0, sheet.grid.column_count)
    return Box(0, sheet.grid.row_count, start, end)


def along(dimension: Dimension, box: Box) -> tuple[int, int]:
    """The run of rows or columns of a rectangle."""
    return (box.top, box.bottom) if dimension is Dimension.ROWS else (box.left, box.right)


def mask_of(raw: JsonObject, schema: str) -> Mask:
    """The ``fields`` of an update request; 400 if it is not there."""
    return parse_mask(raw.get("fields", ""), schema)
