"""Full text: which rows hold all of some words, whole or as a beginning."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

_WORD = re.compile(r"\w+")


def fold(text: str) -> str:
    """Text as it is searched: case and accents do not count."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))


def words_of(text: str) -> list[str]:
    """The words of a question."""
    return list(dict.fromkeys(_WORD.findall(fold(text))))


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
    found = {word for value in _values(cells, owned) for word in _WORD.findall(fold(str(value)))}
    return all(any(each.startswith(word) for each in found) for word in wanted)


@lru_cache(maxsize=64)
def _decoded(words: str) -> tuple[str, ...]:
    return tuple(json.loads(words))


def _values(cells: str, owned: str) -> Iterator[Any]:
    yield from json.loads(cells).values()
    yield from (cell[0] for cell in json.loads(owned).values())
