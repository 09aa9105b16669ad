"""From tokens to amounts and ranges of money: $60k, 60.000 – 80.000 €, between 60 and 80k."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .currencies import SHARED
from .numerals import is_grouped
from .tokens import Kind, Token
from .words import AND, BETWEEN, LOOSE_TO, PERIODS, TO

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SCALED_BELOW = 1000  # "60-80k": only a number below takes the scale of its neighbour
_WIDEST = 10  # times the minimum; "£80-100,000" leaves open what it means
_SMALL = 100  # "4.000 € – 14 Gehälter" is no range
_BETWEEN_REACH = 4
_MOST_SIGNS = 2  # of one amount: $100k CAD


@dataclass(frozen=True, slots=True)
class Amount:
    """One number of money.

    Attributes:
        number: as written, without its scale; None where it cannot be read.
        scale: 1000 for k, and so on; None without one.
        scale_name: the word of the scale.
        sign: the currency, as a code or shared sign; None without one.
        start: the index of its first token.
        end: the index behind its last token.
        grouped: whether it is written with separators of thousands.
    """

    number: float | None
    scale: float | None
    scale_name: str
    sign: str | None
    start: int
    end: int
    grouped: bool

    @property
    def value(self) -> float | None:
        """The number with its scale; None where a scale meets thousands, as in 62.500k."""
        if self.number is None or (self.scale and self.grouped):
            return None
        return round(self.number * (self.scale or 1), 2)


@dataclass(frozen=True, slots=True)
class Span:
    """An amount or a range of amounts, as a place in the tokens.

    Attributes:
        low: the least; None where it cannot be read with certainty.
        high: the most, the same as ``low`` for one amount; None likewise.
        is_range: whether two amounts are written.
        period: what stands between them, as in $120K/yr - $150K/yr.
        is_open: whether a plus sign follows, as in 60k+.
        scale_name: the word of the scale: k, lpa.
    """

    low: float | None
    high: float | None
    sign: str | None
    scale_name: str
    start: int
    end: int
    is_range: bool = False
    period: str | None = None
    is_open: bool = False

    @property
    def is_clear(self) -> bool:
        """Whether it has one reading."""
        return self.low is not None and self.high is not None


def find_spans(tokens: Sequence[Token]) -> Iterator[Span]:
    """All amounts and ranges of ``tokens``, money or not, in order."""
    index = 0
    while index < len(tokens):
        first = _amount(tokens, index)
        if first is None:
            index += 1
            continue
        span = _checked(tokens, _span(tokens, first))
        yield span
        index = span.end


def _amount(tokens: Sequence[Token], index: int) -> Amount | None:
    at, sign = index, None
    while _kind(tokens, at) is Kind.CURRENCY and at - index < _MOST_SIGNS:
        combined = _combined(sign, tokens[at].text)
        if combined is None:
            return None
        at, sign = at + 1, combined
    if _kind(tokens, at) is not Kind.NUMBER:
        return None
    number, grouped = tokens[at].value, is_grouped(tokens[at].text)
    at += 1
    scale, name = None, ""
    if _kind(tokens, at) is Kind.SCALE:
        scale, name = tokens[at].value, tokens[at].text
        at += 1
    at, sign = _trailing_sign(tokens, at, sign)
    return Amount(number, scale, name, sign, index, at, grouped)


def _trailing_sign(tokens: Sequence[Token], at: int, sign: str | None) -> tuple[int, str | None]:
    """The currency behind an amount, unless it stands before the next one."""
    if _kind(tokens, at) is Kind.WORD and tokens[at].text in {"de", "d'"}:  # 60 mil de euros
        return (
            (at + 2, tokens[at + 1].text)
            if _kind(tokens, at + 1) is Kind.CURRENCY
            else (
                at,
                sign,
            )
        )
    last = at + _MOST_SIGNS
    while at < last and _kind(tokens, at) is Kind.CURRENCY and not _belongs_to_next(tokens, at):
        combined = _combined(sign, tokens[at].text)
        if combined is None:
            break
        at, sign = at + 1, combined
    return at, sign


def _belongs_to_next(tokens: Sequence[Token], at: int) -> bool:
    """Whether the currency is glued to the number that follows and not to what precedes."""
    if _kind(tokens, at + 1) is not Kind.NUMBER:
        return False
    return tokens[at].end == tokens[at + 1].start and tokens[at - 1].end < tokens[at].start


def _combined(sign: str | None, other: str) -> str | None:
    """Two signs of one amount: ``$`` with ``CAD`` is CAD; None where they contradict."""
    if sign is None or sign == other or other in SHARED.get(sign, ()):
        return other
    return sign if sign in SHARED.get(other, ()) else None


def _span(tokens: Sequence[Token], first: Amount) -> Span:
    second = _second(tokens, first)
    if second is None:
        return Span(first.value, first.value, first.sign, first.scale_name, first.start, first.end)
    first, second = _sharing_scale(first, second)
    sign = first.sign if second.sign is None else _combined(first.sign, second.sign)
    span = Span(
        first.value,
        second.value,
        sign,
        second.scale_name or first.scale_name,
        first.start,
        second.end,
        is_range=True,
        period=_inner_period(tokens, first.end),
    )
    contradict = second.sign is not None and sign is None
    return span if _is_sensible(span) and not contradict else _unclear(span)


def _second(tokens: Sequence[Token], first: Amount) -> Amount | None:
    """The upper end of a range that begins with ``first``."""
    at = _behind_joint(tokens, first)
    second = None if at is None else _amount(tokens, at)
    if second is None:
        return None
    bare = second.sign is None and second.scale is None
    if bare and _is_less(second, first) and (second.number or 0) < _SMALL:
        return None
    return second


def _is_less(second: Amount, first: Amount) -> bool:
    return first.scale is None and (second.number or 0) < (first.number or 0)


def _behind_joint(tokens: Sequence[Token], first: Amount) -> int | None:
    """The index behind the dash or word that joins two amounts, if there is one."""
    at = first.end if _inner_period(tokens, first.end) is None else first.end + 2
    if _kind(tokens, at) is Kind.DASH:
        return at + 1
    word = _text(tokens, at)
    if (word, _text(tokens, at + 1)) in {("up", "to"), ("bis", "zu")}:
        return at + 2
    if word in TO or (word in LOOSE_TO and _looks_like_money(first)):
        return at + 1
    if word in AND and _follows_between(tokens, first.start):
        return at + 1
    if word == "/" and first.scale is None and _kind(tokens, at + 2) is Kind.SCALE:  # 60/70k
        return at + 1
    return None


def _inner_period(tokens: Sequence[Token], at: int) -> str | None:
    """The period of two tokens such as "/yr" or "per hour"."""
    return PERIODS.get((_text(tokens, at + 1),)) if _text(tokens, at) in _PER else None


_PER = frozenset({"/", "per", "a", "an", "pro", "par", "por"})


def _looks_like_money(amount: Amount) -> bool:
    return amount.sign is not None or amount.scale is not None or amount.grouped


def _follows_between(tokens: Sequence[Token], start: int) -> bool:
    before = tokens[max(0, start - _BETWEEN_REACH) : start]
    return any(token.text in BETWEEN for token in before)


def _sharing_scale(first: Amount, second: Amount) -> tuple[Amount, Amount]:
    """Both amounts with the scale that one of them has: 60-80k, $60k-80."""
    low, high = first.number, second.number
    if low is None or high is None or low >= _SCALED_BELOW or high >= _SCALED_BELOW:
        return first, second
    if first.scale is None and second.scale is not None and low <= high:
        return replace(first, scale=second.scale), second
    if second.scale is None and first.scale is not None and low <= high:
        return first, replace(second, scale=first.scale)
    return first, second


def _is_sensible(span: Span) -> bool:
    if span.low is None or span.high is None:
        return False
    return 0 < span.low <= span.high <= span.low * _WIDEST


def _checked(tokens: Sequence[Token], span: Span) -> Span:
    """``span`` with a plus sign behind it; unclear where its neighbours cast doubt on it."""
    before, after = _kind(tokens, span.start - 1), _kind(tokens, span.end)
    if _text(tokens, span.end) == "+" and not _is_amount_next(tokens, span.end + 1):
        glued = tokens[span.end].start == tokens[span.end - 1].end
        return replace(span, end=span.end + 1, is_open=True) if glued else span
    if after is Kind.DASH and _is_amount_next(tokens, span.end + 1):
        return _unclear(span) if span.is_range else _in_series(tokens, span)
    if before is Kind.DASH and _kind(tokens, span.start - 2) in {Kind.NUMBER, Kind.JUNK}:
        return _unclear(span)
    if _is_part_of_product(tokens, span.start) or _is_followed_by_amount(tokens, span.end):
        return _unclear(span)
    return _unclear(span) if _is_glued_to_other(tokens, span.start) else span


def _is_part_of_product(tokens: Sequence[Token], start: int) -> bool:
    """Whether the amount is multiplied: 75% of €80k, 5 x $1000."""
    sign, number = _text(tokens, start - 1), _kind(tokens, start - 2)
    is_share = number is Kind.JUNK and tokens[start - 2].text.endswith("%")
    return (is_share and sign in _OF) or (number is Kind.NUMBER and sign in {"x", "×", "*"})


def _is_followed_by_amount(tokens: Sequence[Token], end: int) -> bool:
    """Whether a large number follows with nothing between: a range whose dash was lost."""
    return _kind(tokens, end) is Kind.NUMBER and (tokens[end].value or 0) >= _SCALED_BELOW


_OF = frozenset({"of", "von", "de", "van", "des", "vom"})


def _in_series(tokens: Sequence[Token], span: Span) -> Span:
    """An amount before a dash and a number that made no range: a count of payments or doubt."""
    following = tokens[span.end + 1]
    small = following.kind is Kind.NUMBER and (following.value or _SMALL) < _SMALL
    return span if small else _unclear(span)


def _is_amount_next(tokens: Sequence[Token], at: int) -> bool:
    return _kind(tokens, at) in {Kind.NUMBER, Kind.CURRENCY, Kind.JUNK}


def _is_glued_to_other(tokens: Sequence[Token], start: int) -> bool:
    """Whether the number is a part of something else: #12345, 1.2.3, v2.5; but c.£60k is not."""
    sign = _text(tokens, start - 1)
    if sign not in {"/", "#", "."} or tokens[start - 1].end != tokens[start].start:
        return False
    return sign != "." or not _text(tokens, start - 2).isalpha()


def _unclear(span: Span) -> Span:
    return replace(span, low=None, high=None)


def _kind(tokens: Sequence[Token], index: int) -> Kind | None:
    return tokens[index].kind if 0 <= index < len(tokens) else None


def _text(tokens: Sequence[Token], index: int) -> str:
    return tokens[index].text if 0 <= index < len(tokens) else ""
