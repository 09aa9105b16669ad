"""Places in one line."""

from __future__ import annotations

from collections.abc import Iterable

_MOST_PLACES = 12
_LONGEST = 200


def place(*parts: object) -> str | None:
    """``Amsterdam, North Holland, Netherlands``, without parts said twice."""
    kept: list[str] = []
    for part in parts:
        text = " ".join(part[:_LONGEST].split()).strip(" ,;") if isinstance(part, str) else ""
        said = {piece.strip().casefold() for one in kept for piece in one.split(",")}
        if text and text.casefold() not in said:
            kept.append(text)
    return ", ".join(kept) or None


def places(found: Iterable[str | None]) -> str | None:
    """Several places, each once."""
    kept = list(dict.fromkeys(one for one in found if one))
    text = "; ".join(kept[:_MOST_PLACES])
    return f"{text}; …" if len(kept) > _MOST_PLACES else text or None
