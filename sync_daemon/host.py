"""The machine that this process runs on."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

_MACHINE_ID = Path("/etc/machine-id")


@dataclass(frozen=True, slots=True)
class Host:
    """A machine by its name, and by a digest of its machine-id(5); that is empty without one.

    The id itself should not be shown to others (machine-id(5)), so it is digested.
    """

    name: str
    machine: str

    @classmethod
    def here(cls, machine_id: Path = _MACHINE_ID) -> Host:
        """The machine that this process runs on."""
        try:
            text = machine_id.read_text(encoding="ascii", errors="replace").strip()
        except OSError:
            text = ""
        digest = blake2b(text.encode(), digest_size=8, person=b"sheetd host").hexdigest()
        return cls(socket.gethostname(), digest if text else "")
