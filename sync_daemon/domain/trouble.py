"""What keeps the daemon from its work, told where a mirror that cannot be written does not matter.

A trouble begins with the first cycle that failed by it and ends with the first
that worked. Sheets that fail for the same reason share one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why the cycles of a sheet fail.

    Attributes:
        sheet: the sheet.
        message: what failed, a sentence.
        hint: what to do about it; empty if nothing.
        exit_status: what `sheetd sync now` would end with.
        since: when it began.
        failures: cycles that failed, one after the other.
        next_try_at: when the next cycle is due.
    """

    sheet: str
    message: str
    hint: str
    exit_status: int
    since: datetime
    failures: int = 1
    next_try_at: datetime | None = None

    def to_json(self) -> dict[str, Any]:
        """For a file, and for scripts."""
        values = asdict(self)
        values["since"] = self.since.isoformat()
        values["next_try_at"] = self.next_try_at and self.next_try_at.isoformat()
        return values

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Trouble:
        """The inverse; raises KeyError, TypeError or ValueError for anything else."""
        next_try_at = raw["next_try_at"]
        return cls(
            sheet=str(raw["sheet"]),
            message=str(raw["message"]),
            hint=str(raw["hint"]),
            exit_status=int(raw["exit_status"]),
            since=datetime.fromisoformat(raw["since"]),
            failures=int(raw["failures"]),
            next_try_at=datetime.fromisoformat(next_try_at) if next_try_at else None,
        )


def in_words(troubles: Iterable[Trouble]) -> list[str]:
    """A line for each cause, with the sheets that it stops; the oldest first."""
    by_cause: dict[tuple[str, str], list[Trouble]] = {}
    for trouble in sorted(troubles, key=lambda trouble: trouble.since):
        by_cause.setdefault((trouble.message, trouble.hint), []).append(trouble)
    return [_line(message, hint, stopped) for (message, hint), stopped in by_cause.items()]


def _line(message: str, hint: str, stopped: list[Trouble]) -> str:
    sheets = ", ".join(trouble.sheet for trouble in stopped)
    times = [trouble.next_try_at for trouble in stopped if trouble.next_try_at]
    again = f" Next try at {min(times):%H:%M:%S} UTC." if times else ""
    since = min(trouble.since for trouble in stopped)
    return f"{sheets}, since {since:%Y-%m-%d %H:%M} UTC: {f'{message} {hint}'.strip()}{again}"
