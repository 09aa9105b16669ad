"""The time that is left for a request, whatever it waits for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import httpx


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment of a monotonic clock.

    Attributes:
        at: the moment.
        total_s: how long there was in the beginning, for messages.
        now: the clock.
    """

    at: float
    total_s: float
    now: Callable[[], float]

    @classmethod
    def after(cls, total_s: float, now: Callable[[], float]) -> Deadline:
        """The moment ``total_s`` from now."""
        return cls(now() + total_s, total_s, now)

    @property
    def left_s(self) -> float:
        """Seconds left; zero or less when it has passed."""
        return self.at - self.now()

    def check(self, host: str) -> None:
        """Raise httpx.ReadTimeout if it has passed."""
        if self.left_s <= 0:
            raise self.passed(host)

    def passed(self, host: str) -> httpx.ReadTimeout:
        """The error that says so."""
        return httpx.ReadTimeout(f"{host} took longer than {self.total_s:g} s")
