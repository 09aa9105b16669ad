"""One attempt at a job: call the tool, and say as an outcome what came of it."""

from __future__ import annotations

import asyncio
import errno
import inspect
import math
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pydantic_core import PydanticSerializationError

from sync_daemon.domain.jobs import NEVER, Outcome, OutcomeKind
from sync_daemon.errors import MirrorError
from sync_daemon.processing.error_text import (
    SEE_LOG,
    UNEXPECTED,
    describe_error,
    is_of_httpx,
    one_line,
)
from sync_daemon.tooling import HostBusyError, ToolError, TransientToolError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sync_daemon.domain.jobs import Job, JsonValue
    from sync_daemon.processing.resolved_step import ResolvedStep
    from sync_daemon.tooling import ToolContext

_PASSING_ERRNOS = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM}
)
"""Failures of this machine: once somebody has seen to it, the tool can do its work."""

_SHORTEST_PAUSE = timedelta(minutes=1)  # so that a tool cannot keep sheetd busy with itself


@dataclass(eq=False, slots=True)
class Attempt:
    """A job on its way through the executor."""

    job: Job
    step: ResolvedStep
    bound: Mapping[str, object] = field(default_factory=dict)  # to the log, by who submitted it
    started_at: datetime | None = None
    started: float = 0.0
    deadline: float = math.inf
    is_settled: bool = field(default=False)

    @property
    def run_id(self) -> int | None:
        """The run that submitted it."""
        run_id = self.bound.get("run_id")
        return run_id if isinstance(run_id, int) else None

    def outcome(
        self,
        kind: OutcomeKind,
        *,
        now: datetime,
        values: Mapping[str, JsonValue] | None = None,
        error: str = "",
        retry_after_s: float | None = None,
        recheck_after: timedelta | None = None,
    ) -> Outcome:
        """What became of it; ``now`` stands for the start of an attempt that never began."""
        began = self.started_at is not None
        return Outcome(
            self.job,
            kind,
            self.started_at or now,
            time.monotonic() - self.started if began else 0.0,
            values or {},
            error,
            retry_after_s,
            recheck_after,
        )

    def timed_out(self, now: datetime) -> Outcome:
        """The outcome of an attempt that took too long.

        When the tool acts on the outside, nobody knows whether it did: trying
        again by itself could do it twice.
        """
        text = f"No result after {self.step.tool.timeout:g} s."
        if not self.step.spec.has_outside_effect:
            return self.outcome(OutcomeKind.TRANSIENT, now=now, error=text)
        text = f"{text[:-1]}; it may have taken effect. Check, then run the row again."
        return self.outcome(OutcomeKind.PERMANENT, now=now, error=text)


def run_attempt(attempt: Attempt, context: ToolContext) -> Outcome:
    """Call a ``def process``. Never raises, whatever the tool does."""
    try:
        entry = attempt.step.entry(attempt.job.inputs)
        result = attempt.step.tool.process(entry, context)
        if inspect.isawaitable(result):
            return _ill_result(attempt, result, context)
    except BaseException as error:  # noqa: BLE001 - SystemExit must not end the worker either
        return _failure(attempt, error, context)
    return _success(attempt, result, context)


async def run_attempt_async(attempt: Attempt, context: ToolContext) -> Outcome:
    """Await an ``async def process``, for at most the tool's time-out.

    Raises:
        asyncio.CancelledError: only when the task that runs this is cancelled.
    """
    scope = asyncio.timeout(attempt.step.tool.timeout)
    try:
        async with scope:
            entry = attempt.step.entry(attempt.job.inputs)
            result = await attempt.step.tool.process(entry, context)
    except TimeoutError as error:
        if scope.expired():
            return attempt.timed_out(context.clock.now())
        return _failure(attempt, error, context)
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        return _failure(attempt, error, context)
    except BaseException as error:  # noqa: BLE001 - SystemExit must not end the loop either
        return _failure(attempt, error, context)
    return _success(attempt, result, context)


def _success(attempt: Attempt, result: Any, context: ToolContext) -> Outcome:
    now = context.clock.now()
    if not isinstance(result, attempt.step.tool.result_schema):
        return _ill_result(attempt, result, context)
    try:
        values: dict[str, JsonValue] = result.model_dump(mode="json", warnings="error")
        pause = attempt.step.tool.recheck_after(result, context)
    except (PydanticSerializationError, ValueError, TypeError, RecursionError) as error:
        return _failure(attempt, error, context)
    finite = {name: _finite(value) for name, value in values.items()}
    recheck_after = NEVER if pause is None else max(pause, _SHORTEST_PAUSE)
    return attempt.outcome(OutcomeKind.DONE, now=now, values=finite, recheck_after=recheck_after)


def _finite(value: JsonValue) -> JsonValue:
    """JSON has no infinities and no NaN: they become text."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, list):
        return [_finite(one) for one in value]
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    return value


def _ill_result(attempt: Attempt, result: object, context: ToolContext) -> Outcome:
    if inspect.iscoroutine(result):
        result.close()
    tool = attempt.step.tool
    given = "None" if result is None else type(result).__name__
    context.log.error("tool failed", error=f"returned {given}, not {tool.result_schema.__name__}")
    now = context.clock.now()
    return attempt.outcome(OutcomeKind.PERMANENT, now=now, error=f"{UNEXPECTED}. {SEE_LOG}")


def _failure(attempt: Attempt, error: BaseException, context: ToolContext) -> Outcome:
    now = context.clock.now()
    match error:
        case TransientToolError():
            is_begun = not isinstance(error, HostBusyError)
            return attempt.outcome(
                OutcomeKind.TRANSIENT if is_begun else OutcomeKind.POSTPONED,
                now=now,
                error=one_line(str(error)),
                retry_after_s=error.retry_after_s,
            )
        case ToolError():
            return attempt.outcome(OutcomeKind.PERMANENT, now=now, error=one_line(str(error)))
    text = describe_error(error)
    if is_of_httpx(error):
        from sync_daemon.processing import http_failures  # noqa: PLC0415 - loads httpx

        is_passing = http_failures.may_pass(error)
        wait_s = http_failures.asked_wait_s(error, now)
    else:
        is_passing, wait_s = _may_pass(error), None
    if is_passing:
        return attempt.outcome(OutcomeKind.TRANSIENT, now=now, error=text, retry_after_s=wait_s)
    context.log.error("tool failed", error=type(error).__name__, exc_info=error)
    return attempt.outcome(OutcomeKind.PERMANENT, now=now, error=text)


def _may_pass(error: BaseException) -> bool:
    """Whether another attempt may succeed: this machine's disk or mirror failed for now."""
    if isinstance(error, OSError):
        return error.errno in _PASSING_ERRNOS
    return isinstance(error, MirrorError)
