"""The letters in which names are compared."""

from __future__ import annotations

import unicodedata

LONGEST = 300
"""Characters of a name that are read."""
REMEMBERED = 16_384
"""Names whose form is kept, so that the next cycle need not work them out again."""

_LETTERS = str.maketrans(
    {"\u00f8": "o", "\u0142": "l", "\u0111": "d", "\u0131": "i", "\u2019": "'"}
)
_PAIRS = ("ae", "oe", "ue")


def folded(text: str) -> str:
    """``text`` in lower case, without accents; ``ä`` and ``ae`` are both ``a``."""
    text = unicodedata.normalize("NFKD", text[:LONGEST].casefold())
    plain = "".join(letter for letter in text if not "\u0300" <= letter <= "\u036f")
    for pair in _PAIRS:
        plain = plain.replace(pair, pair[0])
    return unicodedata.normalize("NFC", plain).translate(_LETTERS)
