"""Reading JSON that strangers wrote: what is missing or of another type is None."""

from __future__ import annotations

import json
from typing import Any

from sync_daemon.tooling import ToolError
from sync_daemon.tooling.markup_bounds import check_json


class UnreadableError(ToolError):
    """A board's data is not in the form that it is known to have."""

    def __init__(self) -> None:
        super().__init__("The job board's answer cannot be read. Paste the description.")


def load(payload: bytes) -> Any:
    """The value of a JSON document.

    Raises:
        UnreadableError: it is none.
    """
    check_json(payload)
    try:
        return json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise UnreadableError from error


def dig(value: Any, *keys: str) -> Any:
    """The value below ``keys``; None where the path ends before."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def string(value: Any, *keys: str) -> str | None:
    """The text below ``keys``, stripped; None if there is none."""
    found = dig(value, *keys)
    return found.strip() or None if isinstance(found, str) else None


def items(value: Any, *keys: str) -> list[dict[str, Any]]:
    """The objects in the list below ``keys``, or the one object there."""
    found = dig(value, *keys)
    listed = found if isinstance(found, list) else [found]
    return [one for one in listed if isinstance(one, dict)]
