"""Help with misspelt names."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A sentence that names the closest of ``known``, or all of them."""
    choices = sorted(known)
    if not choices:
        return "There is nothing to choose from."
    close = get_close_matches(name.casefold(), choices, n=1, cutoff=0.6)
    return f'Did you mean "{close[0]}"?' if close else f"There are: {', '.join(choices)}."
