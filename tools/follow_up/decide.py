"""Which rule applies to an application today, and when its action is due."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync_daemon.tooling.stages import CLOSED, stage_named

from .dates import Weekends, add_days

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from .rules import DateField, Rule

    Dates = Mapping[DateField, date | None]


@dataclass(frozen=True, slots=True)
class Today:
    """The day, and which days count as working days."""

    day: date
    weekends: Weekends = "count"
    holidays: Collection[date] = ()

    def after(self, start: date, days: int) -> date | None:
        """The day ``days`` behind ``start``; None where the calendar ends."""
        return add_days(start, days, self.weekends, self.holidays)


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done, when, and why."""

    action: str | None
    due: date | None
    reason: str


def decide(stage: str, dates: Dates, rules: Sequence[Rule], today: Today) -> Decision:
    """The first of the rules for ``stage`` that applies, with its day.

    Args:
        stage: what the status means.
        dates: the dates of the row.
        rules: the user's, in order.
        today: the day to decide for.
    """
    fitting = [rule for rule in rules if stage in map(stage_named, rule.statuses)]
    for rule in fitting:
        decision = _decision(rule, stage, dates, today)
        if decision is not None:
            return decision
    return Decision(None, None, _why_nothing(stage, fitting, dates))


def _decision(rule: Rule, stage: str, dates: Dates, today: Today) -> Decision | None:
    if not rule.after:
        return Decision(rule.action, None, f"{stage}")
    field, start = _latest(rule, dates)
    if start is None or _is_over(rule, start, dates, today):
        return None
    due = _due(rule, start, today)
    if due is None:
        return None
    return Decision(rule.action, due, f"{stage}; {_relation(rule, field, start)}")


def _latest(rule: Rule, dates: Dates) -> tuple[DateField, date | None]:
    """The date that the rule counts from, and which it is."""
    given = [(day, name) for name in rule.after if (day := dates[name]) is not None]
    if not given:
        return rule.after[0], None
    day, name = max(given, key=lambda one: one[0])
    return name, day


def _is_over(rule: Rule, start: date, dates: Dates, today: Today) -> bool:
    if rule.done_by is not None:
        done = dates[rule.done_by]
        if done is not None and done > start:
            return True
    if rule.ends is None:
        return False
    last = add_days(start, rule.ends)
    return last is not None and today.day > last


def _due(rule: Rule, start: date, today: Today) -> date | None:
    """The day it is due, the latest one up to today where it repeats; None when used up."""
    first = today.after(start, rule.days)
    if first is None or rule.repeat is None or first >= today.day:
        return first
    count = _repetitions(rule, start, today)
    if rule.times is not None and count >= rule.times:
        return None
    return today.after(start, rule.days + count * rule.repeat)


def _repetitions(rule: Rule, start: date, today: Today) -> int:
    """How often the action has come due again by today; found by halving."""
    every = rule.repeat or 1
    low, high = 0, max(0, ((today.day - start).days - rule.days) // every) + 1
    while high - low > 1:
        middle = (low + high) // 2
        day = today.after(start, rule.days + middle * every)
        if day is not None and day <= today.day:
            low = middle
        else:
            high = middle
    return low


def _relation(rule: Rule, field: DateField, start: date) -> str:
    name = field.replace("_", " ")
    if rule.days == 0:
        return f"{name} {start}"
    side = "after" if rule.days > 0 else "before"
    plural = "" if abs(rule.days) == 1 else "s"
    again = f", again every {rule.repeat} days" if rule.repeat else ""
    return f"{abs(rule.days)} day{plural} {side} {name} {start}{again}"


def _why_nothing(stage: str, fitting: Sequence[Rule], dates: Dates) -> str:
    if not fitting:
        return f"{stage}: nothing to do" if stage in CLOSED else f"{stage}: no rule for it"
    fields = dict.fromkeys(name for rule in fitting for name in rule.after)
    if any(dates[name] for name in fields):
        return f"{stage}: no rule applies any more"
    names = ", ".join(name.replace("_", " ") for name in fields)
    return f"{stage}: needs a date ({names})"
