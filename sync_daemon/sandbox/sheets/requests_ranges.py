"""Requests on named and protected ranges, filter views, banding and conditional formats."""

from __future__ import annotations

import re
from typing import Any

from sync_daemon.sandbox.api_errors import invalid_argument
from sync_daemon.sandbox.sheets.a1 import parse_cells
from sync_daemon.sandbox.sheets.batch_context import Batch, mask_of
from sync_daemon.sandbox.sheets.colors import with_stored_colors, with_twins
from sync_daemon.sandbox.sheets.document import Document, Sheet
from sync_daemon.sandbox.sheets.fieldmask import Mask
from sync_daemon.sandbox.sheets.filtering import both_forms
from sync_daemon.sandbox.sheets.ranges import resolve_grid_range
from sync_daemon.sandbox.sheets.spreadsheet_api import protected_json

JsonObject = dict[str, Any]

_NAME = re.compile(r"[^\W\d]\w{0,249}\Z")


def _named(document: Document, raw: JsonObject, own: str | None = None) -> str:
    """The name of a named range, if it may have it."""
    name: str = raw.get("name", "")
    cell_like = parse_cells(name, 0) is not None and any(char.isdigit() for char in name)
    if not _NAME.match(name) or cell_like or name.casefold() in {"true", "false"}:
        raise invalid_argument(f"The name of the named range is invalid: {name}")
    for key, other in document.named_ranges.items():
        if key != own and other["name"].casefold() == name.casefold():
            raise invalid_argument(f'Cannot add a named range with duplicate name: "{name}"')
    return name


def _range_json(document: Document, raw: JsonObject) -> JsonObject:
    return resolve_grid_range(document, raw).to_json()


def add_named_range(batch: Batch, raw: JsonObject) -> JsonObject:
    """Name a range; the reply has its id."""
    document, wished = batch.document, raw.get("namedRange", {})
    key = wished.get("namedRangeId") or str(document.issue_id())
    if key in document.named_ranges:
        raise invalid_argument(f"A named range with the id {key} already exists.")
    if "range" not in wished:
        raise invalid_argument("namedRange.range must be specified.")
    named = {
        "namedRangeId": key,
        "name": _named(document, wished),
        "range": _range_json(document, wished["range"]),
    }
    document.named_ranges[key] = named
    return {"addNamedRange": {"namedRange": named}}


def update_named_range(batch: Batch, raw: JsonObject) -> JsonObject:
    """Change the name or the cells of a named range."""
    document, wished = batch.document, raw.get("namedRange", {})
    mask = mask_of(raw, "NamedRange")
    key = wished.get("namedRangeId", "")
    named = dict(_existing_named(document, key))
    if mask.covers("name"):
        named["name"] = _named(document, wished, key)
    if mask.covers("range"):
        named["range"] = _range_json(document, mask.assign(named, wished)["range"])
    document.named_ranges[key] = named
    return {}


def _existing_named(document: Document, key: str) -> JsonObject:
    named = document.named_ranges.get(key)
    if named is None:
        raise invalid_argument(f"Cannot find named range with id: {key}")
    return named


def delete_named_range(batch: Batch, raw: JsonObject) -> JsonObject:
    """Forget a name."""
    key = raw.get("namedRangeId", "")
    _existing_named(batch.document, key)
    del batch.document.named_ranges[key]
    return {}


def add_protected_range(batch: Batch, raw: JsonObject) -> JsonObject:
    """Protect a range; who asks may always edit it."""
    document, wished = batch.document, raw.get("protectedRange", {})
    key = wished.get("protectedRangeId") or document.issue_id()
    if any(key in sheet.protected_ranges for sheet in document.sheets):
        raise invalid_argument(f"A protected range with the id {key} already exists.")
    sheet, cells = _protected_cells(document, wished)
    kept = {name: value for name, value in wished.items() if name in _KEPT and value}
    item: JsonObject = {"protectedRangeId": key, "range": cells, **kept}
    if not wished.get("warningOnly"):
        item["editors"] = _editors(batch, wished.get("editors"))
    sheet.protected_ranges[key] = item
    shown = protected_json(document, item, batch.caller)
    if "editors" in shown:
        shown["editors"] = item["editors"]
    return {"addProtectedRange": {"protectedRange": shown}}


_KEPT = ("description", "warningOnly", "namedRangeId", "unprotectedRanges")


def _editors(batch: Batch, raw: JsonObject | None) -> JsonObject:
    """The editors as kept: empty lists left out; the caller who asks is among them."""
    editors = {key: value for key, value in (raw or {}).items() if value}
    caller = batch.caller
    if caller is not None and caller != batch.document.owner:
        users = editors.get("users", [])
        editors["users"] = users if caller in users else [*users, caller]
    return editors


def _protected_cells(document: Document, wished: JsonObject) -> tuple[Sheet, JsonObject]:
    if "namedRangeId" in wished and "range" not in wished:
        raw = _existing_named(document, wished["namedRangeId"])["range"]
    elif "range" in wished:
        raw = wished["range"]
    else:
        raise invalid_argument("protectedRange.range must be specified.")
    cells = resolve_grid_range(document, raw)
    return document.sheet(cells.sheet_id), cells.to_json()


def _protected_on(document: Document, key: int) -> Sheet:
    for sheet in document.sheets:
        if key in sheet.protected_ranges:
            return sheet
    raise invalid_argument(f"No protected range with id: {key}")


def update_protected_range(batch: Batch, raw: JsonObject) -> JsonObject:
    """Change a protected range; only its editors may."""
    wished = raw.get("protectedRange", {})
    mask = mask_of(raw, "ProtectedRange")
    key = wished.get("protectedRangeId", 0)
    sheet = _protected_on(batch.document, key)
    item = sheet.protected_ranges[key]
    _check_editor(batch, item)
    changed = mask.assign(item, {**wished, "protectedRangeId": key})
    changed["protectedRangeId"] = key
    changed.pop("requestingUserCanEdit", None)
    if "range" in changed:
        changed["range"] = _range_json(batch.document, changed["range"])
    sheet.protected_ranges[key] = {name: value for name, value in changed.items() if value}
    return {}


def _check_editor(batch: Batch, item: JsonObject) -> None:
    if not batch.document.may_edit(item, batch.caller):
        raise invalid_argument("You do not have permission to change this protection.")


def delete_protected_range(batch: Batch, raw: JsonObject) -> JsonObject:
    """Lift a protection; only its editors may."""
    key = raw.get("protectedRangeId", 0)
    sheet = _protected_on(batch.document, key)
    _check_editor(batch, sheet.protected_ranges[key])
    del sheet.protected_ranges[key]
    return {}


def _filter_view_on(document: Document, key: int) -> Sheet:
    for sheet in document.sheets:
        if key in sheet.filter_views:
            return sheet
    raise invalid_argument(f"No filter view with id: {key}")


def add_filter_view(batch: Batch, raw: JsonObject) -> JsonObject:
    """Add a filter view; the reply has its id."""
    wished = raw.get("filter", {})
    sheet, box = batch.cells(wished.get("range", {}))
    key = wished.get("filterViewId") or batch.document.issue_id()
    if any(key in other.filter_views for other in batch.document.sheets):
        raise invalid_argument(f"A filter view with the id {key} already exists.")
    title = wished.get("title") or f"Filter {len(sheet.filter_views) + 1}"
    cells = box.on(sheet.sheet_id).to_json()
    stored = both_forms(with_stored_colors("FilterView", wished))
    view = {**stored, "filterViewId": key, "title": title, "range": cells}
    sheet.filter_views[key] = view
    return {"addFilterView": {"filter": view}}


def update_filter_view(batch: Batch, raw: JsonObject) -> JsonObject:
    """Change a filter view."""
    wished = raw.get("filter", {})
    mask = with_twins("FilterView", mask_of(raw, "FilterView"))
    key = wished.get("filterViewId", 0)
    sheet = _filter_view_on(batch.document, key)
    old = {name: v for name, v in sheet.filter_views[key].items() if not _is_other(name, mask)}
    changed = mask.assign(old, with_stored_colors("FilterView", wished))
    changed["filterViewId"] = key
    sheet.filter_views[key] = both_forms(changed)
    return {}


def _is_other(name: str, mask: Mask) -> bool:
    """Whether a field is the form of the criteria that the mask does not write."""
    twins = {"criteria": "filterSpecs", "filterSpecs": "criteria"}
    return name not in mask.fields and twins.get(name) in mask.fields


def duplicate_filter_view(batch: Batch, raw: JsonObject) -> JsonObject:
    """Copy a filter view."""
    sheet = _filter_view_on(batch.document, raw.get("filterId", 0))
    source = sheet.filter_views[raw.get("filterId", 0)]
    key = batch.document.issue_id()
    view = {**source, "filterViewId": key, "title": f"Copy of {source['title']}"}
    sheet.filter_views[key] = view
    return {"duplicateFilterView": {"filter": view}}


def delete_filter_view(batch: Batch, raw: JsonObject) -> JsonObject:
    """Remove a filter view."""
    key = raw.get("filterId", 0)
    del _filter_view_on(batch.document, key).filter_views[key]
    return {}


def add_banding(batch: Batch, raw: JsonObject) -> JsonObject:
    """Add alternating colours to a range."""
    wished = raw.get("bandedRange", {})
    sheet, box = batch.cells(wished.get("range"), "bandedRange.range")
    key = wished.get("bandedRangeId") or batch.document.issue_id()
    stored = with_stored_colors("BandedRange", wished)
    item = {**stored, "bandedRangeId": key, "range": box.on(sheet.sheet_id).to_json()}
    sheet.banded_ranges[key] = item
    return {"addBanding": {"bandedRange": item}}


def update_banding(batch: Batch, raw: JsonObject) -> JsonObject:
    """Change alternating colours."""
    wished = raw.get("bandedRange", {})
    mask = with_twins("BandedRange", mask_of(raw, "BandedRange"))
    key = wished.get("bandedRangeId", 0)
    sheet = next((s for s in batch.document.sheets if key in s.banded_ranges), None)
    if sheet is None:
        raise invalid_argument(f"No banded range with id: {key}")
    old = sheet.banded_ranges[key]
    changed = mask.assign(old, with_stored_colors("BandedRange", wished))
    wanted: JsonObject = changed.get("range") or old["range"]
    cells = _range_json(batch.document, wanted)
    sheet.banded_ranges[key] = {**changed, "bandedRangeId": key, "range": cells}
    return {}


def delete_banding(batch: Batch, raw: JsonObject) -> JsonObject:
    """Remove alternating colours."""
    key = raw.get("bandedRangeId", 0)
    for sheet in batch.document.sheets:
        if sheet.banded_ranges.pop(key, None) is not None:
            return {}
    raise invalid_argument(f"No banded range with id: {key}")


def add_conditional_format(batch: Batch, raw: JsonObject) -> JsonObject:
    """Add a rule at a place in the sheet's list."""
    rule = _checked_rule(batch, raw.get("rule", {}))
    sheet = batch.document.sheet(rule["ranges"][0].get("sheetId", 0))
    index = raw.get("index", 0)
    if not 0 <= index <= len(sheet.conditional_formats):
        raise invalid_argument(f"No conditional format on sheet at index: {index}")
    sheet.conditional_formats.insert(index, rule)
    return {}


def _checked_rule(batch: Batch, rule: JsonObject) -> JsonObject:
    ranges = [_range_json(batch.document, cells) for cells in rule.get("ranges", ())]
    if not ranges:
        raise invalid_argument("rule.ranges must have at least one range.")
    if "booleanRule" not in rule and "gradientRule" not in rule:
        raise invalid_argument("rule must have a booleanRule or a gradientRule.")
    return {**with_stored_colors("ConditionalFormatRule", rule), "ranges": ranges}


def _rule_at(sheet: Sheet, index: int) -> JsonObject:
    if not 0 <= index < len(sheet.conditional_formats):
        raise invalid_argument(
            f"No conditional format on sheet: {sheet.sheet_id} at index: {index}"
        )
    return sheet.conditional_formats[index]


def update_conditional_format(batch: Batch, raw: JsonObject) -> JsonObject:
    """Replace a rule, or move it to another place in the list."""
    index = raw.get("index", 0)
    if "rule" in raw:
        rule = _checked_rule(batch, raw["rule"])
        sheet = batch.document.sheet(raw.get("sheetId", rule["ranges"][0].get("sheetId", 0)))
        old = _rule_at(sheet, index)
        sheet.conditional_formats[index] = rule
        answer: JsonObject = {"oldRule": old, "newRule": rule}
        return {"updateConditionalFormatRule": _indexed(answer, newIndex=index)}
    sheet = batch.document.sheet(raw.get("sheetId", 0))
    rule = _rule_at(sheet, index)
    target = raw.get("newIndex", 0)
    _rule_at(sheet, target)
    sheet.conditional_formats.remove(rule)
    sheet.conditional_formats.insert(target, rule)
    moved = _indexed({"newRule": rule}, newIndex=target, oldIndex=index)
    return {"updateConditionalFormatRule": moved}


def _indexed(answer: JsonObject, **places: int) -> JsonObject:
    return {**answer, **{name: place for name, place in places.items() if place}}


def delete_conditional_format(batch: Batch, raw: JsonObject) -> JsonObject:
    """Remove a rule; the reply has it."""
    sheet = batch.document.sheet(raw.get("sheetId", 0))
    rule = _rule_at(sheet, raw.get("index", 0))
    del sheet.conditional_formats[raw.get("index", 0)]
    return {"deleteConditionalFormatRule": {"rule": rule}}


HANDLERS = {
    "addNamedRange": add_named_range,
    "updateNamedRange": update_named_range,
    "deleteNamedRange": delete_named_range,
    "addProtectedRange": add_protected_range,
    "updateProtectedRange": update_protected_range,
    "deleteProtectedRange": delete_protected_range,
    "addFilterView": add_filter_view,
    "updateFilterView": update_filter_view,
    "duplicateFilterView": duplicate_filter_view,
    "deleteFilterView": delete_filter_view,
    "addBanding": add_banding,
    "updateBanding": update_banding,
    "deleteBanding": delete_banding,
    "addConditionalFormatRule": add_conditional_format,
    "updateConditionalFormatRule": update_conditional_format,
    "deleteConditionalFormatRule": delete_conditional_format,
}
