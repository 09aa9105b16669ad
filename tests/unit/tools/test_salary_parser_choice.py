from __future__ import annotations

from typing import Any

import pytest

from sync_daemon.clock import SystemClock
from sync_daemon.processing.registry import load_registry
from sync_daemon.processing.run_tool import run_tool
from tools.salary_parser.choice import Place, Refusal, choose_offer
from tools.salary_parser.schemas import SalaryOptions

FILLER = (
    "We are a small team that builds software for libraries, and we care about each other, about"
    " the people who use what we make, and about doing few things well."
)
NOTHING = (None, None, None, None)


def read(text: str, country: str = "", location: str = "", **options: Any) -> tuple[Any, ...]:
    """Least, most, currency and period, without the machinery around the tool."""
    found = choose_offer(text, Place.of(country, location), SalaryOptions(**options))
    if isinstance(found, Refusal):
        return NOTHING
    return (*found.figures, found.currency.code, found.period)


BANDS = "US: $150k–$180k; UK: £90k–£110k; Germany: €80k–€95k"


@pytest.mark.parametrize(
    ("text", "country", "location", "expected"),
    [
        (BANDS, "", "", NOTHING),
        (BANDS, "UK", "", (90_000, 110_000, "GBP", "year")),
        (BANDS, "United States", "", (150_000, 180_000, "USD", "year")),
        (BANDS, "", "Munich", (80_000, 95_000, "EUR", "year")),
        (BANDS, "FR", "", NOTHING),
        ("£90k in London, $150k in Boston", "US", "", (150_000, 150_000, "USD", "year")),
        ("€70k in Berlin, €80k in Munich", "DE", "", NOTHING),
        ("€70k in Berlin, €80k in Munich", "", "Berlin", (70_000, 70_000, "EUR", "year")),
        ("SF $180k–$220k, Austin $150k–$170k", "US", "", NOTHING),
        ("SF $180k–$220k, Austin $150k–$170k", "", "Austin, TX", (150_000, 170_000, "USD", "year")),
        ("$150k salary, join us", "DE", "", (150_000, 150_000, None, None)),
        ("UK: £90k", "US", "", NOTHING),
        ("€60.000,-–€80.000,-", "", "", (60_000, 80_000, "EUR", "year")),
        ("€60.000 80.000", "", "", NOTHING),
        ("80k€ fixe + 10k€ variable", "", "", (80_000, 80_000, "EUR", "year")),
        ("£30K Basic - £60K OTE", "", "", (30_000, 30_000, "GBP", "year")),
        ("$90k base / $180k OTE", "", "", (90_000, 90_000, "USD", "year")),
        ("1 600 - 1 800 € HT/jour", "", "", (1_600, 1_800, "EUR", "day")),
        ("€60k or 60k", "", "", (60_000, 60_000, "EUR", "year")),
        ("up to €60k per year (up to €5k per month)", "", "", (None, 60_000, "EUR", "year")),
        ("€60k or $70k", "DE", "", (60_000, 60_000, "EUR", "year")),
        ("€60k €60k", "", "", (60_000, 60_000, "EUR", "year")),
        ("$100K-$130K OTE ($70K base)", "", "", (70_000, 70_000, "USD", "year")),
        ("€48k - 84k. Salary: 4000-7000 EUR gross", "", "", (48_000, 84_000, "EUR", "year")),
        ("£40k - 50k. Pay: starting at 40k", "", "", (40_000, 50_000, "GBP", "year")),
        ("€45k - 60k, minimum salary € 48.286", "", "", NOTHING),
    ],
)
def test_of_several_salaries_the_one_of_the_place_counts(
    text: str, country: str, location: str, expected: tuple[Any, ...]
) -> None:
    assert read(text, country, location) == expected


DESCRIPTIONS = [
    (
        (
            f"{FILLER}\nWe raised $25M in Series B funding and serve 2M users in 50 countries."
            f" Founded in"
            " 2015.\nCompensation\nThe base salary range for this full-time position is expected"
            " to be"
            " $150,000 - $190,000 + bonus + equity (0.1% – 0.5%).\nBenefits\n- 401k with 4%"
            " match\n-"
            " $2,000 learning stipend per year\n- $100 per month phone allowance\n- 25 days"
            " off\nCall"
            " +1 555 123 4567"
        ),
        (150_000, 190_000, "USD", "year"),
    ),
    (
        (
            f"{FILLER}\nThe pay range for this role is:\n$120,000 — $160,000 USD\nYou will get"
            f" $500 for"
            " your home office."
        ),
        (120_000, 160_000, "USD", "year"),
    ),
    (
        (
            f"<p>{FILLER}</p><ul><li><b>Salary:</b> &euro;55.000 - &euro;70.000 per year</li>"
            "<li>Training: &euro;2.000 per year</li></ul>"
        ),
        (55_000, 70_000, "EUR", "year"),
    ),
    (
        (
            f"{FILLER}\nWat bieden wij?\nEen salaris tussen € 3.800,- en € 5.200,- bruto per"
            f" maand o.b.v."
            " 40 uur\n8% vakantiegeld en een 13e maand\n€ 1.500 opleidingsbudget per jaar\n"
            "Reiskostenvergoeding € 0,23 per km"
        ),
        (3_800, 5_200, "EUR", "month"),
    ),
    (
        (
            f"{FILLER}\nWir bieten\n- Ein Bruttojahresgehalt von 55.000 – 70.000 € je nach"
            f" Erfahrung\n"
            "- 30 Tage Urlaub\n- Budget für Weiterbildung: 2.000 € pro Jahr\nStart ab 01.03.2025"
        ),
        (55_000, 70_000, "EUR", "year"),
    ),
    (
        (
            f"{FILLER} Das Mindestgehalt laut KV beträgt € 3.200,- brutto pro Monat (14x"
            f" jährlich). Wir"
            " sind 350 Mitarbeiter mit 50 Mio. € Umsatz."
        ),
        (3_200, 3_200, "EUR", "month"),
    ),
    (
        (
            f"{FILLER} Salaire : 42-50 K€ brut annuel selon expérience, RTT (10 jours), tickets"
            " restaurant (9 €/jour), mutuelle à 60 %, prime de 1 000 €, télétravail 3 jours par"
            " semaine."
        ),
        (42_000, 50_000, "EUR", "year"),
    ),
    (
        (
            f"{FILLER} Ofrecemos: salario bruto anual de 30.000 € a 36.000 €, 23 días de"
            f" vacaciones,"
            " seguro médico y 1.000 € de bolsa de formación. Jornada de 40 horas semanales."
        ),
        (30_000, 36_000, "EUR", "year"),
    ),
    (
        (
            f"{FILLER} You will earn between £35,000 and £42,000 depending on experience, plus up"
            f" to"
            " £5,000 annual bonus and a £500 training budget. Life assurance 4x salary. Start in"
            " 2025."
        ),
        (35_000, 42_000, "GBP", "year"),
    ),
    (
        (
            f"{FILLER} Pay: $22.50 - $28.75 per hour. Expected hours: 40 per week. Sign-on bonus of"
            " $2,500. Zip 94107. Lifting up to 50 pounds. Apply before 12/31/2025."
        ),
        (22.5, 28.75, "USD", "hour"),
    ),
    (f"{FILLER} Salary 50-65k + 0.5-1.0% equity.", (50_000, 65_000, None, None)),
    (f"{FILLER} Full-time, $120,000 - $150,000 per year.", (120_000, 150_000, "USD", "year")),
    (f"{FILLER} Teilzeit, 15 € pro Stunde.", (15, 15, "EUR", "hour")),
    (f"{FILLER} Heltid, 45 000 SEK per månad.", (45_000, 45_000, "SEK", "month")),
    (f"{FILLER} A monthly subscription of 2 000 SEK per månad.", NOTHING),
    (f"{FILLER} The club costs $3,000 per year.", NOTHING),
    (f"{FILLER} Parking at $5 per hour.", NOTHING),
    # Figures enough, and no salary among them.
    (
        (
            f"{FILLER} You manage a budget of $2M, close deals worth $50,000 - $100,000 per year,"
            f" grow"
            " revenue from $5M to $20M. 10 years of experience. We pay competitively."
        ),
        NOTHING,
    ),
    (
        (
            f"{FILLER} We give you a $3,000 annual stipend, $1,500 per year for conferences, and"
            " $20,000 - $30,000 in stock. Compensation is competitive."
        ),
        NOTHING,
    ),
    (
        (
            f"{FILLER} Our team of 200+ people builds for 5 million customers in a $10 billion"
            f" market."
            " Now 20% off. Apply by 12/05/2024 or call 555-123-4567."
        ),
        NOTHING,
    ),
    # Several, of which none can be preferred.
    (
        (
            f"{FILLER}\nCompensation by location\nSan Francisco: $180,000 - $220,000\nAustin:"
            f" $150,000 -"
            " $180,000"
        ),
        NOTHING,
    ),
    (
        (f"{FILLER} Level II: salary $100,000 - $120,000. Level III: $130,000 - $150,000."),
        NOTHING,
    ),
    (
        (f"{FILLER} Estimated pay: $95,000 - $115,000 per year. Median pay is $104,000."),
        NOTHING,
    ),
]


@pytest.mark.parametrize(("text", "expected"), DESCRIPTIONS)
def test_a_description_with_many_numbers_gives_its_salary_or_nothing(
    text: str, expected: tuple[Any, ...]
) -> None:
    assert read(text) == expected


def test_a_description_names_the_salary_of_the_country_asked_for() -> None:
    text = (
        f"{FILLER} In the United States the annual base salary is $140,000 - $170,000. In the UK"
        " it is £80,000 - £95,000. In Germany it is €75,000 - €90,000."
    )
    assert read(text, "Germany") == (75_000, 90_000, "EUR", "year")
    assert read(text, "", "London, UK") == (80_000, 95_000, "GBP", "year")
    assert read(text) == NOTHING


@pytest.mark.parametrize(
    ("text", "country", "location", "currency"),
    [
        ("$100k", "", "", "USD"),
        ("$100k", "Canada", "", "CAD"),
        ("$100k", "AU", "", "AUD"),
        ("$100k", "", "Toronto", "CAD"),
        ("$100k", "", "Sydney, Australia", "AUD"),
        ("$100k", "", "Austin, TX", "USD"),
        ("$100k", "", "Halifax, NS", "CAD"),
        ("$100k", "", "London, ON", "CAD"),
        ("US$100k", "Canada", "", "USD"),
        ("$100k", "Germany", "", None),  # whose dollar?
        ("650.000 kr", "", "", None),
        ("650.000 kr", "Norge", "", "NOK"),
        ("45 000 kr/mån", "", "Göteborg", "SEK"),
        ("¥6,000,000", "", "", None),
        ("¥6,000,000", "Japan", "", "JPY"),
        ("¥30,000/month", "China", "", "CNY"),
        ("60-80k", "", "", None),
        ("60-80k", "Deutschland", "", "EUR"),
        ("85000", "US", "", "USD"),
        ("85000", "", "Zürich", "CHF"),
    ],
)
def test_a_shared_sign_means_the_currency_of_the_country(
    text: str, country: str, location: str, currency: str | None
) -> None:
    assert read(text, country, location)[2] == currency


def test_the_default_currency_serves_where_text_and_country_say_nothing() -> None:
    assert read("60-80k", default_currency="eur") == (60_000, 80_000, "EUR", "year")
    assert read("$100k", default_currency="AUD")[2] == "AUD"
    assert read("$100k", default_currency="EUR")[2] == "USD"
    assert read("$100k", "Canada", default_currency="AUD")[2] == "CAD"
    assert read("£100k", default_currency="EUR")[2] == "GBP"


def test_base_pay_comes_before_target_earnings() -> None:
    assert read("£50,000 basic, £70,000 OTE") == (50_000, 50_000, "GBP", "year")
    text = "Total compensation is $200k - $260k, including a base salary of $150k - $180k."
    assert read(text) == (150_000, 180_000, "USD", "year")


@pytest.mark.parametrize(
    ("typed", "stated", "described", "least"),
    [
        ("60-80k EUR", "EUR 50,000-70,000 a year", "We pay 40k EUR a year.", 60_000),
        ("", "EUR 50,000-70,000 a year", "We pay 40,000 EUR a year.", 50_000),
        ("competitive", "EUR 50,000-70,000 a year", "", 50_000),
        ("", "", "The salary is 40,000 EUR a year.", 40_000),
        ("", "", "", None),
    ],
)
def test_the_first_text_that_names_an_amount_counts(
    typed: str, stated: str, described: str, least: float | None
) -> None:
    given = {"text": typed, "stated": stated, "description": described}
    outcome = run_tool(
        load_registry(installed=[]),
        "salary_parser",
        {name: text for name, text in given.items() if text} or {"text": "nothing"},
        clock=SystemClock(),
    )
    assert outcome.values["minimum"] == least
