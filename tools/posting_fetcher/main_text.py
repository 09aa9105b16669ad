"""The main text of a page that has no data for programs: readability, then trafilatura."""

from __future__ import annotations

import logging
from typing import Any

from .main_part import MOST_ELEMENTS, source_of, without_furniture
from .markup import text_of, tidy

ENOUGH = 200
"""Characters from which on readability's text is taken without asking trafilatura."""

for _name in ("readability", "trafilatura"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)  # they tell of every odd page


def main_text(page: Any, part: Any) -> tuple[str | None, str]:
    """The text and who found it.

    Args:
        page: the parsed page.
        part: what `find_main_part` made of it.
    """
    first = None if part is None else text_of(part)
    if first is not None and len(first) >= ENOUGH:
        return first, "readability"
    if part is None and page.xpath("count(//*)") > MOST_ELEMENTS:
        return None, ""
    second = trafilatura_text(source_of(without_furniture(page)))
    if second is not None and len(second) > len(first or ""):
        return second, "trafilatura"
    return first, "readability"


def trafilatura_text(source: str) -> str | None:
    """What trafilatura takes for the main text."""
    import trafilatura  # noqa: PLC0415 - only the process that reads a page needs it

    try:
        found = trafilatura.extract(
            source, include_comments=False, include_tables=True, favor_recall=True
        )
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - it may raise anything for odd pages
        return None
    return tidy(found) if isinstance(found, str) else None
