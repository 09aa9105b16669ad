"""The journal of systemd: an event with its level and fields in one datagram.

The form is systemd's "Native Journal Protocol"; the PyPI package for it has to
be compiled.
"""

from __future__ import annotations

import json
import logging
import os
import re
import socket
import stat
from collections.abc import Mapping
from typing import Any, TextIO

SOCKET = "/run/systemd/journal/socket"
_LARGEST = 48 * 1024  # bytes of a field; a datagram holds about 200 kB
_NO_NAME = re.compile(r"[^A-Z0-9_]")
_PRIORITIES = {  # syslog's numbers
    logging.DEBUG: 7,
    logging.INFO: 6,
    logging.WARNING: 4,
    logging.ERROR: 3,
    logging.CRITICAL: 2,
}
_OWN_FIELDS = {"event": "MESSAGE", "exception": "SHEETD_TRACEBACK"}
_SAID_OTHERWISE = {"timestamp", "level"}  # the journal has its own clock and PRIORITY


def is_journal(stream: TextIO, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether what is written to ``stream`` ends up in the journal (systemd.exec(5))."""
    told = environ.get("JOURNAL_STREAM", "")
    try:
        facts = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return stat.S_ISSOCK(facts.st_mode) and told == f"{facts.st_dev}:{facts.st_ino}"


def encode(fields: Mapping[str, str]) -> bytes:
    """Fields as a datagram: one with line breaks is preceded by its length."""
    parts = []
    for name, value in fields.items():
        raw = value.encode("utf-8", "backslashreplace")[:_LARGEST]
        if b"\n" in raw:
            parts.append(name.encode() + b"\n" + len(raw).to_bytes(8, "little") + raw + b"\n")
        else:
            parts.append(name.encode() + b"=" + raw + b"\n")
    return b"".join(parts)


def fields_of(event: Mapping[str, Any], priority: int) -> dict[str, str]:
    """An event's fields under names that the journal takes."""
    fields = {"PRIORITY": str(priority), "SYSLOG_IDENTIFIER": "sheetd"}
    for key, value in event.items():
        if key in _SAID_OTHERWISE:
            continue
        name = _OWN_FIELDS.get(key) or f"SHEETD_{_NO_NAME.sub('_', key.upper())}"[:64]
        fields[name] = value if isinstance(value, str) else json.dumps(value)
    fields["MESSAGE"] = _message(event)
    return fields


class JournalHandler(logging.Handler):
    """Sends each record to the journal; its formatter has to render JSON objects.

    A journal that does not take one is no reason to stop: the record is lost, as
    it would be on a standard error that is closed.
    """

    def __init__(self) -> None:
        super().__init__()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)

    def emit(self, record: logging.LogRecord) -> None:
        """Send one record."""
        try:
            event = json.loads(self.format(record))
            priority = _PRIORITIES.get(record.levelno, 6)
            self._socket.sendto(encode(fields_of(event, priority)), SOCKET)
        except (OSError, ValueError):
            self.handleError(record)

    def close(self) -> None:
        """Let go of the socket."""
        self._socket.close()
        super().close()


def _message(event: Mapping[str, Any]) -> str:
    """The line that ``journalctl`` shows: the event, and its fields behind it."""
    behind = [
        f"{key}={value}"
        for key, value in event.items()
        if key not in {"event", "exception", *_SAID_OTHERWISE}
    ]
    return " ".join([str(event.get("event", "")), *behind])
