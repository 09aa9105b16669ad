"""Who asks, what they may do, and whose rows they may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a token lets its bearer do."""

    READ = "read"
    OPERATE = "operate"  # ask for what changes something, too


@dataclass(frozen=True, slots=True)
class Scope:
    """Whoever asks.

    Attributes:
        name: of the token, or ``page``.
        role: what they may do.
        sheets: the only ones they may see; None for all there are.
    """

    name: str
    role: Role
    sheets: frozenset[str] | None = None

    def sees(self, sheet: str) -> bool:
        """Whether they may see a sheet."""
        return self.sheets is None or sheet in self.sheets

    def sees_all(self, sheets: Iterable[str]) -> bool:
        """Whether they may see every one of them."""
        return all(self.sees(sheet) for sheet in sheets)

    def visible(self, sheets: Iterable[str]) -> list[str]:
        """Those of the sheets that they may see."""
        return [sheet for sheet in sheets if self.sees(sheet)]
