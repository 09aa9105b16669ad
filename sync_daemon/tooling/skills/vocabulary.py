"""The curated vocabulary: skills by name, their spellings and their kinds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FOLDER = "vocabulary"
_BETWEEN_ENTRIES = re.compile(r";|\n")


class Kind(StrEnum):
    """What sort of thing a term is."""

    LANGUAGE = "language"
    FRAMEWORK = "framework"
    TOOL = "tool"
    METHOD = "method"
    STANDARD = "standard"
    DOMAIN = "domain"
    SOFT = "soft"
    CERTIFICATE = "certificate"
    DEGREE = "degree"
    SPOKEN_LANGUAGE = "spoken language"


@dataclass(frozen=True, slots=True)
class Skill:
    """One entry: its canonical name and its kind."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to write a skill; ``exact`` where the case decides, as in Go and go."""

    text: str
    skill: Skill
    exact: bool = False


class VocabularyError(ValueError):
    """A vocabulary file is not in its format."""


def parse_vocabulary(text: str) -> Iterator[Spelling]:
    """The spellings of one file; its format is told at the head of ``software.txt``.

    Raises:
        VocabularyError: an entry stands before the first kind, or a kind is unknown.
    """
    kind: Kind | None = None
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    for entry in _BETWEEN_ENTRIES.split("\n".join(lines)):
        entry = entry.strip()  # noqa: PLW2901 - the same without its margin
        if entry.startswith("["):
            kind = _kind(entry)
        elif entry and kind is None:
            raise VocabularyError(f"The entry {entry!r} stands before the first [kind].")
        elif entry and kind is not None:
            yield from _spellings(entry, kind)


def _kind(heading: str) -> Kind:
    try:
        return Kind(heading.strip("[]"))
    except ValueError:
        raise VocabularyError(f"There is no kind {heading}.") from None


def _spellings(entry: str, kind: Kind) -> Iterator[Spelling]:
    head, _, aliases = entry.partition(" = ")
    skill = Skill(head.removeprefix("!").strip(), kind)
    for written in (head, *aliases.split(", ")):
        text = written.strip()
        if text:
            yield Spelling(text.removeprefix("!"), skill, exact=text.startswith("!"))


@cache
def all_spellings() -> tuple[Spelling, ...]:
    """Every spelling of the vocabulary that comes with sheetd."""
    folder = resources.files(__package__) / FOLDER
    texts = (
        file.read_text("utf-8")
        for file in sorted(folder.iterdir(), key=lambda one: one.name)
        if file.name.endswith(".txt")
    )
    return tuple(_first_of_each(one for text in texts for one in parse_vocabulary(text)))


def _first_of_each(spellings: Iterable[Spelling]) -> Iterator[Spelling]:
    """The first use of a spelling wins: CBT is one thing."""
    seen: set[str] = set()
    for one in spellings:
        key = one.text if one.exact else one.text.casefold()
        if key not in seen:
            seen.add(key)
            yield one
