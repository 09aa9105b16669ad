"""Titles for the result columns: a column of the user's that holds anything is never taken."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sync_daemon.cli.dialogue import Dialogue
from sync_daemon.onboarding.titles import another_title, find_title


def settle_titles(
    talk: Dialogue, taken: Mapping[str, int], filled: Collection[int], titles: Sequence[str]
) -> dict[str, str | None]:
    """Decide on each title that is in use; a single column that is blank may be used as it is.

    Args:
        talk: asks; where nobody answers, another title is used and said.
        taken: titles of results that columns of the user's have → where they stand.
        filled: the indices of columns that hold anything.
        titles: all that the sheet has.

    Returns:
        Title that a result would have → the one it gets; None leaves it out.
    """
    return {
        title: _ask(talk, titles[index], another_title(title, titles))
        if index in filled or len(find_title(title, titles)) > 1
        else titles[index]
        for title, index in taken.items()
    }


def _ask(talk: Dialogue, title: str, another: str) -> str | None:
    exists = f'There is already a column "{title}".'
    if not talk.is_interactive or talk.takes_defaults:
        talk.say(f'{exists} Results go to "{another}"; yours stays as it is.')
        return another
    if talk.confirm(f'{exists} Use "{another}" for results?', default=True):
        return another
    talk.say("Then these results are left out.")
    return None
