"""Which waiting job may start now: one lane a tool, with its limits, taken in turn."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")

_MINUTE_S = 60.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What one tool allows.

    Attributes:
        concurrency: jobs running at one time; None for no limit.
        rate: jobs started in any 60 seconds; None for no limit. Below 1 it is
            one job in any ``60 / rate`` seconds.
    """

    concurrency: int | None = None
    rate: float | None = None

    @property
    def burst(self) -> int:
        """How many jobs may start at once."""
        return max(1, int(self.rate or 1))

    @property
    def window_s(self) -> float:
        """The time in which no more than ``burst`` jobs start."""
        return _MINUTE_S * self.burst / self.rate if self.rate else 0.0


@dataclass(slots=True)
class _Lane(Generic[T]):
    limits: Limits
    waiting: deque[T] = field(default_factory=deque)
    running: int = 0
    starts: deque[float] = field(default_factory=deque)

    @property
    def is_full(self) -> bool:
        return self.limits.concurrency is not None and self.running >= self.limits.concurrency

    def opens_at(self) -> float:
        """When the rate limit allows the next start, on the clock of ``starts``."""
        if self.limits.rate is None or len(self.starts) < self.limits.burst:
            return 0.0
        return self.starts[0] + self.limits.window_s

    def take(self, now: float) -> T:
        self.running += 1
        if self.limits.rate is not None:
            self.starts.append(now)
            if len(self.starts) > self.limits.burst:
                self.starts.popleft()
        return self.waiting.popleft()


class ToolQueues(Generic[T]):
    """Waiting jobs by tool. Not thread-safe; times are the caller's."""

    def __init__(self) -> None:
        self._lanes: dict[str, _Lane[T]] = {}
        self._turns: deque[_Lane[T]] = deque()  # lanes where something waits

    def offer(self, tool: str, limits: Limits, item: T) -> None:
        """Put ``item`` at the end of its tool's lane; the latest limits count."""
        lane = self._lanes.setdefault(tool, _Lane(limits))
        lane.limits = limits
        if not lane.waiting:
            self._turns.append(lane)
        lane.waiting.append(item)

    def take(self, now: float) -> T | None:
        """The next item whose tool's limits allow a start at ``now``; it then counts as running."""
        for _ in range(len(self._turns)):
            lane = self._turns.popleft()
            if lane.is_full or lane.opens_at() > now:
                self._turns.append(lane)
                continue
            item = lane.take(now)
            if lane.waiting:
                self._turns.append(lane)
            return item
        return None

    def finish(self, tool: str) -> None:
        """One running item of ``tool`` has ended."""
        self._lanes[tool].running -= 1

    def wait_s(self, now: float) -> float | None:
        """Seconds until a rate limit lets something start; None if only an end can."""
        opening = [lane.opens_at() - now for lane in self._turns if not lane.is_full]
        return max(0.0, min(opening)) if opening else None

    def clear(self) -> list[T]:
        """Drop what waits, and return it."""
        dropped = [item for lane in self._turns for item in lane.waiting]
        for lane in self._turns:
            lane.waiting.clear()
        self._turns.clear()
        return dropped
