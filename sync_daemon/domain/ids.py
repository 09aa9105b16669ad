"""Row ids, and the second place where each one stands.

An id is ten lower-case characters: a letter, eight more, and a check
character, so that what a user types into the id column is not taken for one.
It stands in the id column and again at the end of the status cell ("the
witness"): a write of our own that lands on a wrong row can destroy one of the
two, never both, because no request writes both on a row that already has an id.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from functools import cache
from itertools import product

from sync_daemon.domain.cells import CellValue

_LETTERS = "abcdefghjkmnpqrstvwxy"  # no i, l, o, u: mistaken when read; 31 characters in all
_ALPHABET = "0123456789" + _LETTERS
_LENGTH = 10
_WEIGHTS = [
    {c: (place + 1) * index for index, c in enumerate(_ALPHABET)} for place in range(_LENGTH - 1)
]
_SHAPE = re.compile(rf"[{_LETTERS}][{_ALPHABET}]{{{_LENGTH - 1}}}")
_WITNESS = re.compile(rf" #([{_LETTERS}][{_ALPHABET}]{{{_LENGTH - 1}}})$")


def make_row_id(random_number: int) -> str:
    """An id made of a random number of at least 48 bits: one of 1.8e13, so that few are equal."""
    triples, pairs = _blocks(3), _blocks(2)
    number, first = divmod(random_number, len(_LETTERS))
    number, second = divmod(number, len(triples))
    number, third = divmod(number, len(triples))
    body = _LETTERS[first] + triples[second] + triples[third] + pairs[number % len(pairs)]
    return body + _check_character(body)


@cache
def _blocks(length: int) -> list[str]:
    """All texts of so many characters; many commands draw no id, and need none of them."""
    return ["".join(characters) for characters in product(_ALPHABET, repeat=length)]


class IdSource:
    """Draws new ids, none of them ``taken`` and none of them twice."""

    def __init__(self, random_number: Callable[[], int], taken: Container[str]) -> None:
        self._random_number = random_number
        self._taken = taken
        self._drawn: set[str] = set()

    def draw(self) -> str:
        """One more id."""
        while True:
            row_id = make_row_id(self._random_number())
            if row_id not in self._taken and row_id not in self._drawn:
                self._drawn.add(row_id)
                return row_id


def is_row_id(value: CellValue) -> bool:
    """Whether ``value`` is well-formed as a row id, its check character included."""
    return (
        isinstance(value, str)
        and _SHAPE.fullmatch(value) is not None
        and value[-1] == _check_character(value[:-1])
    )


def with_witness(status: str, row_id: str) -> str:
    """The status cell: the sentence, then the id as witness, set off from it."""
    return f"{status} · #{row_id}"


def read_id(value: CellValue) -> str | None:
    """The id that stands in an id cell, or nothing."""
    return str(value) if is_row_id(value) else None


def read_witness(status_cell: CellValue) -> str | None:
    """The id that stands at the end of a status cell, or nothing.

    Earlier versions had only a blank between the sentence and the id.
    """
    match = _WITNESS.search(status_cell) if isinstance(status_cell, str) else None
    return read_id(match[1]) if match else None


def _check_character(body: str) -> str:
    return _ALPHABET[sum(map(dict.__getitem__, _WEIGHTS, body)) % len(_ALPHABET)]
