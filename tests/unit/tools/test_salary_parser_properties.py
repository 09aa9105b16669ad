from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.support.drawing import examples
from tools.salary_parser.choice import Offer, Place, Refusal, choose_offer
from tools.salary_parser.numerals import read_numeral
from tools.salary_parser.places import country_of
from tools.salary_parser.schemas import SalaryOptions
from tools.salary_parser.yearly import summary

NOTHING = (None, None, None, None)


def read(text: str, country: str = "", location: str = "", **options: Any) -> tuple[Any, ...]:
    """Least, most, currency and period, without the machinery around the tool."""
    found = choose_offer(text, Place.of(country, location), SalaryOptions(**options))
    if isinstance(found, Refusal):
        return NOTHING
    return (*found.figures, found.currency.code, found.period)


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        ("60000", 60_000), ("60,000", 60_000), ("60.000", 60_000), ("60 000", 60_000),
        ("60'000", 60_000), ("60’000", 60_000), ("60.000,50", 60_000.5), ("60,000.50", 60_000.5),
        ("1.234.567", 1_234_567), ("1,20,000", 120_000), ("12,34,567.89", 1_234_567.89),
        ("60,5", 60.5), ("60.55", 60.55), ("0.5", 0.5), ("0", 0), ("012", None), ("60.0000", None),
        ("60.000.00", None), ("1.2.3", None), ("1,23,45", None), ("1234567890123", None),
    ],
)  # fmt: skip
def test_numbers_are_read_as_they_are_written_in_many_countries(
    literal: str, value: float | None
) -> None:
    assert read_numeral(literal) == value


@pytest.mark.parametrize(
    ("country", "location", "code"),
    [
        ("DE", "", "DE"), ("de", "", "DE"), ("Germany", "", "DE"), ("Alemania", "", "DE"),
        ("The Netherlands", "", "NL"), ("Österreich", "", "AT"), ("U.S.", "", "US"),
        ("USA", "", "US"), ("", "New York, NY", "US"), ("", "Remote (US)", "US"),
        ("", "Cambridge, MA", "US"), ("", "Cambridge, England", "GB"), ("", "Berlin, DE", "DE"),
        ("", "Amsterdam, NL", "NL"), ("", "Paris or London", None), ("", "Remote", None),
        ("", "join us", None), ("Atlantis", "", None), ("Atlantis", "Rome", "IT"), ("", "", None),
        ("", "Palo Alto, CA", None),  # California and Canada
    ],
)  # fmt: skip
def test_a_country_is_told_by_name_code_city_or_state(
    country: str, location: str, code: str | None
) -> None:
    assert country_of(country, location) == code


AMOUNTS = st.integers(20_000, 400_000).map(float) | st.integers(2_000_000, 40_000_000).map(
    lambda cents: cents / 100
)
EXACT = st.sampled_from(["EUR", "USD", "GBP", "CAD", "AUD"])


@given(AMOUNTS, st.floats(1, 3), EXACT)
def test_what_is_rendered_is_read_back(low: float, factor: float, code: str) -> None:
    high = round(low * factor, 2)
    line = summary(low, high, code, "year")
    assert line is not None
    assert read(line) == (low, high, code, "year")
    assert read(summary(None, high, code, "year") or "") == (None, high, code, "year")
    assert read(summary(low, None, code, "year") or "") == (low, None, code, "year")


GROUPS = st.sampled_from([",", ".", " ", "\u00a0", "\u202f", "'", "’", ""])
DASHES = st.sampled_from(["-", "–", "—", " - ", " – ", " to ", " bis ", " à ", " tot "])


@given(st.integers(20, 400), st.integers(0, 180), GROUPS, DASHES, EXACT, st.booleans())
def test_a_range_is_read_with_any_separators(
    low: int, more: int, group: str, dash: str, code: str, leads: bool
) -> None:
    figures = f"{low}{group}000{dash}{low + more}{group}000"
    text = f"{code} {figures}" if leads else f"{figures} {code}"
    assert read(text) == (low * 1000, (low + more) * 1000, code, "year")


NOISE = (
    "We raised $25M in Series B funding.",
    "Founded in 2015, we serve 2M users in 50 countries.",
    "Our revenue grew to €40 million in 2024.",
    "You get 30 days of holidays and a 401(k) with a 4% match.",
    "There is a €2,000 learning budget per year.",
    "A sign-on bonus of $10,000 is possible.",
    "Employees receive $500 for their home office.",
    "The team has 12 engineers; the company 350 people.",
    "Core hours are 10:00-16:00, 40 hours per week.",
    "Apply before 31.12.2026 or call +49 30 1234567.",
    "Our customers save $50,000 per year.",
    "Equity: 0.1% – 0.5%.",
    "You bring 5+ years of Python 3.11 and PostgreSQL 16.",
    "Wir bieten einen Zuschuss von 50 € pro Monat zum Ticket.",
    "Prime de 1 000 € et tickets restaurant (9 €/jour).",
    "Commuting allowance of £200 per month.",
    "A market worth $10 billion.",
    "Reference 94107-12345.",
    "Manage a budget of up to £250,000 per year.",
    "- 25 days off\n- €50 phone allowance\n- 2 volunteer days",
)
STATEMENTS = {
    "The salary range is €60,000 - €80,000 per year.": (60_000, 80_000, "EUR", "year"),
    "Salary: €60k–80k.": (60_000, 80_000, "EUR", "year"),
    "Compensation\n€60,000 — €80,000.": (60_000, 80_000, "EUR", "year"),
    "Gehalt: 60.000 bis 80.000 € brutto im Jahr.": (60_000, 80_000, "EUR", "year"),
    "Rémunération : 60 à 80 k€ brut par an.": (60_000, 80_000, "EUR", "year"),
    "Salario: entre 60.000 y 80.000 € brutos anuales.": (60_000, 80_000, "EUR", "year"),
    "Een salaris tussen € 4.000 en € 5.000 bruto per maand.": (4_000, 5_000, "EUR", "month"),
    "Pay: $45 - $55 per hour.": (45, 55, "USD", "hour"),
    "The base pay is £55,000, depending on experience.": (55_000, 55_000, "GBP", "year"),
}


@settings(max_examples=examples(300))
@given(
    st.lists(st.sampled_from(NOISE), unique=True),
    st.sampled_from(list(STATEMENTS)),
    st.lists(st.sampled_from(NOISE), unique=True),
    st.sampled_from([" ", "\n", "\n\n"]),
)
def test_a_salary_is_found_among_other_figures(
    before: list[str], statement: str, after: list[str], between: str
) -> None:
    text = between.join([*before, statement, *after])
    assert read(text) == STATEMENTS[statement]


@given(st.lists(st.sampled_from(NOISE), unique=True), st.sampled_from([" ", "\n"]))
def test_other_figures_are_no_salary(noise: list[str], between: str) -> None:
    assert read(between.join(noise)) == NOTHING


PIECE_TEXT = """
$ € £ ¥ kr EUR USD 60 60k 80.000 1,20,000 1.2M - – to bis / , . : ; ( ) % + per year hour Salary
bonus x 14 Gehälter 13th month OTE up from 401k 2024 12:30 <b> &euro; LPA lakh 万円 年収 UK
US Berlin
"""
PIECES = st.sampled_from([*PIECE_TEXT.split(), " ", "\n"])
TEXTS = (
    st.text(max_size=300)
    | st.lists(PIECES, max_size=60).map(" ".join)
    | st.lists(PIECES, max_size=60).map("".join)
)


@settings(max_examples=examples(400))
@given(TEXTS)
@example("$" * 50)
@example("60k" * 50)
@example("٣٠٠٠٠ €")
@example("²€ ½")
@example("\ud800 €60k")
def test_any_text_is_read_without_an_error_and_in_order(text: str) -> None:
    found = choose_offer(text, Place.of(text[:20], text), SalaryOptions())
    if isinstance(found, Offer):
        low, high = found.figures
        assert low is not None or high is not None
        assert low is None or high is None or 0 < low <= high


def test_text_beyond_every_bound_is_read_up_to_there() -> None:
    assert read("Salary: €60k per year. " + "x" * 2_000_000) == (60_000, 60_000, "EUR", "year")
    assert read("x" * 2_000_000 + " Salary: €60k per year.") == NOTHING
