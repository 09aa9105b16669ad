"""The lines of a posting, each asking for one thing: items of lists taken apart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sync_daemon.tooling.plain_text import clean_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARK = re.compile(r"[-*•·▪●◦‣–]\s+")
_BETWEEN = re.compile(r";\s+|(?<=[^\W\d_]{3})\.\s+(?=[A-ZÄÖÜÉ])")


def posting_lines(text: str) -> list[str]:
    """The lines without markup.

    "Fluent English; German is a plus" becomes two items, as the one is wanted more.
    """
    return [part for line in clean_lines(text) for part in _apart(line)]


def _apart(line: str) -> Iterator[str]:
    mark = _MARK.match(line)
    if not mark:
        yield line
        return
    for part in _BETWEEN.split(line[mark.end() :]):
        if part:
            yield f"- {part}"
