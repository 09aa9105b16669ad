"""Names that are near to what somebody wrote."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_NAMED = 3
_LISTED = 12


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A sentence that names the closest of ``known``, or the first of them."""
    by_fold = {each.casefold(): each for each in known}
    if not by_fold:
        return "There is nothing to choose from."
    close = get_close_matches(name.casefold()[:200], by_fold, n=_NAMED, cutoff=0.6)
    if close:
        return f"Did you mean {' or '.join(by_fold[each] for each in close)}?"
    listed = list(by_fold.values())
    more = ", and more" if len(listed) > _LISTED else ""
    return f"There are: {', '.join(listed[:_LISTED])}{more}."
