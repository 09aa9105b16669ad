"""Titles for the result columns: a column of the user's that holds anything is never taken."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sync_daemon.cli.dialogue import Dialogue
from sync_daemon.domain.headers import find_header
from sync_daemon.onboarding.titles import another_title

_FILL = "fill in my column; what it holds stays"
_LEAVE_OUT = "leave this result out"


@dataclass(frozen=True, slots=True)
class Titles:
    """What was decided about titles that are in use.

    Attributes:
        used: title that a result would have → the one it gets; None leaves it out.
        adopted: filled columns of the user's that sheetd may fill in.
    """

    used: Mapping[str, str | None] = field(default_factory=dict)
    adopted: Sequence[str] = ()


def settle_titles(
    talk: Dialogue, taken: Mapping[str, str], filled: Collection[str], titles: Sequence[str]
) -> Titles:
    """Decide on each title that is in use; a single column that is blank may be used as it is.

    Args:
        talk: asks; where nobody answers, another title is used and said.
        taken: titles of results that columns of the user's have → how they spell them.
        filled: the titles of columns that hold anything.
        titles: of all columns of the user's.
    """
    used: dict[str, str | None] = {}
    adopted: list[str] = []
    for title, here in taken.items():
        is_doubled = len(find_header(title, titles)) > 1
        used[title] = here
        if here in filled or is_doubled:
            used[title] = _ask(talk, here, another_title(title, titles), may_fill=not is_doubled)
            adopted += [here] if used[title] == here else []
    return Titles(used, adopted)


def _ask(talk: Dialogue, title: str, another: str, *, may_fill: bool) -> str | None:
    exists = f'There is already a column "{title}".'
    if not talk.is_interactive or talk.takes_defaults:
        talk.say(f'{exists} Results go to "{another}"; yours stays as it is.')
        return another
    if talk.confirm(f'{exists} Use "{another}" for results?', default=True):
        return another
    ways = {_FILL: title, _LEAVE_OUT: None} if may_fill else {_LEAVE_OUT: None}
    return list(ways.values())[talk.choose("--yes", "What instead?", list(ways))]
