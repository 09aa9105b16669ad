"""A local server that behaves like the Google Sheets API; it imports nothing of sheetd."""

from sync_daemon.sandbox.faults import Fault, FaultKind
from sync_daemon.sandbox.persistence import CorruptDataError
from sync_daemon.sandbox.server import DEFAULT_ACCOUNT, SandboxServer, serve
from sync_daemon.sandbox.service import HttpRequest

__all__ = [
    "DEFAULT_ACCOUNT",
    "CorruptDataError",
    "Fault",
    "FaultKind",
    "HttpRequest",
    "SandboxServer",
    "serve",
]
