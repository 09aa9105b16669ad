"""Which conditions a row meets, and what makes an event of it. Pure."""

from __future__ import annotations

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
        event: what tells one event from the next while it stays met: the due date.
    """

    answer: Answer
    reason: str = ""
    event: str = ""


def judge(condition: Condition, entry: NotifyInputSchema, today: date) -> Verdict:
    """Hold a condition against a row: all its parts must be met."""
    parts = list(_parts(condition, entry, today))
    for answer in (Answer.UNMET, Answer.UNKNOWN):
        if any(part.answer is answer for part in parts):
            return Verdict(answer)
    return Verdict(
        Answer.MET,
        ", ".join(part.reason for part in parts),
        "".join(part.event for part in parts),
    )


def _parts(condition: Condition, entry: NotifyInputSchema, today: date) -> Iterator[Verdict]:
    if condition.score_at_least is not None:
        yield _score(condition.score_at_least, entry.score)
    if condition.state_is:
        yield _state(condition.state_is, entry.state)
    if condition.due_within_days is not None:
        yield _due(condition.due_within_days, entry.due, today)
    if condition.text_has:
        yield _text(condition.text_has, entry.text)


def _score(least: float, score: float | None) -> Verdict:
    if score is None:
        return Verdict(Answer.UNKNOWN)
    if score >= least:
        return Verdict(Answer.MET, f"score {score:g} (at least {least:g})")
    return Verdict(Answer.UNMET)


def _state(wanted: tuple[str, ...], state: str | None) -> Verdict:
    folded = " ".join((state or "").casefold().split())
    if folded in {one.casefold() for one in wanted}:
        return Verdict(Answer.MET, folded)
    return Verdict(Answer.UNKNOWN if folded in _UNKNOWN_STATES else Answer.UNMET)


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
