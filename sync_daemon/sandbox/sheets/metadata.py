"""Developer metadata: notes that programs leave on a spreadsheet, a sheet, a row or a column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sync_daemon.sandbox.api_errors import invalid_argument
from sync_daemon.sandbox.sheets.a1 import GridRange
from sync_daemon.sandbox.sheets.shifts import Change, Dimension

JsonObject = dict[str, Any]

MAX_CHARACTERS = 30_000

SPREADSHEET = "SPREADSHEET"
SHEET = "SHEET"
TYPE_OF_DIMENSION = {Dimension.ROWS: "ROW", Dimension.COLUMNS: "COLUMN"}


@dataclass(frozen=True, slots=True)
class Location:
    """What the metadata is on: the spreadsheet (no sheet id), a sheet, a row or a column."""

    sheet_id: int | None = None
    dimension: Dimension | None = None
    start: int | None = None
    end: int | None = None

    @property
    def kind(self) -> str:
        """Google's locationType."""
        if self.sheet_id is None:
            return SPREADSHEET
        return SHEET if self.dimension is None else TYPE_OF_DIMENSION[self.dimension]

    def cells(self) -> GridRange | None:
        """The cells it covers; None for the spreadsheet."""
        if self.sheet_id is None:
            return None
        if self.dimension is Dimension.ROWS:
            return GridRange(self.sheet_id, start_row=self.start, end_row=self.end)
        if self.dimension is Dimension.COLUMNS:
            return GridRange(self.sheet_id, start_column=self.start, end_column=self.end)
        return GridRange(self.sheet_id)

    def to_json(self) -> JsonObject:
        """Google's DeveloperMetadataLocation."""
        shown: JsonObject = {"locationType": self.kind}
        if self.sheet_id is None:
            return {**shown, "spreadsheet": True}
        if self.dimension is None:
            return {**shown, "sheetId": self.sheet_id}
        dimension_range: JsonObject = {"sheetId": self.sheet_id} if self.sheet_id else {}
        dimension_range |= {
            "dimension": str(self.dimension),
            "startIndex": self.start,
            "endIndex": self.end,
        }
        return {**shown, "dimensionRange": dimension_range}

    def follow(self, change: Change) -> Location | None:
        """Where it is after a change of rows or columns; None if its row or column is gone."""
        if self.sheet_id != change.sheet_id or self.dimension is not change.dimension:
            return self
        start = None if self.start is None else change.shift.index(self.start)
        if start is None:
            return None
        return Location(self.sheet_id, self.dimension, start, start + 1)


@dataclass(frozen=True, slots=True)
class DeveloperMetadata:
    """One piece of metadata."""

    metadata_id: int
    key: str
    value: str | None
    location: Location
    visibility: str

    def to_json(self) -> JsonObject:
        """Google's DeveloperMetadata."""
        shown: JsonObject = {"metadataId": self.metadata_id, "metadataKey": self.key}
        if self.value is not None:
            shown["metadataValue"] = self.value
        return {**shown, "location": self.location.to_json(), "visibility": self.visibility}

    @property
    def size(self) -> int:
        """Characters that count for the limit."""
        return len(self.key) + len(self.value or "")


def parse_location(raw: Mapping[str, Any], place: str) -> Location:
    """Read Google's DeveloperMetadataLocation.

    Args:
        raw: the location, checked for types.
        place: how an error names it.
    """
    if raw.get("spreadsheet"):
        return Location()
    if "sheetId" in raw:
        return Location(raw["sheetId"])
    span = raw.get("dimensionRange")
    if span is None:
        raise invalid_argument(f"{place} must specify a location.")
    dimension = span.get("dimension")
    if dimension not in set(Dimension):
        raise invalid_argument(f"{place}.dimensionRange: No dimension specified.")
    start, end = span.get("startIndex", 0), span.get("endIndex")
    if end is None or end - start != 1:
        raise invalid_argument(
            "Developer metadata can only be associated with a single row or column; "
            f"{place}.dimensionRange spans more or less than one."
        )
    return Location(span.get("sheetId", 0), Dimension(dimension), start, end)


def check_size(existing: Mapping[int, DeveloperMetadata]) -> None:
    """Refuse more metadata than the limits: 30,000 characters a sheet, as many a spreadsheet."""
    totals: dict[int | None, int] = {}
    for item in existing.values():
        totals[item.location.sheet_id] = totals.get(item.location.sheet_id, 0) + item.size
    if any(total > MAX_CHARACTERS for total in totals.values()):
        raise invalid_argument(
            f"Cannot add developer metadata: exceeds the limit of {MAX_CHARACTERS} characters."
        )


def matches(item: DeveloperMetadata, lookup: Mapping[str, Any]) -> bool:
    """Whether a DeveloperMetadataLookup picks it."""
    wanted = {
        "metadataId": item.metadata_id,
        "metadataKey": item.key,
        "metadataValue": item.value,
        "visibility": item.visibility,
        "locationType": item.location.kind,
    }
    if any(key in lookup and lookup[key] != value for key, value in wanted.items()):
        return False
    sought = lookup.get("metadataLocation")
    return sought is None or _at(item.location, sought, lookup.get("locationMatchingStrategy"))


def _at(location: Location, sought: Mapping[str, Any], strategy: str | None) -> bool:
    """Whether a location is, or with INTERSECTING_LOCATION touches, the sought one."""
    wanted = _sought_cells(sought)
    if strategy != "INTERSECTING_LOCATION":
        return location.cells() == wanted
    if wanted is None:
        return True
    cells = location.cells()
    if cells is None or cells.sheet_id != wanted.sheet_id:
        return cells is None
    far = 2**31
    return cells.clamp(far, far).intersects(wanted.clamp(far, far))


def _sought_cells(sought: Mapping[str, Any]) -> GridRange | None:
    if sought.get("spreadsheet"):
        return None
    span = sought.get("dimensionRange")
    if span is None:
        return GridRange(sought.get("sheetId", 0))
    ends = (span.get("startIndex", 0), span.get("endIndex"))
    sheet_id = span.get("sheetId", 0)
    if span.get("dimension") == Dimension.COLUMNS:
        return GridRange(sheet_id, start_column=ends[0], end_column=ends[1])
    return GridRange(sheet_id, start_row=ends[0], end_row=ends[1])
