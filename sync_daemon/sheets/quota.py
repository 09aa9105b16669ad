"""Keeps our requests within Google's quota."""

from __future__ import annotations

import threading
from collections import deque

from sync_daemon.ports import Clock

WINDOW_S = 60.0


class RequestLimiter:
    """Lets at most ``per_minute`` requests begin in any 60 seconds; shared by all threads.

    A sliding window rather than a bucket: Google counts by the minute, and a
    bucket that is full after a pause would let through twice as many.
    """

    def __init__(self, per_minute: int, clock: Clock) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._free_again: deque[float] = deque()  # when each request of the last minute is over
        self._lock = threading.Lock()

    def wait_for_turn(self) -> float:
        """Return when a request may begin; tells how many seconds that took."""
        waited = 0.0
        while (pause := self._try_to_begin()) > 0:
            self._clock.sleep(pause)
            waited += pause
        return waited

    def _try_to_begin(self) -> float:
        """Begin a request, or tell how long to wait before trying again."""
        with self._lock:
            now = self._clock.monotonic()
            while self._free_again and self._free_again[0] <= now:
                self._free_again.popleft()
            if len(self._free_again) < self._per_minute:
                self._free_again.append(now + WINDOW_S)
                return 0.0
            return self._free_again[0] - now
