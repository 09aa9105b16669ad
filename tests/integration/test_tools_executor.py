from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from structlog.testing import capture_logs

from sync_daemon.domain.jobs import Job, Outcome, OutcomeKind
from sync_daemon.errors import SheetdError
from sync_daemon.fetching import GuardedHttp
from sync_daemon.processing.executor import MAX_STUCK, LocalExecutor
from sync_daemon.processing.loading import Origin, ToolEntry
from sync_daemon.processing.registry import ToolRegistry
from sync_daemon.processing.resolved_step import ResolvedStep
from sync_daemon.processing.run_tool import NoRows
from sync_daemon.processing.steps import StepPlace, prepare_steps
from sync_daemon.tooling import (
    HostBusyError,
    Tool,
    ToolContext,
    ToolError,
    ToolInputSchema,
    ToolOptions,
    ToolResultSchema,
    TransientToolError,
)

if TYPE_CHECKING:
    from sync_daemon.ports import JobExecutor

NOW = datetime(2026, 5, 1, tzinfo=UTC)
PATIENCE_S = 20.0


class WallClock:
    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        raise AssertionError(seconds)


class Text(ToolInputSchema):
    text: str


class Words(ToolResultSchema):
    words: float


class Step:
    name = None
    inputs = {"text": "Text"}  # noqa: RUF012
    outputs: dict[str, str] = {}  # noqa: RUF012
    options: dict[str, Any] = {}  # noqa: RUF012

    def __init__(self, tool: str) -> None:
        self.tool = tool


def make_tool(process: Callable[..., Any], **limits: Any) -> type[Tool[Text, Words]]:
    """A tool whose behaviour is ``process(entry, context)``."""
    if asyncio.iscoroutinefunction(process):

        class AsyncProbe(Tool[Text, Words]):
            name = "probe"
            version = 1

            async def process(self, entry: Text, context: ToolContext) -> Words:
                result: Words = await process(entry, context)
                return result

        cls: type[Tool[Text, Words]] = AsyncProbe
    else:

        class Probe(Tool[Text, Words]):
            name = "probe"
            version = 1

            def process(self, entry: Text, context: ToolContext) -> Words:
                result: Words = process(entry, context)
                return result

        cls = Probe
    for name, value in limits.items():
        setattr(cls, name, value)
    return cls


def prepare(cls: type[Tool[Text, Words]]) -> dict[tuple[str, str], ResolvedStep]:
    registry = ToolRegistry({cls.name: ToolEntry(cls(), Origin.BUILT_IN, "here")})
    (step,) = prepare_steps([Step(cls.name)], registry, StepPlace("jobs"))
    return {("jobs", cls.name): step}


Start = Callable[..., LocalExecutor]


@pytest.fixture
def start() -> Iterator[Start]:
    """Make an executor for one tool; closed at the end, with its HTTP clients."""
    opened: list[tuple[LocalExecutor, GuardedHttp]] = []

    def make(
        process: Callable[..., Any], *, threads: int = 4, tasks: int = 8, **limits: Any
    ) -> LocalExecutor:
        http = GuardedHttp()
        executor = LocalExecutor(
            prepare(make_tool(process, **limits)),
            clock=WallClock(),
            mirror=NoRows(),
            http=http,
            threads=threads,
            tasks=tasks,
        )
        opened.append((executor, http))
        return executor

    yield make
    for executor, http in opened:
        executor.close()
        http.close()


def job(text: str = "one two", *, row: str = "r1", step: str = "probe") -> Job:
    return Job(row, "jobs", step, step, {"text": text}, f"hash-{text}")


def drain(executor: JobExecutor) -> list[Outcome]:
    outcomes: list[Outcome] = []
    until = time.monotonic() + PATIENCE_S
    while executor.outstanding and time.monotonic() < until:
        outcomes += executor.wait(PATIENCE_S)
    return outcomes


def outcome_of(executor: JobExecutor, text: str = "one two") -> Outcome:
    executor.submit(job(text))
    (outcome,) = drain(executor)
    return outcome


def count(entry: Text, context: ToolContext) -> Words:
    return Words(words=len(entry.text.split()))


async def count_async(entry: Text, context: ToolContext) -> Words:
    await asyncio.sleep(0)
    return Words(words=len(entry.text.split()))


@pytest.mark.parametrize("process", [count, count_async])
def test_a_thousand_jobs_each_come_back_once(start: Start, process: Callable[..., Any]) -> None:
    executor = start(process)
    for number in range(1000):
        executor.submit(job("w " * (number % 7 + 1), row=f"r{number}"))
    outcomes = drain(executor)
    assert len({one.job.row_id for one in outcomes}) == len(outcomes) == 1000
    assert all(one.values == {"words": int(one.job.row_id[1:]) % 7 + 1} for one in outcomes)
    assert all(one.kind is OutcomeKind.DONE and one.started_at == NOW for one in outcomes)
    assert executor.outstanding == 0
    assert executor.wait(PATIENCE_S) == []


class OddError(BaseException):
    """Not even an Exception."""


DEFECT = "Something unexpected went wrong"
SEE_LOG = "The log says more."
ENDINGS: list[tuple[BaseException, OutcomeKind, str]] = [
    (ToolError("no such page"), OutcomeKind.PERMANENT, "no such page"),
    (ToolError("no page", hint="Look."), OutcomeKind.PERMANENT, "no page Look."),
    (TransientToolError("busy", retry_after=9), OutcomeKind.TRANSIENT, "busy"),
    (ValueError("bad\nvalue"), OutcomeKind.PERMANENT, f"{DEFECT}: bad value. {SEE_LOG}"),
    (httpx.ConnectError("refused"), OutcomeKind.TRANSIENT,
     "Cannot reach the site. Is the link right?"),
    (TimeoutError("own"), OutcomeKind.PERMANENT, f"{DEFECT}: own. {SEE_LOG}"),
    (SystemExit(3), OutcomeKind.PERMANENT, f"{DEFECT}: 3. {SEE_LOG}"),
    (KeyboardInterrupt(), OutcomeKind.PERMANENT, f"{DEFECT}. {SEE_LOG}"),
    (asyncio.CancelledError(), OutcomeKind.PERMANENT, f"{DEFECT}. {SEE_LOG}"),
    (OddError("odd"), OutcomeKind.PERMANENT, f"{DEFECT}: odd. {SEE_LOG}"),
    (ValueError("Bearer hunter2hunter2"), OutcomeKind.PERMANENT,
     f"{DEFECT}: Bearer [redacted]. {SEE_LOG}"),
]  # fmt: skip


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize(("error", "kind", "text"), ENDINGS, ids=lambda one: type(one).__name__)
def test_what_a_tool_raises_becomes_an_outcome_and_the_next_job_runs(
    start: Start, error: BaseException, kind: OutcomeKind, text: str, *, is_async: bool
) -> None:
    def fail(entry: Text, context: ToolContext) -> Words:
        if entry.text == "fail":
            raise error
        return count(entry, context)

    async def fail_async(entry: Text, context: ToolContext) -> Words:
        return fail(entry, context)

    executor = start(fail_async if is_async else fail, threads=1)
    outcome = outcome_of(executor, "fail")
    assert (outcome.kind, outcome.error) == (kind, text)
    assert outcome.retry_after_s == (9 if isinstance(error, TransientToolError) else None)
    assert outcome_of(executor).kind is OutcomeKind.DONE


@pytest.mark.parametrize(
    ("status", "kind", "retry_after_s"),
    [
        (404, OutcomeKind.PERMANENT, None),
        (408, OutcomeKind.TRANSIENT, None),
        (429, OutcomeKind.TRANSIENT, 7.0),
        (500, OutcomeKind.TRANSIENT, None),
        (503, OutcomeKind.TRANSIENT, 7.0),
    ],
)
def test_a_status_that_a_tool_raises_is_told_without_the_address(
    start: Start, status: int, kind: OutcomeKind, retry_after_s: float | None
) -> None:
    def fail(entry: Text, context: ToolContext) -> Words:
        request = httpx.Request("GET", "https://me:pw@site.example/?token=abc")
        response = httpx.Response(status, headers={"Retry-After": "7"}, request=request)
        response.raise_for_status()
        return count(entry, context)

    outcome = outcome_of(start(fail))

    assert (outcome.kind, outcome.retry_after_s) == (kind, retry_after_s)
    said = "answered 404 Not Found" if status == 404 else f"cannot answer now ({status})"
    assert outcome.error == f"site.example {said}."


def test_a_tool_that_waits_for_its_turn_has_not_begun(start: Start) -> None:
    def fail(entry: Text, context: ToolContext) -> Words:
        raise HostBusyError(f"{entry.text} {context.attempt}", retry_after=60)

    outcome = outcome_of(start(fail), "busy")
    assert (outcome.kind, outcome.retry_after_s) == (OutcomeKind.POSTPONED, 60)


@pytest.mark.parametrize("is_async", [False, True])
def test_a_private_address_is_refused_in_plain_words(start: Start, *, is_async: bool) -> None:
    def fetch(entry: Text, context: ToolContext) -> Words:
        return Words(words=len(context.http.get(entry.text).text))

    async def fetch_async(entry: Text, context: ToolContext) -> Words:
        return Words(words=len((await context.http_async.get(entry.text)).text))

    url = "http://127.0.0.1/?token=abc"
    outcome = outcome_of(start(fetch_async if is_async else fetch), url)

    assert outcome.kind is OutcomeKind.PERMANENT
    assert outcome.error.startswith("127.0.0.1 is not on the public internet, so nothing")


def test_the_traceback_of_a_defect_goes_to_the_log(start: Start) -> None:
    def fail(entry: Text, context: ToolContext) -> Words:
        raise ValueError("defect")

    with capture_logs() as logs:
        outcome_of(start(fail))
    (entry,) = logs
    assert isinstance(entry["exc_info"], ValueError)
    assert (entry["tool"], entry["row_id"], entry["log_level"]) == ("probe", "r1", "error")


@pytest.mark.parametrize(
    ("result", "logged"),
    [
        (None, "returned None, not Words"),
        ({"words": 1}, "returned dict, not Words"),
        (Words.model_construct(words="many"), "PydanticSerializationError"),
    ],
)
def test_a_result_of_another_type_is_refused(start: Start, result: Any, logged: str) -> None:
    with capture_logs() as logs:
        outcome = outcome_of(start(lambda entry, context: result))
    assert outcome.kind is OutcomeKind.PERMANENT
    assert outcome.error == f"{DEFECT}. {SEE_LOG}"
    assert [entry["error"] for entry in logs] == [logged]


def test_a_result_that_json_has_no_number_for_becomes_text(start: Start) -> None:
    outcome = outcome_of(start(lambda entry, context: Words(words=float("inf"))))
    assert outcome.values == {"words": "inf"}


def test_a_hanging_thread_is_abandoned_and_replaced(start: Start) -> None:
    release = threading.Event()

    def hang(entry: Text, context: ToolContext) -> Words:
        if entry.text == "hang":
            release.wait(PATIENCE_S)
        return count(entry, context)

    executor = start(hang, threads=1, timeout=0.05)
    outcome = outcome_of(executor, "hang")
    assert (outcome.kind, outcome.error) == (OutcomeKind.TRANSIENT, "No result after 0.05 s.")
    assert outcome.duration_s >= 0.05
    assert outcome_of(executor).kind is OutcomeKind.DONE
    release.set()
    assert outcome_of(executor).kind is OutcomeKind.DONE


def test_a_tool_that_acts_outside_is_not_tried_again_after_a_time_out(start: Start) -> None:
    release = threading.Event()
    executor = start(
        lambda entry, context: release.wait(PATIENCE_S), timeout=0.05, has_outside_effect=True
    )
    outcome = outcome_of(executor)
    release.set()
    assert outcome.kind is OutcomeKind.PERMANENT
    assert "may have taken effect" in outcome.error


def test_threads_that_hang_are_bounded(start: Start) -> None:
    release = threading.Event()
    executor = start(lambda entry, context: release.wait(PATIENCE_S), timeout=0.01)
    for number in range(MAX_STUCK + 20):
        executor.submit(job(row=f"r{number}"))
    outcomes = drain(executor)
    release.set()
    assert len(outcomes) == MAX_STUCK + 20
    put_off = [one for one in outcomes if "earlier attempts still hang" in one.error]
    assert put_off
    assert all(one.kind is OutcomeKind.TRANSIENT for one in outcomes)


def test_an_async_tool_that_takes_too_long_is_cancelled(start: Start) -> None:
    cancelled = threading.Event()

    async def hang(entry: Text, context: ToolContext) -> Words:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()
        return Words(words=0)

    outcome = outcome_of(start(hang, timeout=0.05))
    assert (outcome.kind, outcome.error) == (OutcomeKind.TRANSIENT, "No result after 0.05 s.")
    assert cancelled.is_set()


def test_an_async_tool_that_blocks_the_loop_does_not_hold_up_others(start: Start) -> None:
    release = threading.Event()

    async def block(entry: Text, context: ToolContext) -> Words:
        if entry.text == "block":
            release.wait(PATIENCE_S)
        return count(entry, context)

    executor = start(block, timeout=0.05)
    assert outcome_of(executor, "block").kind is OutcomeKind.TRANSIENT
    assert outcome_of(executor).kind is OutcomeKind.DONE
    release.set()


@pytest.mark.parametrize("is_async", [False, True])
def test_a_tools_concurrency_limit_holds(start: Start, *, is_async: bool) -> None:
    lock = threading.Lock()
    running = most = 0

    def enter(change: int) -> None:
        nonlocal running, most
        with lock:
            running += change
            most = max(most, running)

    def work(entry: Text, context: ToolContext) -> Words:
        enter(1)
        threading.Event().wait(0.001)
        enter(-1)
        return Words(words=0)

    async def work_async(entry: Text, context: ToolContext) -> Words:
        enter(1)
        await asyncio.sleep(0.001)
        enter(-1)
        return Words(words=0)

    executor = start(work_async if is_async else work, concurrency=2)
    for number in range(40):
        executor.submit(job(row=f"r{number}"))
    assert len(drain(executor)) == 40
    assert most == 2


@pytest.mark.parametrize("process", [count, count_async])
def test_a_tools_rate_limit_holds_the_rest_back(start: Start, process: Callable[..., Any]) -> None:
    executor = start(process, rate_limit=3)
    for number in range(5):
        executor.submit(job(row=f"r{number}"))
    outcomes: list[Outcome] = []
    while len(outcomes) < 3:
        outcomes += executor.wait(PATIENCE_S)
    assert executor.wait(0.05) == []
    assert executor.outstanding == 2


@pytest.mark.parametrize("process", [count, count_async])
def test_what_a_rate_limit_held_back_starts_when_its_time_comes(
    start: Start, process: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync_daemon.processing.tool_queues._MINUTE_S", 0.05)
    executor = start(process, rate_limit=2)
    began = time.monotonic()
    for number in range(6):
        executor.submit(job(row=f"r{number}"))
    assert len(drain(executor)) == 6
    assert time.monotonic() - began >= 0.1


def test_close_does_not_wait_for_tools_and_can_be_repeated(start: Start) -> None:
    release, started = threading.Event(), threading.Event()

    def hang(entry: Text, context: ToolContext) -> Words:
        started.set()
        release.wait(PATIENCE_S)
        return Words(words=0)

    executor = start(hang, threads=1)
    for number in range(5):
        executor.submit(job(row=f"r{number}"))
    assert started.wait(PATIENCE_S)
    began = time.monotonic()
    executor.close()
    executor.close()
    assert time.monotonic() - began < 5
    assert (executor.outstanding, executor.wait(PATIENCE_S)) == (0, [])
    with pytest.raises(SheetdError, match="closed"):
        executor.submit(job())
    release.set()


def test_close_cancels_async_tools(start: Start) -> None:
    started, ended = threading.Event(), threading.Event()

    async def hang(entry: Text, context: ToolContext) -> Words:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return Words(words=0)

    executor = start(hang)
    executor.submit(job())
    assert started.wait(PATIENCE_S)
    executor.close()
    assert ended.wait(PATIENCE_S)
    assert executor.wait(0) == []


def test_a_step_that_is_configured_no_more_is_told(start: Start) -> None:
    executor = start(count)
    executor.replace_steps({})
    outcome = outcome_of(executor)
    assert outcome.kind is OutcomeKind.PERMANENT
    assert outcome.error.startswith("The configuration changed before this could run.")


def test_the_context_is_that_of_the_job(start: Start) -> None:
    seen: list[ToolContext] = []

    def look(entry: Text, context: ToolContext) -> Words:
        seen.append(context)
        assert context.http is context.http
        assert not context.http.trust_env
        context.log.info("looking")
        return Words(words=0)

    with capture_logs() as logs:
        assert outcome_of(start(look)).kind is OutcomeKind.DONE
    (context,) = seen
    assert (context.row_id, context.sheet, context.attempt) == ("r1", "jobs", 1)
    assert isinstance(context.options, ToolOptions)
    assert context.clock.now() == NOW
    assert list(context.mirror.rows("jobs")) == []
    assert logs == [
        {"event": "looking", "log_level": "info", "tool": "probe", "row_id": "r1",
         "sheet": "jobs", "step": "probe"}
    ]  # fmt: skip


def test_an_async_tool_has_a_client_of_its_loop(start: Start) -> None:
    async def look(entry: Text, context: ToolContext) -> Words:
        assert context.http_async is context.http_async
        timeout = context.http_async.timeout
        assert timeout.connect is not None
        assert timeout.read is not None
        return Words(words=timeout.read)

    assert outcome_of(start(look)).kind is OutcomeKind.DONE


def test_time_outs_are_seconds() -> None:
    assert make_tool(count, recheck_every=timedelta(days=1)).timeout == 30.0
