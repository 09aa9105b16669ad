"""Which place an amount is for: "US: $150k–$180k; UK: £90k", "€70k in Berlin"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .places import countries_in, place_words
from .tokens import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .amounts import Span
    from .source import Source
    from .tokens import Token

_REACH = 12
_ENDS = frozenset({";", ",", "|", ".", "•", "/"})
_OPENS = frozenset({"(", "in", "for", "für", "within", "à", "en", "pour", "based"})


def is_elsewhere(source: Source, span: Span, country: str | None) -> bool:
    """Whether the label of the amount names countries, and not that of the job."""
    named = countries_in(_label(source, span))
    return bool(country and named and country not in named)


def with_matching_label(
    source: Source, spans: Sequence[Span], country: str | None, location: str
) -> int | None:
    """The index of the only span whose label names the place; None if none or several do.

    The country alone decides only where every label names one: "SF $180k, Austin
    $150k" is not settled by Austin lying in the country.
    """
    labels = [_label(source, span) for span in spans]
    wanted = place_words(location)
    by_word = [index for index, label in enumerate(labels) if wanted & place_words(label)]
    if len(by_word) == 1:
        return by_word[0]
    named = [countries_in(label) for label in labels]
    by_country = [index for index, countries in enumerate(named) if country in countries]
    return by_country[0] if len(by_country) == 1 and all(named) else None


def _label(source: Source, span: Span) -> str:
    """The words that say where: behind the amount where they are bound to it, else before it."""
    tokens = source.tokens
    behind = _part(tokens[span.end : span.end + _REACH])
    if any(token.text in _OPENS for token in behind):
        return _text(source, behind)
    before = _part(reversed(tokens[max(0, span.start - _REACH) : span.start]))
    return _text(source, before[::-1])


def _part(tokens: Iterable[Token]) -> list[Token]:
    """The tokens up to a separator, the next amount or the end of the line."""
    found: list[Token] = []
    for token in tokens:
        if token.text in _ENDS or token.kind in {Kind.NUMBER, Kind.CURRENCY, Kind.LINE, Kind.STOP}:
            break
        if token.text == ")" and found:
            break
        found.append(token)
    return found


def _text(source: Source, tokens: Sequence[Token]) -> str:
    return source.text[tokens[0].start : tokens[-1].end] if tokens else ""
