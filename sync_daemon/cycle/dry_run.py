"""What a run would do, in sentences; the same plan as a run's, made by the same code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sync_daemon.cycle.context import CycleContext
from sync_daemon.cycle.plan import Planned
from sync_daemon.cycle.report import JobCounts
from sync_daemon.cycle.run import JobRunner
from sync_daemon.cycle.state import Rows, Tab
from sync_daemon.domain.cells import CellValue, decode_cells
from sync_daemon.domain.jobs import Job, Outcome
from sync_daemon.domain.pipeline import JobRecord, JobState
from sync_daemon.domain.plan import ChangeKind, RowChange, SheetChanges
from sync_daemon.domain.reconcile import RowWrite, plan_cell_writes, plan_id_writes
from sync_daemon.domain.snapshot import Snapshot
from sync_daemon.ports import JobStore

_SHOWN = 20  # sentences of one kind before the rest is only counted


def describe_plan(
    context: CycleContext, tab: Tab, snapshot: Snapshot, planned: Planned
) -> list[str]:
    """One sentence for each thing that a run would do; empty if it would do nothing."""
    changes, headers = planned.changes, tab.target.headers
    told = [tab.claim.sentence] if tab.claim is not None else []
    told += [f"create column {header!r}" for header in snapshot.columns.missing]
    told += [f"take column {header!r} into use" for header in snapshot.columns.unbound]
    told += _shorten([_sentence(change) for change in changes.changes])
    told += _shorten([f"row {n}: keeps its id, moved here" for _, n in changes.moves])
    told += _shorten(
        [f"keep the value typed over {e.header!r} (row id {e.row_id})" for e in changes.hand_edits]
    )
    told += [
        f"keep what stands in {header!r} on {_rows(count)}, unless the result is the same"
        for header, count in Counter(found.header for found in changes.found).items()
    ]
    rows, jobs = _rehearse_jobs(context, tab, planned)
    seen = rows.seen.values()
    told += _count_cells(plan_id_writes(seen, rows.blank, headers))
    told += [f"run {step} on {_rows(count)}" for step, count in jobs.items()]
    told += _count_cells(plan_cell_writes(seen, rows.blank, rows.known, headers))
    return told


def _rehearse_jobs(
    context: CycleContext, tab: Tab, planned: Planned
) -> tuple[Rows, Mapping[str, int]]:
    """Plan all jobs, keep nothing and run nothing.

    Returns:
        The rows as they would be shown before the jobs end, and step → number of rows.
    """
    counter = _JobCounter()
    runner = JobRunner(
        sheet=tab.sheet,
        run_id=0,
        locale=tab.locale,
        mirror=_UnsavedJobs(context.mirror, planned.changes, context.now),
        executor=counter,
        clock=context.ports.clock,
        counts=JobCounts(),
    )
    rows = Rows.of(planned.identification, planned.known)
    due = context.mirror.load_due_rows(tab.name, context.now) | {*planned.changes.recheck}
    runner.take_on(rows, due)
    while not runner.is_idle:
        rows = runner.advance(rows)
    return rows, counter.steps


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
