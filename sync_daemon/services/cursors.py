"""Cursors: where a page ended, as an opaque text. Pure."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from typing import TypeAlias

from sync_daemon.errors import QueryError

Part: TypeAlias = str | int | float | None

HINT = "Begin with the first page: leave the cursor out."


def encode_cursor(kind: str, parts: Sequence[Part]) -> str:
    """A place in a list.

    Args:
        kind: of the list with its order, so that it is not used with another.
        parts: what stands there.
    """
    text = json.dumps([kind, *parts], ensure_ascii=True, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(kind: str, cursor: str, types: Sequence[tuple[type, ...]]) -> list[Part]:
    """The place that a cursor names; ``types`` are those that each part may have.

    Raises:
        QueryError: it is none, or of another list or order.
    """
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        found = json.loads(raw)
    except (ValueError, binascii.Error, RecursionError):
        found = None
    is_whole = (
        isinstance(found, list)
        and len(found) == len(types) + 1
        and all(type(part) in allowed for part, allowed in zip(found[1:], types, strict=True))
    )
    if not is_whole or found[0] != kind or _is_odd(found):
        message = "The cursor is not one of this list."
        raise QueryError(message, hint=HINT)
    return list(found[1:])


def _is_odd(parts: Sequence[Part]) -> bool:
    """Whether a database could not take a part: too large, not finite, or no text."""
    try:
        for part in parts:
            if isinstance(part, str):
                part.encode()
    except UnicodeEncodeError:
        return True
    numbers = [part for part in parts if isinstance(part, int | float)]
    return any(not abs(number) < 2**63 for number in numbers)
