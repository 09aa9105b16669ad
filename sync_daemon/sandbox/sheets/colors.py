"""Colours, as Google keeps them: eight bits a channel, answered as single-precision floats."""

from __future__ import annotations

import struct
from typing import Any

JsonObject = dict[str, Any]

CHANNELS = ("red", "green", "blue")
STEPS = 255


def stored_color(raw: JsonObject) -> JsonObject:
    """An RGB colour after Google has stored it; black channels are left out."""
    kept: JsonObject = {}
    for channel in CHANNELS:
        level = int(raw.get(channel, 0) * STEPS)
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
