"""The main text of a page that has no data for programs: readability, then trafilatura."""

from __future__ import annotations

import logging
from copy import deepcopy
from typing import Any

import trafilatura
from lxml import etree
from readability import Document

from .markup import parse, text_of, tidy

_FURNITURE = (
    "//script | //style | //noscript | //template | //nav | //footer | //dialog"
    " | //*[@role='navigation' or @role='contentinfo' or @role='dialog' or @role='menu']"
)
_MOST_FURNITURE = 2_000
_LARGEST_PART = 0.4  # of the page: a larger part is what the page is about
ENOUGH = 200
"""Characters from which on readability's text is taken without asking trafilatura."""

for _name in ("readability", "trafilatura"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)  # they tell of every odd page


def readability_tree(page: str) -> Any:
    """What readability takes for the main part, as a tree; None if it finds nothing."""
    try:
        found = Document(page).summary(html_partial=True)
    except Exception:  # noqa: BLE001 - it raises its own, lxml's and anything for odd pages
        return None
    return parse(found)


def trafilatura_text(page: str) -> str | None:
    """What trafilatura takes for the main text."""
    try:
        found = trafilatura.extract(
            page, include_comments=False, include_tables=True, favor_recall=True, deduplicate=False
        )
    except Exception:  # noqa: BLE001 - the same
        return None
    return tidy(found) if isinstance(found, str) else None


def main_text(page: str, tree: Any) -> tuple[str | None, str]:
    """The text and who found it; ``tree`` is that of `readability_tree`."""
    first = None if tree is None else text_of(tree)
    if first is not None and len(first) >= ENOUGH:
        return first, "readability"
    second = trafilatura_text(page)
    if second is not None and len(second) > len(first or ""):
        return second, "trafilatura"
    return first, "readability"


def page_source(tree: Any) -> str:
    """A parsed page as text again, without its menus and its foot."""
    copy = deepcopy(tree)
    whole = len(copy.xpath("string(//body)"))
    for one in copy.xpath(_FURNITURE)[:_MOST_FURNITURE]:
        if one.getparent() is not None and len(one.xpath("string()")) < whole * _LARGEST_PART:
            one.drop_tree()
    return str(etree.tostring(copy, encoding="unicode", method="html"))
