"""Which steps run on a row, what its cells show meanwhile, and how it is said to stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from sync_daemon.domain.cell_locale import CellLocale
from sync_daemon.domain.cells import CellValue
from sync_daemon.domain.jobs import (
    FromColumn,
    FromStep,
    Job,
    JsonValue,
    Outcome,
    OutcomeKind,
    Source,
    StepSpec,
)
from sync_daemon.domain.pipeline import (
    BoundInputs,
    JobRecord,
    JobState,
    RowPlan,
    StepStanding,
    StepState,
    Unbindable,
    Unread,
    plan_row,
    record_after,
)

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class FakeStep:
    """A step whose input hash is its inputs as text, and that does not like the word "bad"."""

    spec: StepSpec

    def bind(self, values: Mapping[str, JsonValue], locale: CellLocale) -> BoundInputs | Unbindable:
        del locale
        missing = [name for name in sorted(self.spec.required) if values.get(name) in ("", None)]
        if missing:
            return Unbindable(missing=missing)
        if "bad" in values.values():
            return Unbindable(invalid=[Unread("text", '"bad"', "is not accepted")])
        return BoundInputs(dict(values), repr(sorted(values.items())))

    def show(self, output: str, value: JsonValue) -> CellValue:
        del output
        return "" if value is None else str(value)


TEXT: dict[str, tuple[Source, ...]] = {"text": (FromColumn("Text"),)}


def step(name: str, required: bool = True, **inputs: Source) -> FakeStep:
    sources = {name: (source,) for name, source in inputs.items()} or TEXT
    needed = frozenset(sources) if required else frozenset()
    outputs = {"out": f"{name} column"}
    return FakeStep(StepSpec(name, "tool", 1, "f", sources, needed, outputs))


FIRST = step("first")
SECOND = step("second", text=FromStep("first", "out"))
OPTIONAL = step("optional", required=False, text=FromStep("first", "out"))


def plan(
    cells: dict[str, CellValue], steps: list[FakeStep], *records: JobRecord, at: datetime = NOW
) -> RowPlan:
    return plan_row("row", "jobs", cells, steps, {r.step: r for r in records}, at, CellLocale(UTC))


def hash_of(text: str) -> str:
    return repr([("text", text)])


def done(name: str, text: str, out: str = "result") -> JobRecord:
    return JobRecord(
        name, hash_of(text), JobState.DONE, 1, values={"out": out}, values_hash=hash_of(text)
    )


def states(row_plan: RowPlan) -> list[StepState]:
    return [standing.state for standing in row_plan.standings]


def shown(row_plan: RowPlan) -> dict[str, CellValue]:
    return {header: want.value for header, want in row_plan.wants.items()}


class TestWhatRuns:
    def test_a_new_row(self) -> None:
        found = plan({"Text": "a"}, [FIRST, SECOND])
        assert [(job.step, job.attempt) for job in found.jobs] == [("first", 1)]
        assert states(found) == [StepState.QUEUED, StepState.BLOCKED]
        assert found.wants == {}, "while it runs, the cells are left as they are"

    def test_a_blank_input_waits_and_shows_nothing(self) -> None:
        found = plan({}, [FIRST], done("first", "a"))
        assert states(found) == [StepState.WAITING]
        assert shown(found) == {"first column": ""}

    @pytest.mark.parametrize("value", ["#N/A", "Loading..."])
    def test_an_input_that_is_not_ready_waits(self, value: str) -> None:
        found = plan({"Text": value}, [FIRST])
        assert states(found) == [StepState.WAITING]
        assert found.standings[0].remark == f"Text shows {value}"

    def test_an_input_that_the_tool_does_not_take(self) -> None:
        found = plan({"Text": "bad"}, [FIRST])
        cause = 'Text says "bad", which is not accepted.'
        assert found.standings == [StepStanding("first", StepState.FAILED, cause)]

    def test_a_result_of_the_same_inputs_is_used(self) -> None:
        found = plan({"Text": "a"}, [FIRST], done("first", "a"))
        assert (found.jobs, shown(found)) == ([], {"first column": "result"})

    def test_a_result_of_other_inputs_is_not_shown(self) -> None:
        failed = replace(done("first", "old"), input_hash=hash_of("a"), state=JobState.FAILED)
        assert shown(plan({"Text": "a"}, [FIRST], failed)) == {"first column": ""}

    def test_changed_inputs_begin_anew(self) -> None:
        record = JobRecord("first", hash_of("old"), JobState.FAILED, attempts=5)
        (job,) = plan({"Text": "a"}, [FIRST], record).jobs
        assert job.attempt == 1

    def test_the_next_step_takes_the_result(self) -> None:
        (job,) = plan({"Text": "a"}, [FIRST, SECOND], done("first", "a", "b")).jobs
        assert (job.step, job.inputs) == ("second", {"text": "b"})

    def test_a_step_waits_for_a_result_that_is_being_made_anew(self) -> None:
        due = replace(done("first", "a"), due_at=NOW - MINUTE)
        found = plan({"Text": "a"}, [FIRST, SECOND], due, done("second", "result"))
        assert [job.step for job in found.jobs] == ["first"]
        assert "second column" not in found.wants

    @pytest.mark.parametrize(
        ("state", "due", "attempt"),
        [
            (JobState.QUEUED, None, 2),  # killed while it ran: the same attempt again
            (JobState.RETRYING, -MINUTE, 3),
            (JobState.RETRYING, MINUTE, None),
            (JobState.FAILED, None, None),
            (JobState.DONE, None, None),
            (JobState.DONE, -MINUTE, 1),  # a recheck
            (JobState.DONE, MINUTE, None),
        ],
    )
    def test_attempts(self, state: JobState, due: timedelta | None, attempt: int | None) -> None:
        at = None if due is None else NOW + due
        record = JobRecord("first", hash_of("a"), state, 2, at)
        jobs = plan({"Text": "a"}, [FIRST], record).jobs
        assert [job.attempt for job in jobs] == ([] if attempt is None else [attempt])

    def test_an_optional_input_is_waited_for_only_while_its_step_runs(self) -> None:
        assert states(plan({"Text": "a"}, [FIRST, OPTIONAL]))[1] is StepState.BLOCKED
        retrying = JobRecord("first", hash_of("a"), JobState.RETRYING, 1, NOW + MINUTE)
        for record in (retrying, replace(retrying, state=JobState.FAILED)):
            jobs = plan({"Text": "a"}, [FIRST, OPTIONAL], record).jobs
            assert [job.step for job in jobs] == ["optional"]
        assert [j.step for j in plan({}, [FIRST, OPTIONAL]).jobs] == ["optional"]


class TestWhatBecomesOfIt:
    def after(
        self, kind: OutcomeKind, attempt: int = 1, before: JobRecord | None = None, **spec: object
    ) -> JobRecord:
        job = Job("row", "jobs", "first", "tool", {}, hash_of("a"), attempt)
        outcome = Outcome(job, kind, NOW, 0.1, {"out": "new"}, "why")
        return record_after(outcome, before, replace(FIRST.spec, **spec), NOW)  # type: ignore[arg-type]

    def test_done(self) -> None:
        record = self.after(OutcomeKind.DONE)
        assert (record.state, record.values, record.due_at) == (JobState.DONE, {"out": "new"}, None)
        assert record.values_hash == record.input_hash == hash_of("a")

    def test_done_with_a_schedule_of_its_own(self) -> None:
        assert self.after(OutcomeKind.DONE, recheck_every=MINUTE).due_at == NOW + MINUTE

    def test_a_passing_failure_is_tried_again_later(self) -> None:
        record = self.after(OutcomeKind.TRANSIENT)
        assert record.state is JobState.RETRYING
        assert record.due_at is not None
        assert record.due_at > NOW

    def test_too_many_passing_failures_end_it(self) -> None:
        record = self.after(OutcomeKind.TRANSIENT, attempt=3, max_attempts=3)
        assert (record.state, record.due_at) == (JobState.FAILED, None)
        assert record.error == "why; given up after 3 attempts."

    def test_what_did_not_begin_is_tried_again_and_does_not_count(self) -> None:
        record = self.after(OutcomeKind.POSTPONED, attempt=3, max_attempts=3)
        assert (record.state, record.attempts, record.error) == (JobState.RETRYING, 2, "why")
        assert record.due_at is not None
        [job] = plan({"Text": "a"}, [FIRST], replace(record, due_at=NOW - MINUTE)).jobs
        assert job.attempt == 3

    def test_a_lasting_failure(self) -> None:
        record = self.after(OutcomeKind.PERMANENT)
        assert (record.state, record.error) == (JobState.FAILED, "why")

    def test_a_recheck_that_fails_keeps_the_result(self) -> None:
        record = self.after(OutcomeKind.TRANSIENT, before=done("first", "a"))
        assert shown(plan({"Text": "a"}, [FIRST], record)) == {"first column": "result"}


PASTED = (FromColumn("Text"), FromStep("first", "out"))
LINKED = step("first", text=FromColumn("Link"))


def either(name: str, required: bool = True) -> FakeStep:
    one = step(name, required, text=FromColumn("Text"))
    return FakeStep(replace(one.spec, inputs={"text": PASTED}))


class TestSeveralSources:
    @pytest.mark.parametrize("text", ["typed", " typed "])
    def test_the_first_that_is_not_blank_counts(self, text: str) -> None:
        found = plan({"Text": text, "Link": "a"}, [LINKED, either("second")], done("first", "a"))
        assert [job.inputs for job in found.jobs] == [{"text": text}]

    @pytest.mark.parametrize("text", ["", "-", "n/a", "tbd"])
    def test_a_blank_one_gives_way(self, text: str) -> None:
        records = done("first", "a", "fetched")
        found = plan({"Text": text, "Link": "a"}, [LINKED, either("second")], records)
        assert [job.inputs for job in found.jobs] == [{"text": "fetched"}]

    def test_a_step_is_not_waited_for_where_an_earlier_source_is_there(self) -> None:
        found = plan({"Text": "typed", "Link": "a"}, [LINKED, either("second")])
        assert [job.step for job in found.jobs] == ["first", "second"]

    def test_a_step_is_waited_for_while_it_may_give_the_value(self) -> None:
        found = plan({"Link": "a"}, [LINKED, either("second")])
        assert states(found) == [StepState.QUEUED, StepState.BLOCKED]
        retrying = JobRecord("first", hash_of("a"), JobState.RETRYING, 1, NOW + MINUTE)
        found = plan({"Link": "a"}, [LINKED, either("second")], retrying)
        assert states(found) == [StepState.RETRYING, StepState.BLOCKED]

    def test_the_hash_depends_on_the_value_and_not_on_where_it_stood(self) -> None:
        typed = plan({"Text": "same"}, [either("second")]).jobs[0]
        fetched = plan({"Link": "a"}, [LINKED, either("second")], done("first", "a", "same")).jobs[
            0
        ]
        assert typed.input_hash == fetched.input_hash

    def test_what_failed_does_not_count_where_the_user_gave_it_by_hand(self) -> None:
        failed = JobRecord("first", hash_of("a"), JobState.FAILED, error="A login is asked for.")
        second = done("second", "typed")
        steps = [LINKED, either("second")]
        found = plan({"Text": "typed", "Link": "a"}, steps, failed, second)
        assert states(found) == [StepState.DISPENSABLE, StepState.DONE]
        assert states(plan({"Link": "a"}, steps, failed)) == [StepState.FAILED, StepState.BLOCKED]

    def test_an_optional_source_makes_no_failure_dispensable(self) -> None:
        failed = JobRecord("first", hash_of("a"), JobState.FAILED, error="no")
        cells: dict[str, CellValue] = {"Text": "typed", "Link": "a"}
        found = plan(cells, [LINKED, either("second", required=False)], failed)
        assert states(found)[0] is StepState.FAILED
        needy = step("third", text=FromStep("first", "out"))
        found = plan(cells, [LINKED, either("second"), needy], failed)
        assert states(found)[0] is StepState.FAILED, "the third has nothing else"

    def test_what_may_help_is_asked_for(self) -> None:
        found = plan({}, [LINKED, either("second"), either("third", required=False)])
        needs = [[[a.header for a in need] for need in s.needs] for s in found.standings]
        assert needs == [[["Link"]], [["Link", "Text"]], []]

    def test_a_step_that_gave_nothing_leaves_only_the_other_sources(self) -> None:
        found = plan({"Link": "a"}, [LINKED, either("second")], done("first", "a", ""))
        assert [a.header for need in found.standings[1].needs for a in need] == ["Text"]

    def test_a_source_that_is_not_ready_is_waited_for(self) -> None:
        found = plan({"Text": "#N/A", "Link": "a"}, [LINKED, either("second")], done("first", "a"))
        assert found.standings[1].remark == "Text shows #N/A"


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        ("no such page.", "no such page."),
        ("tool failed: no such page", "no such page"),
        ("gave up after 5 attempts: no such page", "gave up after 5 attempts: no such page"),
        ("gave up after 5 attempts: tool failed: refused", "refused"),
        ("tool took longer than 3 s", "took longer than 3 s"),
    ],
)
def test_a_cause_of_an_older_mirror_loses_the_tools_name(error: str, cause: str) -> None:
    failed = JobRecord("first", hash_of("a"), JobState.FAILED, error=error)
    (standing,) = plan({"Text": "a"}, [FIRST], failed).standings
    assert standing.detail == cause
