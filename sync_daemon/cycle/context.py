"""What a cycle is given: how it was asked for, and the outside."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sync_daemon.cycle.report import SheetReport
from sync_daemon.domain.keeper import Installation
from sync_daemon.ports import Clock, FeedReader, FeedStore, JobExecutor, Mirror, SheetGateway


@dataclass(frozen=True, slots=True)
class CycleOptions:
    """How a cycle was asked for."""

    dry_run: bool = False
    allow_mass_delete: bool = False
    may_skip: bool = False  # a probe that finds nothing new ends the cycle
    undo: int | None = None  # the run whose results are to be taken back
    work_for_s: float | None = None  # then jobs that have not begun are left for the next cycle
    restore: str | None = None  # the id of a deleted row that is to be in the sheet again
    look_again: bool = False  # at the tab and its marks, though that was done not long ago
    take_over: bool = False  # keep the tab from now on, also if another installation does

    @property
    def asks_for_more(self) -> bool:
        """Whether there is something to do also in a sheet that is as it should be."""
        return self.undo is not None or self.restore is not None


@dataclass(frozen=True, slots=True)
class FeedPorts:
    """Where postings come from, and where it is kept which became rows."""

    reader: FeedReader
    store: FeedStore


@dataclass(frozen=True, slots=True)
class Ports:
    """What a cycle needs of the outside."""

    gateway: SheetGateway
    mirror: Mirror
    executor: JobExecutor
    clock: Clock
    installation: Installation
    random_number: Callable[[], int]
    on_progress: Callable[[str], None] = lambda _: None  # how far long work has come, in words
    feeds: FeedPorts | None = None
    checkpoint: Callable[[], None] = lambda: None  # called while waiting; may raise StoppedError


@dataclass(frozen=True, slots=True)
class CycleContext:
    """One cycle's surroundings, the same for all its stages; ``report`` is filled as it goes."""

    ports: Ports
    options: CycleOptions
    report: SheetReport
    open_run: Callable[[], int]  # the run's id; it is recorded when first asked for
    work_until: float = math.inf  # on the monotonic clock

    @property
    def gateway(self) -> SheetGateway:
        """Google Sheets."""
        return self.ports.gateway

    @property
    def mirror(self) -> Mirror:
        """What is known of the sheet."""
        return self.ports.mirror

    @property
    def now(self) -> datetime:
        """The time of day."""
        return self.ports.clock.now()

    def note(self, sentence: str) -> None:
        """Tell the user something, once."""
        if sentence and sentence not in self.report.notes:
            self.report.notes.append(sentence)
