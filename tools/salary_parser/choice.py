"""Which of the amounts in a text is the salary, or why none can be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .amounts import find_spans
from .currencies import Currency, is_plausible, is_surely_yearly, is_typical, resolve_currency
from .labels import is_elsewhere, with_matching_label
from .places import country_of, currency_of
from .reading import Reading, is_for_a_stretch, read_span
from .source import Source
from .tokens import Kind
from .words import AMBIGUOUS_PERIODS, COUNTED, EVIDENCE, KNOWN, NO_AMOUNT, PAYMENTS
from .yearly import times_a_year

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .schemas import SalaryOptions
_BARE_LEAST, _BARE_MOST = 1_000, 10_000_000
_YEARS = range(1900, 2101)
_SAME = 0.1  # how far a yearly amount may lie from the monthly one beside it
_MOST_AMOUNTS = 50  # a table of pay, in which none can be preferred
_NEAR = 5  # tokens between "competitive" and "salary"
_QUOTED = 4  # amounts named in a refusal


@dataclass(frozen=True, slots=True)
class Place:
    """Where the job is, as far as it was given."""

    country: str | None
    location: str

    @classmethod
    def of(cls, country: str | None, location: str | None) -> Place:
        """From what a person typed."""
        return cls(country_of(country, location), location or "")


@dataclass(frozen=True, slots=True)
class Offer:
    """A reading with what its currency and period mean here.

    Attributes:
        reading: the amount and its surroundings.
        currency: what its sign means.
        period: stated or assumed.
        assumed: whether the period is assumed.
        text: the amount as written.
        context: the same with the words beside it that were understood.
    """

    reading: Reading
    currency: Currency
    period: str | None
    assumed: bool
    text: str
    context: str

    @property
    def figures(self) -> tuple[float | None, float | None]:
        """The least and the most."""
        return self.reading.low, self.reading.high


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why no salary was read.

    Attributes:
        reason: for the note.
        names_amounts: whether there are amounts, of which none can be preferred.
    """

    reason: str
    names_amounts: bool = False


def choose_offer(text: str, place: Place, options: SalaryOptions) -> Offer | Refusal:
    """The salary that ``text`` states, or why it cannot be told."""
    source = Source.of(text)
    offers = [
        _offer(source, read_span(source.tokens, span), place, options)
        for span in find_spans(source.tokens)
    ]
    if not any(_is_pay(offer, source) for offer in offers):
        return Refusal(_why_none(source))
    pay = [offer for offer in offers if _is_pay(offer, source) or _is_rival(offer)]
    if len(pay) > _MOST_AMOUNTS:
        return Refusal(f"several salaries: {_quoted(pay)}", names_amounts=True)
    if any(not offer.reading.span.is_clear for offer in pay):
        return Refusal(f"cannot tell what is meant: {_quoted(pay)}", names_amounts=True)
    return _only(pay, source, place, options)


def _offer(source: Source, reading: Reading, place: Place, options: SalaryOptions) -> Offer:
    span = reading.span
    sign = "INR" if span.sign is None and span.scale_name in _INDIAN else span.sign
    currency = resolve_currency(sign, currency_of(place.country), options.default_currency)
    period = reading.period or options.default_period
    assumed = False
    may_assume = options.assume_year and not is_for_a_stretch(source.tokens, span)
    if period is None and may_assume and is_surely_yearly(span.low or 0, currency.code):
        period, assumed = "year", True
    text = source.between(span.start, span.end)
    return Offer(reading, currency, period, assumed, text, source.between(*reading.reach))


_INDIAN = frozenset({"lpa", "lakh", "lakhs", "lac", "lacs", "crore", "crores", "cr", "l"})


def _is_pay(offer: Offer, source: Source) -> bool:
    """Whether the amount is a salary, as far as the text and its size tell."""
    reading = offer.reading
    if reading.is_blocked or not _is_plausible(offer) or _counts_something(reading, source):
        return False
    if not _is_money(reading):
        return source.is_cell and _is_bare(reading, source)
    if source.is_cell:
        return reading.evidence > 0 or offer.period is not None or not _unknown_words(source)
    return _is_pay_in_description(offer)


def _counts_something(reading: Reading, source: Source) -> bool:
    """Whether a bare number counts hours, days or salaries: 40 uur, 14 Gehälter."""
    span = reading.span
    if span.sign or span.scale_name or span.end >= len(source.tokens):
        return False
    following = source.tokens[span.end].text
    return following in AMBIGUOUS_PERIODS or following in PAYMENTS or following in COUNTED


def _is_pay_in_description(offer: Offer) -> bool:
    reading = offer.reading
    if reading.span.sign is None and reading.span.scale_name != "lpa":
        stated = reading.period is not None or reading.span.scale_name != ""
        return reading.evidence > 1 and stated
    if reading.evidence > 1:
        return True
    if offer.period is None:
        return False
    if reading.evidence > 0:
        return True
    low = reading.span.low or 0
    return reading.period is not None and is_typical(low, reading.period, offer.currency.code)


def _is_rival(offer: Offer) -> bool:
    """Whether an amount may be a second salary although no word says so.

    In "The salary in London is £90k. In Leeds £70k." both are.
    """
    span = offer.reading.span
    return (
        not offer.reading.is_blocked
        and span.sign is not None
        and is_surely_yearly(span.low or 0, offer.currency.code)
    )


def _is_money(reading: Reading) -> bool:
    span = reading.span
    if span.sign or span.scale_name or reading.period:
        return True
    return reading.evidence > 1 and (span.low or 0) >= _BARE_LEAST and span.low not in _YEARS


def _is_plausible(offer: Offer) -> bool:
    span = offer.reading.span
    if span.low is None or span.high is None:
        return bool(span.sign or span.scale_name)
    code = offer.currency.code if span.sign else None
    return all(is_plausible(value, offer.period, code) for value in (span.low, span.high))


def _is_bare(reading: Reading, source: Source) -> bool:
    """Whether a cell holds nothing but one number or range that may be a salary."""
    span = reading.span
    low, high = span.low or 0, span.high or 0
    alone = all(
        token.kind in {Kind.WORD, Kind.MARK}
        for index, token in enumerate(source.tokens)
        if not span.start <= index < span.end
    )
    is_year = low in _YEARS or high in _YEARS
    fits = low >= _BARE_LEAST and high <= _BARE_MOST
    return alone and fits and not is_year and not _unknown_words(source)


def _unknown_words(source: Source) -> bool:
    return any(
        token.kind is Kind.WORD and KNOWN.isdisjoint({token.text, *token.text.split("-")})
        for token in source.tokens
    )


def _why_none(source: Source) -> str:
    if not source.text:
        return ""
    for index, token in enumerate(source.tokens):
        if token.text in NO_AMOUNT and (source.is_cell or _is_near_pay(source, index)):
            return f"no amount ({token.text})"
    return "no salary found"


def _is_near_pay(source: Source, index: int) -> bool:
    near = source.tokens[max(0, index - _NEAR) : index + _NEAR]
    return any(token.text in EVIDENCE for token in near)


def _only(
    offers: Sequence[Offer], source: Source, place: Place, options: SalaryOptions
) -> Offer | Refusal:
    """The one salary among ``offers``, all of them pay."""
    here = [o for o in offers if not is_elsewhere(source, o.reading.span, place.country)]
    if not here:
        reason = f"the salary is for another country: {_quoted(offers)}"
        return Refusal(reason, names_amounts=True)
    left: Sequence[Offer] = _merged(_base_pay(here), options)
    if len(left) > 1:
        left = _for_place(left, source, place)
    if len(left) > 1:
        return Refusal(f"several salaries: {_quoted(left)}", names_amounts=True)
    return left[0]


def _base_pay(offers: Sequence[Offer]) -> list[Offer]:
    """Without target earnings and total compensation, where a base salary is stated too."""
    base = [o for o in offers if not {"OTE", "total compensation"} & set(o.reading.notes)]
    return base or list(offers)


def _merged(offers: Sequence[Offer], options: SalaryOptions) -> list[Offer]:
    """Without repetitions, and without the same pay for another period."""
    kept: list[Offer] = []
    for offer in offers:
        if not any(_is_same(offer, other, options) for other in kept):
            kept.append(offer)
    return kept


def _is_same(offer: Offer, other: Offer, options: SalaryOptions) -> bool:
    if offer.currency.code != other.currency.code:
        is_repeated = offer.figures == other.figures or _is_end_of(offer, other)
        return offer.reading.span.sign is None and is_repeated
    if offer.figures == other.figures or _is_end_of(offer, other):
        return offer.period == other.period or not (offer.period and other.period)
    if offer.period == other.period:
        return False
    return all(
        _is_near(a, b)
        for a, b in zip(_of_year(offer, options), _of_year(other, options), strict=True)
    )


def _is_end_of(offer: Offer, other: Offer) -> bool:
    """Whether "from 40k" repeats the lower end of "40k-50k", or "up to 50k" the upper one."""
    low, high = offer.figures
    if (low is None) == (high is None):
        return False
    return other.reading.low == low if high is None else other.reading.high == high


def _of_year(offer: Offer, options: SalaryOptions) -> list[float | None]:
    # A text that gives a year's pay too gives a month's where it names no period.
    times = times_a_year(offer.period or "month", options, offer.reading.payments)
    return [None if value is None else value * times for value in offer.figures]


def _is_near(a: float | None, b: float | None) -> bool:
    if a is None or b is None:
        return a is b
    return abs(a - b) <= _SAME * max(a, b)


def _for_place(offers: Sequence[Offer], source: Source, place: Place) -> Sequence[Offer]:
    """Those whose label names the place of the job, else those in its currency."""
    spans = [offer.reading.span for offer in offers]
    matching = with_matching_label(source, spans, place.country, place.location)
    if matching is not None:
        return [offers[matching]]
    local = currency_of(place.country)
    exact = [offer for offer in offers if local and offer.reading.span.sign == local]
    fitting = exact or [offer for offer in offers if local and offer.currency.code == local]
    return fitting if len(fitting) == 1 else offers


def _quoted(offers: Sequence[Offer]) -> str:
    texts = list(dict.fromkeys(offer.text for offer in offers))
    more = " …" if len(texts) > _QUOTED else ""
    return "; ".join(texts[:_QUOTED]) + more
