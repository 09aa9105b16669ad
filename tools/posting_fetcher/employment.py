"""Kinds of employment in one wording."""

from __future__ import annotations

import re
from collections.abc import Iterable

_KINDS = (
    ("full-time", r"full.?time|vollzeit|voltijd|temps plein|tiempo completo|jornada completa"),
    ("part-time", r"part.?time|teilzeit|deeltijd|temps partiel|tiempo parcial|media jornada"),
    ("internship", r"intern(?:ship)?|praktik(?:um|ant)|stage|werkstudent|working.?student"),
    ("apprenticeship", r"apprentice(?:ship)?|ausbildung|alternance"),
    ("permanent", r"permanent|unbefristet|cdi|indefinido|regular"),
    ("contract", r"contract(?:or|ual)?|freelance(?:r)?|freie mitarbeit|interim"),
    ("temporary", r"temp(?:orary)?|fixed.?term|befristet|cdd|tijdelijk|seasonal"),
    ("per diem", r"per.?diem"),
    ("volunteer", r"volunteer"),
)
_PATTERNS = tuple((kind, re.compile(rf"(?<![a-z])(?:{words})(?![a-z])")) for kind, words in _KINDS)
_UNSAID = frozenset({"", "other", "unspecified", "n/a", "none", "unknown"})
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_MOST_KINDS = 4
_LONGEST = 60


def read_employment(*values: object) -> str | None:
    """``FULL_TIME``, ``FullTime`` and ``fulltime_permanent`` in words; others as they are."""
    found: list[str] = []
    for text in _texts(values):
        for kind in _kinds(text):
            if kind not in found:
                found.append(kind)
    return ", ".join(found[:_MOST_KINDS]) or None


def _texts(values: Iterable[object]) -> Iterable[str]:
    for value in values:
        if isinstance(value, str):
            yield value[: 4 * _LONGEST].strip()
        elif isinstance(value, list):
            yield from (one[:_LONGEST].strip() for one in value[:10] if isinstance(one, str))


def _kinds(text: str) -> list[str]:
    words = re.sub(r"[_\s]+", " ", _CAMEL.sub(" ", text)).casefold()
    kinds = [kind for kind, pattern in _PATTERNS if pattern.search(words)]
    if kinds:
        return kinds
    return [] if words in _UNSAID or len(text) > _LONGEST else [text]
