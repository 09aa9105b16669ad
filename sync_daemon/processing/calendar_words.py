"""The names of months and weekdays, and the order of day and month, from Unicode's CLDR.

Read when the first date in words is met, and no sooner: a daemon whose sheets
hold real dates does without Babel's 40 ms and 4 MB.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from babel import Locale

LANGUAGES = ("en", "de", "fr", "es", "nl", "it", "pt")
"""Understood in every spreadsheet: people write English in a German one, and the other way."""

_WORD = re.compile(r"[^\W\d_]+")
_QUOTED = re.compile(r"'[^']+'")  # in a pattern of CLDR
_SHORTEST = 3  # letters of a month's name; CLDR has "1" and "M" among its short ones


@dataclass(frozen=True, slots=True)
class CalendarWords:
    """How a locale writes days.

    Attributes:
        months: folded name → number.
        weekdays: the folded words of their names ("quarta" and "feira").
        fillers: these, and what else stands between day, month and year ("de").
        is_day_first: whether 3/6 is in June; None where the locale is not known.
        is_year_first: whether 26/6/3 is in 2026.
        is_dotted: whether the locale itself writes 3.6.
    """

    months: Mapping[str, int]
    weekdays: frozenset[str]
    fillers: frozenset[str]
    is_day_first: bool | None = None
    is_year_first: bool = False
    is_dotted: bool = False


def folded(text: str) -> str:
    """Small letters without accents."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in letters if not unicodedata.combining(sign))


@lru_cache(maxsize=32)
def calendar_words(code: str) -> CalendarWords:
    """How the locale ``code`` (``de_DE``) writes days; an unknown one has no order."""
    own = _parsed(code)
    everywhere = [locale for locale in map(_parsed, LANGUAGES) if locale is not None]
    locales = [*everywhere, own] if own is not None else everywhere  # its own names count last
    months = {name: number for locale in locales for name, number in _months(locale)}
    weekdays = frozenset(word for locale in locales for word in _weekdays(locale))
    fillers = weekdays.union(*map(_fillers, locales))
    if own is None:
        return CalendarWords(months, weekdays, fillers)
    order = own.datetime_skeletons["Md"].pattern
    return CalendarWords(
        months,
        weekdays,
        fillers,
        is_day_first=order.index("d") < order.index("M"),
        is_year_first=own.date_formats["short"].pattern.startswith("y"),
        is_dotted="." in order,
    )


def _parsed(code: str) -> Locale | None:
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - see the module's docstring

    try:
        return Locale.parse(code.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return None


def _months(locale: Locale) -> Iterator[tuple[str, int]]:
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in locale.months[context][width].items():
                plain = folded(name).strip(". ")
                if len(plain) >= _SHORTEST and plain.isalpha():
                    yield plain, number


def _weekdays(locale: Locale) -> Iterator[str]:
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated", "short"):
            for name in locale.days[context][width].values():
                yield from _WORD.findall(folded(name))


def _fillers(locale: Locale) -> Iterator[str]:
    for width in ("full", "long", "medium"):
        for quoted in _QUOTED.findall(locale.date_formats[width].pattern):
            yield from _WORD.findall(folded(quoted))
