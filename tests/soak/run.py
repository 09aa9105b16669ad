"""A month of schedule in minutes: edits, outages, clocks that are set, and what it costs."""

from __future__ import annotations

import gc
import os
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sync_daemon.cycle import CycleOptions
from sync_daemon.errors import SheetdError
from sync_daemon.sandbox.faults import Fault, FaultKind
from sync_daemon.schedule import Schedule
from tests.chaos.watch import RESULTS, results_of
from tests.support.fake_clock import FakeClock
from tests.support.loop import Loop

HOUR_S, DAY_S = 3_600.0, 86_400.0
PATIENCE_S = 180.0  # in which an edit has to show its results, while nothing is wrong
EDITS_A_DAY = 40
_SETTLED_DAY = 3  # after it, memory and files are thought to be what they are


@dataclass
class Usage:
    """What the process holds."""

    memory_mb: float
    files: int
    threads: int
    mirror_mb: float


@dataclass
class Figures:
    """What came of the soak."""

    days: int = 0
    cycles: int = 0
    failed_cycles: int = 0
    edits: int = 0
    outages: int = 0
    clock_steps: int = 0
    late: list[str] = field(default_factory=list)  # edits whose results came too late
    slowest_s: float = 0.0  # from an edit to its results, while nothing was wrong
    usage: list[Usage] = field(default_factory=list)  # at the end of each day

    def lines(self) -> list[str]:
        """The figures for people."""
        first, last = self.usage[min(_SETTLED_DAY, len(self.usage)) - 1], self.usage[-1]
        return [
            f"{self.days} days, {self.cycles} cycles, {self.failed_cycles} of them failed",
            f"{self.edits} edits, {self.outages} outages, {self.clock_steps} steps of the clock",
            f"edits late: {len(self.late)}; slowest {self.slowest_s:.0f} s",
            f"memory {first.memory_mb:.0f} → {last.memory_mb:.0f} MB",
            f"open files {first.files} → {last.files}, threads {first.threads} → {last.threads}",
            f"mirror {first.mirror_mb:.1f} → {last.mirror_mb:.1f} MB",
        ]

    @property
    def is_flat(self) -> bool:
        """Whether memory, files and threads have stopped growing."""
        first, last = self.usage[min(_SETTLED_DAY, len(self.usage)) - 1], self.usage[-1]
        return (
            last.memory_mb < first.memory_mb * 1.3 + 10
            and last.files <= first.files + 3
            and last.threads <= first.threads + 3
        )


class Soak:
    """Runs a sheet's schedule on a clock that nobody waits for."""

    def __init__(self, loop: Loop, clock: FakeClock, seed: int) -> None:
        self.loop = loop
        self.clock = clock
        self.random = random.Random(seed)  # noqa: S311 - reproducible, not secret
        self.figures = Figures()
        self._start = clock.monotonic()
        self._schedule = Schedule(loop.application.settings, clock, self.random.random)
        self._pending: dict[int, tuple[float, str]] = {}  # grid row → since when, text
        self._calm_since = clock.monotonic()
        self._outage_ends: float | None = None
        self._events: list[tuple[float, Callable[[], None]]] = []

    def run(self, days: int) -> Figures:
        """So many days of schedule."""
        for day in range(days):
            self._plan_day()
            end = self._start + (day + 1) * DAY_S
            while self.clock.monotonic() < end:
                self._next()
            self.figures.days += 1
            self.figures.usage.append(self._measure())
        return self.figures

    def _plan_day(self) -> None:
        """The day's edits at random times, and one each of what goes wrong."""
        now = self.clock.monotonic()
        events: list[Callable[[], None]] = [self._edit] * EDITS_A_DAY
        events += [
            lambda: self._fail(FaultKind.RESET_BEFORE, 1.0),
            lambda: self._fail(FaultKind.RATE_LIMIT, 0.2),
            lambda: self._fail(FaultKind.SERVER_ERROR_HTML, 0.1),
            lambda: self._fail_once(FaultKind.EXPIRED_TOKEN),
            lambda: self._fail_once(FaultKind.RESET_AFTER),
            self._step_clock,
            self._restart,
        ]
        timed = [(now + self.random.random() * DAY_S, act) for act in events]
        self._events = sorted(timed, key=lambda event: event[0])

    def _next(self) -> None:
        """Whatever comes next: the end of an outage, an event, or the sheet's cycle."""
        name, wait = self._schedule.next_due()
        now = self.clock.monotonic()
        at = self._events[0][0] if self._events else now + wait
        if self._outage_ends is not None and self._outage_ends <= min(at, now + wait):
            self.clock.advance(max(0.0, self._outage_ends - now))
            self._end_outage()
        elif self._events and at <= now + wait:
            self.clock.advance(max(0.0, at - now))
            self._events.pop(0)[1]()
        else:
            self.clock.advance(wait)
            self._cycle(name)

    def _cycle(self, name: str) -> None:
        report = job_due = None
        try:
            options = CycleOptions(may_skip=True)
            run = self.loop.application.run_once([name], trigger="schedule", options=options)
            report = run.sheets[0]
            job_due = self.loop.application.reader.next_job_due(name)
        except SheetdError:
            self.figures.failed_cycles += 1
        self.figures.cycles += 1
        self.figures.failed_cycles += report is not None and report.failure is not None
        if self._schedule.ended(name, report, job_due).failures:
            self._calm_since = self.clock.monotonic()
        if self._pending:
            self._check()

    def _check(self) -> None:
        """Which edits show their results, and which should have by now."""
        now = self.clock.monotonic()
        shown = {row["#"] - 1: row for row in self.loop.rows()}
        for number, (since, text) in list(self._pending.items()):
            row = shown[number]
            waited = now - max(since, self._calm_since)
            if tuple(row.get(header, "") for header in RESULTS) == results_of(text):
                del self._pending[number]
                if since > self._calm_since:
                    self.figures.slowest_s = max(self.figures.slowest_s, waited)
            elif waited > PATIENCE_S and self._outage_ends is None and not self._is_resting():
                self.figures.late.append(f"row {number} after {waited:.0f} s")
                del self._pending[number]

    def _is_resting(self) -> bool:
        """Whether the pauses after failures still last; they end by themselves."""
        return bool(self._schedule.pace(self._schedule.names[0]).failures)

    def _edit(self) -> None:
        self.figures.edits += 1
        number = self.random.randint(1, 8)
        text = f"edit number {self.figures.edits}"
        self.loop.user.type(number, self.loop.column("Description"), text)
        self._pending[number] = (self.clock.monotonic(), text)

    def _fail(self, kind: FaultKind, hours: float) -> None:
        self.figures.outages += 1
        self.loop.server.service.faults.clear()
        self.loop.server.service.faults.add(Fault(kind, times=0))
        self._outage_ends = self.clock.monotonic() + hours * HOUR_S

    def _end_outage(self) -> None:
        self.loop.server.service.faults.clear()
        self._outage_ends = None
        self._calm_since = self.clock.monotonic()

    def _fail_once(self, kind: FaultKind) -> None:
        if self._outage_ends is None:
            self.loop.server.service.faults.add(Fault(kind, path="/v4/"))

    def _step_clock(self) -> None:
        self.figures.clock_steps += 1
        self.clock.step(self.random.choice([-7_200.0, -3_600.0, 3_600.0, 7_200.0]))

    def _restart(self) -> None:
        self.loop.application.close()
        self.loop.application = self.loop.open()

    def _measure(self) -> Usage:
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        mirror = sum(path.stat().st_size for path in self.loop.folder.glob("sheetd.db*"))
        return Usage(
            memory_mb=pages * os.sysconf("SC_PAGE_SIZE") / 1e6,
            files=len(list(Path("/proc/self/fd").iterdir())),
            threads=threading.active_count(),
            mirror_mb=mirror / 1e6,
        )
