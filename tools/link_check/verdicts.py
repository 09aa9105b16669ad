"""What one look at a posting came to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .schemas import State


@dataclass(frozen=True, slots=True)
class Verdict:
    """A state, and the sentence that says why."""

    state: State
    reason: str


def is_open(reason: str) -> Verdict:
    """One can apply."""
    return Verdict("open", reason)


def is_closed(reason: str) -> Verdict:
    """One cannot apply any more."""
    return Verdict("closed", reason)


def is_unknown(reason: str) -> Verdict:
    """It does not show."""
    return Verdict("unknown", reason)
