"""What a run did, in the form that ``sheetd sync now --json`` prints."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from sync_daemon.domain.api_calls import ApiCalls
from sync_daemon.domain.jobs import JsonValue
from sync_daemon.domain.keeper import Keeping
from sync_daemon.errors import ExitStatus, SheetdError

_INNER = ("failure", "keeping", "is_probed", "failed_rows", "duration_s", "left", "left_s")


@dataclass(slots=True)
class JobCounts:
    """Attempts at jobs in one cycle; ``skipped`` had nothing to run on (yet)."""

    done: int = 0
    failed: int = 0
    retrying: int = 0
    skipped: int = 0

    @property
    def ended(self) -> int:
        """How many there were."""
        return self.done + self.failed + self.retrying


@dataclass(slots=True)
class UndoCounts:
    """Cells that an undo brought back, and those it left as somebody changed them since."""

    reverted: int = 0
    kept: int = 0


@dataclass(slots=True)
class SheetReport:
    """What one cycle did to one sheet."""

    name: str
    rows: int = 0
    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    moved: int = 0
    ids_assigned: int = 0
    ids_repaired: int = 0
    jobs: JobCounts = field(default_factory=JobCounts)
    cells_written: int = 0
    cells_repaired: int = 0
    failed_rows: int = 0
    left: int = 0  # rows whose jobs are left to the next cycles
    left_s: float = 0.0  # how long those will take, if it goes on as it did
    duration_s: float = 0.0
    error: str | None = None
    planned: list[str] = field(default_factory=list)  # of a dry run, a sentence each
    undone: UndoCounts | None = None  # of an undo
    notes: list[str] = field(default_factory=list)  # what the user should know, a sentence each
    is_probed: bool = False  # Drive told whether it has changed
    keeping: Keeping | None = None  # who kept the tab, where that was looked at
    failure: SheetdError | None = field(default=None, repr=False)

    @property
    def has_changed(self) -> bool:
        """Whether the user did anything that the cycle saw."""
        return bool(self.inserted or self.updated or self.deleted or self.moved)

    @property
    def backlog(self) -> str:
        """What is left to the next cycles, and for how long, as a sentence; empty if nothing is."""
        if not self.left:
            return ""
        minutes = max(1, round(self.left_s / 60))
        return f"{self.left} rows are left for the next cycles, done in about {minutes} min."

    def to_json(self) -> dict[str, JsonValue]:
        """The sheet's part of the report."""
        values = asdict(self)
        values["notes"] = [*self.notes, *([self.backlog] if self.left else [])]
        for inner in _INNER:
            del values[inner]
        for optional in ("planned", "undone", "notes"):
            if not values[optional]:
                del values[optional]
        return values


@dataclass(slots=True)
class RunReport:
    """What one run did."""

    run_id: int | None
    sheets: list[SheetReport] = field(default_factory=list)
    api_calls: ApiCalls = field(default_factory=ApiCalls)
    duration_s: float = 0.0

    @property
    def is_quiet(self) -> bool:
        """Whether nothing happened, so that there is no record of it."""
        return self.run_id is None and all(sheet.error is None for sheet in self.sheets)

    @property
    def status(self) -> str:
        """``done``, ``partial`` (some sheets failed) or ``failed`` (all did)."""
        failed = sum(1 for sheet in self.sheets if sheet.failure is not None)
        if not failed:
            return "done"
        return "failed" if failed == len(self.sheets) else "partial"

    def exit_status(self, *, strict: bool = False) -> ExitStatus:
        """The exit status of the command; the first failed sheet decides."""
        for sheet in self.sheets:
            if sheet.failure is not None:
                return sheet.failure.exit_status
        if strict and any(sheet.failed_rows for sheet in self.sheets):
            return ExitStatus.FAILED_ROWS
        return ExitStatus.DONE

    def to_json(self) -> dict[str, JsonValue]:
        """The one object that ``sync now --json`` prints."""
        return {
            "run_id": self.run_id,
            "status": self.status,
            "duration_s": round(self.duration_s, 3),
            "api_calls": {
                "sheets_read": self.api_calls.sheets_read,
                "sheets_write": self.api_calls.sheets_write,
                "drive": self.api_calls.drive,
            },
            "sheets": [sheet.to_json() for sheet in self.sheets],
        }
