"""Facts with their sources."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fact(Generic[T]):
    """What was found, and at which address."""

    value: T
    source: str


@dataclass(frozen=True, slots=True)
class Size:
    """How many work there.

    Attributes:
        least: their number, or the lower end of a range.
        words: the same as text, with range or year.
    """

    least: int
    words: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a company; what is not is None."""

    name: Fact[str] | None = None
    site: Fact[str] | None = None
    description: Fact[str] | None = None
    careers_page: Fact[str] | None = None
    board: Fact[str] | None = None
    board_link: Fact[str] | None = None
    size: Fact[Size] | None = None
    founded: Fact[int] | None = None
    headquarters: Fact[str] | None = None
    industry: Fact[str] | None = None
    wikidata: Fact[str] | None = None

    def known(self) -> Iterator[tuple[str, Fact[object]]]:
        """Those that are known, with their names."""
        for field in fields(self):
            fact: Fact[object] | None = getattr(self, field.name)
            if fact is not None:
                yield field.name, fact

    @property
    def is_any(self) -> bool:
        """Whether anything is known."""
        return next(self.known(), None) is not None

    def or_else(self, other: Facts) -> Facts:
        """These, completed by the ``other``."""
        return Facts(**{**dict(other.known()), **dict(self.known())})  # type: ignore[arg-type]


def listed_sources(facts: Facts) -> list[str]:
    """One line a source: what was found there, and its address."""
    by_source: dict[str, list[str]] = {}
    for name, fact in facts.known():
        by_source.setdefault(fact.source, []).append(name.replace("_", " "))
    return [f"{', '.join(names)}: {source}" for source, names in by_source.items() if source]
