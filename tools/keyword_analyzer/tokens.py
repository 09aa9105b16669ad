"""From a line to tokens: words, and breaks that no phrase spans."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .words import ALIASES, KEPT_S

BREAK_KEY = ""

_TOKEN = re.compile(
    r"""
    (?<![^\W_])
      (?:C\+\+(?:\d\d)?|[CFJ]\#|ASP\.NET|CI\ ?/\ ?CD|A/B|PL/SQL|TCP/IP|UI/UX|UX/UI|I/O)
      (?![^\W_])
    | (?<![^\W_])\.NET(?![^\W_])
    | [^\W\d_][^\W_]*(?:(?:['\u2019&-]|\.(?=(?:js|net|io|ai|py|ts)\b))[^\W_]+)*(?:\+\+?(?![^\W_]))?
    | \d+[^\W\d_][^\W_]*
    | [^\w\s*`'\u2019\-] | \s[-\u2013—]\s | \d+
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ELISION = re.compile(r"(?:[ldjnsmtc]|qu)['\u2019](?=\w\w)", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['\u2019]s?\Z", re.IGNORECASE)
_LONGEST = 60  # characters of a term; what is longer is no word
_SHORTEST_PLURAL = 4


@dataclass(frozen=True, slots=True)
class Token:
    """A word as written and as compared; a break has an empty key."""

    surface: str
    key: str

    @property
    def is_break(self) -> bool:
        """Whether it is punctuation, a number or the like."""
        return not self.key


def tokenize(line: str) -> list[Token]:
    """The tokens of one line, in order."""
    return [_token(match.group()) for match in _TOKEN.finditer(line)]


def fold(word: str) -> str:
    """The form under which spellings of a word are counted as one: case, plural, aliases."""
    key = word.casefold().replace("\u2019", "'")
    key = ALIASES.get(key, key)
    return ALIASES.get(singular := _singular(key, word), singular)


def _token(text: str) -> Token:
    first = text[0]
    is_word = first.isalpha() or text[-1].isalpha()
    if not is_word and not any(letter.isalpha() for letter in text):
        return Token(text, BREAK_KEY)
    if first.isalpha():
        text = _POSSESSIVE.sub("", _ELISION.sub("", text, count=1))
    text = text.replace(" ", "")
    return Token(text, fold(text)) if text and len(text) <= _LONGEST else Token(text, BREAK_KEY)


def _singular(key: str, word: str) -> str:
    """Without the ``s`` of an English plural, where that is safe."""
    if len(key) < _SHORTEST_PLURAL or not key.endswith("s") or key in KEPT_S:
        return key
    if word[:-1].isupper() and word[-1] == "s":
        return key[:-1]  # APIs, KPIs
    if key.endswith(("ss", "us", "is", "ics", "as", "os")):
        return key
    if key.endswith("ies") and len(key) > _SHORTEST_PLURAL + 1:
        return f"{key[:-3]}y"
    if key.endswith(("sses", "shes", "ches", "xes")):
        return key[:-2]
    return key[:-1]
