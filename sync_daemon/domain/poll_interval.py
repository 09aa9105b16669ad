"""When each sheet's next cycle is due: quick while somebody edits, slow when nobody does.

All times are seconds of a monotonic clock: a wall clock that is set forward
or back, or a machine that slept, moves no cycle but the next.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

READS_PER_CYCLE = 2  # of a cycle that reads, with some room
_JITTER = 0.1  # of the pause, so that sheets do not stay in step
_PAUSES_S = 60.0, 1_800.0  # after failures: the first and the longest
_LOCAL_PAUSES_S = 5.0, 60.0  # where Google has no part in it


class Breaker(Enum):
    """Whether a sheet's cycles fail."""

    CLOSED = "closed"  # the last cycle worked
    OPEN = "open"  # it failed: the pauses grow until one works again


@dataclass(frozen=True, slots=True)
class PollRules:
    """The configured paces; seconds."""

    every_s: float
    quick_s: float  # while somebody edits
    idle_s: float  # when nobody did for long
    busy_for_s: float = 300.0  # after a change, somebody is thought to go on editing
    idle_after_s: float = 3_600.0
    least_s: float = 1.0  # that the quota allows, see least_interval

    def interval(self, since_change_s: float) -> float:
        """The pause between two cycles, so long after the last change."""
        if since_change_s < self.busy_for_s:
            wished = self.quick_s
        elif since_change_s < self.idle_after_s:
            wished = self.every_s
        else:
            wished = self.idle_s
        return max(wished, self.least_s)


@dataclass(frozen=True, slots=True)
class PollState:
    """What is known of one sheet's cycles."""

    changed_at: float  # when the last change was seen
    due_at: float
    failures: int = 0  # one after the other
    failing_since: float | None = None

    @property
    def breaker(self) -> Breaker:
        """Whether the last cycle failed."""
        return Breaker.OPEN if self.failures else Breaker.CLOSED


@dataclass(frozen=True, slots=True)
class CycleEnd:
    """How a cycle ended, as far as the next one depends on it."""

    at: float
    has_failed: bool = False
    is_local: bool = False  # it failed by this machine: to try again costs Google nothing
    has_changed: bool = False  # the user changed something
    job_due_in_s: float | None = None  # until a tool's own schedule, or a retry, wants a cycle


def least_interval(
    read: int, reads_per_minute: int, probed: int = 0, full_pull_s: float = 600.0
) -> float:
    """The quickest pace at which so many sheets stay within the quota, with a fifth to spare.

    Args:
        read: sheets that are read in each cycle.
        reads_per_minute: the quota.
        probed: sheets that are read when Drive says that they changed, and every so often.
        full_pull_s: how often those are read all the same.
    """
    budget = reads_per_minute * 0.8
    now_and_then = 60.0 * probed * READS_PER_CYCLE / full_pull_s
    return 60.0 * read * READS_PER_CYCLE / max(budget - now_and_then, budget / 2)


def begin(now: float, place: int, least_s: float) -> PollState:
    """A sheet whose first cycle is due at once; the sheets one after the other, within quota."""
    return PollState(changed_at=now, due_at=now + min(place * least_s / 4, 60.0))


def decide_next(pace: PollState, end: CycleEnd, rules: PollRules, jitter: float) -> PollState:
    """When the sheet's next cycle is due.

    A sheet whose cycles fail is tried again after a minute, two, four … at
    most half an hour, whatever the paces say; after seconds, at most a minute,
    where the trouble is on this machine, such as a full disk.

    Args:
        pace: what was known before.
        end: how the cycle ended.
        rules: the configured paces.
        jitter: a random number from 0 to 1.
    """
    shift = 1 + _JITTER * (2 * jitter - 1)
    if end.has_failed:
        failures = pace.failures + 1
        first_s, longest_s = _LOCAL_PAUSES_S if end.is_local else _PAUSES_S
        growth = min(2.0 ** min(failures - 1, 10) * first_s, longest_s)
        return replace(
            pace,
            failures=failures,
            failing_since=end.at if pace.failing_since is None else pace.failing_since,
            due_at=end.at + max(growth, rules.least_s) * shift,
        )
    changed_at = end.at if end.has_changed else pace.changed_at
    pause = rules.interval(end.at - changed_at) * shift
    if end.job_due_in_s is not None:
        pause = min(pause, max(end.job_due_in_s, rules.least_s, 1.0))
    return PollState(changed_at=changed_at, due_at=end.at + pause)
