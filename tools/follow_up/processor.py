"""What is to be done next for an application, and when."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sync_daemon.tooling import Tool, ToolContext
from sync_daemon.tooling.stages import StageReader

from .calendars import Calendars
from .decide import Decision, Today, decide
from .events import Entry, entry_of
from .schemas import FollowUpInputSchema, FollowUpOptions, FollowUpResult
from .suggestions import near_stages

if TYPE_CHECKING:
    from datetime import date

    from .rules import DateField

_LONGEST_STATUS = 40  # characters of it in a reason


class FollowUp(Tool[FollowUpInputSchema, FollowUpResult]):
    """Tell what is to be done next for an application, when, and whether it is overdue.

    The status says the stage (Considering, Applied, In Progress, Offered,
    Accepted, Rejected, Withdrawn, Expired, Not Pursuing, and what people call
    them in English, German, French, Spanish, Dutch, Italian and Portuguese). What
    stands first counts and a remark after it is ignored; a word that is not known
    is left alone. Rules, which are an option, say what is to be done so many days
    after one of the dates. With the option ``calendar`` the due actions are kept in
    an .ics file as well, one entry a row, which goes when there is nothing to do or
    the row is deleted.
    """

    name = "follow_up"
    version = 2
    Options = FollowUpOptions
    remark_without = "no status, so no next action"
    recheck_every = timedelta(hours=3)  # a day begins, and something is overdue

    def __init__(self) -> None:
        self._calendars = Calendars()

    def process(
        self, entry: FollowUpInputSchema, context: ToolContext[FollowUpOptions]
    ) -> FollowUpResult:
        """Decide for one row."""
        options = context.options
        today = context.clock.now().astimezone(ZoneInfo(options.timezone)).date()
        stage, decision = _decide(entry, options, today)
        if options.calendar is not None:
            self._calendars.note(options.calendar, _entry(entry, decision), context)
        return _result(stage, decision, today)


def _dates(entry: FollowUpInputSchema) -> dict[DateField, date | None]:
    return {
        "applied": entry.applied,
        "last_contact": entry.last_contact,
        "posted": entry.posted,
        "valid_through": entry.valid_through,
        "next_interview": entry.next_interview,
    }


def _decide(
    entry: FollowUpInputSchema, options: FollowUpOptions, today: date
) -> tuple[str | None, Decision]:
    """The stage, and what is to be done; nothing where the status is not known."""
    named = [status for rule in options.rules for status in rule.statuses]
    reader = StageReader(options.synonyms, named)
    stage = reader.read(entry.status)
    if stage is None:
        return None, Decision(None, None, _not_known(entry.status, reader))
    weekdays = Today(today, options.weekends, options.holidays)
    return stage, decide(stage, _dates(entry), options.rules, weekdays)


def _not_known(status: str, reader: StageReader) -> str:
    shown = " ".join(status.split())
    if len(shown) > _LONGEST_STATUS:
        shown = f"{shown[: _LONGEST_STATUS - 1]}…"
    near = near_stages(status, reader.words)
    meant = f"; did you mean {' or '.join(near)}?" if near else ""
    return f'"{shown}" is not a known status{meant}'


def _entry(entry: FollowUpInputSchema, decision: Decision) -> Entry | None:
    if decision.action is None or decision.due is None:
        return None
    about = [entry.title, entry.company]
    return entry_of(decision.due, decision.action, about, [decision.reason, entry.notes], entry.url)


def _result(stage: str | None, decision: Decision, today: date) -> FollowUpResult:
    left = None if decision.due is None else (decision.due - today).days
    return FollowUpResult(
        action=decision.action,
        due=decision.due,
        overdue=left is not None and left < 0,
        days_left=left,
        stage=stage,
        reason=decision.reason,
    )
