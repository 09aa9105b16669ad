"""When two formulas are the same formula: wherever their row and columns have moved to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b

from sync_daemon.domain.headers import column_index

SPILLED = "*"
"""In place of a fingerprint: another cell's formula fills this one (``ARRAYFORMULA``)."""
UNKNOWN = ""
"""In place of a fingerprint: a formula, but it is not known which."""

_CELL = r"\$?[A-Za-z]{1,3}\$?\d+"
_END = r"\$?(?:[A-Za-z]{1,3}\$?\d*|\d+)"
_TOKEN = re.compile(
    rf"""
    (?P<text>"(?:[^"]|"")*")
    | (?P<elsewhere>(?:'(?:[^']|'')*'|[^\W\d][\w.]*)!{_END}(?::{_END})?)
    | (?<![\w.$])(?P<cells>{_END}:{_END}|{_CELL})(?![\w.(])
    | (?P<space>\s+)
    | (?P<separator>[;\\.,])
    """,
    re.VERBOSE,
)
_ADDRESS = re.compile(r"\$?([A-Za-z]*)\$?(\d*)")


@dataclass(frozen=True, slots=True)
class Layout:
    """What the columns are called (index → name), and where the header row is (from 1)."""

    names: Mapping[int, str]
    header_row: int


def fingerprint(formula: str, row_number: int, layout: Layout) -> str:
    """Equal for formulas that somebody would call the same.

    Google rewrites a formula when rows or columns are inserted or moved, when a
    tab is renamed and when the spreadsheet's locale changes. So columns count
    by their names, rows as "this one", "in the header" or "another", and
    addresses on other tabs and separators not at all.
    """
    canonical = "".join(_canonical(formula, row_number, layout))
    return blake2b(canonical.encode("utf-8", "replace"), digest_size=6).hexdigest()


def _canonical(formula: str, row_number: int, layout: Layout) -> Iterator[str]:
    place = 0
    for token in _TOKEN.finditer(formula):
        yield formula[place : token.start()].upper()
        place = token.end()
        match token.lastgroup:
            case "text":
                yield token[0]
            case "elsewhere":
                yield "!"
            case "cells":
                yield ":".join(_address(end, row_number, layout) for end in token[0].split(":"))
            case "separator":
                yield ","
    yield formula[place:].upper()


def _address(text: str, row_number: int, layout: Layout) -> str:
    found = _ADDRESS.fullmatch(text)
    letters, digits = found.groups() if found else ("", "")
    column = f"[{layout.names.get(column_index(letters), '?')}]" if letters else ""
    return column + (_row(int(digits), row_number, layout) if digits else "")


def _row(number: int, row_number: int, layout: Layout) -> str:
    if number == row_number:
        return "@"
    return "^" if number <= layout.header_row else "~"
