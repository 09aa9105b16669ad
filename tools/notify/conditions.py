"""Which conditions a row meets, and what makes an event of it. Pure."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from .schemas import Condition, NotifyInputSchema

_UNKNOWN_STATES = frozenset({"", "unknown"})


class Answer(Enum):
    """Whether a condition is met; unknown is neither, and changes nothing."""

    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a condition comes to for a row.

    Attributes:
        answer: whether it is met.
        reason: why, in words, if it is.
        event: what tells one event from the next while it stays met: the state, the due date.
        ended: events that are over, so that they can come again.
    """

    answer: Answer
    reason: str = ""
    event: str = ""
    ended: tuple[str, ...] = ()


def judge(condition: Condition, entry: NotifyInputSchema, today: date) -> Verdict:
    """Hold a condition against a row: all its parts must be met."""
    parts = list(_parts(condition, entry, today))
    answers = {part.answer for part in parts}
    if Answer.UNMET in answers:
        return Verdict(Answer.UNMET, ended=_states(condition))
    if Answer.UNKNOWN in answers:
        return Verdict(Answer.UNKNOWN)
    state = _folded(entry.state) if condition.state_is else ""
    due = "".join(part.event for part in parts)
    return Verdict(
        Answer.MET,
        ", ".join(part.reason for part in parts),
        f"{state}{due}",
        tuple(f"{other}{due}" for other in _states(condition) if other != state),
    )


def _states(condition: Condition) -> tuple[str, ...]:
    """The states that are asked for; one without a name where none is."""
    return tuple(map(_folded, condition.state_is)) or ("",)


def _folded(state: str | None) -> str:
    return " ".join((state or "").casefold().split())


def _parts(condition: Condition, entry: NotifyInputSchema, today: date) -> Iterator[Verdict]:
    if condition.score_at_least is not None:
        yield _score(condition.score_at_least, entry.score)
    if condition.state_is:
        yield _state(_states(condition), _folded(entry.state))
    if condition.due_within_days is not None:
        yield _due(condition.due_within_days, entry.due, today)
    if condition.text_has:
        yield _text(condition.text_has, entry.text)


def _score(least: float, score: float | None) -> Verdict:
    if score is None or math.isnan(score):
        return Verdict(Answer.UNKNOWN)
    if score >= least:
        return Verdict(Answer.MET, f"score {score:g} (at least {least:g})")
    return Verdict(Answer.UNMET)


def _state(wanted: tuple[str, ...], state: str) -> Verdict:
    if state in wanted:
        return Verdict(Answer.MET, state)
    return Verdict(Answer.UNKNOWN if state in _UNKNOWN_STATES else Answer.UNMET)


def _due(within: int, due: date | None, today: date) -> Verdict:
    if due is None or (due - today).days > within:
        return Verdict(Answer.UNMET)
    when = "overdue since" if due < today else "due"
    return Verdict(Answer.MET, f"{when} {due.isoformat()}", due.isoformat())


def _text(words: tuple[str, ...], text: str | None) -> Verdict:
    for word in words:
        if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text or "", re.IGNORECASE):
            return Verdict(Answer.MET, f'"{word}"')
    return Verdict(Answer.UNMET if text else Answer.UNKNOWN)
