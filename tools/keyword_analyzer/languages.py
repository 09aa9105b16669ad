"""Names that are also ordinary letters and words: C, R, Go. Counted only with evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .words import (
    AFTER_LANGUAGE,
    AMBIGUOUS,
    BEFORE_LANGUAGE,
    NOT_AFTER,
    NOT_BEFORE,
    STOP_WORDS,
    TECHNOLOGIES,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .tokens import Token

_REACH = 4  # tokens to the next name in a list, with its comma and its "and"


def is_ambiguous(token: Token) -> bool:
    """Whether the token may be a language or just a letter or word."""
    return token.surface.casefold() in AMBIGUOUS


def names_a_language(tokens: Sequence[Token], index: int) -> bool:
    """Whether the ambiguous token at ``index`` means the programming language.

    Written small it needs another technology beside it; written large, a word
    such as "programming" or "in" does as well. "Grade C", "C suite" and "go to
    market" are never meant.
    """
    before = tokens[index - 1].key if index else ""
    after = tokens[index + 1].key if index + 1 < len(tokens) else ""
    if before in NOT_AFTER or after in NOT_BEFORE:
        return False
    if _beside_technology(tokens, index, -1) or _beside_technology(tokens, index, 1):
        return True
    if tokens[index].surface[0].islower():
        return False
    return after in AFTER_LANGUAGE or before in BEFORE_LANGUAGE


def _beside_technology(tokens: Sequence[Token], index: int, step: int) -> bool:
    """Whether the nearest word on that side, past commas and "and", is a technology."""
    separated = False
    for distance in range(1, _REACH):
        place = index + step * distance
        if not 0 <= place < len(tokens):
            return False
        token = tokens[place]
        if token.key in TECHNOLOGIES:
            return separated or tokens[index].surface[0].isupper()
        if token.is_break and "." not in token.surface:
            separated = True
        elif token.key not in STOP_WORDS and not is_ambiguous(token):
            return False
    return False
