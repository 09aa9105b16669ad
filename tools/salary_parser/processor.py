"""The salary that a cell or a job description states."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sync_daemon.tooling import Tool, ToolContext

from .choice import Offer, Place, Refusal, choose_offer
from .schemas import SalaryInputSchema, SalaryOptions, SalaryResult
from .yearly import summary, times_a_year, yearly

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .schemas import Period

_LONGEST_TEXT = 200
_LONGEST_NOTE = 300


class SalaryParser(Tool[SalaryInputSchema, SalaryResult]):
    """Read the salary from a cell or from a whole job description.

    Gives the least and the most, the currency, the period, and what that makes
    in a year. It knows the forms of English, German, French, Spanish and Dutch
    boards, and commoner ones of others. Bonuses, funding rounds, equity,
    percentages, dates and telephone numbers are no salary.

    It would rather give nothing than a wrong number: of several salaries it
    takes the one for the country or location of the job, or none, and the note
    says why. A plain $ is the dollar of the country, else the option
    default_currency, else the US dollar, which the note then says.
    """

    name = "salary_parser"
    version = 1
    Options = SalaryOptions

    def process(
        self, entry: SalaryInputSchema, context: ToolContext[SalaryOptions]
    ) -> SalaryResult:
        """Read the first of the texts that names an amount."""
        place = Place.of(entry.country, entry.location)
        found = choose_offer(entry.text, place, context.options)
        for text in (entry.stated, entry.description):
            if isinstance(found, Refusal) and not found.names_amounts and text:
                found = choose_offer(text, place, context.options)
        if isinstance(found, Refusal):
            return SalaryResult(note=found.reason[:_LONGEST_NOTE] or None)
        return result_of(found, context.options)


def result_of(offer: Offer, options: SalaryOptions) -> SalaryResult:
    """The result fields of the salary that was chosen."""
    low, high = offer.figures
    times = times_a_year(offer.period, options, offer.reading.payments) if offer.period else None
    return SalaryResult(
        minimum=low,
        maximum=high,
        currency=offer.currency.code,
        period=cast("Period | None", offer.period),
        yearly_minimum=yearly(low, times),
        yearly_maximum=yearly(high, times),
        summary=summary(low, high, offer.currency.code, offer.period),
        text=offer.context[:_LONGEST_TEXT],
        note="; ".join(_notes(offer))[:_LONGEST_NOTE] or None,
    )


def _notes(offer: Offer) -> Iterator[str]:
    reading = offer.reading
    if reading.bound and not (reading.bound == "from" and reading.span.is_range):
        yield reading.bound
    yield from reading.notes
    if reading.payments:
        yield f"{reading.payments:g} salaries a year"
    if offer.currency.note:
        yield offer.currency.note
    if offer.assumed:
        yield "yearly assumed"
    elif offer.period is None:
        yield "period not given"
