"""Whether the daemon gets on: what systemd's watchdog is told."""

from __future__ import annotations

from sync_daemon.ports import Clock

OVERDUE_S = 120.0  # a cycle that is due begins within a second
BEAT_S = 30.0  # the scheduler, idle or not, runs a beat every 5 s
PROGRESS_S = 420.0  # a request may take 240 s, a pause for the quota 64 s, a slow tool its time


class Liveness:
    """Signs of life of the scheduler and of the cycle in hand, by the monotonic clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._beat_at = self._progress_at = clock.monotonic()
        self._was_idle = True

    def beat(self) -> None:
        """The scheduler ran something."""
        self._beat_at = self._clock.monotonic()

    def progress(self) -> None:
        """The cycle in hand got on: an answer came, or a job ended."""
        self._progress_at = self._clock.monotonic()

    def is_alive(self, *, is_idle: bool, overdue_s: float = 0.0) -> bool:
        """Whether all is well: the scheduler lives, and so does the cycle, if there is one.

        A daemon that waits out an outage is alive: its cycles fail, but they begin
        when they are due. One that begins none although one is due is not.
        """
        now = self._clock.monotonic()
        if is_idle or self._was_idle:
            self._progress_at = now  # a cycle that begins has all its time
        self._was_idle = is_idle
        is_overdue = is_idle and overdue_s >= OVERDUE_S
        is_at_work = now - self._beat_at < BEAT_S and now - self._progress_at < PROGRESS_S
        return is_at_work and not is_overdue
