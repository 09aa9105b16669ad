"""Signs and names of currencies, and what they mean in a country."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

_ISO = (
    "EUR USD GBP CHF CAD AUD NZD SGD HKD SEK NOK DKK ISK PLN CZK HUF RON BGN TRY UAH RUB ILS JPY"
    " CNY KRW TWD INR PKR LKR IDR MYR THB PHP VND AED SAR QAR EGP ZAR NGN KES MXN BRL ARS CLP COP"
    " PEN"
)
ISO_CODES = tuple(_ISO.split())
CAPITALS_ONLY = frozenset({"TRY", "RON", "PEN", "COP", "SAR", "CAD", "PHP"})
"""Codes that are words or names too: they count only in capital letters."""

SIGNS = MappingProxyType(
    {
        "US$": "USD", "USD$": "USD", "$US": "USD", "U.S.$": "USD", "CA$": "CAD", "C$": "CAD",
        "CAD$": "CAD", "CDN$": "CAD", "$CA": "CAD", "$ CA": "CAD", "$CAN": "CAD", "$ CAN": "CAD",
        "$ US": "USD", "A$": "AUD", "AU$": "AUD", "AUD$": "AUD",
        "NZ$": "NZD", "NZD$": "NZD", "S$": "SGD", "SG$": "SGD", "HK$": "HKD", "HKD$": "HKD",
        "R$": "BRL", "MX$": "MXN", "NT$": "TWD", "CN¥": "CNY", "JP¥": "JPY",
        "$": "$", "€": "EUR", "£": "GBP", "¥": "¥", "円": "JPY", "元": "CNY", "₹": "INR",
        "₩": "KRW", "₽": "RUB", "₺": "TRY", "₪": "ILS", "฿": "THB", "₱": "PHP", "₴": "UAH",
        "₫": "VND", "₦": "NGN",
    }
)  # fmt: skip
"""Sign → code, or a sign that several currencies share."""

NAMES = MappingProxyType(
    {
        "euro": "EUR", "euros": "EUR", "eur.": "EUR", "sterling": "GBP",
        "gbp": "GBP", "dollar": "$", "dollars": "$", "dólares": "$",
        "franken": "CHF", "sfr": "CHF", "sfr.": "CHF",
        "rmb": "CNY", "yuan": "CNY", "yen": "JPY", "zł": "PLN", "zl": "PLN", "złotych": "PLN",
        "zloty": "PLN", "kč": "CZK", "lei": "RON", "forint": "HUF", "kr": "kr", "kr.": "kr",
        "kronor": "SEK", "rupees": "INR", "rs": "Rs", "rs.": "Rs",
        "us dollar": "USD", "us dollars": "USD", "u.s. dollars": "USD",
        "canadian dollars": "CAD", "australian dollars": "AUD", "swiss francs": "CHF",
        "schweizer franken": "CHF", "francs suisses": "CHF", "pounds sterling": "GBP",
        "british pounds": "GBP", "indian rupees": "INR", "swedish kronor": "SEK",
        "danish kroner": "DKK", "norwegian kroner": "NOK", "danske kroner": "DKK",
        "norske kroner": "NOK", "svenska kronor": "SEK", "kroner": "kr", "peso": "peso",
        "pesos": "peso", "dirhams": "AED", "reais": "BRL", "shekels": "ILS",
    }
)  # fmt: skip
"""Word, in small letters → code, or a name that several currencies share."""

SHARED = MappingProxyType(
    {
        "$": frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP",
                        "COP"}),
        "kr": frozenset({"SEK", "NOK", "DKK", "ISK"}),
        "¥": frozenset({"JPY", "CNY"}),
        "Rs": frozenset({"INR", "PKR", "LKR"}),
        "peso": frozenset({"MXN", "ARS", "CLP", "COP", "PHP"}),
    }
)  # fmt: skip
"""What a shared sign may mean."""

_ASSUMED = MappingProxyType({"$": "USD", "Rs": "INR"})

# What one euro or dollar is worth, roughly: it only tells a month's pay from a year's.
_WORTH = MappingProxyType(
    {
        "SEK": 10, "NOK": 10, "DKK": 7.5, "ISK": 140, "PLN": 4.3, "CZK": 24, "HUF": 380, "RON": 5,
        "BGN": 2, "TRY": 40, "UAH": 44, "RUB": 90, "ILS": 3.7, "JPY": 150, "CNY": 7.2, "KRW": 1400,
        "TWD": 32, "INR": 88, "PKR": 290, "LKR": 310, "IDR": 17000, "MYR": 4.5, "THB": 35,
        "PHP": 58, "VND": 27000, "AED": 3.9, "SAR": 4, "QAR": 3.9, "EGP": 52, "ZAR": 19,
        "NGN": 1600, "KES": 140, "MXN": 20, "BRL": 6, "ARS": 1200, "CLP": 1000, "COP": 4300,
        "PEN": 4, "HKD": 8,
    }
)  # fmt: skip
_SURELY_YEARLY = MappingProxyType(
    {"CHF": 30_000, "INR": 300_000, "JPY": 2_000_000, "PLN": 80_000, "SGD": 30_000}
)
_YEARLY_FROM = 15_000
_MONTHLY_AT_MOST = 30_000


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency as far as it is known, with what to tell the reader about that."""

    code: str | None
    note: str = ""


def resolve_currency(sign: str | None, local: str | None, default: str | None) -> Currency:
    """What ``sign`` means where ``local`` is the currency of the country.

    A sign that several currencies share goes by the country, then by the
    default. ``$`` is then taken for the US dollar, which the note says; ``kr``,
    ``¥`` and ``peso`` stay unknown.
    """
    if sign is None:
        code = local or default
        return Currency(code, "currency not given" if code is None else f"{code} assumed")
    if sign not in SHARED:
        return Currency(sign)
    for code in (local, default):
        if code in SHARED[sign]:
            return Currency(code)
    assumed = _ASSUMED.get(sign)
    if assumed is None or local is not None:
        return Currency(None, f"{sign} may be {', '.join(sorted(SHARED[sign]))}")
    return Currency(assumed, f"{assumed} assumed")


def is_surely_yearly(amount: float, code: str | None) -> bool:
    """Whether nobody earns ``amount`` in a month, but people do in a year."""
    if code is None:
        return False
    worth = _WORTH.get(code, 1)
    least = _SURELY_YEARLY.get(code, _YEARLY_FROM if worth == 1 else _MONTHLY_AT_MOST * worth)
    return least <= amount <= _MOST_YEARLY * worth


_MOST_YEARLY = 1_500_000
_PLAUSIBLE = MappingProxyType(
    {
        "hour": (2, 2_000),
        "day": (15, 10_000),
        "week": (60, 50_000),
        "month": (200, 200_000),
        "year": (2_500, _MOST_YEARLY),
    }
)
_TYPICAL = MappingProxyType({"hour": 8, "day": 80, "week": 300, "month": 1_000, "year": 15_000})
_CHEAP = 8  # wages of poor countries lie as far below those of rich ones


def is_plausible(amount: float, period: str | None, code: str | None) -> bool:
    """Whether somebody may earn ``amount`` in ``period``."""
    worth = _WORTH.get(code or "", 1)
    if period is None:
        most = _MOST_YEARLY * (worth if code else max(_WORTH.values()))
        return _PLAUSIBLE["hour"][0] <= amount <= most
    least, most = _PLAUSIBLE[period]
    if code is None:
        return least <= amount <= most * max(_WORTH.values())
    return least * worth / (_CHEAP if worth > 1 else 1) <= amount <= most * worth


def is_typical(amount: float, period: str, code: str | None) -> bool:
    """Whether ``amount`` for ``period`` is more than most things cost that are no pay."""
    worth = _WORTH.get(code or "", 1)
    return amount >= _TYPICAL[period] * worth / (2 if worth > 1 else 1)
