"""Runs the jobs of rows and keeps their results, before anything is written to the sheet."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import zip_longest

from sync_daemon.domain.cell_locale import CellLocale
from sync_daemon.domain.cells import CellValue
from sync_daemon.domain.identity import Identification
from sync_daemon.domain.jobs import Job, Outcome
from sync_daemon.domain.pipeline import (
    JobRecord,
    JobState,
    RowPlan,
    StepState,
    plan_row,
    record_after,
)
from sync_daemon.domain.rows import MirrorRow, OwnedCell
from sync_daemon.domain.status import (
    RowProgress,
    RowStanding,
    error_text,
    is_done_text,
    status_text,
    summarise,
)
from sync_daemon.engine.configured import ConfiguredSheet
from sync_daemon.engine.linked_step import linked
from sync_daemon.engine.report import JobCounts
from sync_daemon.ports import Clock, JobExecutor, JobStore

_BATCH = 5_000  # rows whose cells and records are in memory at once
_WAIT_S = 0.25  # how long to wait for a first result
_IDLE = (StepState.WAITING, StepState.BLOCKED)


def _is_news(previous: JobRecord | None, record: JobRecord) -> bool:
    """Whether an attempt told more than that all is as it was: a recheck usually does not."""
    if previous is None:
        return True
    told = (record.input_hash, record.state, record.values)
    return told != (previous.input_hash, previous.state, previous.values)


def in_turn(rows: Sequence[MirrorRow], due: Container[str]) -> list[MirrorRow]:
    """The order in which rows are worked on: the longest waiting first.

    Every second one is a row that was typed or changed since, so that a new row
    need not wait for thousands that were pasted before it.
    """
    waiting = [row for row in rows if row.row_id in due]
    fresh = [row for row in rows if row.row_id not in due]
    pairs = zip_longest(waiting, fresh)
    return [row for pair in pairs for row in pair if row is not None]


@dataclass(slots=True)
class _RowInWork:
    cells: Mapping[str, CellValue]
    records: dict[str, JobRecord]
    changed_at: datetime  # by the user
    status: str  # before its jobs were planned
    worked: bool = False
    plan: RowPlan = field(default_factory=lambda: RowPlan([]))
    submitted: set[tuple[str, str]] = field(default_factory=set)  # step, input hash


def rows_to_work(
    workshop: Workshop,
    identification: Identification,
    known: Mapping[str, MirrorRow],
    due: Container[str],
) -> list[MirrorRow]:
    """The rows of the sheet that have a job due, or whose jobs are to be planned anew."""
    present = (known[identified.row_id] for identified in identification.rows)
    return [row for row in present if row.row_id in due or workshop.needs_planning(row)]


class Workshop:
    """Plans and runs the jobs of one sheet's rows.

    Args:
        sheet: the sheet with its steps.
        run_id: recorded with every result.
        locale: how the spreadsheet writes dates, and its time zone.
        mirror, executor, clock: the ports.
        known: the sheet's rows by id; kept up with what becomes of them.
        counts: of the sheet's report; changed as jobs end.
        on_progress: called after each commit.
        until: when to leave the rest to the next cycle, on the monotonic clock.
        checkpoint: called while jobs run; what it raises ends the work, and nothing is lost.
    """

    def __init__(  # noqa: PLR0913 - the collaborators of one sheet's work
        self,
        *,
        sheet: ConfiguredSheet,
        run_id: int,
        locale: CellLocale,
        mirror: JobStore,
        executor: JobExecutor,
        clock: Clock,
        counts: JobCounts,
        known: dict[str, MirrorRow],
        on_progress: Callable[[], None],
        checkpoint: Callable[[], None] = lambda: None,
        until: float = math.inf,
    ) -> None:
        self._sheet = sheet
        self._specs = {step.spec.name: step.spec for step in sheet.steps}
        self._pipeline = sheet.fingerprint()
        self._run_id = run_id
        self._locale = locale
        self._mirror = mirror
        self._executor = executor
        self._clock = clock
        self._counts = counts
        self._known = known
        self._on_progress = on_progress
        self._checkpoint = checkpoint
        self._until = until
        self.finished = 0  # rows that had jobs, and have none left
        self.left = 0  # rows whose jobs are left to the next cycle
        self._rows: dict[str, _RowInWork] = {}
        self._status_without_steps = status_text([], clock.now(), locale.zone)

    def needs_planning(self, row: MirrorRow) -> bool:
        """Whether the row or the pipeline changed since the row's jobs were planned."""
        return row.planned != self._pipeline

    def work(self, rows: Collection[MirrorRow]) -> None:
        """Run whatever is to be run on the rows, a batch of rows at a time."""
        waiting = list(rows)
        for start in range(0, len(waiting), _BATCH):
            if self._is_over():
                self.left += len(waiting) - start
                return
            self._work_batch(waiting[start : start + _BATCH])

    def _is_over(self) -> bool:
        return self._clock.monotonic() >= self._until

    def _work_batch(self, rows: Collection[MirrorRow]) -> None:
        row_ids = [row.row_id for row in rows]
        cells = self._mirror.load_cells(row_ids) if self._specs else {}
        records = self._mirror.load_jobs(row_ids) if self._specs else {}
        changed = self._mirror.load_last_changed(row_ids) if self._specs else {}
        now = self._clock.now()
        self._rows = {
            row_id: _RowInWork(
                cells.get(row_id, {}),
                records.get(row_id, {}),
                changed.get(row_id, now),
                self._known[row_id].status,
            )
            for row_id in row_ids
        }
        planned = [self._plan(row_id) for row_id in row_ids]
        self._save_and_submit(planned, [])
        while self._executor.outstanding:
            self._checkpoint()
            if self._is_over():
                self._executor.withdraw()  # what has begun is waited for
            outcomes = [o for o in self._executor.wait(_WAIT_S) if self._was_submitted(o.job)]
            if outcomes:
                self._take(outcomes)
        self._close_batch()

    def _was_submitted(self, job: Job) -> bool:
        """Whether the job is of this batch; one that a failed cycle left may end any time."""
        work = self._rows.get(job.row_id)
        return work is not None and (job.step, job.input_hash) in work.submitted

    def _take(self, outcomes: Collection[Outcome]) -> None:
        kept: list[tuple[Outcome, JobRecord, int]] = []
        for outcome in outcomes:
            job = outcome.job
            work = self._rows[job.row_id]
            spec = self._specs[job.step]
            previous = work.records.get(job.step)
            record = record_after(outcome, previous, spec, self._clock.now())
            work.records[job.step] = record
            work.worked = work.worked or _is_news(previous, record)
            self._count(record.state)
            kept.append((outcome, record, spec.version))
        planned = [self._plan(row_id) for row_id in {o.job.row_id for o in outcomes}]
        self._save_and_submit(planned, kept)

    def _plan(self, row_id: str) -> tuple[RowProgress, list[Job]]:
        work = self._rows[row_id]
        if not self._specs:
            return self._progress(self._known[row_id], work), []
        work.plan = plan = plan_row(
            row_id,
            self._sheet.name,
            work.cells,
            linked(self._sheet.steps, self._sheet.links, work.cells),
            work.records,
            self._clock.now(),
            self._typed(work),
        )
        jobs = [job for job in plan.jobs if (job.step, job.input_hash) not in work.submitted]
        return self._progress(self._known[row_id], work), jobs

    def _typed(self, work: _RowInWork) -> CellLocale:
        """How the row's cells are to be read."""
        return replace(self._locale, typed_on=work.changed_at.astimezone(self._locale.zone).date())

    def _progress(self, row: MirrorRow, work: _RowInWork) -> RowProgress:
        plan = work.plan
        if not plan.standings:  # a sheet without steps: many rows, nothing to say of each
            status = row.status or self._status_without_steps
            return RowProgress(row.row_id, RowStanding.DONE, status, "", self._pipeline, row.owned)
        owned = dict(row.owned)
        for header, want in plan.wants.items():
            cell = owned.get(header, OwnedCell())
            owned[header] = cell.wanting(want.value, want.basis, want.inputs)
        for header, inputs in plan.awaited.items():
            if header in owned:
                owned[header] = owned[header].awaiting(inputs)
        standing = summarise(plan.standings)
        is_news = work.worked or not is_done_text(work.status)
        status = status_text(
            plan.standings,
            self._clock.now(),
            self._locale.zone,
            before="" if is_news else work.status,
        )
        return RowProgress(
            row_id=row.row_id,
            standing=standing,
            status=status,
            error=error_text(plan.standings),
            planned=self._pipeline,
            owned=owned,
        )

    def _save_and_submit(
        self,
        planned: Collection[tuple[RowProgress, list[Job]]],
        outcomes: list[tuple[Outcome, JobRecord, int]],
    ) -> None:
        """Commit what is done and what is to be done, then have it done."""
        progress = [progress for progress, _ in planned]
        jobs = [job for _, jobs in planned for job in jobs]
        self._mirror.save_progress(self._run_id, progress, outcomes, jobs, self._clock.now())
        for row in progress:
            self._known[row.row_id] = replace(
                self._known[row.row_id], status=row.status, owned=row.owned, planned=row.planned
            )
        for job in jobs:
            self._rows[job.row_id].submitted.add((job.step, job.input_hash))
            self._executor.submit(job)
        self._on_progress()

    def _count(self, state: JobState) -> None:
        match state:
            case JobState.DONE:
                self._counts.done += 1
            case JobState.RETRYING:
                self._counts.retrying += 1
            case _:
                self._counts.failed += 1

    def _close_batch(self) -> None:
        """Count what the rows of the batch came to."""
        for work in self._rows.values():
            states = [standing.state for standing in work.plan.standings]
            self._counts.skipped += sum(1 for state in states if state in _IDLE)
            self.left += StepState.QUEUED in states
            self.finished += work.worked and StepState.QUEUED not in states
