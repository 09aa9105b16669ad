"""What a run would do, in sentences; the same plan as a run's, made by the same code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sync_daemon.domain.cell_locale import CellLocale
from sync_daemon.domain.cells import CellValue, decode_cells
from sync_daemon.domain.jobs import Job, Outcome
from sync_daemon.domain.keeper import TabClaim
from sync_daemon.domain.pipeline import JobRecord, JobState
from sync_daemon.domain.plan import ChangeKind, RowChange, SheetChanges
from sync_daemon.domain.reconcile import RowWrite, plan_cell_writes, plan_id_writes
from sync_daemon.domain.snapshot import Snapshot
from sync_daemon.engine.configured import ConfiguredSheet
from sync_daemon.engine.context import Ports
from sync_daemon.engine.intake import Intake
from sync_daemon.engine.report import JobCounts
from sync_daemon.engine.work import Workshop, rows_to_work
from sync_daemon.ports import JobStore

_SHOWN = 20  # sentences of one kind before the rest is only counted


def describe_plan(
    ports: Ports,
    sheet: ConfiguredSheet,
    snapshot: Snapshot,
    intake: Intake,
    locale: CellLocale,
    claim: TabClaim | None,
) -> list[str]:
    """One sentence for each thing that a run would do; empty if it would do nothing."""
    changes, headers = intake.changes, sheet.target.headers
    planned = [claim.sentence] if claim is not None else []
    planned += [f"create column {header!r}" for header in snapshot.columns.missing]
    planned += [f"take column {header!r} into use" for header in snapshot.columns.unbound]
    planned += _shorten([_sentence(change) for change in changes.changes])
    planned += _shorten([f"row {n}: keeps its id, moved here" for _, n in changes.moves])
    planned += _shorten(
        [f"keep the value typed over {e.header!r} (row id {e.row_id})" for e in changes.hand_edits]
    )
    planned += [
        f"keep what stands in {header!r} on {_rows(count)}, unless the result is the same"
        for header, count in Counter(found.header for found in changes.found).items()
    ]
    jobs = _rehearse_work(ports, sheet, intake, locale)
    rows, blank = intake.identification.rows, intake.identification.blank
    ids = plan_id_writes(rows, blank, headers)
    planned += _count_cells(ids)
    planned += [f"run {step} on {_rows(count)}" for step, count in jobs.items()]
    planned += _count_cells(plan_cell_writes(rows, blank, intake.known, headers))
    return planned


def _rehearse_work(
    ports: Ports, sheet: ConfiguredSheet, intake: Intake, locale: CellLocale
) -> Mapping[str, int]:
    """Have the workshop plan, keep nothing and run nothing; returns step → rows.

    ``intake.known`` is brought to what the rows would show before the jobs end.
    """
    counter = _JobCounter()
    workshop = Workshop(
        sheet=sheet,
        run_id=0,
        locale=locale,
        mirror=_UnsavedJobs(ports.mirror, intake.changes, ports.clock.now()),
        executor=counter,
        clock=ports.clock,
        known=intake.known,
        counts=JobCounts(),
        on_progress=lambda: None,
    )
    due = ports.mirror.load_due_rows(sheet.name, ports.clock.now()) | {*intake.changes.recheck}
    workshop.work(rows_to_work(workshop, intake.identification, intake.known, due))
    return counter.steps


class _UnsavedJobs:
    """The mirror's cells and job records, with changes that are not saved; saves nothing."""

    def __init__(self, mirror: JobStore, changes: SheetChanges, now: datetime) -> None:
        self._mirror = mirror
        self._changed = {c.row_id: c for c in changes.changes if c.kind is not ChangeKind.DELETED}
        self._recheck = frozenset(changes.recheck)
        self._now = now

    def load_cells(self, row_ids: Collection[str]) -> dict[str, dict[str, CellValue]]:
        changed = {i: decode_cells(self._changed[i].content) for i in row_ids if i in self._changed}
        return {**self._mirror.load_cells(row_ids), **changed}

    def load_jobs(self, row_ids: Collection[str]) -> dict[str, dict[str, JobRecord]]:
        found = self._mirror.load_jobs(row_ids)
        for row_id in self._recheck & found.keys():
            found[row_id] = {step: self._due(job) for step, job in found[row_id].items()}
        return found

    def _due(self, job: JobRecord) -> JobRecord:
        is_rechecked = job.state is JobState.DONE and job.due_at is not None
        return replace(job, due_at=self._now) if is_rechecked else job

    def load_last_changed(self, row_ids: Collection[str]) -> dict[str, datetime]:
        """Rows that have changed just now are left out."""
        return self._mirror.load_last_changed([i for i in row_ids if i not in self._changed])

    def save_progress(self, *_: object) -> None:
        """Nothing is kept."""


class _JobCounter:
    """Takes jobs and runs none."""

    def __init__(self) -> None:
        self.steps: Counter[str] = Counter()
        self.outstanding = 0

    def submit(self, job: Job) -> None:
        self.steps[job.step] += 1

    def withdraw(self) -> None:
        """Nothing ever begins."""

    def wait(self, timeout_s: float) -> list[Outcome]:  # noqa: ARG002 - the port's
        return []

    def close(self) -> None:
        """Nothing was begun."""


def _sentence(change: RowChange) -> str:
    words = {
        ChangeKind.INSERTED: "new",
        ChangeKind.UPDATED: "changed",
        ChangeKind.DELETED: "deleted, kept as a tombstone",
        ChangeKind.REVIVED: "back after a deletion",
    }
    known = "" if change.kind is ChangeKind.INSERTED else f" (id {change.row_id})"
    return f"row {change.row_number}: {words[change.kind]}{known}"


def _shorten(sentences: Sequence[str]) -> list[str]:
    if len(sentences) <= _SHOWN:
        return list(sentences)
    return [*sentences[:_SHOWN], f"… and {len(sentences) - _SHOWN} more like these"]


def _count_cells(writes: Sequence[RowWrite]) -> list[str]:
    counts = Counter(header for write in writes for header in write.cells)
    return [f"write {header!r} on {_rows(count)}" for header, count in counts.items()]


def _rows(count: int) -> str:
    return f"{count} rows" if count != 1 else "1 row"
