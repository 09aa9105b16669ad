"""The status cell: how a row stands, in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import Enum

from sync_daemon.domain.obstacles import ObstacleKind
from sync_daemon.domain.pipeline import StepStanding, StepState
from sync_daemon.domain.rows import OwnedCell

_LONGEST = 300  # characters of the words; the rest is in `sheetd show`


class RowStanding(Enum):
    """A row's state as ``sheetd rows`` prints it."""

    WAITING = "waiting"  # for an input
    QUEUED = "queued"  # to be run, or to be tried again
    DONE = "done"
    FAILED = "failed"
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
    """One word for a row; the worst step decides."""
    states = {standing.state for standing in standings}
    if StepState.FAILED in states:
        return RowStanding.FAILED
    if states & {StepState.QUEUED, StepState.RETRYING}:
        return RowStanding.QUEUED
    if StepState.WAITING in states:
        return RowStanding.WAITING
    return RowStanding.DONE


def error_text(standings: Sequence[StepStanding]) -> str:
    """What failed, for ``sheetd rows``; empty if nothing did."""
    failures = {StepState.FAILED, StepState.RETRYING}
    return "; ".join(f"{s.step}: {s.detail}" for s in standings if s.state in failures)


def status_text(
    standings: Sequence[StepStanding], changed_at: datetime, zone: tzinfo | None
) -> str:
    """The words of the status cell, with times in the spreadsheet's time zone.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    >>> status_text([StepStanding("keywords", StepState.WAITING, "Description")], noon, UTC)
    'waiting for Description'
    >>> status_text([StepStanding("keywords", StepState.DONE)], noon, UTC)
    'done 2026-11-23 12:00'
    """
    parts = [_words(s, zone) for s in sorted(standings, key=_urgency)]
    words = "; ".join(dict.fromkeys(part for part in parts if part))
    if not words:
        words = f"done {changed_at.astimezone(zone):%Y-%m-%d %H:%M}"
    words = " ".join(words.split())
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"


def with_obstacles(status: str, hidden: Mapping[str, ObstacleKind]) -> str:
    """The words, and which results cannot be shown and why.

    >>> with_obstacles("done 2026-11-23 12:00", {"Words": ObstacleKind.PROTECTED})
    'done 2026-11-23 12:00; cannot show Words: its cell is protected'
    """
    parts = [f"cannot show {h}: its cell is {obstacle.value}" for h, obstacle in hidden.items()]
    return "; ".join([status, *parts])


_ORDER = [
    StepState.FAILED,
    StepState.RETRYING,
    StepState.WAITING,
    StepState.QUEUED,
    StepState.BLOCKED,
    StepState.DONE,
]


def _urgency(standing: StepStanding) -> int:
    return _ORDER.index(standing.state)


def _words(standing: StepStanding, zone: tzinfo | None) -> str:
    match standing.state:
        case StepState.FAILED:
            return f"failed: {standing.step}: {standing.detail}"
        case StepState.RETRYING:
            when = f" at {standing.due_at.astimezone(zone):%H:%M}" if standing.due_at else ""
            return f"will retry {standing.step}{when}: {standing.detail}"
        case StepState.WAITING:
            return f"waiting for {standing.detail}"
        case StepState.QUEUED:
            return f"queued: {standing.step}"
        case _:
            return ""
