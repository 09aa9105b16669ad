"""A text with its tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .tokens import plain, tokenize

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .tokens import Token

_CELL_CHARACTERS = 160
_CELL_LINES = 3


@dataclass(frozen=True, slots=True)
class Source:
    """A text, its tokens, and whether it is one cell about pay or a longer description."""

    text: str
    tokens: Sequence[Token]
    is_cell: bool

    @classmethod
    def of(cls, text: str) -> Source:
        """From what was typed or pasted."""
        clean = plain(text)
        short = len(clean) <= _CELL_CHARACTERS and clean.count("\n") < _CELL_LINES
        return cls(clean, tokenize(clean), short)

    def between(self, start: int, end: int) -> str:
        """The text from the token ``start`` up to the token ``end``, which is left out."""
        text = self.text[self.tokens[start].start : self.tokens[end - 1].end]
        return text if text.count("(") >= text.count(")") else text.removesuffix(")")
