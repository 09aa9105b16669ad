"""What a row says: its state, and one sentence for the person who keeps the sheet.

No tool, step or output is named in it. The same sentence stands in the status
cell, in ``sheetd rows`` and ``show``, in the status tab and in the SQL view.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import Enum

from sync_daemon.domain.jobs import Ask
from sync_daemon.domain.pipeline import StepStanding, StepState
from sync_daemon.domain.rows import OwnedCell
from sync_daemon.domain.sentence import (
    LONGEST,
    first_of,
    fit,
    joined,
    listed,
    one_line,
    with_clause,
)
from sync_daemon.domain.sources import ColumnAsk, Need
from sync_daemon.domain.write_constraints import ConstraintKind

_LONGEST_HEADER = 30  # characters of one in a sentence
_DONE = re.compile(r"done (\d{4}-\d\d-\d\d \d\d:\d\d)")
_HIDDEN = re.compile(r"; cannot show .*\Z")
_UNSAID = "It failed and did not say why."
NOT_BEGUN = "working: about to begin"
_GONE = "deleted from the sheet"


class RowStanding(Enum):
    """A row's state as ``sheetd rows`` prints it."""

    WAITING = "waiting"  # nothing useful can run before the user adds something
    QUEUED = "queued"  # jobs are queued or running
    RETRYING = "retrying"  # a job failed in passing and is tried again
    DONE = "done"  # every step that can run has run
    FAILED = "failed"  # something cannot be done
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class RowProgress:
    """What a row shows after its jobs were planned or ran."""

    row_id: str
    standing: RowStanding
    status: str
    error: str
    planned: str  # the pipeline that this follows from
    owned: Mapping[str, OwnedCell]


def summarise(standings: Sequence[StepStanding]) -> RowStanding:
    """One word for a row."""
    states = {standing.state for standing in standings}
    if StepState.QUEUED in states:
        return RowStanding.QUEUED
    if StepState.FAILED in states:
        return RowStanding.FAILED
    if StepState.RETRYING in states:
        return RowStanding.RETRYING
    if StepState.WAITING in states and not any(s.is_useful for s in standings):
        return RowStanding.WAITING
    return RowStanding.DONE


def error_text(standings: Sequence[StepStanding]) -> str:
    """What failed, each cause once and whole, for ``sheetd rows``; empty if nothing did."""
    failures = {StepState.FAILED, StepState.RETRYING}
    causes = (one_line(s.detail) or _UNSAID for s in standings if s.state in failures)
    return " ".join(dict.fromkeys(causes))


def status_text(
    standings: Sequence[StepStanding], now: datetime, zone: tzinfo | None, *, before: str = ""
) -> str:
    """The row's sentence, with times in the spreadsheet's time zone.

    Args:
        standings: of all steps, in their order.
        now: the time.
        zone: of the spreadsheet.
        before: the sentence before, if the row has had no news since: it keeps its time.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    >>> status_text([StepStanding("keywords", StepState.DONE)], noon, UTC)
    'done 2026-11-23 12:00'
    """
    match summarise(standings):
        case RowStanding.QUEUED:
            return _progress(standings)
        case RowStanding.FAILED:
            return joined(_causes(standings, StepState.FAILED))
        case RowStanding.RETRYING:
            return _retrying(standings, now, zone)
        case RowStanding.WAITING:
            return _request(standings)
        case _:
            return _done(standings, before or f"done {now.astimezone(zone):%Y-%m-%d %H:%M}")


def is_done_text(status: str) -> bool:
    """Whether the sentence says that a row is done, and when."""
    return _DONE.match(status) is not None


def reason_of(standing: RowStanding, status: str) -> str:
    """The sentence of a row as the mirror holds it, also one that an older sheetd wrote."""
    if standing is RowStanding.DELETED:
        return _GONE
    return fit(status) or NOT_BEGUN


def tells_of_constraints(status: str) -> bool:
    """Whether the sentence says that a result cannot be shown."""
    return _HIDDEN.search(status) is not None


def with_constraints(status: str, hidden: Mapping[str, ConstraintKind]) -> str:
    """The sentence, and which results cannot be shown and why; said once, however often.

    >>> with_constraints("done 2026-11-23 12:00", {"Words": ConstraintKind.PROTECTED})
    'done 2026-11-23 12:00; cannot show Words: its cell is protected'
    """
    bare = _HIDDEN.sub("", status)
    if not hidden:
        return bare
    headers = [_header(header) for header in hidden]
    kinds = listed(list(dict.fromkeys(kind.value for kind in hidden.values())), "or")
    cells = "its cell is" if len(hidden) == 1 else "their cells are"
    remark = f"; cannot show {_shortened(headers)}: {cells} {kinds}"
    done = _DONE.match(bare)
    if done and len(bare) + len(remark) > LONGEST:
        bare = done[0]
    return fit(bare + remark) if done else _appended(bare, remark)


def _appended(sentence: str, remark: str) -> str:
    longer = sentence.rstrip(".") + remark
    return longer if len(longer) <= LONGEST else sentence


def _progress(standings: Sequence[StepStanding]) -> str:
    """``working: 2 of 5``: of the steps that can run on this row."""
    ended = {StepState.DONE, StepState.FAILED, StepState.RETRYING, StepState.DISPENSABLE}
    number = sum(s.state in ended for s in standings)
    going: set[str] = set()
    for standing in standings:
        follows = standing.state is StepState.BLOCKED and standing.detail in going
        if standing.state is StepState.QUEUED or follows:
            going.add(standing.step)
    return f"working: {number} of {number + len(going)}"


def _causes(standings: Sequence[StepStanding], state: StepState) -> Iterator[str]:
    return (one_line(s.detail) or _UNSAID for s in standings if s.state is state)


def _retrying(standings: Sequence[StepStanding], now: datetime, zone: tzinfo | None) -> str:
    """The first cause, and when the first step that has it is tried again."""
    cause = next(_causes(standings, StepState.RETRYING))
    due = [
        s.due_at
        for s in standings
        if s.state is StepState.RETRYING and s.due_at and (one_line(s.detail) or _UNSAID) == cause
    ]
    if not due:
        return with_clause(cause, "trying again soon")
    at, today = min(due).astimezone(zone), now.astimezone(zone).date()
    when = f"{at:%H:%M}" if at.date() == today else f"{at:%Y-%m-%d %H:%M}"
    return with_clause(cause, f"trying again at {when}")


def _request(standings: Sequence[StepStanding]) -> str:
    """What to add: what helps the step that has the most ways to be helped."""
    waiting = [s for s in standings if s.state is StepState.WAITING]
    for standing in waiting:
        if standing.remark and not any(standing.needs):
            return fit(_capitalised(standing.remark))
    held = [s for s in waiting if s.is_held] or waiting
    most = max(held, key=lambda s: max(map(len, s.needs)))
    wishes = [_wish(need) for need in most.needs]
    return fit(_capitalised(listed(list(dict.fromkeys(wishes)), "and")))


def _wish(need: Need) -> str:
    """``add a Link or paste the Description``."""
    filled = [ask for ask in need if ask.ask is Ask.FILL_IN]
    parts = [_wish_for(ask) for ask in need if ask.ask is not Ask.FILL_IN]
    if filled:
        parts.append(f"fill in {listed([_header(ask.header) for ask in filled], 'or')}")
    return listed(parts, "or")


def _wish_for(ask: ColumnAsk) -> str:
    header = _header(ask.header)
    if ask.ask is Ask.PASTE:
        return f"paste the {header}"
    is_plural = header.casefold().endswith("s") and not header.casefold().endswith(("ss", "us"))
    article = "" if is_plural else "an " if header[0].casefold() in "aeio" else "a "
    return f"add {article}{header}"


def _done(standings: Sequence[StepStanding], words: str) -> str:
    """``done``, when, and at most one short remark: what tells the most."""
    done = _DONE.match(words)
    head = done[0] if done else words
    room = LONGEST - len(head) - 2
    remarks = (fit(remark, room).rstrip(". ") for remark in _remarks(standings))
    remark = next((remark for remark in remarks if remark), "")
    return f"{head}; {remark}" if remark else head


def _remarks(standings: Sequence[StepStanding]) -> Iterator[str]:
    yield from (first_of(s.detail) for s in standings if s.state is StepState.DISPENSABLE)
    yield from (s.remark for s in standings if s.remark and s.state is StepState.DONE)
    waiting = [s for s in standings if s.state is StepState.WAITING and s.remark]
    yield from (s.remark for s in waiting if not s.needs)
    yield from (s.remark for s in waiting if s.needs)
    yield from (_blanks(s) for s in standings if s.blank and s.state is StepState.WAITING)


def _blanks(standing: StepStanding) -> str:
    """Which columns stay blank, and for want of what."""
    lacking = listed([_header(ask.header) for need in standing.needs for ask in need], "or")
    columns = _shortened([_header(header) for header in standing.blank])
    return f"no {lacking}, so {columns} stay{'s' if len(standing.blank) == 1 else ''} blank"


def _shortened(headers: list[str]) -> str:
    shown = 2
    if len(headers) > shown + 1:
        return f"{', '.join(headers[:shown])} and {len(headers) - shown} more"
    return listed(headers, "and")


def _header(header: str) -> str:
    return fit(header, _LONGEST_HEADER) or "(no header)"


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
