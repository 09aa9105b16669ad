"""What an amount is paid for: the hour, the month, the year, and how many months a year has."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from .tokens import Kind, Token
from .words import AMBIGUOUS_PERIODS, FILLERS, PAYMENTS, PER, PERIODS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .amounts import Span

_LONGEST_PHRASE = 2
_PAYMENTS_REACH = 12  # tokens behind the amount
_MOST_PAYMENTS = 18
_LEAST_PAYMENTS = 12
_SKIPPED = frozenset({"(", ")", ",", ":", "*", ".", "-", "\u2013"})
_LABEL_ENDS = frozenset({")", "|", ",", "and", "und", "et", "y", "en"})
_OF_SEVERAL = ("bi-", "semi-", "half-", "zwei-")  # bi-weekly is no week
_INITIALS = MappingProxyType({"h": "hour", "d": "day", "w": "week", "m": "month", "y": "year",
                              "a": "year", "j": "year", "u": "hour"})  # fmt: skip
_THIRTEENTH = frozenset({"13th", "13e", "13ème", "13ª", "treizième", "dertiende", "dreizehntes",
                         "thirteenth", "14th", "14e", "14ème", "fourteenth"})  # fmt: skip


def period_of(span: Span, before: Sequence[Token], after: Sequence[Token]) -> str | None:
    """The period of the amount at ``span``; what stands behind it comes first.

    Args:
        span: where the amount is.
        before: the tokens before it, the nearest first.
        after: the tokens behind it.
    """
    if span.scale_name == "lpa":
        return "year"
    return _behind(after) or span.period or _ahead(before)


def _behind(after: Sequence[Token]) -> str | None:
    """The period in "gross per year", with nothing but such words between."""
    has_per = False
    for index, token in enumerate(after):
        text = token.text
        period = _phrase_at(after, index, has_per=has_per)
        if period is not None:
            return period
        if text in PER:
            has_per = True
        elif text not in FILLERS and text not in _SKIPPED:
            return None
    return None


def _phrase_at(tokens: Sequence[Token], index: int, *, has_per: bool) -> str | None:
    text = tokens[index].text
    pair = tuple(token.text for token in tokens[index : index + _LONGEST_PHRASE])
    if len(pair) == _LONGEST_PHRASE and pair in PERIODS:
        return PERIODS[pair]
    if has_per and len(text) == 1 and index and tokens[index - 1].text in {"/", "per"}:
        return _INITIALS.get(text)
    return _period_in(text, has_per=has_per)


def _period_in(text: str, *, has_per: bool) -> str | None:
    """The period that a word or a part of it names; "full-time" holds none, "l'heure" does."""
    for part in _parts(text):
        is_ambiguous = part in AMBIGUOUS_PERIODS and (not has_per or "-" in text)
        if not is_ambiguous and (part,) in PERIODS:
            return PERIODS[(part,)]
    return None


def _parts(text: str) -> Iterator[str]:
    """A word and, of a compound such as "l'année" or "brutto-jahresgehalt", its parts."""
    if text.startswith(_OF_SEVERAL):
        return
    yield text
    if "-" in text or "'" in text:
        yield from text.replace("'", "-").split("-")


def _ahead(before: Sequence[Token]) -> str | None:
    """The period in a label such as "Hourly rate:" or "Jahresgehalt von"."""
    for index, token in enumerate(before):
        previous = before[index + 1].text if index + 1 < len(before) else ""
        has_per = previous in PER
        if previous in {"/", "per"} and token.text in _INITIALS:
            return _INITIALS[token.text]
        if period := _period_in(token.text, has_per=has_per):
            return period
        if token.text in _LABEL_ENDS and index:
            return None
    return None


def payments_near(tokens: Sequence[Token], span: Span) -> float | None:
    """How many monthly salaries a year has, where "x 14" or "13th month" follows the amount."""
    following = tokens[span.end : span.end + _PAYMENTS_REACH]
    for index, token in enumerate(following):
        if token.kind is Kind.LINE:
            break
        count = _count_at(following, index)
        if count is not None:
            return count
    return None


def _count_at(tokens: Sequence[Token], index: int) -> float | None:
    token = tokens[index]
    digits = token.text.rstrip("x")
    if token.kind not in {Kind.NUMBER, Kind.JUNK, Kind.WORD}:
        return None
    if token.text in _THIRTEENTH:
        return float(token.text[:2]) if token.text[:2].isdigit() else _LEAST_PAYMENTS + 1.0
    try:
        count = token.value or float(digits.replace(",", "."))
    except ValueError:
        return None
    is_count = _LEAST_PAYMENTS <= count <= _MOST_PAYMENTS
    return count if is_count and _is_of_payments(tokens, index) else None


def _is_of_payments(tokens: Sequence[Token], index: int) -> bool:
    before = tokens[index - 1].text if index else ""
    after = [token.text for token in tokens[index + 1 : index + 4]]
    if before in {"x", "×", "*"}:
        return True
    if after[:1] and after[0] in {"th", "e", "ème", "ª", "º", "."}:
        return bool(PAYMENTS.intersection(after) or {"month", "maand", "gehalt", "mes"} & {*after})
    return bool(after[:1] and after[0] in PAYMENTS)
