"""From cells to a tool's inputs: what a cell means depends on what the tool wants."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any

from sync_daemon.domain.cells import is_blank
from sync_daemon.processing.cells import joined, number_text, replace_surrogates, value_text
from sync_daemon.processing.typed_dates import read_date, read_moment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

    from sync_daemon.domain.cell_locale import CellLocale
    from sync_daemon.domain.jobs import JsonValue

SERIAL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - serial dates are wall time
"""Day 0 of Google's serial dates (Sheets API, DateTimeRenderOption)."""

_SEPARATORS = re.compile(r"[,;\n]")
_NO_DATE = "no date"  # pydantic would take "5" for five seconds into 1970


class Kind(Enum):
    """What a field takes, as far as reading a cell depends on it."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "date and time"
    TIME = "time"
    DURATION = "duration"
    LIST = "list"
    MAPPING = "mapping"


_FORMATS = {
    "date": Kind.DATE,
    "date-time": Kind.DATETIME,
    "time": Kind.TIME,
    "duration": Kind.DURATION,
}
_TYPES = {
    "string": Kind.TEXT,
    "integer": Kind.NUMBER,
    "number": Kind.NUMBER,
    "boolean": Kind.BOOLEAN,
    "array": Kind.LIST,
    "object": Kind.MAPPING,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The kinds a field takes (a union takes several), and those of a list's items."""

    kinds: frozenset[Kind]
    item: Wanted | None = None


ANYTHING = Wanted(frozenset())


@cache
def link_inputs(model: type[BaseModel]) -> frozenset[str]:
    """The fields of ``model`` that are addresses: `tooling.LinkText`, and pydantic's URLs."""
    schema = model.model_json_schema(by_alias=False)
    definitions = schema.get("$defs", {})
    return frozenset(
        name
        for name, field in schema.get("properties", {}).items()
        if any(part.get("format") == "uri" for part in _alternatives(field, definitions))
    )


@cache
def wanted_by_fields(model: type[BaseModel]) -> Mapping[str, Wanted]:
    """What each field of ``model`` takes, read from its JSON schema."""
    schema = model.model_json_schema(by_alias=False)
    definitions = schema.get("$defs", {})
    return {name: _wanted(part, definitions) for name, part in schema.get("properties", {}).items()}


def convert(value: JsonValue, wanted: Wanted, locale: CellLocale) -> object:
    """``value`` of a cell or another step as ``wanted``, for pydantic to validate.

    A value that does not fit is handed on as it is: pydantic says it better.

    Args:
        value: not blank.
        wanted: what the field takes.
        locale: how the spreadsheet writes dates, and its time zone.
    """
    if isinstance(value, bool):
        return _from_boolean(value, wanted)
    if isinstance(value, int | float):
        return _from_number(value, wanted, locale)
    if isinstance(value, str):
        return _from_text(replace_surrogates(value), wanted, locale)
    if isinstance(value, list):
        return _from_list(value, wanted, locale)
    return value_text(value) if wanted.kinds == {Kind.TEXT} else value


def _wanted(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Wanted:
    kinds: set[Kind] = set()
    item: Wanted | None = None
    for part in _alternatives(schema, definitions):
        kind = _FORMATS.get(part.get("format", "")) or _TYPES.get(part.get("type", ""))
        if kind is None:
            continue
        kinds.add(kind)
        if kind is Kind.LIST:
            item = _wanted(_item_schema(part), definitions)
    return Wanted(frozenset(kinds), item)


def _item_schema(array: Mapping[str, Any]) -> Mapping[str, Any]:
    items = array.get("items", {})
    return items if isinstance(items, dict) else {}


def _alternatives(
    schema: Mapping[str, Any], definitions: Mapping[str, Any]
) -> list[Mapping[str, Any]]:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        # A model inside the inputs: its own fields do not matter here, and may be recursive.
        return [definitions.get(name, {})]
    parts = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
    if not parts:
        return [schema]
    return [one for part in parts for one in _alternatives(part, definitions)]


def _from_boolean(value: bool, wanted: Wanted) -> object:  # noqa: FBT001 - it is the value
    if Kind.LIST in wanted.kinds and Kind.BOOLEAN not in wanted.kinds:
        return [_from_boolean(value, wanted.item or ANYTHING)]
    return value_text(value) if wanted.kinds == {Kind.TEXT} else value


def _from_number(value: float, wanted: Wanted, locale: CellLocale) -> object:
    kinds = wanted.kinds
    if not kinds or kinds & {Kind.NUMBER, Kind.BOOLEAN}:
        return int(value) if math.isfinite(value) and value == int(value) else value
    for kind in (Kind.DATETIME, Kind.DATE, Kind.TIME, Kind.DURATION):
        if kind in kinds:
            return _from_serial(value, kind, locale)
    if Kind.TEXT in kinds:
        return number_text(value)
    return [_from_number(value, wanted.item or ANYTHING, locale)] if Kind.LIST in kinds else value


def _from_serial(
    value: float, kind: Kind, locale: CellLocale
) -> datetime | date | time | timedelta | str:
    """Days since 1899-12-30 as what they mean, to the millisecond (a double has no more)."""
    try:
        span = timedelta(milliseconds=round(value * 86_400_000))
        moment = SERIAL_EPOCH + span
    except (OverflowError, ValueError):
        return number_text(value)
    match kind:
        case Kind.DATE:
            return moment.date()
        case Kind.TIME:
            return moment.time()
        case Kind.DURATION:
            return span
        case _:
            return moment.replace(tzinfo=locale.zone)


def _from_text(text: str, wanted: Wanted, locale: CellLocale) -> object:
    kinds = wanted.kinds
    if not kinds or Kind.TEXT in kinds:
        return text
    if Kind.LIST in kinds:
        return _from_list(_list_in(text), wanted, locale)
    if Kind.MAPPING in kinds:
        return _json_or_text(text)
    if kinds & {Kind.DATETIME, Kind.DATE}:
        day = (read_moment if Kind.DATETIME in kinds else read_date)(text, locale)
        if day is not None or kinds <= {Kind.DATETIME, Kind.DATE}:
            return day or _NO_DATE
    return text.strip()


def _list_in(text: str) -> list[JsonValue]:
    stripped = text.strip()
    if stripped.startswith("["):
        parsed = _json_or_text(stripped)
        if isinstance(parsed, list):
            return parsed
    return [part.strip() for part in _SEPARATORS.split(text) if not is_blank(part)]


def _from_list(values: list[JsonValue], wanted: Wanted, locale: CellLocale) -> object:
    if Kind.LIST in wanted.kinds:
        return [convert(value, wanted.item or ANYTHING, locale) for value in values]
    return joined(values) if wanted.kinds == {Kind.TEXT} else values


def _json_or_text(text: str) -> JsonValue:
    try:
        parsed: JsonValue = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return parsed
