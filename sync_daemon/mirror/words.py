"""Full text: which rows hold all of some words, whole or as a beginning."""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import Any

_WORD = re.compile(r"\w+")


def fold(text: str) -> str:
    """Text as it is searched: case and accents do not count."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKD", text.casefold()).translate(_accents())


@cache
def _accents() -> dict[int, None]:
    """The signs that combine with a letter; to translate a text is many times as fast as a loop."""
    return {n: None for n in range(sys.maxunicode + 1) if unicodedata.combining(chr(n))}


def words_of(text: str) -> list[str]:
    """The words of a question."""
    return list(dict.fromkeys(_WORD.findall(fold(text))))


def words_in(values: Iterable[Any]) -> list[str]:
    """The words of values, as a row holds them: each once."""
    found: dict[str, None] = {}
    for value in values:
        found.update(dict.fromkeys(_WORD.findall(fold(str(value)))))
    return list(found)


def has_words(cells: str, owned: str, words: str) -> bool:
    """Whether the values of a row hold each word, as SQLite calls it.

    Args:
        cells: JSON, header → value.
        owned: JSON, header → [value, …].
        words: JSON, a list; folded.
    """
    wanted = _decoded(words)
    text = fold(cells) + "\n" + fold(owned)
    if "\\" not in text and not all(word in text for word in wanted):
        return False  # not even in a header
    found = words_in(_values(cells, owned))
    return all(any(each.startswith(word) for each in found) for word in wanted)


@lru_cache(maxsize=64)
def _decoded(words: str) -> tuple[str, ...]:
    return tuple(json.loads(words))


def _values(cells: str, owned: str) -> Iterator[Any]:
    yield from json.loads(cells).values()
    yield from (cell[0] for cell in json.loads(owned).values())
