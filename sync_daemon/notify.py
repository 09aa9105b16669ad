"""systemd's notification socket (sd_notify(3)): a datagram, nothing more."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Mapping

from sync_daemon.domain.visible import make_visible

_PATIENCE_S = 1.0


class ServiceNotifier:
    """Tells systemd how the service is; says nothing where there is no systemd."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._address = environ.get("NOTIFY_SOCKET", "")
        microseconds = int(environ.get("WATCHDOG_USEC") or 0)
        self.watchdog_s = microseconds / 1_000_000 or None

    def ready(self) -> None:
        """The service has started."""
        self._send("READY=1")

    def extend_start(self, seconds: float) -> None:
        """The start takes longer than usual, but not longer than this."""
        self._send(f"EXTEND_TIMEOUT_USEC={int(seconds * 1_000_000)}")

    def stopping(self) -> None:
        """The service is about to end."""
        self._send("STOPPING=1")

    def reloading(self, monotonic_s: float) -> None:
        """The configuration is being read again (``Type=notify-reload`` wants the time)."""
        self._send(f"RELOADING=1\nMONOTONIC_USEC={int(monotonic_s * 1_000_000)}")

    def alive(self) -> None:
        """There was progress: the watchdog, if there is one, can rest."""
        if self.watchdog_s:
            self._send("WATCHDOG=1")

    def status(self, text: str) -> None:
        """One line for ``systemctl status``."""
        self._send("STATUS=" + make_visible(" ".join(text.split())))

    def _send(self, message: str) -> None:
        if not self._address:
            return
        address = self._address
        if address.startswith("@"):  # an abstract socket (unix(7))
            address = "\0" + address[1:]
        # A listener that is gone or does not listen must neither end nor hold up the service.
        with (
            contextlib.suppress(OSError),
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line,
        ):
            line.settimeout(_PATIENCE_S)
            line.sendto(message.encode(), address)
