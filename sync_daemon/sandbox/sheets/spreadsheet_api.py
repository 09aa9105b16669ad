"""The methods that show a spreadsheet, search its metadata or copy a sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sync_daemon.sandbox.api_errors import invalid_argument, not_found
from sync_daemon.sandbox.sheets.a1 import GridRange
from sync_daemon.sandbox.sheets.calculation import Calculator
from sync_daemon.sandbox.sheets.datafilters import echoed, matched_metadata, matched_ranges
from sync_daemon.sandbox.sheets.document import Document, Sheet, atomically
from sync_daemon.sandbox.sheets.fieldmask import EVERYTHING, Mask
from sync_daemon.sandbox.sheets.grid_data import grid_data
from sync_daemon.sandbox.sheets.metadata import SHEET, SPREADSHEET
from sync_daemon.sandbox.sheets.ranges import box_of, resolve_a1
from sync_daemon.sandbox.sheets.session import Request
from sync_daemon.sandbox.sheets.spreadsheet_properties import (
    check_title,
    sheet_properties,
    spreadsheet_properties,
)

JsonObject = dict[str, Any]

URL = "https://docs.google.com/spreadsheets/d/{}/edit"


def get(request: Request) -> JsonObject:
    """``spreadsheets.get``; with a field mask, grid data is answered if the mask names it."""
    document = request.document
    ranges = [resolve_a1(document, text) for text in request.query.get("ranges", ())]
    include = request.query.get("includeGridData", False)
    if request.mask.fields:
        include = _names_data(request.mask)
    return spreadsheet_json(document, request.mask, ranges, include=include, caller=request.caller)


def get_by_data_filter(request: Request) -> JsonObject:
    """``spreadsheets.getByDataFilter``."""
    document = request.document
    filters = request.body.get("dataFilters", ())
    ranges = [cells for item in filters for cells in matched_ranges(document, item)]
    include = request.body.get("includeGridData", False)
    if request.mask.fields:
        include = _names_data(request.mask)
    return spreadsheet_json(
        document,
        request.mask,
        list(dict.fromkeys(ranges)),
        include=include,
        caller=request.caller,
        limited=bool(filters),
    )


def _names_data(mask: Mask) -> bool:
    sheets = mask.inside("sheets")
    return mask.covers("sheets") and (sheets is None or sheets.covers("data"))


def spreadsheet_json(
    document: Document,
    mask: Mask = EVERYTHING,
    ranges: Sequence[GridRange] = (),
    *,
    include: bool = False,
    caller: str | None = None,
    limited: bool = False,
) -> JsonObject:
    """A Spreadsheet message.

    Args:
        document: what is shown.
        mask: which parts are wanted; the answer is not masked, but costly parts are left out.
        ranges: show only the sheets of these ranges, and grid data only of them; empty for all.
        include: whether grid data is shown.
        caller: for whom.
        limited: whether an empty ``ranges`` means no sheet instead of all.
    """
    calculator = Calculator(document)
    inside = mask.inside("sheets") or EVERYTHING
    sheets = []
    if mask.covers("sheets"):
        for sheet in document.sheets:
            own = [cells for cells in ranges if cells.sheet_id == sheet.sheet_id]
            if own or not (ranges or limited):
                answer = sheet_json(document, sheet, caller)
                if include:
                    answer["data"] = _data(document, sheet, own, inside, calculator)
                sheets.append(answer)
    answer = {
        "spreadsheetId": document.spreadsheet_id,
        "properties": spreadsheet_properties(document),
        "sheets": sheets,
        "spreadsheetUrl": URL.format(document.spreadsheet_id),
        "namedRanges": list(document.named_ranges.values()),
        "developerMetadata": _metadata_on(document, SPREADSHEET, None),
    }
    return {key: value for key, value in answer.items() if value}


def _data(
    document: Document,
    sheet: Sheet,
    ranges: Sequence[GridRange],
    mask: Mask,
    calculator: Calculator,
) -> list[JsonObject]:
    inside = mask.inside("data") or EVERYTHING
    wanted = ranges or [GridRange(sheet.sheet_id)]
    boxes = [box_of(document, cells)[1] for cells in wanted]
    return [grid_data(document, sheet, box, inside, calculator) for box in boxes]


def sheet_json(document: Document, sheet: Sheet, caller: str | None) -> JsonObject:
    """A Sheet message without its grid data."""
    answer: JsonObject = {"properties": sheet_properties(document, sheet)}
    parts: JsonObject = {
        "merges": [box.on(sheet.sheet_id).to_json() for box in sheet.merges],
        "conditionalFormats": sheet.conditional_formats,
        "filterViews": list(sheet.filter_views.values()),
        "protectedRanges": [
            protected_json(document, item, caller) for item in sheet.protected_ranges.values()
        ],
        "basicFilter": sheet.basic_filter,
        "bandedRanges": list(sheet.banded_ranges.values()),
        "developerMetadata": _metadata_on(document, SHEET, sheet.sheet_id),
        "rowGroups": sheet.row_groups,
        "columnGroups": sheet.column_groups,
    }
    return answer | {key: value for key, value in parts.items() if value}


def protected_json(document: Document, item: JsonObject, caller: str | None) -> JsonObject:
    """A ProtectedRange as one caller sees it: editors are for those who may edit.

    The owner is among the editors without having been named.
    """
    shown = {key: value for key, value in item.items() if key != "editors"}
    if document.may_edit(item, caller):
        shown["requestingUserCanEdit"] = True
        if not item.get("warningOnly"):
            shown["editors"] = _with_owner(document, item.get("editors", {}))
    return shown


def _with_owner(document: Document, editors: JsonObject) -> JsonObject:
    users = editors.get("users", [])
    if document.owner is None or document.owner in users:
        return editors
    return {**editors, "users": [document.owner, *users]}


def _metadata_on(document: Document, kind: str, sheet_id: int | None) -> list[JsonObject]:
    return [
        item.to_json()
        for item in document.metadata.values()
        if item.location.kind == kind and item.location.sheet_id == sheet_id
    ]


def get_metadata(request: Request) -> JsonObject:
    """``developerMetadata.get``."""
    item = request.document.metadata.get(request.query["metadataId"])
    if item is None:
        raise not_found(f"No developer metadata with ID {request.query['metadataId']} exists.")
    return item.to_json()


def search_metadata(request: Request) -> JsonObject:
    """``developerMetadata.search``."""
    matched: dict[int, tuple[JsonObject, list[JsonObject]]] = {}
    for data_filter in request.body.get("dataFilters", ()):
        for item in matched_metadata(request.document, data_filter):
            matched.setdefault(item.metadata_id, (item.to_json(), []))[1].append(
                echoed(data_filter)
            )
    found = [
        {"developerMetadata": shown, "dataFilters": filters} for shown, filters in matched.values()
    ]
    return {"matchedDeveloperMetadata": found} if found else {}


def copy_to(request: Request, destination: Document) -> JsonObject:
    """``sheets.copyTo``: the sheet's copy at the end of another (or the same) spreadsheet."""
    source = request.document.find_sheet(request.query["sheetId"])
    if source is None:
        raise invalid_argument(f"No grid with id: {request.query['sheetId']}")
    copied: Sheet = atomically(destination, lambda: _copy(request.document, source, destination))
    destination.touch()
    return sheet_properties(destination, copied)


def _copy(document: Document, source: Sheet, destination: Document) -> Sheet:
    copied = copied_sheet(source, destination, destination.issue_id())
    copied.title = _free_copy_title(destination, source.title)
    destination.sheets.append(copied)
    copy_metadata(document, source.sheet_id, destination, copied)
    destination.check_cell_count()
    return copied


def _free_copy_title(document: Document, title: str) -> str:
    wanted = f"Copy of {title}"
    number = 1
    while document.sheet_titled(wanted) is not None:
        number += 1
        wanted = f"Copy of {title} {number}"
    return check_title(document, wanted)


def copied_sheet(source: Sheet, document: Document, sheet_id: int) -> Sheet:
    """A copy of a sheet under another id, its ranges on itself and its parts newly numbered."""
    copied = source.fork()
    copied.sheet_id = sheet_id
    copied.protected_ranges = _renumbered(
        source.protected_ranges, "protectedRangeId", copied, document
    )
    copied.filter_views = _renumbered(source.filter_views, "filterViewId", copied, document)
    copied.banded_ranges = _renumbered(source.banded_ranges, "bandedRangeId", copied, document)
    copied.conditional_formats = [
        {**rule, "ranges": [_moved_to(item, sheet_id) for item in rule.get("ranges", ())]}
        for rule in source.conditional_formats
    ]
    if source.basic_filter is not None:
        moved = _moved_to(source.basic_filter["range"], sheet_id)
        copied.basic_filter = {**source.basic_filter, "range": moved}
    for groups in (copied.row_groups, copied.column_groups):
        groups[:] = [{**g, "range": {**g["range"], "sheetId": sheet_id}} for g in groups]
    return copied


def copy_metadata(source: Document, sheet_id: int, destination: Document, copied: Sheet) -> None:
    """Put the metadata of a sheet and of its rows and columns on its copy, newly numbered."""
    for item in list(source.metadata.values()):
        if item.location.sheet_id == sheet_id:
            number = destination.issue_id()
            location = replace(item.location, sheet_id=copied.sheet_id)
            destination.metadata[number] = replace(item, metadata_id=number, location=location)


def _renumbered(
    holders: dict[int, JsonObject], key: str, sheet: Sheet, document: Document
) -> dict[int, JsonObject]:
    moved = {}
    for holder in holders.values():
        number = document.issue_id()
        cells = _moved_to(holder.get("range", {}), sheet.sheet_id)
        moved[number] = {**holder, key: number, "range": cells}
    return moved


def _moved_to(raw: JsonObject, sheet_id: int) -> JsonObject:
    return GridRange.from_json(raw).on(sheet_id).to_json()
