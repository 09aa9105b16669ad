"""What of markup and JSON is refused before a parser sees it, by looking at its bytes alone.

Parsers take time that grows with the square of the attributes of one tag, and memory
that is fifty times a page of nothing but tags. What is here is far beyond any page
that a person reads; what gets past it is bounded by the process that parses it.
"""

from __future__ import annotations

import re

from sync_daemon.tooling.parsing import TooComplexError

MOST_TAGS = 150_000
MOST_ATTRIBUTES = 1_000
"""Of one tag."""
MOST_VALUES = 600_000
"""Of a JSON document."""
_LONG_TAG = re.compile(rb"<[A-Za-z!/?][^<>]{4000,}")
_QUOTED = re.compile(rb"\"[^\"]*\"|'[^']*'")
_SPACE = re.compile(rb"[\s/]+")


def check_markup(content: bytes) -> None:
    """See that markup, in an encoding whose ASCII is ASCII, is such as a person could read.

    Raises:
        TooComplexError: it has too many tags, or a tag too many attributes.
    """
    if content.count(b"<") > MOST_TAGS:
        raise TooComplexError
    for tag in _LONG_TAG.finditer(content):
        words = _SPACE.split(_QUOTED.sub(b"", tag[0]), MOST_ATTRIBUTES + 1)
        if len(words) > MOST_ATTRIBUTES:
            raise TooComplexError


def check_json(content: bytes) -> None:
    """See that JSON does not hold so many values that they would fill the memory.

    Raises:
        TooComplexError: it does.
    """
    if sum(content.count(sign) for sign in (b",", b"[", b"{")) > MOST_VALUES:
        raise TooComplexError
