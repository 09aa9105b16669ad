"""What a tool raises when it cannot do a row."""

from __future__ import annotations

from datetime import timedelta

from sync_daemon.errors import SheetdError


class ToolError(SheetdError):
    """The tool cannot do this row until the user changes something.

    The message goes into the row's status cell, so it should be one plain
    sentence for the person who typed the row.
    """


class TransientToolError(ToolError):
    """The tool failed for a reason that may pass by itself: try again later.

    Args:
        message: what failed.
        retry_after: the earliest useful time of the next attempt, as a duration or in
            seconds, when the other side said so (``Retry-After``); None leaves it to
            sheetd's backoff.
        hint: what the user can do about it.
    """

    def __init__(
        self, message: str, *, retry_after: timedelta | float | None = None, hint: str = ""
    ) -> None:
        super().__init__(message, hint=hint)
        if isinstance(retry_after, timedelta):
            retry_after = retry_after.total_seconds()
        self.retry_after_s: float | None = None if retry_after is None else max(0.0, retry_after)
