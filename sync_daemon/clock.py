"""The machine's clocks."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

from sync_daemon.errors import StoppedError


class SystemClock:
    """Implements ``ports.Clock``."""

    def __init__(self) -> None:
        self._stopped = threading.Event()

    def now(self) -> datetime:
        """The wall clock, timezone-aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds on a clock that never steps."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait.

        Raises:
            StoppedError: nobody is to wait any more, see :meth:`stop`.
            ValueError: it would be a wait backwards.
        """
        if seconds < 0:
            message = f"nobody can sleep for {seconds} s"
            raise ValueError(message)
        if self._stopped.wait(seconds):
            message = "sheetd was told to stop while it waited."
            raise StoppedError(message, hint="What is left follows in the next cycle.")

    def stop(self) -> None:
        """Wake up everybody who sleeps, now and from now on."""
        self._stopped.set()
