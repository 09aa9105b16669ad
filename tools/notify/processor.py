"""A message when a row meets a condition."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sync_daemon.tooling import Tool, ToolContext, TransientToolError

from .conditions import Answer, Verdict, judge
from .ledger import Event, count_message, event_key, forget, uncount_message
from .messages import subject_and_body
from .schemas import Condition, NotifyInputSchema, NotifyOptions, NotifyResult
from .sending import Receiver, receivers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sync_daemon.tooling import ToolMemory

_Judged = tuple[Condition, Verdict]


class Notify(Tool[NotifyInputSchema, NotifyResult]):
    """Send a message when a row meets a condition: a score, a state, a due date, a word.

    Through Apprise, to whatever it knows: mail, ntfy, Telegram, Discord, Slack,
    Matrix… Each event is told once to each address, also when sheetd is killed on
    the way: then the row says that the message may not have gone out. A score or a
    word is told again after it has ceased to meet the condition, a state and a due
    date also when they have become other ones.
    """

    name = "notify"
    version = 2
    Options = NotifyOptions
    timeout = 120.0
    concurrency = 1  # so that the messages of a day are counted one after the other
    has_outside_effect = True
    recheck_every = timedelta(hours=1)

    def process(
        self, entry: NotifyInputSchema, context: ToolContext[NotifyOptions]
    ) -> NotifyResult:
        """Tell what is new of one row."""
        options = context.options
        addressed = receivers(options)
        now = context.clock.now()
        today = now.astimezone(ZoneInfo(options.timezone)).date()
        judged = [(condition, judge(condition, entry, today)) for condition in options.when]
        met = [(one, verdict) for one, verdict in judged if verdict.answer is Answer.MET]
        for receiver in addressed:
            _forget_ended(judged, receiver, context)
            new = [
                event for event in _events(met, receiver, context) if event.is_new(context.memory)
            ]
            if new:
                _tell(new, receiver, entry, context)
        return _result(
            [event for one in addressed for event in _events(met, one, context)],
            context.memory,
            ZoneInfo(options.timezone),
        )

    def recheck_after(
        self,
        result: NotifyResult,  # noqa: ARG002 - the form of the base
        context: ToolContext[NotifyOptions],
    ) -> timedelta | None:
        """Only a due date is met by waiting."""
        waits = any(one.due_within_days is not None for one in context.options.when)
        return self.recheck_every if waits else None


def _events(
    met: Sequence[_Judged], receiver: Receiver, context: ToolContext[NotifyOptions]
) -> list[Event]:
    row = (context.sheet, context.row_id)
    return [
        Event(event_key(row, condition, verdict.event, receiver.mark), verdict.reason)
        for condition, verdict in met
    ]


def _forget_ended(
    judged: Sequence[_Judged], receiver: Receiver, context: ToolContext[NotifyOptions]
) -> None:
    """What is no longer met can become an event again."""
    row = (context.sheet, context.row_id)
    for condition, verdict in judged:
        for event in verdict.ended:
            forget(context.memory, event_key(row, condition, event, receiver.mark))


def _tell(
    events: Sequence[Event],
    receiver: Receiver,
    entry: NotifyInputSchema,
    context: ToolContext[NotifyOptions],
) -> None:
    """Claim the events, send one message of them all, and mark them as sent."""
    memory = context.memory
    count_message(context)
    claimed = [event for event in events if memory.claim(event.key)]
    if not claimed:
        return
    subject, body = subject_and_body(entry, context.options, [one.reason for one in claimed])
    try:
        receiver.send(subject, body)
    except TransientToolError:
        for event in claimed:
            memory.release(event.key)
        uncount_message(context)
        raise
    for event in claimed:
        memory.put(event.key, context.clock.now().isoformat())
    context.log.info("message sent", service=receiver.service, reasons=len(claimed))


def _result(events: Sequence[Event], memory: ToolMemory, zone: ZoneInfo) -> NotifyResult:
    told: dict[str, date | None] = {}
    times = []
    for event in events:
        sent = event.sent_at(memory)
        at = sent.astimezone(zone).replace(tzinfo=None, microsecond=0) if sent else None
        told.setdefault(event.reason, at.date() if at else None)
        if at:
            times.append(at)
    lines = [
        f"{reason}: told {day.isoformat()}"
        if day
        else f"{reason}: perhaps not told, sheetd was stopped while sending"
        for reason, day in told.items()
    ]
    return NotifyResult(notified="; ".join(lines) or None, last=max(times, default=None))
