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


def count_message(context: ToolContext[NotifyOptions]) -> None:
    """Count a message of today, before it is sent.

    Raises:
        HostBusyError: the day has seen all it may; the job waits without using an attempt.
    """
    now = context.clock.now()
    today = now.date()
    kept = _read_day(context.memory.get(_DAY))
    sent = kept.messages if kept is not None and kept.day == today else 0
    if sent >= context.options.most_a_day:
        midnight = datetime.combine(today, datetime.max.time(), now.tzinfo)
        raise HostBusyError(
            f"{sent} messages went out today, the most that may; the next go out tomorrow.",
            retry_after=midnight - now,
            hint="Raise most_a_day in the step's options.",
        )
    context.memory.put(_DAY, _Day(day=today, messages=sent + 1).model_dump_json())


def _read_day(kept: str | None) -> _Day | None:
    try:
        return _Day.model_validate_json(kept or "")
    except ValidationError:
        return None
