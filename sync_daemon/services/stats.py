"""Figures behind the plots: how far applications came, answers, keywords, pay, tools."""

from __future__ import annotations

import json
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from statistics import median
from typing import Any

from sqlalchemy import Connection, Select, func, select

from sync_daemon.domain.access import Scope
from sync_daemon.domain.cells import CellValue, decode_cells, is_blank
from sync_daemon.domain.jobs import FromColumn
from sync_daemon.domain.pipeline import JobState
from sync_daemon.domain.rows import RowState
from sync_daemon.mirror.job_search import JobSearchEntry
from sync_daemon.mirror.tables import jobs, results, row_versions, rows
from sync_daemon.processing.resolved_step import ResolvedStep
from sync_daemon.tooling.stages import (
    ACCEPTED,
    APPLIED,
    CONSIDERING,
    IN_PROGRESS,
    OFFERED,
    REJECTED,
    STAGES,
    StageReader,
)

GHOSTED_AFTER_DAYS = 30
SILENT_AFTER_DAYS = (7, 14, GHOSTED_AFTER_DAYS, 60, 90)
LADDER = (CONSIDERING, APPLIED, IN_PROGRESS, OFFERED, ACCEPTED)
_ANSWERS = frozenset({IN_PROGRESS, OFFERED, ACCEPTED, REJECTED})
_KEYWORDS = 20
_STEP = {stage: step for step, stage in enumerate(LADDER)}
_AT_ONCE = 1_000  # versions of rows
_REMEMBERED = 10_000  # days as people write them
_BUCKETS = ((0, 3), (4, 7), (8, 14), (15, 21), (22, 30), (31, 60), (61, None))


@dataclass(frozen=True, slots=True)
class Bar:
    """One figure with its name."""

    label: str
    value: float


@dataclass(frozen=True, slots=True)
class Period:
    """Days from and to which rows count, by when they were applied for, or first seen."""

    first: date | None = None
    last: date | None = None

    def holds(self, day: date) -> bool:
        """Whether a day is one of them."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Sight:
    """What was seen of an application: the stage it came to, and when; the first is the import."""

    stage: str
    at: datetime


@dataclass(slots=True)
class Application:
    """One application, as its row's history tells."""

    row_id: str
    began: date
    sights: list[Sight] = field(default_factory=list)

    @property
    def stages(self) -> set[str]:
        """All stages it ever was in."""
        return {sight.stage for sight in self.sights}

    @property
    def answered_at(self) -> datetime | None:
        """When an answer was first seen, if it was not there from the start."""
        for place, sight in enumerate(self.sights):
            if sight.stage in _ANSWERS:
                return sight.at if place else None
        return None


@dataclass(frozen=True, slots=True)
class Funnel:
    """How far applications came: those that reached each stage, and the days they were in it."""

    stages: Sequence[Bar]
    days: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class Responses:
    """Answers to applications.

    Attributes:
        silences: how many got none in so many days; each is in the bars of fewer days, too.
    """

    per_week: Sequence[Bar]
    days_to_first: Sequence[Bar]
    applied: int
    answered: int
    ghosted: int
    ghosted_after_days: int
    silences: Sequence[Bar] = ()


@dataclass(frozen=True, slots=True)
class Keywords:
    """What postings ask for, what the résumé lacks, and how well it matches."""

    asked: Sequence[Bar]
    missing: Sequence[Bar]
    match: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class Salary:
    """The pay range of one posting, in a year."""

    row_id: str
    label: str
    currency: str
    minimum: float
    maximum: float


@dataclass(frozen=True, slots=True)
class ToolStat:
    """How a tool does."""

    tool: str
    results: int
    failed: int
    retrying: int
    mean_s: float


@dataclass(frozen=True, slots=True)
class Pipelines:
    """What the configuration tells of each sheet: its steps, and the column of the status."""

    steps: Mapping[str, Sequence[ResolvedStep]]

    def columns(self, tool: str, output: str) -> dict[str, str]:
        """Sheet → the column that an output of a tool fills."""
        return {
            name: step.spec.outputs[output]
            for name, steps in self.steps.items()
            for step in steps
            if step.spec.tool == tool and output in step.spec.outputs
        }

    def status_columns(self) -> dict[str, list[str]]:
        """Sheet → the columns that its follow-ups read the status from."""
        return {
            name: [
                s.header for s in step.spec.inputs.get("status", ()) if isinstance(s, FromColumn)
            ]
            for name, steps in self.steps.items()
            for step in steps
            if step.spec.tool == "follow_up"
        }

    def date_headers(self) -> dict[str, set[str]]:
        """Sheet → the user's columns that its tools read as dates."""
        return {
            name: {header for step in steps for header in step.date_headers}
            for name, steps in self.steps.items()
        }

    def tools(self, sheet: str) -> dict[str, str]:
        """Step → its tool."""
        return {step.spec.name: step.spec.tool for step in self.steps.get(sheet, ())}


def load_applications(
    connection: Connection, scope: Scope, pipelines: Pipelines, period: Period
) -> Iterator[Application]:
    """Applications by the history of their status; deleted rows count for what they were.

    One after the other, for there may be many.
    """
    query = select(row_versions.c.row_id, row_versions.c.at, row_versions.c.cells, rows.c.sheet)
    query = query.join(rows, rows.c.row_id == row_versions.c.row_id)
    query = _within(query, scope).order_by(row_versions.c.row_id, row_versions.c.version)
    readers = {name: _StatusReader(columns) for name, columns in pipelines.status_columns().items()}
    found = connection.execute(query.execution_options(yield_per=_AT_ONCE))
    for row_id, versions in groupby(found, key=itemgetter(0)):
        application = _application(row_id, versions, readers)
        if application.sights and period.holds(application.began):
            yield application


def _application(
    row_id: str, versions: Iterable[Any], readers: dict[str, _StatusReader]
) -> Application:
    known: Application | None = None
    for _, at, text, sheet in versions:
        cells, moment = decode_cells(text), _moment(at)
        read = readers.get(sheet) or readers.setdefault(sheet, _StatusReader(()))
        stage, applied_on = read.stage(cells), read.applied_on(cells)
        known = known or Application(row_id, applied_on or moment.date())
        if applied_on is not None:
            known.began = applied_on
        if stage and (not known.sights or known.sights[-1].stage != stage):
            known.sights.append(Sight(stage, moment))
    assert known is not None  # noqa: S101 - a group is not empty
    return known


@dataclass(frozen=True, slots=True)
class Progress:
    """How far applications came, and what came back."""

    funnel: Funnel
    responses: Responses


def progress(applications: Iterable[Application], now: datetime) -> Progress:
    """Both figures from one look at the applications."""
    reached, answers = _Reached(now), _Answers(now)
    for each in applications:
        reached.add(each)
        answers.add(each)
    return Progress(reached.figures(), answers.figures())


def funnel(applications: Iterable[Application], now: datetime) -> Funnel:
    """How many came to each stage; whoever came further came there too."""
    return progress(applications, now).funnel


def responses(applications: Iterable[Application], now: datetime) -> Responses:
    """Answers a week, days to the first, and who never answered."""
    return progress(applications, now).responses


class _Reached:
    """Counts how far applications came.

    Args:
        now: until when the last stage of each lasts.
    """

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._reached = Counter[int]()
        self._ended = Counter[str]()
        self._days: dict[str, array[float]] = defaultdict(lambda: array("d"))

    def add(self, each: Application) -> None:
        """One more."""
        furthest = max((_STEP.get(sight.stage, -1) for sight in each.sights), default=-1)
        if furthest < 0 and each.stages & {REJECTED}:
            furthest = _STEP[APPLIED]
        self._reached[furthest] += 1
        last = each.sights[-1].stage
        if last not in _STEP:
            self._ended[last] += 1
        ends = [*(sight.at for sight in each.sights[1:]), self._now]
        for sight, end in zip(each.sights, ends, strict=True):
            if sight.stage in LADDER[:-1]:
                days = max(0.0, (end - sight.at).total_seconds() / 86_400)
                self._days[sight.stage].append(days)

    def figures(self) -> Funnel:
        """All of them."""
        stages = [
            Bar(stage, sum(n for furthest, n in self._reached.items() if furthest >= step))
            for stage, step in _STEP.items()
        ]
        ended = self._ended
        stages += [Bar(s, ended[s]) for s in STAGES.values() if s not in _STEP and ended[s]]
        days = self._days
        return Funnel(stages, [Bar(s, round(median(days[s]), 1)) for s in LADDER if s in days])


class _Answers:
    """Counts answers to applications.

    Args:
        now: when somebody who did not answer counts as silent.
    """

    def __init__(self, now: datetime) -> None:
        self._today = now.date()
        self._weeks = Counter[str]()
        self._waits = Counter[int]()
        self._silent = Counter[int]()
        self._applied = self._answered = 0

    def add(self, each: Application) -> None:
        """One more."""
        stages = each.stages
        if not stages & _ANSWERS:
            if APPLIED in stages:
                self._applied += 1
                passed = (self._today - each.began).days
                self._silent.update(n for n in SILENT_AFTER_DAYS if passed > n)
            return
        self._applied += 1
        self._answered += 1
        if each.answered_at is not None:
            year, week, _ = each.answered_at.isocalendar()
            self._weeks[f"{year}-W{week:02}"] += 1
            self._waits[max(0, (each.answered_at.date() - each.began).days)] += 1

    def figures(self) -> Responses:
        """All of them."""
        silences = [Bar(f"{n} days", self._silent[n]) for n in SILENT_AFTER_DAYS]
        return Responses(
            per_week=[Bar(week, self._weeks[week]) for week in sorted(self._weeks)],
            days_to_first=_buckets(self._waits),
            applied=self._applied,
            answered=self._answered,
            ghosted=self._silent[GHOSTED_AFTER_DAYS],
            ghosted_after_days=GHOSTED_AFTER_DAYS,
            silences=silences if self._applied else (),
        )


def keywords(connection: Connection, scope: Scope, period: Period) -> Keywords:
    """What postings ask for, counted over rows, from the newest result of each row."""
    asked, lacking, match = Counter[str](), Counter[str](), Counter[int]()

    def judge(output: Mapping[str, Any]) -> None:
        lacking.update(set(_texts(output.get("missing"))))
        score = output.get("score")
        if isinstance(score, int | float):
            match[min(9, max(0, int(score) // 10))] += 1

    judged = set()  # by resume_match, which knows more of a résumé
    for row_id, _, output in _newest(connection, scope, "resume_match", period):
        judged.add(row_id)
        judge(output)
    for row_id, _, output in _newest(connection, scope, "keyword_analyzer", period):
        asked.update(set(_texts(output.get("keywords"))))
        if row_id not in judged:
            judge(output)
    bars = [Bar(f"{10 * n}–{10 * n + 10} %", match[n]) for n in range(10)] if match else []
    return Keywords(_top(asked), _top(lacking), bars)


def salaries(connection: Connection, scope: Scope, period: Period) -> list[Salary]:
    """Pay ranges of live rows, by currency, the highest first."""
    found = []
    for row_id, cells, output in _newest(connection, scope, "salary_parser", period):
        low, high = output.get("yearly_minimum"), output.get("yearly_maximum")
        currency = output.get("currency")
        low = high if low is None else low
        high = low if high is None else high
        if isinstance(low, int | float) and isinstance(high, int | float) and currency:
            label = JobSearchEntry.from_cells(cells).headline or row_id
            found.append(Salary(row_id, label, str(currency), float(low), float(high)))
    return sorted(found, key=lambda s: (s.currency, -s.maximum, s.row_id))


def tool_stats(
    connection: Connection, scope: Scope, pipelines: Pipelines, period: Period
) -> list[ToolStat]:
    """How the tools do, by name."""
    done = select(results.c.tool, func.count(), func.avg(results.c.duration_s)).join(
        rows, rows.c.row_id == results.c.row_id
    )
    if period.first is not None:
        done = done.where(results.c.at >= period.first.isoformat())
    if period.last is not None:
        done = done.where(func.substr(results.c.at, 1, 10) <= period.last.isoformat())
    counts = {tool: (n, mean or 0.0) for tool, n, mean in connection.execute(
        _within(done, scope).group_by(results.c.tool)
    )}  # fmt: skip
    open_jobs = select(rows.c.sheet, jobs.c.step, jobs.c.state, func.count()).join(
        rows, rows.c.row_id == jobs.c.row_id
    )
    open_jobs = open_jobs.where(rows.c.state != RowState.DELETED.value)
    states: dict[str, Counter[str]] = defaultdict(Counter)
    query = _within(open_jobs, scope).group_by(rows.c.sheet, jobs.c.step, jobs.c.state)
    for sheet, step, state, number in connection.execute(query):
        states[pipelines.tools(sheet).get(step, step)][state] += number
    return [
        ToolStat(
            tool, counts.get(tool, (0, 0.0))[0], states[tool][JobState.FAILED.value],
            states[tool][JobState.RETRYING.value], round(counts.get(tool, (0, 0.0))[1], 3),
        )
        for tool in sorted({*counts, *states})
    ]  # fmt: skip


class _StatusReader:
    """Reads status and day of rows of one sheet; each word, and each set of columns, once.

    Args:
        columns: where the status is looked for first.
    """

    def __init__(self, columns: Sequence[str]) -> None:
        self._first = columns
        self._reader = StageReader()
        self._stages: dict[str, str | None] = {}
        self._columns: dict[tuple[str, ...], tuple[str | None, str | None]] = {}
        self._days: dict[CellValue, date | None] = {}

    def stage(self, cells: Mapping[str, CellValue]) -> str | None:
        """The stage that a row is in."""
        column = next((c for c in self._first if cells.get(c)), None) or self._of(cells)[0]
        status = str(cells.get(column or "", ""))
        if status not in self._stages:
            self._stages[status] = None if is_blank(status) else self._reader.read(status)
        return self._stages[status]

    def applied_on(self, cells: Mapping[str, CellValue]) -> date | None:
        """When the application was sent."""
        column = self._of(cells)[1]
        value = cells.get(column or "", "")
        if not column or not value:
            return None
        if value not in self._days:
            if len(self._days) >= _REMEMBERED:
                self._days.clear()
            self._days[value] = JobSearchEntry.from_cells({column: value}).applied_on
        return self._days[value]

    def _of(self, cells: Mapping[str, CellValue]) -> tuple[str | None, str | None]:
        key = tuple(cells)
        if key not in self._columns:
            column_of = JobSearchEntry.column_of
            self._columns[key] = column_of("status", key), column_of("applied_on", key)
        return self._columns[key]


def _buckets(days: Mapping[int, int]) -> list[Bar]:
    bars = []
    for low, high in _BUCKETS if days else ():
        number = sum(n for day, n in days.items() if low <= day and (high is None or day <= high))
        bars.append(
            Bar(f"{low}–{high} days" if high is not None else f"over {low - 1} days", number)
        )
    return bars


@lru_cache(maxsize=4_096)
def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _newest(
    connection: Connection, scope: Scope, tool: str, period: Period
) -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    """Row id, cells and the result that counts now, of each live row."""
    query = (
        select(rows.c.row_id, rows.c.first_seen, row_versions.c.cells, results.c.output)
        .join(jobs, jobs.c.result_id == results.c.id)
        .join(rows, rows.c.row_id == results.c.row_id)
        .join(
            row_versions,
            (row_versions.c.row_id == rows.c.row_id) & (row_versions.c.version == rows.c.version),
        )
        .where(results.c.tool == tool, rows.c.state != RowState.DELETED.value)
    )
    for row_id, seen, text, output in connection.execute(_within(query, scope)):
        cells = decode_cells(text)
        began = JobSearchEntry.from_cells(cells).applied_on or date.fromisoformat(seen[:10])
        if period.holds(began):
            yield row_id, cells, json.loads(output)


def _within(query: Select[Any], scope: Scope) -> Select[Any]:
    return query if scope.sheets is None else query.where(rows.c.sheet.in_(scope.sheets))


def _texts(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _top(counted: Counter[str]) -> list[Bar]:
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return [Bar(name, number) for name, number in ordered[:_KEYWORDS]]
