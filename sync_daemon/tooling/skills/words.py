"""From a line to its words: what the matcher and the tagger read."""

from __future__ import annotations

import re

_WORD = re.compile(
    r"""
    <[A-Z]{4,14}>                                   # <LOCATION>, in anonymised postings
    | \.(?:NET|net|Net)(?![^\W_])
    | [^\W_](?:[^\s,;()\[\]{}"]{0,78}[^\W_])?(?:\+\+|[+\#](?![^\W_]))?
    | \S
    """,
    re.VERBOSE,
)
_HYPHENS = str.maketrans({"\x92": "'", "\u2010": "-", "\u2011": "-", "\u2019": "'"})
_SHORTEST_PLURAL = 4


def words_of(line: str) -> list[str]:
    """The words of one line, in order: split at spaces, outer punctuation taken off."""
    return _WORD.findall(line)


def places_of(line: str) -> list[tuple[int, int]]:
    """Where those words stand: the offsets of the first character and after the last."""
    return [one.span() for one in _WORD.finditer(line)]


def small(word: str) -> str:
    """The word in small letters, with one kind of apostrophe and hyphen."""
    return word.lower().translate(_HYPHENS)


def word_key(word: str) -> str:
    """The form in which words are compared with the vocabulary: small, and no plural."""
    key = small(word)
    if word[-1:] == "s" and len(word) >= _SHORTEST_PLURAL - 1 and word[:-1].isupper():
        return key[:-1]  # APIs
    if len(key) < _SHORTEST_PLURAL or key[-1] != "s" or key[-2] in "suia'":
        return key
    return f"{key[:-3]}y" if key.endswith("ies") else key[:-1]


_SENTENCE_END = re.compile(
    r"(?<=[\w)\]\"'][.!?;])(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bvs\.)(?<!\betc\.)(?<!\bno\.)"
    r"\s+(?=[\"'(]?[^\W\d_a-zß-ÿ])"
    r"|\s+[•·▪●◦‣–]\s+"
)
MOST_WORDS = 120
"""Words of a piece: longer stretches without an end are cut, so that no line costs too much."""


def sentences_of(line: str) -> list[list[str]]:
    """The words of each sentence or bullet of a line; none is longer than `MOST_WORDS`."""
    pieces = map(words_of, _SENTENCE_END.split(line))
    return [
        words[start : start + MOST_WORDS]
        for words in pieces
        for start in range(0, len(words), MOST_WORDS)
    ]
