"""Stage 5: run the jobs of rows and keep their results, before anything is written to the sheet."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import zip_longest

from sync_daemon.cycle.linked_step import linked
from sync_daemon.cycle.report import JobCounts
from sync_daemon.cycle.sheet_config import ConfiguredSheet
from sync_daemon.cycle.state import Rows
from sync_daemon.domain.cell_locale import CellLocale
from sync_daemon.domain.cells import CellValue
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
from sync_daemon.ports import Clock, JobExecutor, JobStore

_BATCH = 5_000  # rows whose cells and records are in memory at once
_WAIT_S = 0.25  # how long to wait for a first result
_IDLE = (StepState.WAITING, StepState.BLOCKED)


def interleave(rows: Iterable[MirrorRow], due: Container[str]) -> list[str]:
    """The order in which rows are worked on, by id: the longest waiting first.

    Every second one is a row that was typed or changed since, so that a new row
    need not wait for thousands that were pasted before it.
    """
    waiting: list[str] = []
    fresh: list[str] = []
    for row in rows:
        (waiting if row.row_id in due else fresh).append(row.row_id)
    pairs = zip_longest(waiting, fresh)
    return [row_id for pair in pairs for row_id in pair if row_id is not None]


@dataclass(slots=True)
class _RowInWork:
    cells: Mapping[str, CellValue]
    records: dict[str, JobRecord]
    changed_at: datetime  # by the user
    status: str  # before its jobs were planned
    worked: bool = False
    plan: RowPlan = field(default_factory=lambda: RowPlan([]))
    submitted: set[tuple[str, str]] = field(default_factory=set)  # step, input hash


class JobRunner:
    """Plans and runs the jobs of one sheet's rows, step by step.

    Args:
        sheet: the sheet with its steps.
        run_id: recorded with every result.
        locale: how the spreadsheet writes dates, and its time zone.
        mirror, executor, clock: the ports.
        counts: of the sheet's report; changed as jobs end.
        checkpoint: called while jobs run; what it raises ends the work, and nothing is lost.
        until: when to leave the rest to the next cycle, on the monotonic clock.
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
        self._checkpoint = checkpoint
        self._until = until
        self.finished = 0  # rows that had jobs, and have none left
        self.left = 0  # rows whose jobs are left to the next cycle
        self._waiting: list[str] = []
        self._batch: dict[str, _RowInWork] | None = None
        self._status_without_steps = status_text([], clock.now(), locale.zone)

    def take_on(self, rows: Rows, due: Container[str]) -> int:
        """The rows that have a job due, or whose jobs are to be planned again; tells how many."""
        known = (rows.known[row_id] for row_id in rows.seen)
        waiting = (r for r in known if r.row_id in due or r.planned != self._pipeline)
        self._waiting = interleave(waiting, due)
        return len(self._waiting)

    @property
    def is_idle(self) -> bool:
        """Whether all is done that was taken on, or left to the next cycle."""
        return self._batch is None and not self._waiting

    def advance(self, rows: Rows) -> Rows:
        """Do one step and keep what came of it: begin some rows, take what has ended, or close.

        Returns:
            The rows, with what they are to show now.
        """
        if self._batch is None:
            return self._begin_batch(rows)
        if self._executor.outstanding:
            return self._take(rows, self._batch)
        self._close_batch(self._batch)
        return rows

    @property
    def _is_over(self) -> bool:
        return self._clock.monotonic() >= self._until

    def _begin_batch(self, rows: Rows) -> Rows:
        if self._is_over:
            self.left += len(self._waiting)
            self._waiting = []
            return rows
        row_ids, self._waiting = self._waiting[:_BATCH], self._waiting[_BATCH:]
        self._batch = self._load(row_ids, rows)
        return self._plan_rows(rows, row_ids, [])

    def _load(self, row_ids: Sequence[str], rows: Rows) -> dict[str, _RowInWork]:
        cells = self._mirror.load_cells(row_ids) if self._specs else {}
        records = self._mirror.load_jobs(row_ids) if self._specs else {}
        changed = self._mirror.load_last_changed(row_ids) if self._specs else {}
        now = self._clock.now()
        return {
            row_id: _RowInWork(
                cells.get(row_id, {}),
                records.get(row_id, {}),
                changed.get(row_id, now),
                rows.known[row_id].status,
            )
            for row_id in row_ids
        }

    def _take(self, rows: Rows, batch: dict[str, _RowInWork]) -> Rows:
        """Wait for jobs to end, and keep their outcomes."""
        self._checkpoint()
        if self._is_over:
            self._executor.withdraw()  # what has begun is waited for
        outcomes = [o for o in self._executor.wait(_WAIT_S) if _was_submitted(o.job, batch)]
        kept: list[tuple[Outcome, JobRecord, int]] = []
        for outcome in outcomes:
            work, spec = batch[outcome.job.row_id], self._specs[outcome.job.step]
            previous = work.records.get(outcome.job.step)
            record = record_after(outcome, previous, spec, self._clock.now())
            work.records[outcome.job.step] = record
            work.worked = work.worked or _is_news(previous, record)
            self._count(record.state)
            kept.append((outcome, record, spec.version))
        if not kept:
            return rows
        return self._plan_rows(rows, {o.job.row_id for o in outcomes}, kept)

    def _plan_rows(
        self,
        rows: Rows,
        row_ids: Collection[str],
        outcomes: list[tuple[Outcome, JobRecord, int]],
    ) -> Rows:
        """Commit what is done and what is to be done, then have it done."""
        planned = [self._plan(rows.known[row_id]) for row_id in row_ids]
        progress = [one for one, _ in planned]
        jobs = [job for _, jobs in planned for job in jobs]
        self._mirror.save_progress(self._run_id, progress, outcomes, jobs, self._clock.now())
        for job in jobs:
            self._work(job.row_id).submitted.add((job.step, job.input_hash))
            self._executor.submit(job)
        return rows.with_known(
            {
                one.row_id: replace(
                    rows.known[one.row_id], status=one.status, owned=one.owned, planned=one.planned
                )
                for one in progress
            }
        )

    def _work(self, row_id: str) -> _RowInWork:
        assert self._batch is not None  # noqa: S101 - only rows of a batch are planned
        return self._batch[row_id]

    def _plan(self, row: MirrorRow) -> tuple[RowProgress, list[Job]]:
        work = self._work(row.row_id)
        if not self._specs:
            return self._progress(row, work), []
        work.plan = plan_row(
            row.row_id,
            self._sheet.name,
            work.cells,
            linked(self._sheet.steps, self._sheet.links, work.cells),
            work.records,
            self._clock.now(),
            self._typed(work),
        )
        jobs = [job for job in work.plan.jobs if (job.step, job.input_hash) not in work.submitted]
        return self._progress(row, work), jobs

    def _typed(self, work: _RowInWork) -> CellLocale:
        """How the row's cells are to be read."""
        return replace(self._locale, typed_on=work.changed_at.astimezone(self._locale.zone).date())

    def _progress(self, row: MirrorRow, work: _RowInWork) -> RowProgress:
        standings = work.plan.standings
        if not standings:  # a sheet without steps: many rows, nothing to say of each
            status = row.status or self._status_without_steps
            return RowProgress(row.row_id, RowStanding.DONE, status, "", self._pipeline, row.owned)
        is_news = work.worked or not is_done_text(work.status)
        before = "" if is_news else work.status
        return RowProgress(
            row_id=row.row_id,
            standing=summarise(standings),
            status=status_text(standings, self._clock.now(), self._locale.zone, before=before),
            error=error_text(standings),
            planned=self._pipeline,
            owned=_owned_after(row, work.plan),
        )

    def _count(self, state: JobState) -> None:
        match state:
            case JobState.DONE:
                self._counts.done += 1
            case JobState.RETRYING:
                self._counts.retrying += 1
            case _:
                self._counts.failed += 1

    def _close_batch(self, batch: Mapping[str, _RowInWork]) -> None:
        """Count what the rows of the batch came to."""
        for work in batch.values():
            states = [standing.state for standing in work.plan.standings]
            self._counts.skipped += sum(1 for state in states if state in _IDLE)
            self.left += StepState.QUEUED in states
            self.finished += work.worked and StepState.QUEUED not in states
        self._batch = None


def _owned_after(row: MirrorRow, plan: RowPlan) -> dict[str, OwnedCell]:
    """The row's result cells, with what its steps want in them."""
    owned = dict(row.owned)
    for header, want in plan.wants.items():
        cell = owned.get(header, OwnedCell())
        owned[header] = cell.wanting(want.value, want.basis, want.inputs)
    for header, inputs in plan.awaited.items():
        if header in owned:
            owned[header] = owned[header].awaiting(inputs)
    return owned


def _was_submitted(job: Job, batch: Mapping[str, _RowInWork]) -> bool:
    """Whether the job is of this batch; one that a failed cycle left may end any time."""
    work = batch.get(job.row_id)
    return work is not None and (job.step, job.input_hash) in work.submitted


def _is_news(previous: JobRecord | None, record: JobRecord) -> bool:
    """Whether an attempt told more than that all is as it was: a recheck usually does not."""
    if previous is None:
        return True
    told = (record.input_hash, record.state, record.values)
    return told != (previous.input_hash, previous.state, previous.values)
