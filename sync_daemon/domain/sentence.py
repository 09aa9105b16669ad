"""Sentences for the person who keeps the sheet: short, and on one line."""

from __future__ import annotations

import re
from collections.abc import Iterable

LONGEST = 120
"""Characters of a row's sentence; the rest is in ``sheetd show``."""

_LOWERED = {"A", "An", "It", "No", "Nothing", "The", "There", "This"}
_END = re.compile(r"(?<=[.!?…])\s+(?=[\W_]?[A-ZÀ-ÞΑ-ΩА-Я])")


def one_line(text: str) -> str:
    """``text`` without line breaks, doubled spaces and characters that cannot be seen."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def fit(text: str, longest: int = LONGEST) -> str:
    """``text`` on one line within ``longest`` characters: whole sentences if one fits, else cut.

    >>> fit("The page is gone. Copy the link again.", 20)
    'The page is gone.'
    >>> fit("The page is gone", 10)
    'The page…'
    """
    line = one_line(text)
    if len(line) <= longest:
        return line
    whole = _END.split(line)
    while len(whole) > 1:
        whole.pop()
        if len(shorter := " ".join(whole)) <= longest:
            return shorter
    return line[: longest - 1].rstrip() + "…"


def first_of(text: str) -> str:
    """The first sentence, to be said within another one.

    >>> first_of("This page wants a login. Paste the description.")
    'this page wants a login'
    """
    first = _END.split(one_line(text))[0].rstrip(". ")
    return first[:1].lower() + first[1:] if first.split(" ")[0] in _LOWERED else first


def with_clause(cause: str, clause: str, longest: int = LONGEST) -> str:
    """The cause, the clause behind its first sentence, and the rest as far as there is room.

    >>> with_clause("Cannot reach acme.com. Is the link right?", "trying again at 11:35")
    'Cannot reach acme.com; trying again at 11:35. Is the link right?'
    """
    head, *rest = _END.split(one_line(cause))
    room = longest - len(clause) - len("; .")
    first = f"{fit(head, room).rstrip('.')}; {clause}."
    return fit(" ".join([first, *rest]), longest)


def joined(causes: Iterable[str], longest: int = LONGEST) -> str:
    """Different causes one after the other: the first for certain, others where they fit whole."""
    text = ""
    for cause in dict.fromkeys(one_line(cause) for cause in causes):
        if not text:
            text = fit(cause, longest)
        elif len(longer := f"{_closed(text)} {cause}") <= longest:
            text = longer
    return text


def _closed(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def listed(parts: list[str], last: str) -> str:
    """``a, b or c``.

    >>> listed(["Keywords", "Match %", "Missing"], "and")
    'Keywords, Match % and Missing'
    """
    if len(parts) < 2:  # noqa: PLR2004 - nothing to put a word between
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def counted(number: int, noun: str) -> str:
    """A number with its noun: ``1 row``, ``2 rows``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
