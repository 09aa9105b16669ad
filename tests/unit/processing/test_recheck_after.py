"""A tool may say how long a result holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from sync_daemon.domain.jobs import NEVER, Job, Outcome, OutcomeKind, StepSpec
from sync_daemon.domain.pipeline import record_after
from sync_daemon.fetching import GuardedHttp
from sync_daemon.processing.executor import LocalExecutor
from sync_daemon.processing.resolved_step import ResolvedStep
from sync_daemon.processing.run_tool import NoRows
from sync_daemon.tooling import Tool, ToolContext, ToolInputSchema, ToolOptions, ToolResultSchema

NOW = datetime(2026, 5, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Clock:
    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0

    def sleep(self, seconds: float) -> None:
        raise AssertionError(seconds)


class Hours(ToolInputSchema):
    hours: float | None


class Held(ToolResultSchema):
    hours: float | None


class Keep(Tool[Hours, Held]):
    """Hold for the hours that the row says; zero is a mistake."""

    name = "keep"
    version = 1
    recheck_every = timedelta(days=7)

    def process(self, entry: Hours, context: ToolContext) -> Held:
        return Held(hours=entry.hours)

    def recheck_after(self, result: Held, context: ToolContext) -> timedelta | None:
        assert context.row_id == "row"
        if result.hours == 0:
            message = "no hours"
            raise ValueError(message)
        return None if result.hours is None else timedelta(hours=result.hours)


class Plain(Tool[Hours, Held]):
    """Hold for as long as the class says."""

    name = "plain"
    version = 1
    recheck_every = timedelta(days=7)

    def process(self, entry: Hours, context: ToolContext) -> Held:
        return Held(hours=entry.hours)


def spec_of(tool: type[Tool[Hours, Held]]) -> StepSpec:
    return StepSpec(tool.name, tool.name, 1, "fingerprint", {}, frozenset(), {}, tool.recheck_every)


STEPS = {
    ("jobs", tool.name): ResolvedStep(spec_of(tool), tool(), ToolOptions())
    for tool in (Keep, Plain)
}


@pytest.fixture
def executor() -> Iterator[LocalExecutor]:
    http = GuardedHttp()
    made = LocalExecutor(STEPS, clock=Clock(), mirror=NoRows(), http=http, threads=1)
    yield made
    made.close()
    http.close()


def outcome_of(executor: LocalExecutor, tool: str, hours: float | None) -> Outcome:
    executor.submit(Job("row", "jobs", tool, tool, {"hours": hours}, "hash"))
    (outcome,) = executor.wait(10)
    return outcome


@pytest.mark.parametrize(
    ("tool", "hours", "pause"),
    [
        ("plain", 1, timedelta(days=7)),
        ("keep", 1, HOUR),
        ("keep", 1000, 1000 * HOUR),
        ("keep", None, None),
        ("keep", 0.001, timedelta(minutes=1)),
        ("keep", -5, timedelta(minutes=1)),
        ("keep", 24 * 365 * 1000, None),
    ],
)
def test_the_next_run_is_when_the_tool_says(
    executor: LocalExecutor, tool: str, hours: float | None, pause: timedelta | None
) -> None:
    outcome = outcome_of(executor, tool, hours)
    assert outcome.kind is OutcomeKind.DONE, outcome.error
    record = record_after(outcome, None, STEPS["jobs", tool].spec, NOW)
    assert record.due_at == (None if pause is None else NOW + pause)


def test_a_mistake_in_saying_so_fails_the_row(executor: LocalExecutor) -> None:
    outcome = outcome_of(executor, "keep", 0)
    assert outcome.kind is OutcomeKind.PERMANENT
    assert "no hours" in outcome.error


def test_never_is_later_than_any_pause() -> None:
    assert timedelta(days=3650) < NEVER
