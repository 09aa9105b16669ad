"""Runs jobs in this process: threads for ``def process``, an event loop for ``async def``.

All state is behind one lock; tools run outside it. A thread whose tool takes
too long cannot be stopped: it is abandoned, its outcome is given at once, and
a new thread takes its place.
"""

from __future__ import annotations

import math
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING

import structlog

from sync_daemon.domain.jobs import FromColumn, FromStep, Outcome, OutcomeKind
from sync_daemon.errors import SheetdError
from sync_daemon.processing.attempt import Attempt, run_attempt, run_attempt_async
from sync_daemon.processing.loop_thread import LoopThread
from sync_daemon.processing.parsers import ParserPool
from sync_daemon.processing.tool_queues import Limits, ToolQueues
from sync_daemon.processing.volatile_memory import VolatileMemory
from sync_daemon.tooling import ToolContext

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sync_daemon.domain.jobs import Job
    from sync_daemon.ports import Clock
    from sync_daemon.processing.http import HttpPool
    from sync_daemon.processing.resolved_step import ResolvedStep
    from sync_daemon.tooling import MirrorReader, ToolMemory

MAX_STUCK = 16
"""Abandoned calls of one tool that may hang at a time; further jobs of it are put off."""

_LOOP_GRACE_S = 1.0  # for an async tool to give way after its time-out
_JOIN_S = 1.0

_log = structlog.get_logger("sheetd.processing")


class LocalExecutor:
    """Implements `sync_daemon.ports.JobExecutor`.

    Args:
        steps: (sheet, step name) → the step, for every job that will come.
        clock: the wall clock of outcomes and contexts.
        mirror: what tools may read.
        http: where tools get their HTTP clients; closed by its owner.
        memory: (tool, row id) → what the tool keeps between its calls.
        parsers: what reads strangers' bytes for tools; closed by its owner. By default a
            pool of the executor's own.
        threads: jobs of ``def process`` at one time.
        tasks: jobs of ``async def process`` at one time.
    """

    def __init__(  # noqa: PLR0913 - all but four have a default
        self,
        steps: Mapping[tuple[str, str], ResolvedStep],
        *,
        clock: Clock,
        mirror: MirrorReader,
        http: HttpPool,
        memory: Callable[[str, str], ToolMemory] | None = None,
        parsers: ParserPool | None = None,
        threads: int = 8,
        tasks: int = 64,
    ) -> None:
        self._steps = dict(steps)
        self._clock = clock
        self._mirror = mirror
        self._http = http
        self._memory = memory or VolatileMemory().of
        self._parsers = parsers or ParserPool()
        self._owns_parsers = parsers is None
        self._max_threads = threads
        self._max_tasks = tasks
        self._lock = threading.Lock()
        self._work = threading.Condition(self._lock)
        self._finished = threading.Condition(self._lock)
        self._deadlines = threading.Condition(self._lock)
        self._sync_lanes: ToolQueues[Attempt] = ToolQueues()
        self._async_lanes: ToolQueues[Attempt] = ToolQueues()
        self._running: set[Attempt] = set()
        self._stuck: Counter[str] = Counter()
        self._outcomes: list[Outcome] = []
        self._outstanding: set[tuple[str, str, str]] = set()  # see _key
        self._idle = 0
        self._tasks = 0
        self._workers: list[threading.Thread] = []
        self._loop: LoopThread | None = None
        self._retired: list[LoopThread] = []
        self._watcher: threading.Thread | None = None
        self._wakes_at = math.inf
        self._is_closed = False

    def replace_steps(self, steps: Mapping[tuple[str, str], ResolvedStep]) -> None:
        """Use these steps for jobs submitted from now on."""
        with self._lock:
            self._steps = dict(steps)

    def submit(self, job: Job) -> None:
        """Queue ``job``; returns at once.

        One that is outstanding already, from a cycle that failed, is not done twice.

        Raises:
            SheetdError: the executor is closed.
        """
        with self._lock:
            if self._is_closed:
                message = "The executor is closed and takes no jobs."
                raise SheetdError(message)
            if _key(job) in self._outstanding:
                return
            self._outstanding.add(_key(job))
            step = self._steps.get((job.sheet, job.step))
            if step is None:
                self._outcomes.append(_unknown_step(job, self._clock))
                self._finished.notify_all()
                return
            self._enqueue(Attempt(job, step, structlog.contextvars.get_contextvars()))

    def wait(self, timeout_s: float) -> list[Outcome]:
        """All outcomes since the last call, waiting up to ``timeout_s`` for a first one."""
        with self._lock:
            self._finished.wait_for(
                lambda: self._outcomes or not self._outstanding or self._is_closed, timeout_s
            )
            outcomes, self._outcomes = self._outcomes, []
            self._outstanding -= {_key(outcome.job) for outcome in outcomes}
            return outcomes

    def withdraw(self) -> None:
        """Take back the jobs that have not begun; there will be no outcome of them."""
        with self._lock:
            taken = [*self._sync_lanes.clear(), *self._async_lanes.clear()]
            self._outstanding -= {_key(attempt.job) for attempt in taken}

    @property
    def outstanding(self) -> int:
        """Jobs submitted whose outcome has not been handed out yet."""
        return len(self._outstanding)

    def close(self) -> None:
        """Stop taking jobs and abandon what runs; idempotent, and never waits for a tool."""
        with self._lock:
            if self._is_closed:
                return
            self._is_closed = True
            self._sync_lanes.clear()
            self._async_lanes.clear()
            for attempt in self._running:
                attempt.is_settled = True
            self._running.clear()
            self._outstanding = {_key(outcome.job) for outcome in self._outcomes}
            for condition in (self._work, self._finished, self._deadlines):
                condition.notify_all()
            loops = [*self._retired, *([self._loop] if self._loop else [])]
            threads = [*self._workers, *([self._watcher] if self._watcher else [])]
        if self._owns_parsers:
            self._parsers.close()
        for loop in loops:
            loop.stop()
            threads.append(loop.thread)
        until = time.monotonic() + _JOIN_S
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _enqueue(self, attempt: Attempt) -> None:
        tool = attempt.step.tool
        limits = Limits(tool.concurrency, tool.rate_limit)
        if tool.is_async:
            self._async_lanes.offer(tool.name, limits, attempt)
            if self._loop is None:
                self._loop = LoopThread(self._http.aclose)
            self._loop.call_soon(self._pump)
            return
        self._sync_lanes.offer(tool.name, limits, attempt)
        if not self._idle and self._useful_workers() < self._max_threads:
            self._add_worker()
        else:
            self._work.notify()

    def _useful_workers(self) -> int:
        return len(self._workers) - self._stuck.total()

    def _add_worker(self) -> None:
        name = f"sheetd-worker-{len(self._workers)}"
        worker = threading.Thread(target=self._run_worker, name=name, daemon=True)
        self._workers.append(worker)
        worker.start()

    def _run_worker(self) -> None:
        while (attempt := self._next_for_thread()) is not None:
            outcome = run_attempt(attempt, self._context(attempt))
            if not self._settle(attempt, outcome):
                with self._lock:
                    self._stuck[attempt.step.tool.name] -= 1
                return

    def _next_for_thread(self) -> Attempt | None:
        """Wait for a job that may start; None when this executor is closed."""
        with self._lock:
            while not self._is_closed:
                now = time.monotonic()
                attempt = self._sync_lanes.take(now)
                if attempt is None:
                    self._idle += 1
                    self._work.wait(self._sync_lanes.wait_s(now))
                    self._idle -= 1
                elif self._stuck[attempt.step.tool.name] >= MAX_STUCK:
                    self._put_off(attempt)
                else:
                    self._begin(attempt, now, grace_s=0.0)
                    return attempt
            return None

    def _put_off(self, attempt: Attempt) -> None:
        text = f"{MAX_STUCK} earlier attempts still hang. Restart sheetd to end them."
        self._running.add(attempt)
        outcome = attempt.outcome(OutcomeKind.TRANSIENT, now=self._clock.now(), error=text)
        self._settle_locked(attempt, outcome)

    def _begin(self, attempt: Attempt, now: float, *, grace_s: float) -> None:
        attempt.started_at = self._clock.now()
        attempt.started = now
        attempt.deadline = now + attempt.step.tool.timeout + grace_s
        self._running.add(attempt)
        if self._watcher is None:
            self._watcher = threading.Thread(
                target=self._watch, name="sheetd-deadlines", daemon=True
            )
            self._watcher.start()
        if attempt.deadline < self._wakes_at:
            self._deadlines.notify_all()

    def _settle(self, attempt: Attempt, outcome: Outcome) -> bool:
        with self._lock:
            return self._settle_locked(attempt, outcome)

    def _settle_locked(self, attempt: Attempt, outcome: Outcome) -> bool:
        """Record the outcome; False if the attempt was abandoned before."""
        if attempt.is_settled:
            return False
        attempt.is_settled = True
        self._running.discard(attempt)
        tool = attempt.step.tool
        if tool.is_async:
            self._async_lanes.finish(tool.name)
            self._tasks -= 1
        else:
            self._sync_lanes.finish(tool.name)
            if tool.concurrency is not None:
                self._work.notify()
        self._outcomes.append(outcome)
        self._finished.notify_all()
        return True

    def _context(self, attempt: Attempt) -> ToolContext:
        job = attempt.job
        return ToolContext(
            row_id=job.row_id,
            sheet=job.sheet,
            options=attempt.step.options,
            log=_log.bind(
                **attempt.bound,
                tool=job.tool,
                row_id=job.row_id,
                sheet=job.sheet,
                step=job.step,
            ),
            clock=self._clock,
            mirror=self._mirror,
            provider=self._http,
            memory=self._memory(job.tool, job.row_id),
            parsers=self._parsers.until(attempt.started + attempt.step.tool.timeout),
            attempt=job.attempt,
            run_id=attempt.run_id,
            input_columns=self._input_columns(attempt),
            output_columns=attempt.step.spec.outputs,
        )

    def _input_columns(self, attempt: Attempt) -> dict[str, str]:
        """Input → the column of the sheet that holds the like in other rows."""
        columns: dict[str, str] = {}
        for name, sources in attempt.step.spec.inputs.items():
            for source in reversed(sources):  # the first that is a column stays
                match source:
                    case FromColumn():
                        columns[name] = source.header
                    case FromStep():
                        earlier = self._steps.get((attempt.job.sheet, source.step))
                        if earlier and source.output in earlier.spec.outputs:
                            columns[name] = earlier.spec.outputs[source.output]
        return columns

    def _pump(self) -> None:
        """Start what may start on the event loop; runs on its thread."""
        with self._lock:
            loop = self._loop
            if self._is_closed or loop is None or not loop.is_current():
                return
            now = time.monotonic()
            started: list[Attempt] = []
            while self._tasks < self._max_tasks:
                attempt = self._async_lanes.take(now)
                if attempt is None:
                    break
                self._tasks += 1
                self._begin(attempt, now, grace_s=_LOOP_GRACE_S)
                started.append(attempt)
            delay = self._async_lanes.wait_s(now) if self._tasks < self._max_tasks else None
        for attempt in started:
            loop.start(self._run_task(attempt))
        if delay:
            loop.wake_in(delay, self._pump)

    async def _run_task(self, attempt: Attempt) -> None:
        outcome = await run_attempt_async(attempt, self._context(attempt))
        self._settle(attempt, outcome)
        loop = self._loop
        if loop is not None:
            loop.call_soon(self._pump)

    def _watch(self) -> None:
        """Give up attempts whose time is over."""
        with self._lock:
            while not self._is_closed:
                now = time.monotonic()
                for attempt in [one for one in self._running if one.deadline <= now]:
                    self._abandon(attempt)
                self._wakes_at = min((one.deadline for one in self._running), default=math.inf)
                wait_s = self._wakes_at - now if math.isfinite(self._wakes_at) else None
                self._deadlines.wait(wait_s)

    def _abandon(self, attempt: Attempt) -> None:
        tool = attempt.step.tool
        self._settle_locked(attempt, attempt.timed_out(self._clock.now()))
        if tool.is_async:
            self._replace_loop()
            return
        self._stuck[tool.name] += 1
        self._workers = [one for one in self._workers if one.is_alive()]
        self._add_worker()

    def _replace_loop(self) -> None:
        """A tool that blocks the event loop would hold up every other one."""
        if self._loop is not None:
            self._loop.retire()
            self._retired.append(self._loop)
        self._loop = LoopThread(self._http.aclose)
        self._loop.call_soon(self._pump)


def _key(job: Job) -> tuple[str, str, str]:
    """What makes two jobs the same."""
    return job.row_id, job.step, job.input_hash


def _unknown_step(job: Job, clock: Clock) -> Outcome:
    error = "The configuration changed before this could run. Run the row again."
    return Outcome(job, OutcomeKind.PERMANENT, clock.now(), 0.0, {}, error)
