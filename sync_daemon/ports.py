"""What the engine needs of the outside, as protocols that adapters implement."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from sync_daemon.domain.jobs import Job, Outcome


class Clock(Protocol):
    """Time, injected, so that tests need not wait."""

    def now(self) -> datetime:
        """The wall clock, timezone-aware, in UTC."""

    def monotonic(self) -> float:
        """Seconds on a clock that never steps."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class JobExecutor(Protocol):
    """Runs jobs somewhere: here threads and an event loop, one day other machines."""

    def submit(self, job: Job) -> None:
        """Queue ``job``; returns at once."""

    def wait(self, timeout_s: float) -> list[Outcome]:
        """All outcomes since the last call, waiting up to ``timeout_s`` for a first one.

        Empty when the time is up or nothing is outstanding. Never raises for
        what a tool did: that is in the outcome.
        """

    @property
    def outstanding(self) -> int:
        """Jobs submitted whose outcome has not been handed out yet."""

    def close(self) -> None:
        """Stop taking jobs and abandon what runs; idempotent."""
