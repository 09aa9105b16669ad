"""Creating developer metadata."""

from __future__ import annotations

from typing import Any

from sync_daemon.sandbox.api_errors import invalid_argument
from sync_daemon.sandbox.sheets.document import Document
from sync_daemon.sandbox.sheets.metadata import DeveloperMetadata, Location, parse_location

JsonObject = dict[str, Any]


def add_metadata(document: Document, raw: JsonObject, place: str) -> DeveloperMetadata:
    """Put developer metadata on a document, a sheet, a row or a column.

    Raises:
        ApiError: 400 for an id in use, a missing key or a place that is not there.
    """
    if not raw.get("metadataKey"):
        raise invalid_argument("Developer metadata key must be specified.")
    number = raw.get("metadataId")
    if number is None:
        number = document.issue_id()
    elif number in document.metadata:
        raise invalid_argument(
            f"Cannot add developer metadata with ID [{number}] because developer metadata with "
            "that ID already exists."
        )
    location = parse_location(raw.get("location", {}), f"{place}.location")
    check_location(document, location, place)
    visibility = raw.get("visibility")
    if visibility is None:
        raise invalid_argument("Developer metadata visibility must be specified.")
    item = DeveloperMetadata(
        number, raw["metadataKey"], raw.get("metadataValue"), location, visibility
    )
    document.metadata[number] = item
    return item


def check_location(document: Document, location: Location, place: str) -> None:
    """Refuse a place that the document has not."""
    if location.sheet_id is None:
        return
    sheet = document.sheet(location.sheet_id)
    if location.dimension is not None and (location.end or 0) > sheet.size(location.dimension):
        raise invalid_argument(f"{place}.location.dimensionRange is outside the grid.")
