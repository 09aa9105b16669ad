"""C, R and Go among the words that are counted: only where they mean the language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync_daemon.tooling.skills.evidence import AMBIGUOUS, names_a_language

from .words import TECHNOLOGIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .tokens import Token


def is_ambiguous(token: Token) -> bool:
    """Whether the token may be a language or just a letter or word."""
    return token.surface.casefold() in AMBIGUOUS


def language_places(tokens: Sequence[Token]) -> frozenset[int]:
    """The places of the ambiguous tokens of a line that mean the programming language."""
    doubtful = [place for place, token in enumerate(tokens) if is_ambiguous(token)]
    if not doubtful:
        return frozenset()
    words = [token.surface for token in tokens]
    technical = {
        place
        for place, token in enumerate(tokens)
        if token.key in TECHNOLOGIES and not is_ambiguous(token)
    }
    return frozenset(place for place in doubtful if names_a_language(words, place, technical))
