"""Keeps our requests within Google's quota."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sync_daemon.ports import Clock

WINDOW_S = 60.0


class RequestLimiter:
    """Lets at most ``per_minute`` requests reach Google in any 60 seconds; shared by all threads.

    A sliding window rather than a bucket: Google counts by the minute, and a
    bucket that is full after a pause would let through twice as many. A request
    keeps its place until 60 seconds after its end, because it is not known when
    between its beginning and its end Google counted it.
    """

    def __init__(self, per_minute: int, clock: Clock) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._running = 0
        self._free_again: deque[float] = deque()  # when the place of each that ended is free
        self._lock = threading.Lock()

    def recall(self, ages_s: Iterable[float]) -> None:
        """Count these requests instead: all that were sent lately, so many seconds ago.

        A request of the future (the wall clock was set back) counts as sent now.
        """
        now = self._clock.monotonic()
        free = sorted(now + WINDOW_S - max(0.0, age) for age in ages_s if age < WINDOW_S)
        with self._lock:
            self._free_again = deque(free)

    @contextmanager
    def turn(self) -> Iterator[float]:
        """Wait until a request may begin; the ``with`` statement is to hold it.

        Yields how many seconds were waited.
        """
        waited = 0.0
        while (pause := self._try_to_begin()) > 0:
            self._clock.sleep(pause)
            waited += pause
        try:
            yield waited
        finally:
            self._end()

    def _try_to_begin(self) -> float:
        """Begin a request, or tell how long to wait before trying again."""
        with self._lock:
            now = self._clock.monotonic()
            while self._free_again and self._free_again[0] <= now:
                self._free_again.popleft()
            if self._running + len(self._free_again) < self._per_minute:
                self._running += 1
                return 0.0
            # While all places belong to running requests, none is free within the window.
            return self._free_again[0] - now if self._free_again else WINDOW_S

    def _end(self) -> None:
        with self._lock:
            self._running -= 1
            self._free_again.append(self._clock.monotonic() + WINDOW_S)
