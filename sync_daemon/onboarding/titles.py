"""Titles of the user's and titles of results, compared as people read them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sync_daemon.domain.headers import find_header


def find_taken(
    wanted: Iterable[str], titles: Sequence[str], ours: Collection[int] = ()
) -> dict[str, int]:
    """The wanted titles that columns of the user's have already → where they stand.

    Args:
        wanted: titles of results.
        titles: all that the sheet has, in their order.
        ours: the indices of columns that sheetd owns.
    """
    places = {title: find_header(title, titles) for title in wanted}
    return {
        title: found[0]
        for title, found in places.items()
        if found and not any(index in ours for index in found)
    }


def another_title(title: str, titles: Sequence[str]) -> str:
    """A title for the same results that no column has.

    >>> another_title("Keywords", ["Keywords", "keywords (SHEETD)"])
    'Keywords (sheetd 2)'
    """
    number = 1
    while find_header(found := f"{title} (sheetd{f' {number}' if number > 1 else ''})", titles):
        number += 1
    return found
