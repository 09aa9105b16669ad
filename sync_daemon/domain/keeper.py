"""Which installation keeps a tab, as the marks in its developer metadata tell; pure.

An installation is one mirror and what runs on it. It marks the tabs that it
keeps and the columns that it owns. Marks are copied with a tab or spreadsheet,
so each names the place it was made for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from hashlib import blake2b


@dataclass(frozen=True, slots=True)
class Installation:
    """One mirror, known for ever by a random ``key``.

    ``copied_from`` is the key it had on another machine, if its file was copied from there.
    """

    key: str
    host: str
    copied_from: str = ""


@dataclass(frozen=True, slots=True)
class TabMark:
    """What says that a tab is kept; ``spreadsheet_id`` and ``gid`` are where it was made."""

    metadata_id: int
    installation: str
    host: str
    since: datetime | None
    spreadsheet_id: str
    gid: int

    def was_made_for(self, spreadsheet_id: str, gid: int) -> bool:
        """Whether it stands where it was made: else it came with a copy."""
        return (self.spreadsheet_id, self.gid) == (spreadsheet_id, gid)


@dataclass(frozen=True, slots=True)
class ColumnMark:
    """What says that a column is sheetd's: its title when it was marked, and where it is now.

    ``is_of_dates`` tells whether sheetd formatted it for dates.
    """

    metadata_id: int
    header: str
    index: int
    is_of_dates: bool = False


@dataclass(frozen=True, slots=True)
class Marks:
    """Every mark on one tab."""

    tab: tuple[TabMark, ...] = ()
    columns: tuple[ColumnMark, ...] = ()


class Keeping(Enum):
    """Who keeps a tab."""

    OURS = "this installation"
    NOBODY = "no installation yet"
    COPY = "no installation yet: it is a copy of a tab that is kept elsewhere"
    OTHER = "another installation"


@dataclass(frozen=True, slots=True)
class TabClaim:
    """The marks to change so that a tab is kept by us; ``before`` says who kept it."""

    before: Keeping
    mark: TabMark
    drop: tuple[int, ...] = ()
    previous: TabMark | None = None

    @property
    def sentence(self) -> str:
        """What it comes to, for the plan and the report."""
        match self.before:
            case Keeping.OTHER if self.previous is not None:
                return f"take the tab over from the installation on {described(self.previous)}"
            case Keeping.COPY:
                return "mark this tab as kept by this installation: it is a copy of another one"
            case _:
                return "mark this tab as kept by this installation"

    @property
    def report(self) -> str:
        """What it came to, for somebody who may not expect it."""
        if self.before is Keeping.OTHER and self.previous is not None:
            return f"The tab was taken over from the installation on {described(self.previous)}."
        return "This tab is a copy of another one. It is kept on its own from now on."


@dataclass(frozen=True, slots=True)
class TabKeeper:
    """Who keeps a tab, and the mark that says so, if there is one."""

    keeping: Keeping
    mark: TabMark | None = None
    copies: tuple[int, ...] = field(default_factory=tuple)  # ids of marks made for other places


def find_keeper(marks: Marks, spreadsheet_id: str, gid: int, ours: Installation) -> TabKeeper:
    """Who keeps the tab, by the marks that stand on it."""
    here = [mark for mark in marks.tab if mark.was_made_for(spreadsheet_id, gid)]
    copies = tuple(mark.metadata_id for mark in marks.tab if mark not in here)
    others = [mark for mark in here if mark.installation != ours.key]
    if others:
        return TabKeeper(Keeping.OTHER, others[0], copies)
    if here:
        return TabKeeper(Keeping.OURS, here[0], copies)
    return TabKeeper(Keeping.COPY if copies else Keeping.NOBODY, None, copies)


def plan_claim(
    keeper: TabKeeper, spreadsheet_id: str, gid: int, ours: Installation, now: datetime
) -> TabClaim | None:
    """What makes us the keeper; None where we are it already."""
    if keeper.keeping is Keeping.OURS:
        return None
    number = mark_id(spreadsheet_id, gid)
    mark = TabMark(number, ours.key, ours.host, now, spreadsheet_id, gid)
    previous = () if keeper.mark is None else (keeper.mark.metadata_id,)
    return TabClaim(keeper.keeping, mark, (*previous, *keeper.copies), keeper.mark)


def mark_id(spreadsheet_id: str, gid: int) -> int:
    """The metadata id of a tab's mark: always the same, so that of two who claim at once one wins.

    Google refuses a batch that creates metadata with an id in use.
    """
    text = f"{spreadsheet_id}/{gid}"
    digest = blake2b(text.encode(), digest_size=8, person=b"sheetd keeper")
    return int.from_bytes(digest.digest()) % (2**31 - 1) + 1


def match_columns(
    known: Mapping[str, int], marks: Sequence[ColumnMark], headers: Sequence[str]
) -> dict[str, int]:
    """The mark of each owned column: the one known, else one that bears its title.

    A mirror that was restored, or that is new, does not know the marks by their ids.
    Columns that were owned once, and are not named by the configuration, are among them.

    Args:
        known: header → metadata id, as the mirror has it.
        marks: those that stand on the tab.
        headers: of the owned columns.
    """
    present = {mark.metadata_id for mark in marks}
    by_title = {mark.header: mark.metadata_id for mark in reversed(marks)}
    found: dict[str, int] = {}
    for header in dict.fromkeys((*headers, *known, *by_title)):
        if header in known and (known[header] in present or header not in by_title):
            found[header] = known[header]
        elif header in by_title:
            found[header] = by_title[header]
    return found


def find_dates(
    known: Sequence[str], metadata_ids: Mapping[str, int], marks: Sequence[ColumnMark]
) -> tuple[str, ...]:
    """The columns in which dates stand as dates: as their marks say, else as known.

    Args:
        known: as the mirror has it.
        metadata_ids: header → metadata id, of our columns.
        marks: those that stand on the tab.
    """
    told = {mark.metadata_id: mark.is_of_dates for mark in marks}
    return tuple(h for h, number in metadata_ids.items() if told.get(number, h in known))


def encode_mark(mark: TabMark) -> str:
    """The mark as the value of developer metadata."""
    return json.dumps(
        {
            "installation": mark.installation,
            "host": mark.host,
            "since": mark.since.isoformat(timespec="seconds") if mark.since else "",
            "spreadsheet": mark.spreadsheet_id,
            "tab": mark.gid,
        }
    )


def decode_mark(metadata_id: int, value: str) -> TabMark | None:
    """The inverse of :func:`encode_mark`; None for what is not a mark of a tab."""
    try:
        told = json.loads(value)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or not isinstance(told.get("installation"), str):
        return None
    gid = told.get("tab")
    return TabMark(
        metadata_id,
        told["installation"],
        str(told.get("host", "")),
        _moment(told.get("since")),
        str(told.get("spreadsheet", "")),
        gid if isinstance(gid, int) else -1,
    )


def described(mark: TabMark) -> str:
    """The host and date of a mark, for a sentence."""
    since = f" since {mark.since:%Y-%m-%d %H:%M} UTC" if mark.since else ""
    return f"{mark.host or 'an unknown machine'}{since}"


def _moment(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return None
