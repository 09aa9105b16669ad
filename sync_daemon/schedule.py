"""The schedule of all sheets: which one's cycle is due when, by the monotonic clock."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime

from sync_daemon.cycle import SheetReport
from sync_daemon.domain.poll_interval import (
    CycleEnd,
    PollRules,
    PollState,
    begin,
    decide_next,
    least_interval,
)
from sync_daemon.ports import Clock
from sync_daemon.settings import Settings


class Schedule:
    """Keeps each sheet's pace; whoever runs the cycles asks it and tells it.

    Args:
        settings: the configuration.
        clock: whose monotonic time counts.
        draw: a random number from 0 to 1, for jitter.
    """

    def __init__(
        self, settings: Settings, clock: Clock, draw: Callable[[], float] = random.random
    ) -> None:
        self._clock = clock
        self._draw = draw
        self._take(settings)

    def use(self, settings: Settings) -> None:
        """Go on with another configuration: every sheet is due at once."""
        self._take(settings)

    def _take(self, settings: Settings) -> None:
        self._rules, self._probed_rules = make_rules(settings), make_probed_rules(settings)
        now, least = self._clock.monotonic(), self._rules.least_s
        self._paces = {
            sheet.name: begin(now, place, least) for place, sheet in enumerate(settings.sheets)
        }

    @property
    def names(self) -> list[str]:
        """The sheets."""
        return list(self._paces)

    @property
    def least_s(self) -> float:
        """The quickest pace that the quota allows."""
        return self._rules.least_s

    @property
    def is_slowed(self) -> bool:
        """Whether the quota does not allow the configured pace."""
        return self._rules.least_s > self._rules.every_s

    def pace(self, name: str) -> PollState:
        """What is known of a sheet."""
        return self._paces[name]

    def seconds_to(self, name: str) -> float:
        """Until a sheet's cycle is due; 0 if it is overdue."""
        return max(0.0, self._paces[name].due_at - self._clock.monotonic())

    def next_due(self) -> tuple[str, float]:
        """The sheet that is due first, and in how many seconds; the longest waiting first."""
        name = min(self._paces, key=lambda name: self._paces[name].due_at)
        return name, self.seconds_to(name)

    @property
    def overdue_s(self) -> float:
        """How long the cycle that is due first has been due; 0 if none is yet."""
        if not self._paces:
            return 0.0
        first = min(pace.due_at for pace in self._paces.values())
        return max(0.0, self._clock.monotonic() - first)

    def ended(
        self,
        name: str,
        report: SheetReport | None,
        job_due: datetime | None,
        *,
        is_local: bool = False,
    ) -> PollState:
        """A cycle of a sheet ended; without a report it failed before it began.

        Args:
            name: the sheet.
            report: what the cycle did.
            job_due: when a job comes due by itself.
            is_local: the cycle failed by something on this machine.
        """
        if name not in self._paces:
            return PollState(0, 0)  # not configured any more
        due_in = (job_due - self._clock.now()).total_seconds() if job_due is not None else None
        end = CycleEnd(
            at=self._clock.monotonic(),
            has_failed=report is None or report.failure is not None,
            is_local=is_local,
            has_changed=report is not None and report.has_changed,
            job_due_in_s=0.0 if report is not None and report.left else due_in,
        )
        is_probed = report is not None and report.is_probed
        rules = self._probed_rules if is_probed else self._rules
        self._paces[name] = decide_next(self._paces[name], end, rules, self._draw())
        return self._paces[name]


def make_rules(settings: Settings) -> PollRules:
    """The configured paces, and what the quota allows with so many sheets."""
    schedule = settings.schedule
    probed = sum(1 for sheet in settings.sheets if sheet.probe == "drive")
    return PollRules(
        every_s=schedule.every.total_seconds(),
        quick_s=min(schedule.quick_every, schedule.every).total_seconds(),
        idle_s=max(schedule.idle_every, schedule.every).total_seconds(),
        least_s=least_interval(
            len(settings.sheets) - probed,
            settings.google.reads_per_minute,
            probed,
            schedule.full_pull_every.total_seconds(),
        ),
    )


def make_probed_rules(settings: Settings) -> PollRules:
    """The pace of a sheet that Drive tells about: to ask costs nothing of the quota."""
    quick_s = min(settings.schedule.quick_every, settings.schedule.every).total_seconds()
    return PollRules(every_s=quick_s, quick_s=quick_s, idle_s=quick_s)
