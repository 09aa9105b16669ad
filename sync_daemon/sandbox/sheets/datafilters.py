"""Data filters: cells named by range or by developer metadata."""

from __future__ import annotations

from typing import Any

from sync_daemon.sandbox.api_errors import invalid_argument
from sync_daemon.sandbox.sheets.a1 import GridRange
from sync_daemon.sandbox.sheets.document import Document
from sync_daemon.sandbox.sheets.metadata import DeveloperMetadata, matches
from sync_daemon.sandbox.sheets.ranges import resolve_a1, resolve_grid_range

JsonObject = dict[str, Any]


def matched_ranges(document: Document, data_filter: JsonObject) -> list[GridRange]:
    """The ranges a filter picks; none if its metadata lookup picks nothing.

    A lookup that picks nothing is not an error, in reads and in writes: the API describes
    filters as sets of ranges ("the values are written to all"), and nowhere a refusal.

    Raises:
        ApiError: 400 for an empty filter or a range that is not there.
    """
    if "a1Range" in data_filter:
        return [resolve_a1(document, data_filter["a1Range"])]
    if "gridRange" in data_filter:
        return [resolve_grid_range(document, data_filter["gridRange"])]
    if "developerMetadataLookup" not in data_filter:
        raise invalid_argument("dataFilter: a filter must be specified.")
    found: list[GridRange] = []
    for item in looked_up(document, data_filter["developerMetadataLookup"]):
        cells = item.location.cells()
        places = [GridRange(sheet.sheet_id) for sheet in document.sheets]
        found.extend(place for place in (places if cells is None else [cells]))
    return list(dict.fromkeys(found))


def looked_up(document: Document, lookup: JsonObject) -> list[DeveloperMetadata]:
    """The metadata that a lookup picks, by id."""
    if not lookup:
        raise invalid_argument("developerMetadataLookup: at least one field must be specified.")
    picked = [item for item in document.metadata.values() if matches(item, lookup)]
    return sorted(picked, key=lambda item: item.metadata_id)


def matched_metadata(document: Document, data_filter: JsonObject) -> list[DeveloperMetadata]:
    """The metadata that a filter picks in a search; a range picks what lies in it."""
    if "developerMetadataLookup" in data_filter:
        return looked_up(document, data_filter["developerMetadataLookup"])
    far = 2**31
    boxes = [
        (cells.sheet_id, cells.clamp(far, far)) for cells in matched_ranges(document, data_filter)
    ]
    found = []
    for item in document.metadata.values():
        cells = item.location.cells()
        if cells is not None and any(
            cells.sheet_id == sheet_id and box.intersects(cells.clamp(far, far))
            for sheet_id, box in boxes
        ):
            found.append(item)
    return sorted(found, key=lambda item: item.metadata_id)


def echoed(data_filter: JsonObject) -> JsonObject:
    """A filter as answers repeat it: without the sheet id 0."""
    cells = data_filter.get("gridRange")
    if cells is None or cells.get("sheetId") != 0:
        return data_filter
    return {"gridRange": {key: value for key, value in cells.items() if key != "sheetId"}}
