from __future__ import annotations

from typing import Any

import pytest

from sync_daemon.domain.jobs import OutcomeKind
from sync_daemon.errors import ConfigError
from sync_daemon.processing.registry import load_registry
from sync_daemon.processing.run_tool import run_tool
from tests.support.fake_clock import StoppedClock
from tools.salary_parser.choice import Place, Refusal, choose_offer
from tools.salary_parser.schemas import SalaryOptions

REGISTRY = load_registry(installed=())
FILLER = "We build software for libraries, and care about doing few things well. " * 3


def parse(text: str, description: str = "", **options: Any) -> dict[str, Any]:
    inputs = {"text": text, "description": description}
    given = {name: value for name, value in inputs.items() if value}
    outcome = run_tool(REGISTRY, "salary_parser", given, options, clock=StoppedClock())
    assert outcome.kind is OutcomeKind.DONE, outcome.error
    return dict(outcome.values)


def read(text: str, country: str = "", location: str = "", **options: Any) -> tuple[Any, ...]:
    """Least, most, currency and period, without the machinery around the tool."""
    found = choose_offer(text, Place.of(country, location), SalaryOptions(**options))
    if isinstance(found, Refusal):
        return (None, None, None, None)
    return (*found.figures, found.currency.code, found.period)


def reason(text: str, country: str = "", location: str = "") -> str:
    found = choose_offer(text, Place.of(country, location), SalaryOptions())
    assert isinstance(found, Refusal), found
    return found.reason


NOTHING = (None, None, None, None)

ENGLISH = [
    ("$60k–80k", 60_000, 80_000, "USD", "year"),
    ("$60k-$80k", 60_000, 80_000, "USD", "year"),
    ("$120-150K", 120_000, 150_000, "USD", "year"),
    ("$120,000-150,000", 120_000, 150_000, "USD", "year"),
    ("US$150,000", 150_000, 150_000, "USD", "year"),
    ("100k-120k USD", 100_000, 120_000, "USD", "year"),
    ("USD 100k - 120k", 100_000, 120_000, "USD", "year"),
    ("USD 100k to 120k", 100_000, 120_000, "USD", "year"),
    ("$100,000 to $120,000 CAD", 100_000, 120_000, "CAD", "year"),
    ("100,000 - 120,000 US dollars per year", 100_000, 120_000, "USD", "year"),
    ("$95,000 - $125,000 a year", 95_000, 125_000, "USD", "year"),
    ("$120K/yr - $150K/yr", 120_000, 150_000, "USD", "year"),
    ("$120,000.00/yr - $150,000.00/yr", 120_000, 150_000, "USD", "year"),
    ("$50/hr to $60/hr", 50, 60, "USD", "hour"),
    ("$45/hr", 45, 45, "USD", "hour"),
    ("$45.50 an hour", 45.5, 45.5, "USD", "hour"),
    ("$22.50 - $28.75 per hour", 22.5, 28.75, "USD", "hour"),
    ("Hourly rate: $65-$75", 65, 75, "USD", "hour"),
    ("$1,200/week", 1_200, 1_200, "USD", "week"),
    ("$1.5k per week", 1_500, 1_500, "USD", "week"),
    ("$8,000 monthly", 8_000, 8_000, "USD", "month"),
    ("$8k/mo", 8_000, 8_000, "USD", "month"),
    ("$60k DOE", 60_000, 60_000, "USD", "year"),
    ("between $60k and $80k", 60_000, 80_000, "USD", "year"),
    ("Employer est.: $60K - $80K", 60_000, 80_000, "USD", "year"),
    ("$60K - $80K (Glassdoor est.)", 60_000, 80_000, "USD", "year"),
    ("$25/hour ($52,000 per year)", 25, 25, "USD", "hour"),
    ("C$90,000 to C$110,000 annually", 90_000, 110_000, "CAD", "year"),
    ("CA$90k", 90_000, 90_000, "CAD", "year"),
    ("A$120k + super", 120_000, 120_000, "AUD", "year"),
    ("AUD 650/day + GST", 650, 650, "AUD", "day"),
    ("NZ$100k", 100_000, 100_000, "NZD", "year"),
    ("S$8,000/month", 8_000, 8_000, "SGD", "month"),
    ("RM 8,000 - 10,000 per month", 8_000, 10_000, "MYR", "month"),
    ("£40k", 40_000, 40_000, "GBP", "year"),
    ("£27,500 - £32,000 per annum", 27_500, 32_000, "GBP", "year"),
    ("£28,000.00-£32,000.00 per year", 28_000, 32_000, "GBP", "year"),
    ("£450 per day", 450, 450, "GBP", "day"),
    ("£350-£400pd", 350, 400, "GBP", "day"),
    ("£350 - 400 p/d outside IR35", 350, 400, "GBP", "day"),
    ("£12.50ph", 12.5, 12.5, "GBP", "hour"),
    ("Band 6 £37,338 - £44,962", 37_338, 44_962, "GBP", "year"),
    ("£30,000 - £35,000 pro rata", 30_000, 35_000, "GBP", "year"),
]
EURO = [
    ("60-80k €", 60_000, 80_000, "EUR", "year"),
    ("60k–80k €", 60_000, 80_000, "EUR", "year"),
    ("€60.000 – €80.000", 60_000, 80_000, "EUR", "year"),
    ("€ 60.000,00 bis € 80.000,00", 60_000, 80_000, "EUR", "year"),
    ("60.000,00 EUR", 60_000, 60_000, "EUR", "year"),
    ("80 000 €", 80_000, 80_000, "EUR", "year"),
    ("80\u202f000\u202f€", 80_000, 80_000, "EUR", "year"),
    ("80\u00a0000\u00a0€ brut par an", 80_000, 80_000, "EUR", "year"),
    ("EUR60k", 60_000, 60_000, "EUR", "year"),
    ("60k€ - 70k€", 60_000, 70_000, "EUR", "year"),
    ("60 T€", 60_000, 60_000, "EUR", "year"),
    ("60-70 TEUR", 60_000, 70_000, "EUR", "year"),
    ("55.000 EUR p.a.", 55_000, 55_000, "EUR", "year"),
    ("55.000 € brutto im Jahr", 55_000, 55_000, "EUR", "year"),
    ("55-60 Tsd. Euro jährlich", 55_000, 60_000, "EUR", "year"),
    ("zwischen 60.000 und 80.000 Euro", 60_000, 80_000, "EUR", "year"),
    ("Jahresgehalt von 55.000 – 70.000 €", 55_000, 70_000, "EUR", "year"),
    ("4.500 € brutto/Monat", 4_500, 4_500, "EUR", "month"),
    ("4.500 € brutto pro Monat", 4_500, 4_500, "EUR", "month"),
    ("3.200,- € brutto mtl.", 3_200, 3_200, "EUR", "month"),
    ("25 €/Stunde", 25, 25, "EUR", "hour"),
    ("€25/h", 25, 25, "EUR", "hour"),
    ("13,50 € die Stunde", 13.5, 13.5, "EUR", "hour"),
    ("Stundenlohn 13,50 €", 13.5, 13.5, "EUR", "hour"),
    ("Tagessatz 800 €", 800, 800, "EUR", "day"),
    ("EUR 49.000,-- brutto/Jahr", 49_000, 49_000, "EUR", "year"),
    ("30 000 à 35 000 € par an", 30_000, 35_000, "EUR", "year"),
    ("30 000 € à 35 000 € par an", 30_000, 35_000, "EUR", "year"),
    ("entre 35 et 45 k€", 35_000, 45_000, "EUR", "year"),
    ("35/45 K€", 35_000, 45_000, "EUR", "year"),
    ("38-45K€ brut/an", 38_000, 45_000, "EUR", "year"),
    ("40.000€-50.000€ brut annuel + variable", 40_000, 50_000, "EUR", "year"),
    ("Salaire : 2 500 € - 3 000 € net / mois", 2_500, 3_000, "EUR", "month"),
    ("2 500 € mensuel", 2_500, 2_500, "EUR", "month"),
    ("15 € de l'heure", 15, 15, "EUR", "hour"),
    ("TJM 500 €", 500, 500, "EUR", "day"),
    ("500€/jour", 500, 500, "EUR", "day"),
    ("Taux journalier : 450 – 550 € HT", 450, 550, "EUR", "day"),
    ("60-80 mil de euros brutos anuales", 60_000, 80_000, "EUR", "year"),
    ("€60k-80", 60_000, 80_000, "EUR", "year"),
    ("p/m € 4.000", 4_000, 4_000, "EUR", "month"),
    ("30 mil euros al año", 30_000, 30_000, "EUR", "year"),
    ("24.000 - 30.000 € brutos/año", 24_000, 30_000, "EUR", "year"),
    ("Entre 24.000€ y 30.000€ brutos anuales", 24_000, 30_000, "EUR", "year"),
    ("1.800 € al mes", 1_800, 1_800, "EUR", "month"),
    ("1.800 € mensuales", 1_800, 1_800, "EUR", "month"),
    ("€3.500,- bruto per maand", 3_500, 3_500, "EUR", "month"),
    ("tussen € 3.500 en € 4.800 bruto per maand", 3_500, 4_800, "EUR", "month"),
    ("€ 4.000 p/m", 4_000, 4_000, "EUR", "month"),
    ("€ 18,50 per uur", 18.5, 18.5, "EUR", "hour"),
    ("€ 50.000 bruto per jaar", 50_000, 50_000, "EUR", "year"),
    ("RAL 35.000 € - 40.000 €", 35_000, 40_000, "EUR", "year"),
]
OTHERS = [
    ("45 000 – 60 000 Kč/měsíc", 45_000, 60_000, "CZK", "month"),
    ("4 500 – 5 500 €/kk", 4_500, 5_500, "EUR", "month"),
    ("120 000 $ CA", 120_000, 120_000, "CAD", "year"),
    ("$40,000 MXN mensuales", 40_000, 40_000, "MXN", "month"),
    ("Rs. 40,000/- per month", 40_000, 40_000, "INR", "month"),
    ("156,03 NOK pr hour", 156.03, 156.03, "NOK", "hour"),
    ("CHF 120'000 - 140'000", 120_000, 140_000, "CHF", "year"),
    ("CHF 120\u2019000.–", 120_000, 120_000, "CHF", "year"),
    ("120k CHF", 120_000, 120_000, "CHF", "year"),
    ("Fr. 6'500.- pro Monat", 6_500, 6_500, "CHF", "month"),
    ("48 000 - 55 000 SEK per månad", 48_000, 55_000, "SEK", "month"),
    ("500.000 SEK om året", 500_000, 500_000, "SEK", "year"),
    ("NOK 650 000", 650_000, 650_000, "NOK", "year"),
    ("DKK 45.000 pr. måned", 45_000, 45_000, "DKK", "month"),
    ("15 000 – 20 000 zł netto/mies.", 15_000, 20_000, "PLN", "month"),
    ("15 000 - 20 000 PLN brutto miesięcznie", 15_000, 20_000, "PLN", "month"),
    ("120–180 PLN/h netto + VAT (B2B)", 120, 180, "PLN", "hour"),
    ("₹25,00,000 per annum", 2_500_000, 2_500_000, "INR", "year"),
    ("₹ 8,00,000 - ₹ 12,00,000 a year", 800_000, 1_200_000, "INR", "year"),
    ("₹12-18 LPA", 1_200_000, 1_800_000, "INR", "year"),
    ("12-18 LPA", 1_200_000, 1_800_000, "INR", "year"),
    ("6-8 Lacs P.A.", 600_000, 800_000, "INR", "year"),
    ("CTC 18 lakh", 1_800_000, 1_800_000, "INR", "year"),
    ("INR 20L - 30L", 2_000_000, 3_000_000, "INR", "year"),
    ("₹1.2 Cr", 12_000_000, 12_000_000, "INR", "year"),
    ("₹50,000 a month", 50_000, 50_000, "INR", "month"),
    ("年収600万円〜800万円", 6_000_000, 8_000_000, "JPY", "year"),
    ("月給30万円", 300_000, 300_000, "JPY", "month"),
    ("R$ 10.000 por mês", 10_000, 10_000, "BRL", "month"),
    ("₪30,000/month", 30_000, 30_000, "ILS", "month"),
    ("HK$40,000 per month", 40_000, 40_000, "HKD", "month"),
    ("$ 60k \u2013 $ 80k", 60_000, 80_000, "USD", "year"),
    ("US$60k", 60_000, 60_000, "USD", "year"),  # full-width signs
]


@pytest.mark.parametrize(
    ("text", "least", "most", "currency", "period"), [*ENGLISH, *EURO, *OTHERS]
)
def test_a_cell_is_read_in_the_forms_of_many_countries(
    text: str, least: float, most: float, currency: str, period: str
) -> None:
    assert read(text) == (least, most, currency, period)


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("up to $80k", None, 80_000),
        ("Up to €60.000 brutto per year + bonus", None, 60_000),
        ("bis zu 75.000 €", None, 75_000),
        ("jusqu'à 55 k€", None, 55_000),
        ("hasta 40.000 €", None, 40_000),
        ("tot € 60.000", None, 60_000),
        ("max. 70.000 EUR", None, 70_000),
        ("€70k max", None, 70_000),
        ("from £40k", 40_000, None),
        ("ab 55.000 €", 55_000, None),
        ("à partir de 45 000 €", 45_000, None),
        ("desde 30.000 €", 30_000, None),
        ("vanaf € 50.000", 50_000, None),
        ("starting at $100k", 100_000, None),
        ("at least $100k", 100_000, None),
        ("mindestens 49.000 € brutto", 49_000, None),
        ("€60k+", 60_000, None),
        ("$100,000+", 100_000, None),
        ("from $60k up to $80k", 60_000, 80_000),
        ("von 60.000 bis zu 80.000 €", 60_000, 80_000),
    ],
)
def test_a_bound_leaves_the_other_end_open(
    text: str, least: float | None, most: float | None
) -> None:
    assert read(text)[:2] == (least, most)


NO_SALARY = [
    "", " ", "-", "?", "€", "$", "0", "$0", "competitive", "DOE", "negotiable", "Nach Vereinbarung",
    "marktgerecht", "tbd", "€ negotiable", "401k", "401(k) match", "$401k", "$5M Series A",
    "raised $25M", "$2B valuation", "2M users", "2024-2025", "2025", "1999", "01.03.2025",
    "12/05/2024", "+49 170 1234567", "(555) 123-4567", "555-123-4567", "020 7946 0000",
    "9:00-17:00",
    "10%", "0.1% – 0.5%", "0.1% - 0.5% equity", "50-100 employees", "40 hours per week",
    "30 Tage Urlaub", "5+ years", "Grade 7", "Level 5: 100000", "$10,000 sign-on bonus",
    "$5,000 referral bonus", "€2,000 learning budget", "€500 per month commuting allowance",
    "$150 gift card", "$2000 MacBook", "$150,000 in equity", "revenue of €50M", "v2.5", "#12345",
    "10115 Berlin", "Python 3.11", "192.168.0.1", "1.2.3", "$", "12345678901234567890",
    "$12345678901234567890", "€1 per year", "$9,000,000 per year", "$5,000 per hour",
    "14 Gehälter", "62.500k €", "€60.0000",
    "$50 per article", "Rate: $50 per 1000 words", "Earn up to €500 per referral",
    "Salary sacrifice scheme: up to £1,500", "We've paid $3M to charities",
    "Our customers pay $50,000 per year", "Students pay $15,000 per year tuition",
]  # fmt: skip


@pytest.mark.parametrize("text", NO_SALARY)
def test_what_is_no_salary_gives_nothing(text: str) -> None:
    assert read(text) == NOTHING


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("£80-100,000", "cannot tell what is meant: £80-100,000"),
        ("$5 - $5000", "cannot tell what is meant: $5 - $5000"),
        ("€60k - $80k", "cannot tell what is meant: €60k - $80k"),
        ("$80k - $60k", "cannot tell what is meant: $80k - $60k"),
        ("75% of €80k", "cannot tell what is meant: €80k"),
        ("5 x $1000", "cannot tell what is meant: $1000"),
        ("60k or 80k €", "several salaries: 60k; 80k €"),
        ("US: $150k–$180k; UK: £90k–£110k", "several salaries: $150k–$180k; £90k–£110k"),
        ("SF $180k–$220k, Austin $150k–$170k", "several salaries: $180k–$220k; $150k–$170k"),
        ("Senior €80k, Junior €50k", "several salaries: €80k; €50k"),
        ("competitive salary", "no amount (competitive)"),
        ("40 hours per week", "no salary found"),
    ],
)
def test_what_is_unsure_is_refused_with_a_reason(text: str, why: str) -> None:
    assert reason(text) == why


def test_what_was_assumed_is_said() -> None:
    assert parse("$100k")["note"] == "USD assumed; yearly assumed"
    assert parse("60-80k")["note"] == "currency not given; period not given"
    assert parse("650.000 kr per year")["note"] == "kr may be DKK, ISK, NOK, SEK"
    assert parse("€100k per year")["note"] is None


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("€4.000 - €6.000", None),  # a month in Utrecht, a year in Sofia
        ("45 000 SEK", None),
        ("500.000 SEK", "year"),
        ("15 000 zł", None),
        ("CHF 9'500", None),
        ("$65", None),
        ("$65k", "year"),
        ("₹50,000", None),
        ("$2,500 bi-weekly", None),
        ("Salary: $100,000 for 6 months", None),
        ("€60.000 over 2 years", None),
        ("€60k for 32 hours per week", "year"),
        ("€60k, 30 days of holidays", "year"),
    ],
)
def test_a_period_is_assumed_only_where_the_size_leaves_no_doubt(
    text: str, period: str | None
) -> None:
    assert read(text)[3] == period


def test_a_period_can_be_given_and_its_assumption_forbidden() -> None:
    assert read("€4.000", default_period="month")[3] == "month"
    assert read("€4.000 per week", default_period="month")[3] == "week"
    assert read("€60.000", assume_year=False)[3] is None


@pytest.mark.parametrize(
    ("text", "options", "yearly"),
    [
        ("$50/hour", {}, 104_000),
        ("$50/hour", {"hours_per_week": 35, "weeks_per_year": 46}, 80_500),
        ("£500 per day", {}, 130_000),
        ("£500 per day", {"days_per_week": 4, "weeks_per_year": 44}, 88_000),
        ("$1,000 per week", {}, 52_000),
        ("€5.000 pro Monat", {}, 60_000),
        ("€5.000 pro Monat", {"months_per_year": 13}, 65_000),
        ("€5.000 brutto/Monat x 14", {"months_per_year": 13}, 70_000),
        ("3.200 € brutto pro Monat (14 Gehälter)", {}, 44_800),
        ("€ 3.200,- brutto pro Monat, 14x jährlich", {}, 44_800),
        ("€2.800 bruto per maand, 13e maand", {}, 36_400),
        ("€3,000 a month plus 13th month", {}, 39_000),
        ("60.000 € - 14 Gehälter", {}, 60_000),
        ("€70k", {}, 70_000),
    ],
)
def test_yearly_equivalents_follow_the_options_and_extra_salaries(
    text: str, options: dict[str, Any], yearly: float
) -> None:
    found = parse(text, **options)
    assert (found["yearly_minimum"], found["yearly_maximum"]) == (yearly, yearly)


def test_an_open_end_and_an_unknown_period_have_no_yearly_equivalent() -> None:
    found = parse("up to $50/hour")
    assert (found["yearly_minimum"], found["yearly_maximum"]) == (None, 104_000)
    assert parse("€4.000")["yearly_minimum"] is None


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("€120k OTE", "OTE; yearly assumed"),
        ("€120k on target earnings", "OTE; yearly assumed"),
        ("TC €300k", "total compensation; yearly assumed"),
        ("€150k base + 15% bonus", "base; plus extras; yearly assumed"),
        ("€180k + equity", "plus extras; yearly assumed"),
        ("€60k incl. bonus", "yearly assumed"),
        ("Est. €60K - €80K per year", "estimated"),
        ("ca. €60k per year", "about"),
        ("€60k gross per year", "gross"),
        ("2.000 € netto im Monat", "net"),
        ("£30k FTE per year", "full-time equivalent"),
        ("£30k pro rata, per year", "pro rata"),
        ("€60k per year, negotiable", "negotiable"),
        ("up to €60k per year", "up to"),
        ("€60k+ per year", "from"),
        ("from €60k to €80k per year", None),
        ("3.200 € pro Monat (14 Gehälter)", "14 salaries a year"),
    ],
)
def test_the_note_tells_what_kind_of_pay_it_is(text: str, note: str | None) -> None:
    assert parse(text)["note"] == note


def test_the_result_quotes_what_it_was_read_from() -> None:
    found = parse(f"{FILLER} Salary: from €60.000 to €80.000 gross per year + bonus. {FILLER}")
    assert found["text"] == "Salary: from €60.000 to €80.000 gross per year + bonus"
    assert found["summary"] == "EUR 60,000–80,000 per year"
    assert found["note"] == "gross; plus extras"


def test_an_empty_cell_gives_an_empty_result() -> None:
    assert set(parse("").values()) == {None}


@pytest.mark.parametrize(
    ("text", "description", "summary_line"),
    [
        ("", "Salary: €60k", "EUR 60,000 per year"),
        ("competitive", "Salary: €60k", "EUR 60,000 per year"),
        ("€70k", "Salary: €60k", "EUR 70,000 per year"),
        ("€50k or €70k", "Salary: €60k", None),
        ("", "No pay is named.", None),
    ],
)
def test_the_description_is_read_where_the_text_names_no_amount(
    text: str, description: str, summary_line: str | None
) -> None:
    assert parse(text, description)["summary"] == summary_line


def test_an_unknown_currency_option_is_refused() -> None:
    with pytest.raises(ConfigError, match="default_currency"):
        parse("60k", default_currency="euro")
