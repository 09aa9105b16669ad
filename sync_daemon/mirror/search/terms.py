"""What the search index keeps of a row, and what a question asks it for. Pure.

A row is a list of terms: its words, folded, and one for each filled cell, made from column
and value, so that a filter is one term too. No word holds the sign with which those begin.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from sync_daemon.mirror.words import words_in

TOKENIZER = "ascii tokenchars '_='"
_CELL = "=00"  # three signs, so that the index of beginnings has one entry for all of them
EVERY_ROW = f"{_CELL}all"


def terms_of(cells: str, owned: str) -> str:
    """The terms of a row, set off by spaces.

    Args:
        cells: JSON, header → value.
        owned: JSON, header → [value, …].
    """
    shown: dict[str, Any] = {header: cell[0] for header, cell in json.loads(owned).items()}
    typed: Mapping[str, Any] = json.loads(cells)
    words = words_in([*typed.values(), *shown.values()])
    shown.update(typed)
    filled = {header: value for header, value in shown.items() if value not in ("", None)}
    facts = [_cell(header, value) for header, value in filled.items()]
    return " ".join([EVERY_ROW, *words, *facts, *map(_is_filled, filled)])


def question_of(words: Iterable[Sequence[str]], where: Iterable[tuple[str, str]]) -> str:
    """What to ask the full text index for.

    Args:
        words: for each word that has to be there, the terms that are it or begin so; a
            single one that ends in ``*`` stands for all of them.
        where: column and the value that has to stand there.
    """
    wanted = [_any_of(terms) for terms in words]
    blank = []
    for column, value in where:
        if value:
            wanted.append(_any_of([_cell(column, each) for each in _meanings(value)]))
        else:
            blank.append(_quoted(_is_filled(column)))
    found = " AND ".join(wanted or [_quoted(EVERY_ROW)])
    return f"({found}) NOT ({' OR '.join(blank)})" if blank else found


def as_number(text: str) -> float | None:
    """The number that a text is, or nothing; never infinite."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None


def _meanings(value: str) -> list[Any]:
    """What a value of a filter may be in a cell: text, truth, or a number."""
    meant: list[Any] = [value]
    if value.lower() in {"true", "false"}:
        meant.append(value.lower() == "true")
    number = as_number(value)
    return meant if number is None else [*meant, number]


def _cell(column: str, value: Any) -> str:
    match value:
        case bool():
            told = f"b{value}"
        case int() | float():
            told = f"n{_as_float(value) + 0.0!r}"  # without the sign of a zero
        case _:
            told = f"t{value}"
    return _CELL + _digest(f"{column}\0{told}")


def _as_float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf")


@lru_cache(maxsize=1_024)
def _is_filled(column: str) -> str:
    return _CELL + _digest(f"{column}\0")


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _any_of(terms: Sequence[str]) -> str:
    told = [f"{_quoted(t[:-1])} *" if t.endswith("*") else _quoted(t) for t in terms]
    return told[0] if len(told) == 1 else f"({' OR '.join(told)})"


def _quoted(term: str) -> str:
    return '"' + term.replace('"', '""') + '"'
