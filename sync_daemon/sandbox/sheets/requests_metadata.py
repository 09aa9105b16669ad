"""Requests on developer metadata."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sync_daemon.sandbox.api_errors import invalid_argument
from sync_daemon.sandbox.sheets.batch_context import Batch, mask_of
from sync_daemon.sandbox.sheets.datafilters import matched_metadata
from sync_daemon.sandbox.sheets.fieldmask import Mask
from sync_daemon.sandbox.sheets.metadata import DeveloperMetadata, check_size, parse_location
from sync_daemon.sandbox.sheets.metadata_creation import add_metadata, check_location

JsonObject = dict[str, Any]


def create(batch: Batch, raw: JsonObject) -> JsonObject:
    """Put metadata somewhere; an id that is in use is refused."""
    item = add_metadata(batch.document, raw.get("developerMetadata", {}), "developerMetadata")
    check_size(batch.document.metadata)
    return {"createDeveloperMetadata": {"developerMetadata": item.to_json()}}


def update(batch: Batch, raw: JsonObject) -> JsonObject:
    """Change the metadata that any of the filters matches."""
    mask = mask_of(raw, "DeveloperMetadata")
    wished = raw.get("developerMetadata", {})
    if "metadataId" in mask.fields:
        raise invalid_argument("metadataId cannot be updated.")
    changed = []
    for item in _matched(batch, raw.get("dataFilters", ())):
        new = _changed(batch, item, mask, wished)
        batch.document.metadata[item.metadata_id] = new
        changed.append(new.to_json())
    check_size(batch.document.metadata)
    reply: JsonObject = {"developerMetadata": changed} if changed else {}
    return {"updateDeveloperMetadata": reply}


def _changed(
    batch: Batch, item: DeveloperMetadata, mask: Mask, wished: JsonObject
) -> DeveloperMetadata:
    new = item
    if mask.covers("metadataKey"):
        if not wished.get("metadataKey"):
            raise invalid_argument("Developer metadata key must be specified.")
        new = replace(new, key=wished["metadataKey"])
    if mask.covers("metadataValue"):
        new = replace(new, value=wished.get("metadataValue"))
    if mask.covers("visibility") and "visibility" in wished:
        new = replace(new, visibility=wished["visibility"])
    if mask.covers("location") and "location" in wished:
        location = parse_location(wished["location"], "developerMetadata.location")
        check_location(batch.document, location, "developerMetadata")
        new = replace(new, location=location)
    return new


def delete(batch: Batch, raw: JsonObject) -> JsonObject:
    """Delete the metadata that the filter matches."""
    found = _matched(batch, [raw.get("dataFilter", {})])
    for item in found:
        del batch.document.metadata[item.metadata_id]
    deleted = [item.to_json() for item in found]
    reply: JsonObject = {"deletedDeveloperMetadata": deleted} if deleted else {}
    return {"deleteDeveloperMetadata": reply}


def _matched(batch: Batch, filters: Any) -> list[DeveloperMetadata]:
    found: dict[int, DeveloperMetadata] = {}
    for data_filter in filters:
        for item in matched_metadata(batch.document, data_filter):
            found[item.metadata_id] = item
    return list(found.values())


HANDLERS = {
    "createDeveloperMetadata": create,
    "updateDeveloperMetadata": update,
    "deleteDeveloperMetadata": delete,
}
