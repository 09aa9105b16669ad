"""The time that hosts have asked for: the Retry-After of 429 and 503."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from datetime import datetime

import httpx

from sync_daemon.domain.http_dates import parse_retry_after
from sync_daemon.tooling import HostBusyError

_ASKING = {429, 503}
_MOST_HOSTS = 1_000


class HostBackoff:
    """Remembers until when which host is left alone; of all threads.

    Args:
        monotonic: the clock of the waiting.
        wall: the clock of dates.
    """

    def __init__(self, monotonic: Callable[[], float], wall: Callable[[], datetime]) -> None:
        self._monotonic = monotonic
        self._wall = wall
        self._lock = threading.Lock()
        self._until: dict[str, float] = {}

    def check(self, host: str) -> None:
        """Raise HostBusyError, with the wait that is left, if ``host`` asked for time."""
        with self._lock:
            left = self._until.get(host, -math.inf) - self._monotonic()
            if left <= 0:
                self._until.pop(host, None)
                return
        message = f"{host} asked to be left alone for another {_in_words(left)}."
        raise HostBusyError(message, retry_after=left)

    def note(self, host: str, status: int, retry_after: str) -> None:
        """Take account of an answer."""
        wait = parse_retry_after(retry_after, self._wall()) if status in _ASKING else None
        if not wait:
            return
        with self._lock:
            now = self._monotonic()
            if len(self._until) >= _MOST_HOSTS:
                self._until = {name: at for name, at in self._until.items() if at > now}
            if len(self._until) < _MOST_HOSTS:
                self._until[host] = now + wait


def retry_after_of(response: httpx.Response, now: datetime) -> float | None:
    """The wait that ``response`` asks for, if it does."""
    if response.status_code not in _ASKING:
        return None
    return parse_retry_after(response.headers.get("Retry-After", ""), now)


def _in_words(seconds: float) -> str:
    if seconds < 100:  # noqa: PLR2004 - from there on minutes read better
        return f"{math.ceil(seconds)} s"
    return f"{math.ceil(seconds / 60)} min"
