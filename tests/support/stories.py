"""What the mirror tells of rows."""

from __future__ import annotations

from typing import Any

from tests.support.loop import Loop


def hand_edits(loop: Loop, row_id: str) -> list[dict[str, Any]]:
    """What a row's history says the user typed over, oldest first."""
    events = loop.application.reader.history(row_id)
    return [dict(e.detail) for e in events if e.what == "typed over by the user"]
