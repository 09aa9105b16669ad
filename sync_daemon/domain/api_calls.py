"""Requests to Google, counted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ApiCalls:
    """Requests sent to Google, repeated attempts included."""

    sheets_read: int = 0
    sheets_write: int = 0
    drive: int = 0

    def __sub__(self, earlier: ApiCalls) -> ApiCalls:
        """Those that were sent since ``earlier``."""
        return ApiCalls(
            self.sheets_read - earlier.sheets_read,
            self.sheets_write - earlier.sheets_write,
            self.drive - earlier.drive,
        )
