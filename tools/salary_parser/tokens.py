"""From text to tokens: numbers, currencies, scales, dashes and words. Linear in the text."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING

from sync_daemon.tooling import is_blank

from .currencies import CAPITALS_ONLY, ISO_CODES, NAMES, SIGNS
from .numerals import NUMERAL, PRICE_TAIL, read_numeral

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_CHARACTERS = 200_000


class Kind(Enum):
    """What a token is, as far as amounts of money are concerned."""

    NUMBER = "number"
    SCALE = "scale"  # k, million, lakh
    CURRENCY = "currency"
    DASH = "dash"
    WORD = "word"
    MARK = "mark"  # any other sign
    STOP = "stop"  # the end of a sentence
    LINE = "line"  # the end of a line
    JUNK = "junk"  # a date, a time, a percentage, a telephone number, 401(k)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text.

    Attributes:
        kind: what it is.
        text: the piece, in small letters; of a currency its code or shared sign.
        start: where it begins in the text.
        end: where it ends.
        value: of a number or scale; None for a number that cannot be read.
    """

    kind: Kind
    text: str
    start: int
    end: int
    value: float | None = None


_SCALES = MappingProxyType(
    {
        "k": 1e3, "t": 1e3, "tsd": 1e3, "tausend": 1e3, "thousand": 1e3, "mille": 1e3, "mil": 1e3,
        "tys": 1e3, "m": 1e6, "mio": 1e6, "mln": 1e6, "mn": 1e6, "million": 1e6, "millions": 1e6,
        "millionen": 1e6, "millones": 1e6, "b": 1e9, "bn": 1e9, "billion": 1e9, "l": 1e5,
        "lac": 1e5, "lacs": 1e5, "lakh": 1e5, "lakhs": 1e5, "lpa": 1e5, "cr": 1e7, "crore": 1e7,
        "crores": 1e7, "万": 1e4,
    }
)  # fmt: skip
_NEEDS_CURRENCY = frozenset({"t", "mil"})  # tonnes; a million in English


def _any_of(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_LETTER = r"[^\W\d_\u3040-\u30ff\u4e00-\u9fff]"
_CODES = [code for code in ISO_CODES if code not in CAPITALS_ONLY]
_LETTERED = [sign for sign in SIGNS if sign[-1].isalpha()]  # $US
_UNLETTERED = [sign for sign in SIGNS if not sign[-1].isalpha()]
_CURRENCY = (
    rf"(?:{_any_of(_LETTERED)})(?!{_LETTER})|{_any_of(_UNLETTERED)}"
    rf"|(?:(?i:{_any_of(_CODES)})|{_any_of(sorted(CAPITALS_ONLY))}"
    rf"|(?i:{_any_of(list(NAMES))})|RM(?=\s?\d)|S?Fr\.(?=\s?\d))(?!{_LETTER})"
)
_SCALE = (
    rf"(?i:{_any_of([name for name in _SCALES if name not in _NEEDS_CURRENCY])})(?!{_LETTER})"
    r"|[kK](?=p[ahdwm]\b)"
    r"|(?i:mil)(?=\s(?:de\s)?(?:euros?|€|eur|pesos|dólares|brut|al|anual))"
    r"|[kKTt](?=€|EUR|CHF|SEK|NOK|DKK|USD|GBP|PLN|CZK|kr\b)|[Mm](?=€|EUR|SEK|kr\b)"
)
_JUNK = (
    r"https?://\S{1,2000}|www\.\S{1,2000}"
    r"|40[13]\s?\(?[kKbB]\b\)?"
    r"|\d{1,4}(?P<sep>[./-])\d{1,2}(?P=sep)\d{1,4}(?!\d)"
    r"|\d{1,2}:\d{2}(?!\d)"
    r"|\d{1,9}(?:[.,]\d{1,9})?\s?(?:%|‰|percent\b|per cent\b|prozent\b|procent\b|pct\b)"
    r"|(?<!\d)\+\d[\d ()/.-]{6,20}\d"
    r"|\(?\d{3}\)?[ -]\d{3}-\d{4}(?!\d)"
)
_TOKEN = re.compile(
    rf"(?P<LINE>\n)|(?P<JUNK>(?i:{_JUNK}))|(?P<NUMBER>(?:{NUMERAL}){PRICE_TAIL})"
    rf"|(?P<CURRENCY>{_CURRENCY})|(?P<DASH>[-\u2010-\u2015\u2212~\u301c])"
    rf"|(?P<WORD>(?:{_LETTER}\.){{2,6}}|{_LETTER}\w*(?:['\u2019-]{_LETTER}\w*)*"
    r"|年収|年俸|年薪|月給|月収|月薪|時給|日給)"
    r"|(?P<MARK>[^\s\w]|\w)"
)
_PERIOD_HERE = re.compile(r"(?i)p[ahdwmu]\b|pcm\b|p/[a-z]\b|円|年|月")
_CURRENCY_HERE = re.compile(_CURRENCY)
_SCALE_HERE = re.compile(rf"[ ]?(?P<scale>{_SCALE})(?:(?i:(?<=tsd)|(?<=mio)|(?<=tys))\.)?")
_TAG = re.compile(r"<(/?)([A-Za-z]{1,20})\b[^<>]{0,1000}>")
_INLINE = frozenset({"b", "strong", "i", "em", "span", "a", "u", "font"})
_HIDDEN = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff\x00]")
_SHORT_FORMS = frozenset(
    re.findall(
        r"\w+",
        "ca approx est max min std tsd mtl p a c brutto mio mies inkl zzgl incl excl bzw eur nr"
        " st mrd fr kr rs pr ann brut tys hr yr mo wk",
    )
)


def plain(text: str) -> str:
    """``text`` without markup, with ordinary spaces, bounded in length."""
    text = unicodedata.normalize("NFKC", html.unescape(text[:MAX_CHARACTERS]))
    text = _TAG.sub(lambda tag: " " if tag[2].lower() in _INLINE else "\n", text)
    text = _HIDDEN.sub("", text[:MAX_CHARACTERS])
    return "\n".join(" ".join(line.split()) for line in text.splitlines()).strip()


def tokenize(text: str) -> list[Token]:
    """The tokens of a `plain` text."""
    return list(_tokens(text))


def _tokens(text: str) -> Iterator[Token]:
    place = 0
    before: Token | None = None
    while match := _TOKEN.search(text, place):
        token = _token(match, before)
        place = match.end()
        if token.kind is Kind.NUMBER:
            scale = _SCALE_HERE.match(text, place)
            token = token if scale or _ends_well(text, place) else _junk(token)
            yield token
            if scale and token.kind is Kind.NUMBER:
                name = scale["scale"].lower()
                token = Token(Kind.SCALE, name, scale.start("scale"), scale.end(), _SCALES[name])
                place = scale.end()
                yield token
        else:
            yield token
        before = token


def _token(match: re.Match[str], before: Token | None) -> Token:
    kind = Kind[match.lastgroup or "MARK"] if match.lastgroup != "sep" else Kind.JUNK
    text = match.group()
    start, end = match.span()
    match kind:
        case Kind.NUMBER:
            literal = text.rstrip("-\u2013\u2014")
            return Token(kind, text, start, end, read_numeral(literal.rstrip(".,")))
        case Kind.CURRENCY:
            return Token(kind, _code(text), start, end)
        case Kind.WORD:
            return Token(kind, _word(text), start, end)
        case Kind.MARK if text in ".!?" and _ends_sentence(match, before):
            return Token(Kind.STOP, text, start, end)
        case _:
            return Token(kind, text, start, end)


def _code(text: str) -> str:
    if text in SIGNS:
        return SIGNS[text]
    if text == "RM":
        return "MYR"
    if text.endswith("Fr."):
        return "CHF"
    return NAMES.get(text.lower(), text.upper())


def _word(text: str) -> str:
    word = text.casefold().replace("\u2019", "'")
    return word.replace(".", "") if word.count(".") > 1 else word


def _ends_sentence(match: re.Match[str], before: Token | None) -> bool:
    """Whether a full stop is one: white space follows, and no abbreviation precedes."""
    following = match.string[match.end() : match.end() + 1]
    if not is_blank(following):
        return False
    return before is None or before.text not in _SHORT_FORMS


def _ends_well(text: str, place: int) -> bool:
    """Whether no letters are glued to the number that ends at ``place``, but a currency may be."""
    following = text[place : place + 1]
    if not (following.isalpha() or following == "_"):
        return True
    return bool(_CURRENCY_HERE.match(text, place) or _PERIOD_HERE.match(text, place))


def _junk(token: Token) -> Token:
    return Token(Kind.JUNK, token.text, token.start, token.end)
