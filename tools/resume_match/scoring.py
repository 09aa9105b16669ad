"""The score and its reasons: how much of what is asked for a résumé has. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .related import stand_in
from .spoken import LEVELS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sync_daemon.tooling.sections import Importance

    from .degrees import Degree
    from .posting import Posting, Wanted
    from .profile import Profile

    _Judged = tuple[Wanted, float, str]
    """A term, the share of it that is there, and what stands in for it."""

_DEGREE_WEIGHT = 1.5
_LANGUAGE_WEIGHT = 1.5
_YEARS_WEIGHT = 2.0
_LOWER_LEVEL = 0.5
"""The share of a language that is spoken, but not as well as is asked for."""
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Part:
    """Something that is asked for: what it is worth, the share that is there, and why."""

    weight: float
    share: float
    reason: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A résumé held against a posting; the score is None if there is nothing to compare."""

    score: int | None
    reasons: list[str]
    matched: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    missing_required: list[str] = field(default_factory=list)


def compare(posting: Posting, profile: Profile) -> Comparison:
    """Score a résumé: the weight of what it has, of the weight of all that is asked for.

    The parts share 100 points among them, by what they weigh; the score is their sum.
    """
    judged = [(wanted, *_term(wanted, profile)) for wanted in posting.terms]
    matched = [wanted.label for wanted, share, _ in judged if share == 1]
    missing = [wanted for wanted, share, _ in judged if share < 1]
    required = [wanted.label for wanted in missing if wanted.is_required]
    parts = [*_of_terms(len(matched), judged), *_others(posting, profile)]
    if not parts:
        return Comparison(None, ["The posting asks for nothing that can be compared."])
    most = hundred_points([part.weight for part in parts])
    points = [round(worth * part.share) for worth, part in zip(most, parts, strict=True)]
    told = [
        f"{part.reason}: {have} of {worth} points"
        for part, have, worth in zip(parts, points, most, strict=True)
    ]
    details = [*_of_missing(required), *_of_stand_ins(judged)]
    return Comparison(
        sum(points),
        [*told[: bool(judged)], *details, *told[bool(judged) :]],
        matched,
        [wanted.label for wanted in missing],
        required,
    )


def hundred_points(weights: Sequence[float]) -> list[int]:
    """100 whole points, shared by weight: what is left after rounding down by largest remainder."""
    shares = [100 * weight / sum(weights) for weight in weights]
    points = [int(share) for share in shares]
    by_remainder = sorted(range(len(shares)), key=lambda place: points[place] - shares[place])
    for place in by_remainder[: 100 - sum(points)]:
        points[place] += 1
    return points


def _term(wanted: Wanted, profile: Profile) -> tuple[float, str]:
    """The share of a term that is there, and what stands in for it."""
    if profile.mentions.has(wanted.texts):
        return 1.0, ""
    name, share = stand_in(wanted.name, profile.mentions.skills) or ("", 0.0)
    return share, name


def _of_terms(matched: int, judged: Sequence[_Judged]) -> Iterator[Part]:
    if judged:
        weight = sum(wanted.weight for wanted, _, _ in judged)
        have = sum(wanted.weight * share for wanted, share, _ in judged)
        yield Part(weight, have / weight, f"has {matched} of {len(judged)} terms")


def _of_missing(required: list[str]) -> Iterator[str]:
    if required:
        yield f"required and missing: {_listed(required)}"


def _of_stand_ins(judged: Sequence[_Judged]) -> list[str]:
    told = [
        f"{name} counts {round(100 * share)}% for {wanted.label}"
        for wanted, share, name in judged
        if name
    ]
    return told[:_SHOWN]


def _others(posting: Posting, profile: Profile) -> Iterator[Part]:
    """The parts that are compared by their level."""
    if posting.years is not None:
        yield _years(posting.years, profile.years)
    if posting.degree is not None:
        yield _degree(*posting.degree, profile.degree)
    for name, (level, importance) in sorted(posting.languages.items()):
        weight = _LANGUAGE_WEIGHT * importance.value
        yield Part(weight, *_language(name, level, profile))


def _years(asked: float, found: float | None) -> Part:
    if found is None:
        return Part(_YEARS_WEIGHT, 0.0, f"asks for {asked:g} years of experience; none are shown")
    reason = f"asks for {asked:g} years of experience; {found:g} are shown"
    return Part(_YEARS_WEIGHT, min(1.0, found / asked), reason)


def _degree(asked: Degree, importance: Importance, have: Degree | None) -> Part:
    weight = _DEGREE_WEIGHT * importance.value
    if have is None:
        return Part(weight, 0.0, f"asks for a degree ({asked.words}); none is shown")
    share = min(1.0, have / asked)
    return Part(weight, share, f"asks for a degree ({asked.words}); {have.words} is shown")


def _language(name: str, asked: int | None, profile: Profile) -> tuple[float, str]:
    wanted = f"{name} {LEVELS[asked]}" if asked is not None else name
    if name not in profile.languages:
        return 0.0, f"asks for {wanted}; it is not shown"
    have = profile.languages[name]
    if asked is None or have is None or have >= asked:
        return 1.0, f"asks for {wanted}, which is shown"
    return _LOWER_LEVEL, f"asks for {wanted}; {LEVELS[have]} is shown"


def _listed(names: list[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
