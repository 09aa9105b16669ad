"""The limit of a day: requests and tokens, counted before they are spent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sync_daemon.tooling import HostBusyError, ToolContext, ToolMemory

from .schemas import LlmOptions

_KEY = "spent"


class SpendingLimitError(HostBusyError):
    """The day's limit is reached; waiting for the next day uses up no attempt."""


class Spent(BaseModel):
    """What a day has cost so far."""

    model_config = ConfigDict(frozen=True)

    day: date
    calls: int = Field(default=0, ge=0)
    tokens: int = Field(default=0, ge=0)


@dataclass(frozen=True, slots=True)
class Reservation:
    """A request that was counted; `settle` says what it really cost."""

    memory: ToolMemory
    day: date
    tokens: int

    def settle(self, tokens: int) -> None:
        """Put the tokens that were spent in the place of the estimate."""
        spent = read_spent(self.memory, self.day)
        if spent.calls:
            left = max(0, spent.tokens - self.tokens + tokens)
            _write(self.memory, Spent(day=self.day, calls=spent.calls, tokens=left))


def reserve(context: ToolContext[LlmOptions], tokens: int) -> Reservation:
    """Count a request that may cost ``tokens``.

    It is counted before it is sent, so that a crash on the way costs the limit
    and not the person.

    Raises:
        SpendingLimitError: there is nothing left of the day's limit.
    """
    options, now = context.options, context.clock.now().astimezone(UTC)
    spent = read_spent(context.memory, now.date())
    if spent.calls >= options.max_calls_per_day:
        raise _over(now, f"{options.max_calls_per_day} requests")
    if spent.tokens + tokens > options.max_tokens_per_day:
        raise _over(now, f"{options.max_tokens_per_day} tokens")
    counted = Spent(day=spent.day, calls=spent.calls + 1, tokens=spent.tokens + tokens)
    _write(context.memory, counted)
    return Reservation(context.memory, spent.day, tokens)


def read_spent(memory: ToolMemory, day: date) -> Spent:
    """What ``day`` has cost; nothing, if what is kept is of another day."""
    kept = memory.get(_KEY)
    try:
        spent = Spent.model_validate_json(kept or "{}")
    except ValidationError:
        return Spent(day=day)
    return spent if spent.day == day else Spent(day=day)


def _write(memory: ToolMemory, spent: Spent) -> None:
    memory.put(_KEY, spent.model_dump_json())


def _over(now: datetime, limit: str) -> SpendingLimitError:
    midnight = datetime.combine(now.date() + timedelta(days=1), time(), UTC)
    return SpendingLimitError(
        f"The limit of {limit} a day for language models is reached; it goes on at 00:00 UTC.",
        retry_after=midnight - now,
        hint="Raise it in the configuration.",
    )
