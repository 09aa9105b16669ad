"""What was told to whom. Each event once a receiver, whatever is killed in between.

A claim is committed before its message is sent, and marked as sent afterwards. A
claim that was never marked belongs to a run that was killed: whether the message went
out nobody knows, so it is not sent again, and the row says so.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sync_daemon.tooling import HostBusyError

if TYPE_CHECKING:
    from sync_daemon.tooling import ToolContext, ToolMemory

    from .schemas import Condition, NotifyOptions

_DAY = "day"


class _Day(BaseModel):
    """How many messages a day has seen."""

    model_config = ConfigDict(frozen=True)

    day: date
    messages: int = Field(ge=0)


@dataclass(frozen=True, slots=True)
class Event:
    """A condition that a row has come to meet, for one receiver."""

    key: str
    reason: str

    def is_new(self, memory: ToolMemory) -> bool:
        """Whether nobody has claimed it."""
        return memory.get(self.key) is None

    def sent_at(self, memory: ToolMemory) -> datetime | None:
        """When it was told; None if it was not, or nobody knows."""
        kept = memory.get(self.key)
        return datetime.fromisoformat(kept) if kept else None


def event_key(row: tuple[str, str], condition: Condition, event: str, receiver: str) -> str:
    """The key of an event.

    Args:
        row: the sheet and the row's id.
        condition: what is met.
        event: what tells it from the next one.
        receiver: the mark of the address.
    """
    content = hashlib.sha256(condition.model_dump_json().encode()).hexdigest()[:16]
    return "/".join((*row, content, event, receiver))


def forget(memory: ToolMemory, key: str) -> None:
    """Let an event be new again; writes only where there is something to forget."""
    if memory.get(key) is not None:
        memory.release(key)


def count_message(context: ToolContext[NotifyOptions]) -> None:
    """Count a message of today, before it is sent.

    Raises:
        HostBusyError: the day has seen all it may; the job waits without using an attempt.
    """
    now = context.clock.now()
    sent = _sent_on(now.date(), context.memory)
    if sent >= context.options.most_a_day:
        midnight = datetime.combine(now.date(), datetime.max.time(), now.tzinfo)
        raise HostBusyError(
            f"{sent} messages went out today, which is the limit.",
            retry_after=midnight - now,
            hint="Raise most_a_day in the configuration.",
        )
    _keep_sent(now.date(), sent + 1, context.memory)


def uncount_message(context: ToolContext[NotifyOptions]) -> None:
    """Take back one that did not go out: a service that is down must not use up the day."""
    today = context.clock.now().date()
    sent = _sent_on(today, context.memory)
    if sent:
        _keep_sent(today, sent - 1, context.memory)


def _sent_on(day: date, memory: ToolMemory) -> int:
    try:
        kept = _Day.model_validate_json(memory.get(_DAY) or "")
    except ValidationError:
        return 0
    return kept.messages if kept.day == day else 0


def _keep_sent(day: date, messages: int, memory: ToolMemory) -> None:
    memory.put(_DAY, _Day(day=day, messages=messages).model_dump_json())
