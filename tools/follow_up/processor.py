"""What is to be done next for an application, and when."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sync_daemon.tooling import Tool, ToolContext, ToolError

from .calendars import Calendars
from .decide import Decision, Today, decide
from .events import Entry, entry_of
from .schemas import FollowUpInputSchema, FollowUpOptions, FollowUpResult
from .statuses import STAGES, UnknownStatusError, stage_of

if TYPE_CHECKING:
    from datetime import date

    from .rules import DateField

_LONGEST_STATUS = 60  # characters of it in a message


class FollowUp(Tool[FollowUpInputSchema, FollowUpResult]):
    """Tell what is to be done next for an application, when, and whether it is overdue.

    The status says the stage (Considering, Applied, In Progress, Offered,
    Accepted, Rejected, Withdrawn, Expired, Not Pursuing, and what English,
    German, French, Spanish and Dutch speakers call them); rules say what is to
    be done so many days after one of the dates. The rules are an option. With
    the option ``calendar`` the due actions are kept in an .ics file as well, one
    entry a row, which goes when there is nothing to do or the row is deleted.
    """

    name = "follow_up"
    version = 1
    Options = FollowUpOptions
    recheck_every = timedelta(hours=3)  # a day begins, and something is overdue

    def __init__(self) -> None:
        self._calendars = Calendars()

    def process(
        self, entry: FollowUpInputSchema, context: ToolContext[FollowUpOptions]
    ) -> FollowUpResult:
        """Decide for one row."""
        options = context.options
        today = context.clock.now().astimezone(ZoneInfo(options.timezone)).date()
        stage = _stage(entry.status, options)
        decision = decide(
            stage, _dates(entry), options.rules, Today(today, options.weekends, options.holidays)
        )
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


def _stage(status: str, options: FollowUpOptions) -> str:
    named = [status for rule in options.rules for status in rule.statuses]
    try:
        return stage_of(status, options.synonyms, named)
    except UnknownStatusError as error:
        shown = " ".join(status.split())[:_LONGEST_STATUS]
        near = f" Did you mean {' or '.join(error.near)}?" if error.near else ""
        known = ", ".join(STAGES.values())
        raise ToolError(
            f"The status {shown!r} is not known.{near}",
            hint=f"Known are {known}; the option synonyms adds words of your own.",
        ) from error


def _entry(entry: FollowUpInputSchema, decision: Decision) -> Entry | None:
    if decision.action is None or decision.due is None:
        return None
    about = [entry.title, entry.company]
    return entry_of(decision.due, decision.action, about, [decision.reason, entry.notes], entry.url)


def _result(stage: str, decision: Decision, today: date) -> FollowUpResult:
    left = None if decision.due is None else (decision.due - today).days
    return FollowUpResult(
        action=decision.action,
        due=decision.due,
        overdue=left is not None and left < 0,
        days_left=left,
        stage=stage,
        reason=decision.reason,
    )
