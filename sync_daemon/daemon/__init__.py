"""The daemon: each sheet's cycle when it is due, until it is told to stop."""

from __future__ import annotations

from sync_daemon.daemon.service import Daemon

__all__ = ["Daemon"]
