"""Cycles in which nothing happened: one line in ten minutes, whatever their number."""

from __future__ import annotations

from collections import Counter

import structlog

from sync_daemon.ports import Clock

EVERY_S = 600.0

log = structlog.get_logger(__name__)


class QuietCycles:
    """Counts them, and tells of them now and then.

    Args:
        clock: whose monotonic time counts.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._cycles: Counter[str] = Counter()
        self._told_at = clock.monotonic()
        self._noted_at: dict[str, float] = {}

    def add(self, sheet: str) -> None:
        """A cycle of a sheet found nothing new."""
        self._cycles[sheet] += 1

    def is_worth_a_note(self, sheet: str) -> bool:
        """Whether the mirror has not been told for long when the sheet's next cycle is due."""
        noted_at = self._noted_at.get(sheet)
        return noted_at is None or self._clock.monotonic() - noted_at >= EVERY_S

    def noted(self, sheet: str) -> None:
        """The mirror was told."""
        self._noted_at[sheet] = self._clock.monotonic()

    def tell(self) -> None:
        """Write the line, if it is time for it."""
        passed_s = self._clock.monotonic() - self._told_at
        if passed_s < EVERY_S:
            return
        if self._cycles:
            log.info(
                "nothing new",
                sheets=len(self._cycles),
                cycles=self._cycles.total(),
                for_s=round(passed_s),
            )
        self._cycles.clear()
        self._told_at = self._clock.monotonic()
