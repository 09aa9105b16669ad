"""What the words around an amount say: its period, its kind, and whether it is pay at all."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from .periods import payments_near, period_of
from .tokens import Kind, Token
from .words import (
    ABOUT,
    AT_LEAST,
    AT_MOST,
    BLOCKERS,
    EVIDENCE,
    EXTRAS,
    FILLERS,
    FOR,
    INCLUDING,
    KNOWN,
    MARK_PHRASES,
    MARKS,
    PLUS,
    SPANS,
    STOPS_BLOCKING,
    TELLING,
    TELLING_BEFORE,
    UNITS,
    VERBS,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .amounts import Span

_SENTENCE_REACH = 40  # tokens back to a word such as "salary"
_NEAR = 4  # words
_LABEL_REACH = 12  # tokens between "Salary" and its amount in a label
_HEADING_WORDS = 7
_LONGEST_HEADING = 14  # words, where it ends in a colon
_MOST_BEHIND = frozenset({"max", "maximum", "maximal"})
_LEAST_BEHIND = frozenset({"min", "minimum", "upwards", "aufwärts"})
_NEXT_LABEL = frozenset({",", "("})
_CLAUSE_ENDS = frozenset({",", ";", "|", ")", "+", "plus"})
_ENDS = frozenset({Kind.LINE, Kind.STOP})


@dataclass(frozen=True, slots=True)
class Reading:
    """An amount with what surrounds it.

    Attributes:
        span: the amount or range.
        period: what it is paid for, where the text says so.
        payments: monthly salaries of a year, where the text says so.
        bound: "up to", "from" or "".
        notes: what else the words say: OTE, gross, plus bonus.
        evidence: 2 where a word such as "salary" is beside it, 1 where one is in its
            sentence or heading, else 0.
        is_blocked: whether the words say that it is no pay.
        reach: the tokens of the amount and of the words beside it that were understood.
    """

    span: Span
    period: str | None
    payments: float | None
    bound: str
    notes: tuple[str, ...]
    evidence: int
    is_blocked: bool
    reach: tuple[int, int]

    @property
    def low(self) -> float | None:
        """The least; None where only the most is stated."""
        return None if self.bound == "up to" and not self.span.is_range else self.span.low

    @property
    def high(self) -> float | None:
        """The most; None where only the least is stated."""
        return None if self.bound == "from" and not self.span.is_range else self.span.high


def read_span(tokens: Sequence[Token], span: Span) -> Reading:
    """What the tokens around ``span`` say of it."""
    after = _after(tokens, span)
    before = _before(tokens, span)
    period = period_of(span, before, after)
    return Reading(
        span,
        period,
        payments_near(tokens, span),
        _bound(before, after, span),
        tuple(_notes(before, after)),
        _evidence(tokens, span, before, after),
        _is_blocked(before, after) or (period is None and _is_unit_price(after)),
        (span.start - _understood(before, TELLING_BEFORE), span.end + _understood(after, TELLING)),
    )


def _understood(tokens: Sequence[Token], telling: frozenset[str]) -> int:
    """How many of the tokens belong to the amount, up to the first unknown word."""
    kept = 0
    for index, token in enumerate(tokens):
        text = token.text
        if token.kind is Kind.WORD and text not in KNOWN and len(text) > 1:
            break
        is_initial = len(text) == 1 and index > 0 and tokens[index - 1].text == "/"
        if text in telling or is_initial or (text == ")" and kept == index):
            kept = index + 1
    return kept


def _after(tokens: Sequence[Token], span: Span) -> list[Token]:
    """The tokens behind the amount, up to the end of the sentence or the next amount."""
    found: list[Token] = []
    for token in tokens[span.end : span.end + _LABEL_REACH]:
        if token.kind in {Kind.CURRENCY, Kind.NUMBER}:
            return _before_any(found, _NEXT_LABEL)
        if token.kind in _ENDS or token.text == ";":
            break
        found.append(token)
    return found


def _before_any(tokens: Sequence[Token], signs: frozenset[str]) -> list[Token]:
    """The tokens up to the first of ``signs``: what follows is the label of the next amount."""
    for index, token in enumerate(tokens):
        if token.text in signs:
            return list(tokens[:index])
    return list(tokens)


def _before(tokens: Sequence[Token], span: Span) -> list[Token]:
    """The tokens before the amount, the nearest first, back to a sentence's start or an amount."""
    found = []
    for token in reversed(tokens[max(0, span.start - _LABEL_REACH) : span.start]):
        if token.kind in _ENDS or token.kind in {Kind.CURRENCY, Kind.NUMBER, Kind.SCALE}:
            break
        if token.text == ";":
            break
        found.append(token)
    return found


def _bound(before: Sequence[Token], after: Sequence[Token], span: Span) -> str:
    following = after[0].text if after else ""
    words = [token.text for token in before if token.text not in {":", "(", "=", "."}][:_NEAR]
    words.reverse()
    if _ends_with(words, AT_MOST) or following in _MOST_BEHIND:
        return "up to"
    if span.is_open or _ends_with(words, AT_LEAST) or following in _LEAST_BEHIND:
        return "from"
    return ""


def _ends_with(words: Sequence[str], phrases: Mapping[tuple[str, ...], str]) -> bool:
    trimmed = list(words)
    while trimmed and (trimmed[-1],) in ABOUT:
        trimmed.pop()
    return any(tuple(trimmed[-size:]) in phrases for size in (1, 2, 3) if len(trimmed) >= size)


def _notes(before: Sequence[Token], after: Sequence[Token]) -> Iterator[str]:
    label = _before_any(before, _NEXT_LABEL)
    words = [token.text for token in reversed(label)], [token.text for token in after]
    near = [*words[0][-_NEAR:], "", *_up_to_extras(words[1])]
    is_base = not MARKS["base"].isdisjoint(near)
    pairs = set(pairwise(near if is_base else [*words[0], *near]))
    if _ends_with_about(words[0]) and MARKS["estimated"].isdisjoint(near):
        yield "about"
    yield from dict.fromkeys(
        [
            *(name for name, marks in MARKS.items() if marks.intersection(near)),
            *(name for pair, name in MARK_PHRASES.items() if pair in pairs),
        ]
    )
    if _has_extras(words[1]):
        yield "plus extras"


def _ends_with_about(words: Sequence[str]) -> bool:
    kept = [word for word in words if word not in {":", "(", "."}]
    return any(tuple(kept[-size:]) in ABOUT for size in (1, 2) if len(kept) >= size)


def _up_to_extras(words: Sequence[str]) -> list[str]:
    for index, word in enumerate(words):
        if word in PLUS or word in INCLUDING:
            return list(words[:index])
    return list(words)


def _has_extras(words: Sequence[str]) -> bool:
    extras = words[len(_up_to_extras(words)) :]
    return extras[:1] != [] and extras[0] in PLUS and not EXTRAS.isdisjoint(extras[: _NEAR + 2])


def _is_blocked(before: Sequence[Token], after: Sequence[Token]) -> bool:
    """Whether a word such as "bonus" or "funding" claims the amount before any of pay does.

    Behind "Salary: £43k - 51k" only the very next word can, as the next field of a
    form may follow.
    """
    is_labelled = bool(before) and _is_label(before)
    behind = after[:1] if is_labelled else after
    return _claims(behind, stops=STOPS_BLOCKING | PLUS) or _claims(before, stops=_CLAUSE_ENDS)


def _is_unit_price(after: Sequence[Token]) -> bool:
    """Whether the amount is for something that is no period: $50 per article."""
    words = [token.text for token in after[:2]]
    return words[:1] != [] and words[0] in UNITS and not FILLERS.intersection(words[1:])


def is_for_a_stretch(tokens: Sequence[Token], span: Span) -> bool:
    """Whether the amount is for some months or years in all: $40,000 for 6 months."""
    following = tokens[span.end : span.end + 3]
    if len(following) < 3 or following[1].kind not in {Kind.NUMBER, Kind.JUNK}:  # noqa: PLR2004
        return False
    return following[0].text in FOR and following[2].text in SPANS


def _is_label(before: Sequence[Token]) -> bool:
    return before[0].text == ":" and any(token.text in EVIDENCE for token in before[1:3])


def _claims(tokens: Sequence[Token], *, stops: frozenset[str]) -> bool:
    seen = 0
    for token in tokens:
        is_pay = token.text in EVIDENCE and token.text not in VERBS
        if is_pay or token.text in stops or seen > _NEAR:
            return False
        if any(part in BLOCKERS for part in (token.text, *token.text.split("-"))):
            return True
        seen += token.kind is Kind.WORD
    return False


def _evidence(
    tokens: Sequence[Token], span: Span, before: Sequence[Token], after: Sequence[Token]
) -> int:
    if _has_word_of_pay(before) or _has_word_of_pay(after[: _NEAR + 2]):
        return 2
    sentence = _sentence_before(tokens, span)
    if _has_word_of_pay(sentence) or _has_word_of_pay(_heading(tokens, span)):
        return 1
    return 0


def _has_word_of_pay(tokens: Sequence[Token]) -> bool:
    return any(
        token.text in EVIDENCE or not EVIDENCE.isdisjoint(token.text.split("-"))
        for token in tokens
        if token.kind is Kind.WORD
    )


def _sentence_before(tokens: Sequence[Token], span: Span) -> list[Token]:
    """The tokens of the sentence before the amount, other amounts included."""
    found = []
    for token in reversed(tokens[max(0, span.start - _SENTENCE_REACH) : span.start]):
        if token.kind in _ENDS:
            break
        found.append(token)
    return found


def _heading(tokens: Sequence[Token], span: Span) -> list[Token]:
    """The words of the line above, if it is short enough for a heading."""
    at = span.start - 1
    first = max(0, span.start - _SENTENCE_REACH)
    while at >= first and tokens[at].kind is not Kind.LINE:
        at -= 1
    while at >= first and tokens[at].kind is Kind.LINE:
        at -= 1
    line: list[Token] = []
    while at >= 0 and tokens[at].kind not in _ENDS and len(line) <= _LONGEST_HEADING:
        line.append(tokens[at])
        at -= 1
    most = _LONGEST_HEADING if line and line[0].text == ":" else _HEADING_WORDS
    return line if len(line) <= most else []
