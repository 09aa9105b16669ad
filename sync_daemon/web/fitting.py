"""Keeping a page small, whatever stands in the cells that it shows; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any


def size_of(value: object) -> int:
    """The bytes that a value takes in a page."""
    return len(escape(str(value)).encode("utf-8", "replace"))


def cut(value: Any, size: int) -> Any:
    """The value, or as much of its text as ``size`` bytes hold, and how much there is.

    >>> cut("abc", 3), cut("abcdef", 3)
    ('abc', 'abc… (6 characters in all)')
    """
    if size_of(value) <= size:
        return value
    text = str(value)
    start = text[: max(size, 0)]
    while start and (needed := size_of(start)) > size:
        start = start[: len(start) * size // needed]
    return f"{start}… ({len(text):,} characters in all)"


def fit(values: Mapping[str, Any], size: int) -> dict[str, Any]:
    """All values within some bytes: short ones whole, long ones with equal shares of the rest."""
    fitted = dict(values)
    left, rest = len(values), size
    for key, value in sorted(values.items(), key=lambda item: size_of(item[1])):
        fitted[key] = cut(value, rest // left)
        rest -= min(size_of(value), rest // left)
        left -= 1
    return fitted


def first_of(names: Iterable[str], size: int, around: int) -> list[str]:
    """The first names that some bytes hold, where each has ``around`` more beside it.

    >>> first_of(["ab", "cd", "ef"], 20, 8)
    ['ab', 'cd']
    """
    found: list[str] = []
    for name in names:
        size -= size_of(name) + around
        if size < 0:
            break
        found.append(name)
    return found
