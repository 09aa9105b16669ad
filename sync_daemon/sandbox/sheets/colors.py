"""Colours, as Google keeps them: eight bits a channel, answered as single-precision floats.

Where a message has a colour, it has it in two spellings: ``backgroundColor`` and, newer,
``backgroundColorStyle``. Google takes either, the newer one first, and answers both.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from sync_daemon.sandbox.sheets.fieldmask import Mask
from sync_daemon.sandbox.sheets.protocol import protocol

JsonObject = dict[str, Any]

CHANNELS = ("red", "green", "blue")
STEPS = 255
STYLE = "Style"
BORDER_WIDTHS: Mapping[str, int] = MappingProxyType(
    {"DOTTED": 1, "DASHED": 1, "SOLID": 1, "SOLID_MEDIUM": 2, "SOLID_THICK": 3, "DOUBLE": 3}
)


def stored_color(raw: JsonObject) -> JsonObject:
    """An RGB colour after Google has stored it; black channels are left out."""
    kept: JsonObject = {}
    for channel in CHANNELS:
        level = int(min(1, max(0, raw.get(channel, 0))) * STEPS)
        if level:
            kept[channel] = 1 if level == STEPS else single(level / STEPS)
    return kept


def stored_style(raw: JsonObject) -> JsonObject:
    """A ColorStyle after Google has stored it."""
    if "rgbColor" in raw:
        return {"rgbColor": stored_color(raw["rgbColor"])}
    return raw


def single(number: float) -> float:
    """The shortest decimal that names the same single-precision number."""
    wanted = struct.pack("<f", number)
    for digits in range(6, 10):
        text = f"{number:.{digits}g}"
        if struct.pack("<f", float(text)) == wanted:
            return float(text)
    return number


@cache
def _color_fields(schema: str) -> tuple[str, ...]:
    """The fields of a message that hold a colour and have a newer twin."""
    fields = protocol().schemas[schema]
    return tuple(
        name for name, kind in fields.items() if kind == "R:Color" and name + STYLE in fields
    )


def with_stored_colors(schema: str, raw: JsonObject) -> JsonObject:
    """A message as Google keeps it: every colour in it in both spellings, borders with a width."""
    fields = protocol().schemas[schema]
    stored = {name: _inside(fields[name], value) for name, value in raw.items()}
    for name in _color_fields(schema):
        _store(stored, name)
    if schema == "Border" and stored.get("style") in BORDER_WIDTHS:
        stored["width"] = BORDER_WIDTHS[stored["style"]]
        stored.setdefault("color", {})
        _store(stored, "color")
    return stored


def _inside(kind: str, value: Any) -> Any:
    if kind.startswith("[R:"):
        return [_inside(kind[1:], item) for item in value]
    if kind.startswith("R:") and kind not in {"R:Color", "R:ColorStyle"}:
        return with_stored_colors(kind[2:], value)
    return value


def _store(holder: JsonObject, plain: str) -> None:
    style = plain + STYLE
    if style in holder:
        holder[style] = stored_style(holder[style])
        if "rgbColor" in holder[style]:
            holder[plain] = holder[style]["rgbColor"]
    elif plain in holder:
        holder[plain] = stored_color(holder[plain])
        holder[style] = {"rgbColor": holder[plain]}


def with_twins(schema: str, mask: Mask) -> Mask:
    """A mask that covers each colour in both spellings if it covers one of them."""
    schemas = protocol().schemas
    fields: dict[str, Mask] = {}
    for name, inner in mask.fields.items():
        kind = schemas[schema][name].lstrip("[")
        fields[name] = with_twins(kind[2:], inner) if kind.startswith("R:") else inner
    for name in _color_fields(schema):
        if name in fields and name + STYLE not in fields:
            inner = fields[name]
            fields[name + STYLE] = Mask({"rgbColor": inner}) if inner.fields else Mask({})
        elif name + STYLE in fields:
            fields.setdefault(name, fields[name + STYLE].inside("rgbColor") or Mask({}))
    return Mask(fields)
