"""sheetd as a process of its own, and what it tells systemd."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE_S = 20.0


def wait_until(condition: Callable[[], bool]) -> None:
    """Look again and again, for a bounded time."""
    ends = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.05)


@contextmanager
def started(*arguments: str, log: Path, **environ: str) -> Iterator[subprocess.Popen[str]]:
    """A command in the background, killed at the end if it has not ended."""
    command = [sys.executable, "-m", "sync_daemon", *arguments]
    with (
        log.open("w") as errors,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, text=True, env={**os.environ, **environ}
        ) as process,
    ):
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


class Systemd:
    """The other end of the notification socket."""

    def __init__(self, folder: Path) -> None:
        self.address = str(folder / "notify")
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self.address)
        self._socket.settimeout(PATIENCE_S)
        self.heard: list[str] = []

    def hear(self, wanted: str) -> None:
        """Listen until a message begins with ``wanted``."""
        while True:
            self.heard.append(self._socket.recv(4096).decode())
            if self.heard[-1].startswith(wanted):
                return

    def close(self) -> None:
        self._socket.close()
