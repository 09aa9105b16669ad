"""Which steps to run on a row now, and what its result cells should show."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

from sync_daemon.domain.cell_locale import CellLocale
from sync_daemon.domain.cells import BLANK, CellValue
from sync_daemon.domain.jobs import (
    Ask,
    Job,
    JsonValue,
    Outcome,
    OutcomeKind,
    StepSpec,
)
from sync_daemon.domain.retry import job_backoff
from sync_daemon.domain.sentence import with_clause
from sync_daemon.domain.sources import (
    Columns,
    Found,
    Missing,
    Need,
    Outlook,
    Pending,
    Unready,
    own_inputs,
)

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
class Unread:
    """A value that a tool does not take.

    ``input`` is the tool's name for it, empty where no single one is at fault;
    ``shown`` the value in quotes; ``fault`` completes "which …"; ``advice`` says what to do.
    """

    input: str
    shown: str
    fault: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class BoundInputs:
    """Validated inputs in JSON form, and the hash that makes the job unique.

    ``unread`` are optional inputs that were left out, as nobody can read them.
    """

    inputs: Mapping[str, JsonValue]
    input_hash: str
    unread: Sequence[Unread] = ()


@dataclass(frozen=True, slots=True)
class Unbindable:
    """Why a row gives a step no inputs (yet).

    ``missing`` names the inputs that are blank, ``invalid`` has what the tool does
    not take; ``unread`` are optional inputs that could not be read either.
    """

    missing: Sequence[str] = ()
    invalid: Sequence[Unread] = ()
    unread: Sequence[Unread] = ()

    @property
    def is_waiting(self) -> bool:
        """Whether only something blank stands in the way."""
        return not self.invalid

    @property
    def message(self) -> str:
        """The whole in words, with the tool's names."""
        invalid = [f"{one.input} is {one.shown}, which {one.fault}" for one in self.invalid]
        missing = [f"it needs {' and '.join(self.missing)}"] if self.missing else []
        return "; ".join([*invalid, *missing])


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
    WAITING = "waiting"  # for what the user may add
    BLOCKED = "blocked"  # a step before it has no result
    RETRYING = "retrying"
    FAILED = "failed"
    DISPENSABLE = "dispensable"  # failed, but the user gave by hand what it was for


@dataclass(frozen=True, slots=True)
class StepStanding:
    """A step's state on one row with what there is to say about it.

    Attributes:
        step: its name.
        state: how it stands.
        detail: the cause of a failure, or the step that it is blocked by.
        due_at: when it is tried again.
        needs: what a waiting step lacks: of each need one column is enough.
        is_held: whether it cannot do without.
        blank: the result columns that stay blank meanwhile.
        remark: what the row's user may want to know all the same.
        is_useful: whether a finished step gave the row something.
    """

    step: str
    state: StepState
    detail: str = ""
    due_at: datetime | None = None
    needs: Sequence[Need] = ()
    is_held: bool = False
    blank: Sequence[str] = ()
    remark: str = ""
    is_useful: bool = False


@dataclass(frozen=True, slots=True)
class Want:
    """What a result cell should show.

    ``basis`` is the input hash that it follows from ("" for none), ``inputs`` what the
    user typed for it (see `own_inputs`).
    """

    value: CellValue
    basis: str
    inputs: str


@dataclass(frozen=True, slots=True)
class RowPlan:
    """What to run on a row now, and what its result cells should show meanwhile.

    ``awaited`` are the cells that stay as they are until a result is there, with
    what the user typed for it.
    """

    standings: Sequence[StepStanding]
    jobs: Sequence[Job] = ()
    wants: Mapping[str, Want] = field(default_factory=dict)  # by header
    awaited: Mapping[str, str] = field(default_factory=dict)  # header → inputs


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
    return RowPlan(planner.standings, planner.jobs, planner.wants, planner.awaited)


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
        self._columns = Columns(cells)
        self._records = records
        self._now = now
        self._locale = locale
        self._outlooks: dict[str, Outlook] = {}
        self._standings: list[StepStanding] = []
        self._replaced: set[str] = set()  # what they are for stands in a column
        self._wanted: set[str] = set()  # without their results a step has nothing to work on
        self.jobs: list[Job] = []
        self.wants: dict[str, Want] = {}
        self.awaited: dict[str, str] = {}
        self._inputs: dict[str, str] = {}  # by step

    @property
    def standings(self) -> list[StepStanding]:
        """How all steps stand."""
        dispensable = self._replaced - self._wanted
        if not dispensable:
            return self._standings
        return [
            replace(standing, state=StepState.DISPENSABLE)
            if standing.step in dispensable and standing.state is StepState.FAILED
            else standing
            for standing in self._standings
        ]

    def add(self, step: Step) -> None:
        """Plan the next step."""
        spec = step.spec
        self._columns.note(spec)
        standing, record = self._plan(step)
        outlook = self._outlook_of(standing, record.values if record is not None else None)
        self._outlooks[spec.name] = outlook
        self._inputs[spec.name] = inputs = own_inputs(spec, self._columns, self._inputs)
        if outlook.is_running:
            self.awaited.update(dict.fromkeys(spec.outputs.values(), inputs))
        elif self._show(step, record) and standing.state is StepState.DONE:
            standing = replace(standing, is_useful=True)
        self._standings.append(standing)

    def _show(self, step: Step, record: JobRecord | None) -> bool:
        """Note what the step's cells show; returns whether it does something for the row."""
        is_useful = not step.spec.outputs and bool(step.spec.required)
        values = (record.values if record is not None else None) or {}
        basis = record.values_hash if record is not None else ""
        for output, header in step.spec.outputs.items():
            shown = step.show(output, values.get(output))
            self.wants[header] = Want(shown, basis, self._inputs[step.spec.name])
            is_useful = is_useful or shown != BLANK
        return is_useful

    def _plan(self, step: Step) -> tuple[StepStanding, JobRecord | None]:
        """How the step stands, and the record that holds a result of the present inputs."""
        spec = step.spec
        found: dict[str, Found] = {}
        missing: dict[str, Missing] = {}
        remark = ""
        for name, sources in spec.inputs.items():
            is_required = name in spec.required
            match self._columns.find(sources, self._outlooks, is_required=is_required):
                case Pending(blocker):
                    return StepStanding(spec.name, StepState.BLOCKED, blocker), None
                case Unready(words) if is_required or not spec.required:
                    return StepStanding(spec.name, StepState.WAITING, remark=words), None
                case Unready(words):
                    remark = words
                case Missing() as lack:
                    missing[name] = lack
                case Found() as value:
                    found[name] = value
        self._note_replaced(spec, found, missing)
        bound = step.bind({name: one.value for name, one in found.items()}, self._locale)
        headers = {name: one.header for name, one in found.items()}
        if isinstance(bound, Unbindable):
            return self._unbindable(spec, bound, headers, missing), None
        standing, record = self._scheduled(spec, bound)
        if standing.state is StepState.DONE and _was_asked_for(spec, found):
            standing = replace(standing, is_useful=True)  # also where nothing came of it
        if bound.unread:
            remark = _left_out(bound.unread, headers)
        return (replace(standing, remark=remark) if remark else standing), record

    def _scheduled(
        self, spec: StepSpec, bound: BoundInputs
    ) -> tuple[StepStanding, JobRecord | None]:
        """The step's job, if it is to be run now, else what became of it."""
        record = self._records.get(spec.name)
        current = record if _has_result_of(record, bound.input_hash) else None
        attempt = 1
        if record is not None and record.input_hash == bound.input_hash:
            due = _next_attempt(record, self._now)
            if due is None:
                return _standing_of(record, spec.tool), current
            attempt = due
        self.jobs.append(
            Job(
                self._row_id, self._sheet, spec.name, spec.tool,
                bound.inputs, bound.input_hash, attempt,
            )
        )  # fmt: skip
        return StepStanding(spec.name, StepState.QUEUED), current

    def _note_replaced(
        self, spec: StepSpec, found: Mapping[str, Found], missing: Mapping[str, Missing]
    ) -> None:
        """Whose results a required input can do without, and whose it cannot."""
        for name in spec.required:
            if name in found:
                self._replaced |= found[name].replaced
            elif name in missing:
                self._wanted |= missing[name].failed

    def _unbindable(
        self,
        spec: StepSpec,
        bound: Unbindable,
        headers: Mapping[str, str],
        missing: Mapping[str, Missing],
    ) -> StepStanding:
        if bound.invalid:
            cause = " ".join(_rejection(one, headers.get(one.input, "")) for one in bound.invalid)
            return StepStanding(spec.name, StepState.FAILED, cause)
        lacks = [missing[name] for name in bound.missing if name in missing]
        failed = {step for lack in lacks for step in lack.failed}
        if failed and spec.required:
            return StepStanding(spec.name, StepState.BLOCKED, min(failed))
        needs = [self._columns.need(lack) for lack in lacks]
        if not spec.required:
            needs = [self._columns.merged(needs)]  # one of them is enough
        remark = _left_out(bound.unread, headers)
        if not remark and not all(needs):
            return StepStanding(spec.name, StepState.BLOCKED)
        if not spec.required:
            return StepStanding(spec.name, StepState.WAITING, needs=needs, remark=remark)
        return StepStanding(
            spec.name,
            StepState.WAITING,
            needs=needs,
            is_held=True,
            blank=tuple(spec.outputs.values()),
            remark=remark or spec.remark,
        )

    def _outlook_of(
        self, standing: StepStanding, values: Mapping[str, JsonValue] | None
    ) -> Outlook:
        """What later steps may expect of this one."""
        state = standing.state
        is_running, is_open = state is StepState.QUEUED, state is StepState.RETRYING
        has_failed = state is StepState.FAILED
        if state is StepState.BLOCKED and standing.detail in self._outlooks:
            blocker = self._outlooks[standing.detail]
            is_running, is_open = blocker.is_running, blocker.is_open
            has_failed = blocker.has_failed
        return Outlook(
            values=values,
            is_running=is_running,
            is_open=is_open or is_running,
            has_failed=has_failed,
            needs=standing.needs,
        )


def _rejection(unread: Unread, header: str) -> str:
    if not header:
        return f"A value that was found for this row {unread.fault}."
    advice = f": {unread.advice}" if unread.advice else ""
    return f"{header} says {unread.shown}, which {unread.fault}{advice}."


def _left_out(unread: Sequence[Unread], headers: Mapping[str, str]) -> str:
    for one in unread:
        if header := headers.get(one.input):
            return f"left out {header}: {one.shown} {one.fault}"
    return ""


def _was_asked_for(spec: StepSpec, found: Container[str]) -> bool:
    """Whether an input is there that a row without it would ask for: a link, a description."""
    return any(name in found and ask is not Ask.FILL_IN for name, ask in spec.asks.items())


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
            return replace(record, error=with_clause(outcome.error, _given_up(job.attempt), 10_000))
        case _:
            return record


def _given_up(attempts: int) -> str:
    return f"given up after {attempts} attempt{'s' if attempts > 1 else ''}"


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


def _standing_of(record: JobRecord, tool: str) -> StepStanding:
    match record.state:
        case JobState.DONE:
            return StepStanding(record.step, StepState.DONE)
        case JobState.RETRYING:
            cause = _cause(record.error, tool)
            return StepStanding(record.step, StepState.RETRYING, cause, record.due_at)
        case _:
            return StepStanding(record.step, StepState.FAILED, _cause(record.error, tool))


def _cause(error: str, tool: str) -> str:
    """The error without the tool's name, which older mirrors hold in front of it."""
    return re.sub(rf"^(gave up after \d+ attempts: )?{re.escape(tool)}( failed:)? ", "", error)
