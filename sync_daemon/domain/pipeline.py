"""Which steps to run on a row now, and what its result cells should show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

from sync_daemon.domain.cell_locale import CellLocale
from sync_daemon.domain.cells import BLANK, CellValue, is_unready
from sync_daemon.domain.jobs import (
    FromColumn,
    FromStep,
    Job,
    JsonValue,
    Outcome,
    OutcomeKind,
    StepSpec,
)
from sync_daemon.domain.retry import job_backoff

_LONGEST_PAUSE = timedelta(days=3650)  # what is later does not come


class JobState(Enum):
    """Where a job is in its life."""

    QUEUED = "queued"  # handed to an executor; after a crash it is run again
    DONE = "done"
    RETRYING = "retrying"  # failed in passing; due again at ``due_at``
    FAILED = "failed"  # until its inputs, the tool or its options change, or the user asks


@dataclass(frozen=True, slots=True)
class JobRecord:
    """What the mirror holds of one step on one row."""

    step: str
    input_hash: str
    state: JobState
    attempts: int = 0
    due_at: datetime | None = None  # of the next attempt, or of the next recheck
    error: str = ""
    values: Mapping[str, JsonValue] | None = None  # of the last result
    values_hash: str = ""  # the input hash that result is of


@dataclass(frozen=True, slots=True)
class BoundInputs:
    """Validated inputs in JSON form, and the hash that makes the job unique."""

    inputs: Mapping[str, JsonValue]
    input_hash: str


@dataclass(frozen=True, slots=True)
class Unbindable:
    """Why a row gives a step no inputs (yet).

    ``missing`` names the columns, or ``step.output``, of required inputs that
    are blank; ``invalid`` has a sentence for each value that the tool does not take.
    """

    missing: Sequence[str] = ()
    invalid: Sequence[str] = ()

    @property
    def is_waiting(self) -> bool:
        """Whether only something blank stands in the way."""
        return not self.invalid

    @property
    def message(self) -> str:
        """The whole in words."""
        waiting = [f"waiting for {', '.join(self.missing)}"] if self.missing else []
        return "; ".join([*self.invalid, *waiting])


class Step(Protocol):
    """One configured step, ready to be fed."""

    @property
    def spec(self) -> StepSpec:
        """The step as the planner sees it."""

    def bind(self, values: Mapping[str, JsonValue], locale: CellLocale) -> BoundInputs | Unbindable:
        """Validate the inputs of one row; dates are as the spreadsheet writes them. Pure."""

    def show(self, output: str, value: JsonValue) -> CellValue:
        """An output as it stands in a cell; pure."""


class StepState(Enum):
    """How one step stands on one row, as the user sees it."""

    DONE = "done"
    QUEUED = "queued"  # runs in this cycle
    WAITING = "waiting"  # an input is blank
    BLOCKED = "blocked"  # a step before it has no result
    RETRYING = "retrying"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class StepStanding:
    """A step's state on one row with what there is to say about it."""

    step: str
    state: StepState
    detail: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Want:
    """What a result cell should show, and the input hash that it follows from ("" for none)."""

    value: CellValue
    basis: str


@dataclass(frozen=True, slots=True)
class RowPlan:
    """What to run on a row now, and what its result cells should show meanwhile."""

    standings: Sequence[StepStanding]
    jobs: Sequence[Job] = ()
    wants: Mapping[str, Want] = field(default_factory=dict)  # by header


def plan_row(
    row_id: str,
    sheet: str,
    cells: Mapping[str, CellValue],
    steps: Iterable[Step],
    records: Mapping[str, JobRecord],
    now: datetime,
    locale: CellLocale,
) -> RowPlan:
    """Decide for each step, in the order of dependency, what is to be done.

    A result cell shows the result of the row's present inputs or nothing: an
    old result never stands beside new inputs. While a step is queued its cells
    are left as they are, since the answer is moments away.
    """
    planner = _RowPlanner(row_id, sheet, cells, records, now, locale)
    for step in steps:
        planner.add(step)
    return RowPlan(planner.standings, planner.jobs, planner.wants)


class _RowPlanner:
    """Walks the steps of one row; the results of earlier steps feed later ones."""

    def __init__(
        self,
        row_id: str,
        sheet: str,
        cells: Mapping[str, CellValue],
        records: Mapping[str, JobRecord],
        now: datetime,
        locale: CellLocale,
    ) -> None:
        self._row_id = row_id
        self._sheet = sheet
        self._cells = cells
        self._records = records
        self._now = now
        self._locale = locale
        self._results: dict[str, Mapping[str, JsonValue] | None] = {}
        self._open: set[str] = set()  # steps that may still come to a result by themselves
        self._running: set[str] = set()  # those that do so in this cycle
        self.standings: list[StepStanding] = []
        self.jobs: list[Job] = []
        self.wants: dict[str, Want] = {}

    def add(self, step: Step) -> None:
        """Plan the next step."""
        spec = step.spec
        standing, record = self._plan(step)
        values = record.values if record is not None else None
        self.standings.append(standing)
        self._results[spec.name] = values
        if self._stays_open(standing):
            self._open.add(spec.name)
        if self._runs_now(standing):
            self._running.add(spec.name)
        else:
            for output, header in spec.outputs.items():
                shown = step.show(output, (values or {}).get(output))
                self.wants[header] = Want(shown, record.values_hash if record is not None else "")

    def _plan(self, step: Step) -> tuple[StepStanding, JobRecord | None]:
        """How the step stands, and the record that holds a result of the present inputs."""
        spec = step.spec
        if blocker := self._blocking_step(spec):
            return StepStanding(spec.name, StepState.BLOCKED, blocker), None
        if unready := _unready_headers(spec, self._cells):
            return StepStanding(spec.name, StepState.WAITING, ", ".join(unready)), None
        bound = step.bind(self._gather(spec), self._locale)
        if isinstance(bound, Unbindable):
            return _unbindable_standing(spec, bound), None
        record = self._records.get(spec.name)
        current = record if _has_result_of(record, bound.input_hash) else None
        attempt = 1
        if record is not None and record.input_hash == bound.input_hash:
            due = _next_attempt(record, self._now)
            if due is None:
                return _standing_of(record), current
            attempt = due
        self.jobs.append(
            Job(
                self._row_id, self._sheet, spec.name, spec.tool,
                bound.inputs, bound.input_hash, attempt,
            )
        )  # fmt: skip
        return StepStanding(spec.name, StepState.QUEUED), current

    def _blocking_step(self, spec: StepSpec) -> str | None:
        """The first step whose missing result this one has to wait for.

        A required input waits for its step whatever became of it; an optional
        one only while there is a result to be expected.
        """
        for name, source in spec.inputs.items():
            if not isinstance(source, FromStep):
                continue
            lacks_result = self._results.get(source.step) is None
            is_needed = name in spec.required or source.step in self._open
            if source.step in self._running or (lacks_result and is_needed):
                return source.step
        return None

    def _runs_now(self, standing: StepStanding) -> bool:
        if standing.state is StepState.BLOCKED:
            return standing.detail in self._running
        return standing.state is StepState.QUEUED

    def _stays_open(self, standing: StepStanding) -> bool:
        if standing.state is StepState.BLOCKED:
            return standing.detail in self._open
        return standing.state in (StepState.QUEUED, StepState.RETRYING)

    def _gather(self, spec: StepSpec) -> dict[str, JsonValue]:
        gathered: dict[str, JsonValue] = {}
        for name, source in spec.inputs.items():
            if isinstance(source, FromColumn):
                gathered[name] = self._cells.get(source.header, BLANK)
            else:
                gathered[name] = (self._results.get(source.step) or {}).get(source.output)
        return gathered


def _unready_headers(spec: StepSpec, cells: Mapping[str, CellValue]) -> list[str]:
    return [
        f"{source.header} (shows {cells[source.header]})"
        for source in spec.inputs.values()
        if isinstance(source, FromColumn) and is_unready(cells.get(source.header, BLANK))
    ]


def record_after(
    outcome: Outcome, previous: JobRecord | None, spec: StepSpec, now: datetime
) -> JobRecord:
    """What an attempt makes of the job: done, to be tried again, or failed for good.

    A result that was there for the same inputs stays while a recheck fails.
    """
    job = outcome.job
    record = JobRecord(
        step=job.step,
        input_hash=job.input_hash,
        state=JobState.FAILED,
        attempts=job.attempt,
        error=outcome.error,
        values=previous.values if previous is not None else None,
        values_hash=previous.values_hash if previous is not None else "",
    )
    match outcome.kind:
        case OutcomeKind.DONE:
            return replace(
                record,
                state=JobState.DONE,
                due_at=_next_recheck(outcome.recheck_after or spec.recheck_every, now),
                error="",
                values=outcome.values,
                values_hash=job.input_hash,
            )
        case OutcomeKind.POSTPONED:
            pause = job_backoff(1, outcome.retry_after_s, seed=job.row_id + job.step)
            made = job.attempt - 1
            return replace(record, state=JobState.RETRYING, attempts=made, due_at=now + pause)
        case OutcomeKind.TRANSIENT if job.attempt < spec.max_attempts:
            pause = job_backoff(job.attempt, outcome.retry_after_s, seed=job.row_id + job.step)
            return replace(record, state=JobState.RETRYING, due_at=now + pause)
        case OutcomeKind.TRANSIENT:
            return replace(record, error=f"gave up after {job.attempt} attempts: {outcome.error}")
        case _:
            return record


def _next_recheck(pause: timedelta | None, now: datetime) -> datetime | None:
    return None if pause is None or pause > _LONGEST_PAUSE else now + pause


def _has_result_of(record: JobRecord | None, input_hash: str) -> bool:
    return record is not None and record.values is not None and record.values_hash == input_hash


def _next_attempt(record: JobRecord, now: datetime) -> int | None:
    """The number of the attempt to make now, or None if there is none to make."""
    due = record.due_at is not None and record.due_at <= now
    match record.state:
        case JobState.QUEUED:
            return max(record.attempts, 1)
        case JobState.RETRYING:
            return record.attempts + 1 if due else None
        case JobState.DONE:
            return 1 if due else None
        case JobState.FAILED:
            return None


def _standing_of(record: JobRecord) -> StepStanding:
    match record.state:
        case JobState.DONE:
            return StepStanding(record.step, StepState.DONE)
        case JobState.RETRYING:
            return StepStanding(record.step, StepState.RETRYING, record.error, record.due_at)
        case _:
            return StepStanding(record.step, StepState.FAILED, record.error)


def _unbindable_standing(spec: StepSpec, bound: Unbindable) -> StepStanding:
    if not bound.is_waiting:
        return StepStanding(spec.name, StepState.FAILED, "; ".join(bound.invalid))
    return StepStanding(spec.name, StepState.WAITING, ", ".join(bound.missing))
