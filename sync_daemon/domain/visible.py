"""The one place through which text of strangers goes before a terminal or a log shows it."""

from __future__ import annotations

import re

# Control characters but for tab and line feed (C0, DEL, C1: OSC, CSI and their like), what turns
# the direction of text around (Unicode, UAX #9, and the deprecated U+206A to U+206F), line
# separators, and lone surrogates, which no stream can encode.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ud800-\udfff]"
)


def make_visible(text: str) -> str:
    r"""The text with an escape for each sign that could steer a terminal.

    >>> make_visible("a\x1b]52;c;aGk=\x07b")
    'a\\x1b]52;c;aGk=\\x07b'
    """
    return _UNSEEN.sub(lambda found: ascii(found[0])[1:-1], text)
