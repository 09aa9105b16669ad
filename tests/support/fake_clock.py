"""A clock that moves only when it is told to, or when somebody sleeps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class FakeClock:
    """Implements ``ports.Clock``. ``sleeps`` are the naps that were asked for, in seconds."""

    def __init__(self, start: datetime = datetime(2026, 1, 5, 9, tzinfo=UTC)) -> None:
        self.sleeps: list[float] = []
        self._now = start
        self._monotonic = 1000.0

    def now(self) -> datetime:
        """The wall clock, timezone-aware, in UTC."""
        return self._now

    def monotonic(self) -> float:
        """Seconds on a clock that never steps."""
        return self._monotonic

    def sleep(self, seconds: float) -> None:
        """Pass the time at once."""
        if seconds < 0:
            message = f"nobody can sleep for {seconds} s"
            raise ValueError(message)
        self.sleeps.append(seconds)
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        """Let time pass without anybody sleeping."""
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds

    def step(self, seconds: float) -> None:
        """Set the wall clock forward or back, as NTP or a person may."""
        self._now += timedelta(seconds=seconds)


class StoppedClock:
    """Implements ``ports.Clock`` where no time may pass: nobody sleeps."""

    def __init__(self, now: datetime = datetime(2026, 5, 1, 12, tzinfo=UTC)) -> None:
        self._now = now

    def now(self) -> datetime:
        """The same moment every time."""
        return self._now

    def monotonic(self) -> float:
        """The same."""
        return 0.0

    def sleep(self, seconds: float) -> None:
        """Nobody does."""
        raise AssertionError(seconds)
