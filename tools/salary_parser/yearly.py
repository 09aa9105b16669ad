"""Pay by the hour, day, week or month as pay by the year, and a line that shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .schemas import SalaryOptions


def times_a_year(period: str, options: SalaryOptions, payments: float | None = None) -> float:
    """How often a year holds a paid ``period`` of full-time work."""
    match period:
        case "hour":
            return options.hours_per_week * options.weeks_per_year
        case "day":
            return options.days_per_week * options.weeks_per_year
        case "week":
            return options.weeks_per_year
        case "month":
            return payments or options.months_per_year
        case _:
            return 1.0


def yearly(amount: float | None, times: float | None) -> float | None:
    """``amount`` for a year, to the cent; None where either is unknown."""
    return None if amount is None or times is None else round(amount * times, 2)


def summary(
    low: float | None, high: float | None, currency: str | None, period: str | None
) -> str | None:
    """One line such as "EUR 60,000–80,000 per year"; the parser reads it back."""
    if low is None and high is None:
        return None
    front = f"{currency} " if currency else ""
    back = f" per {period}" if period else ""
    if low is None:
        return f"up to {front}{_figure(high)}{back}"
    if high is None:
        return f"from {front}{_figure(low)}{back}"
    figures = _figure(low) if low == high else f"{_figure(low)}–{_figure(high)}"
    return f"{front}{figures}{back}"


def _figure(amount: float | None) -> str:
    value = amount or 0.0
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"
