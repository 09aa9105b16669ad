"""Names of companies and titles in the form in which they are compared."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from .folding import REMEMBERED, folded
from .words import CITIES, COUNTRIES, LEGAL_FORMS, TITLE_NOISE, TITLE_PHRASES, TITLE_WORDS

if TYPE_CHECKING:
    from collections.abc import Container

_WORD = re.compile(r"[^\W_]+[+#]{0,2}")
_DOTTED = re.compile(r"(?<![^\W_])([^\W\d_])\.\s?(?=[^\W\d_](?:\.|\s|$))")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_LETTERS = r"(?:m|w|f|d|x|h|i|n|gn|v|a|div|divers|diverse|all|fem|nb)"
_GENDERS = re.compile(
    rf"[(\[]\s?{_LETTERS}(?:\s?[/|*,.·:+-]\s?{_LETTERS}){{0,5}}\s?[)\]]"
    rf"|(?<![\w/]){_LETTERS}(?:\s?[/|]\s?{_LETTERS}){{2,5}}(?![\w/])"
    r"|(?<![\w/])(?:[mf]/[wfv]|[wfvh]/[mf])(?![\w/])"
    r"|[(\[]?\ball(?:e)? (?:genders?|geschlechter)(?: welcome)?\b[)\]]?"
)
_ENDINGS = re.compile(
    r"(?<=[^\W\d_]{3})(?:[*:_·/]-?|\(-?)(?:innen|in|e|se|euse|rice|trice|ne)\)?(?![^\W_])"
)
_NUMBER = re.compile(
    r"(?<![^\W_])(?:#\s?\d{3,12}|(?:requisition|req|ref|jr|id|r)[-_ #:.]{0,3}\d{3,12}"
    r"|\d{4,12})(?![^\W_])"
)
_SHARE = re.compile(r"\b\d{1,3}\s?(?:[-\u2013]\s?\d{1,3}\s?)?%")
_COMPANY_WORDS = 5
_SHORTEST_TYPO = 6  # letters of a word in which one may be wrong


@dataclass(frozen=True, slots=True)
class Company:
    """A company: its whole name, and the one without a country at its end."""

    name: str
    without_country: str


@dataclass(frozen=True, slots=True)
class Title:
    """A title: its words in order, and the numbers of requisitions that stood in it."""

    words: tuple[str, ...]
    numbers: frozenset[str]

    @property
    def text(self) -> str:
        """The words in alphabetical order."""
        return " ".join(sorted(self.words))

    def without(self, places: frozenset[str]) -> Title:
        """The title without the names of these places, if that leaves anything."""
        kept = tuple(word for word in self.words if CITIES.get(word, word) not in places)
        return Title(kept, self.numbers) if kept else self

    def without_company(self, company: Company) -> Title:
        """The title without the company at its end, where a page's title was copied."""
        for count in range(1, min(len(self.words), _COMPANY_WORDS + 1)):
            if "".join(self.words[-count:]) == company.name:
                return Title(self.words[:-count], self.numbers)
        return self


@lru_cache(maxsize=REMEMBERED)
def company_of(text: str) -> Company | None:
    """The company named by a cell; None if it names none."""
    plain = folded(text).replace("&", " and ").replace("'", "").replace("株式会社", " ")
    outside = _BRACKETS.sub(" ", plain)
    words = _WORD.findall(_DOTTED.sub(r"\1", outside if _WORD.search(outside) else plain))
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    kept = _without_end(words, LEGAL_FORMS)
    if not kept:
        return None
    return Company("".join(kept), "".join(_without_end(kept, COUNTRIES, at_most=1)))


@lru_cache(maxsize=REMEMBERED)
def title_of(text: str) -> Title | None:
    """The title in a cell; None if there is none."""
    plain = _SHARE.sub(" ", _ENDINGS.sub("", _GENDERS.sub(" ", folded(text)))).replace("'", "")
    numbers = frozenset(re.sub(r"\D", "", one) for one in _NUMBER.findall(plain))
    words = [
        TITLE_WORDS.get(word, word) for word in _joined(_WORD.findall(_NUMBER.sub(" ", plain)))
    ]
    kept = tuple(word for word in words if word not in TITLE_NOISE)
    return Title(kept, numbers) if kept else None


def is_same_title(one: Title, other: Title) -> bool:
    """Whether two titles name the same job: the same words, but for their order and one typo.

    A level, a word of seniority or a number that only one has makes them differ.
    """
    if one.numbers and other.numbers and not one.numbers & other.numbers:
        return False
    if "".join(one.words) == "".join(other.words):
        return True
    words, others = Counter(one.words), Counter(other.words)
    only, only_other = words - others, others - words
    if not only and not only_other:
        return True
    if only.total() != 1 or only_other.total() != 1:
        return False
    return _is_typo(next(iter(only)), next(iter(only_other)))


def _is_typo(word: str, other: str) -> bool:
    """Whether one letter is missing, or two are swapped; another letter makes another word."""
    if min(len(word), len(other)) < _SHORTEST_TYPO or not (word + other).isalpha():
        return False
    is_swap = sorted(word) == sorted(other)
    close = OSA.distance(word, other, score_cutoff=1) <= 1
    return close and word[0] == other[0] and (is_swap or len(word) != len(other))


def _without_end(words: list[str], endings: Container[str], at_most: int = 6) -> list[str]:
    kept = list(words)
    for _ in range(at_most):
        if len(kept) > 1 and kept[-1] in endings:
            kept.pop()
    return kept


def _joined(words: list[str]) -> list[str]:
    """``words`` with those of a known phrase made one: "front end", "frontend"."""
    joined: list[str] = []
    place = 0
    while place < len(words):
        phrase = next((p for p in TITLE_PHRASES if tuple(words[place : place + len(p)]) == p), None)
        joined.append("".join(phrase) if phrase else words[place])
        place += len(phrase) if phrase else 1
    return joined
