"""HostLimiter: how many requests run at a time, and how soon one host is asked again."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field

from sync_daemon.fetching.limits import FetchLimits
from sync_daemon.tooling import HostBusyError

_MOST_HOSTS = 1_000


@dataclass(eq=False, slots=True)
class HostSlot:
    """A place in the line.

    Attributes:
        host: who is asked.
        interval_s: seconds until the next one may be asked something.
        starts_at: becomes the moment at which the request may start, once it has a connection.
        running: whether it has a connection.
    """

    host: str
    interval_s: float
    starts_at: Future[float] = field(default_factory=Future)
    running: bool = False


class HostLimiter:
    """Gives turns to the requests of all threads and event loops, first come, first served.

    Args:
        limits: connections to a host and in all, and the longest wait.
        now: a monotonic clock.
    """

    def __init__(self, limits: FetchLimits, now: Callable[[], float]) -> None:
        self._limits = limits
        self._now = now
        self._lock = threading.Lock()
        self._waiting: list[HostSlot] = []
        self._running: Counter[str] = Counter()
        self._next_start: dict[str, float] = {}

    def join(self, host: str, interval_s: float) -> HostSlot:
        """Stand in line; `leave` it in any case.

        Raises:
            HostBusyError: the line is longer than the longest wait.
        """
        turn = HostSlot(host, interval_s)
        with self._lock:
            wait = self._expected_wait(turn)
            if wait > self._limits.turn_s:
                raise busy(host, wait)
            self._waiting.append(turn)
            self._admit()
        return turn

    def leave(self, turn: HostSlot) -> None:
        """Make room for the next one."""
        with self._lock:
            if turn.running:
                turn.running = False
                self._running[turn.host] -= 1
                self._running += Counter()  # drops what has become zero
            elif turn in self._waiting:
                self._waiting.remove(turn)
            self._admit()
            self._forget_old()

    def _expected_wait(self, turn: HostSlot) -> float:
        if not turn.interval_s:
            return 0.0
        ahead = sum(other.interval_s for other in self._waiting if other.host == turn.host)
        return max(0.0, self._next_start.get(turn.host, 0.0) - self._now()) + ahead

    def _admit(self) -> None:
        for turn in list(self._waiting):
            if self._running.total() >= self._limits.overall:
                return
            if self._running[turn.host] < self._limits.per_host:
                self._waiting.remove(turn)
                self._start(turn)

    def _start(self, turn: HostSlot) -> None:
        if not turn.starts_at.set_running_or_notify_cancel():
            return  # its task has been cancelled
        starts_at = max(self._now(), self._next_start.get(turn.host, 0.0))
        if turn.interval_s:
            self._next_start[turn.host] = starts_at + turn.interval_s
        else:
            starts_at = self._now()
        self._running[turn.host] += 1
        turn.running = True
        turn.starts_at.set_result(starts_at)

    def _forget_old(self) -> None:
        if len(self._next_start) > _MOST_HOSTS:
            now = self._now()
            self._next_start = {host: at for host, at in self._next_start.items() if at > now}


def busy(host: str, wait_s: float) -> HostBusyError:
    """Too many requests to the host are waiting."""
    message = f"Other rows are asking {host} at the moment; sheetd waits for its turn."
    return HostBusyError(message, retry_after=wait_s)
