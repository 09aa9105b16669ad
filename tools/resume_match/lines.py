"""The lines of a posting, each asking for one thing: items of lists taken apart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sync_daemon.tooling.plain_text import MAX_CHARACTERS, clean_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

_ITEM = re.compile(r"<li\b[^<>]{0,500}>\s{0,100}(?:<(?:p|div|span)\b[^<>]{0,500}>)?", re.IGNORECASE)
_HEADING = re.compile(r"<h[1-6]\b[^<>]{0,500}>", re.IGNORECASE)
_MARK = re.compile(r"[-*•·▪●◦‣–]\s+")
_BETWEEN = re.compile(r";\s+|(?<=[^\W\d_]{3})\.\s+(?=[A-ZÄÖÜÉ])")


def posting_lines(text: str) -> list[str]:
    """The lines without markup; headings and items of HTML keep a mark of what they are.

    "Fluent English; German is a plus" becomes two items, as the one is wanted more.
    """
    marked = _HEADING.sub("\n# ", _ITEM.sub("\n- ", text[:MAX_CHARACTERS]))
    return [part for line in clean_lines(marked) for part in _apart(line)]


def _apart(line: str) -> Iterator[str]:
    mark = _MARK.match(line)
    if not mark:
        yield line
        return
    for part in _BETWEEN.split(line[mark.end() :]):
        if part:
            yield f"- {part}"
