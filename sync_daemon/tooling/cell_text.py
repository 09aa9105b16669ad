"""Texts that strangers or machines wrote, made fit for a cell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

__all__ = ["distinct_lines", "one_line", "plain_text"]

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_JOINERS = frozenset("\u200c\u200d")  # parts of emoji, and of words in some scripts
_SPACES = re.compile(r"\s+")
_LINES = re.compile(r"\n{3,}")


def plain_text(text: str, longest: int) -> str:
    """``text`` without control and direction characters, with its lines, not too long."""
    kept = "".join(_kept(sign) for sign in text[: longest * 4].replace("\r\n", "\n"))
    lines = (line.rstrip() for line in kept.split("\n"))
    return _shortened(_LINES.sub("\n\n", "\n".join(lines)).strip(), longest)


def one_line(text: str, longest: int) -> str:
    """The same on one line."""
    return _shortened(_SPACES.sub(" ", plain_text(text, longest * 2)), longest)


def distinct_lines(texts: Iterable[str], most: int, longest: int) -> list[str]:
    """Each as one line, without empty ones and repetitions, the first ``most``."""
    found: dict[str, str] = {}
    for text in texts:
        line = one_line(text, longest)
        if line:
            found.setdefault(line.casefold(), line)
    return list(found.values())[:most]


def _kept(sign: str) -> str:
    if sign == "\n" or sign in _JOINERS:
        return sign
    if sign == "\t":
        return " "
    category = unicodedata.category(sign)
    if category in ("Zl", "Zp"):
        return "\n"
    return "" if category in _INVISIBLE else sign


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"
