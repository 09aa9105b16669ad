"""Countries by name, code or large city, and their currencies."""

from __future__ import annotations

import re
import unicodedata
from types import MappingProxyType

_EURO = "AT BE CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK"
_CURRENCIES = MappingProxyType(
    {
        **dict.fromkeys(_EURO.split(), "EUR"),
        "US": "USD", "GB": "GBP", "CH": "CHF", "LI": "CHF", "CA": "CAD", "AU": "AUD", "NZ": "NZD",
        "SG": "SGD", "HK": "HKD", "SE": "SEK", "NO": "NOK", "DK": "DKK", "IS": "ISK", "PL": "PLN",
        "CZ": "CZK", "HU": "HUF", "RO": "RON", "BG": "BGN", "TR": "TRY", "UA": "UAH", "IL": "ILS",
        "JP": "JPY", "CN": "CNY", "KR": "KRW", "TW": "TWD", "IN": "INR", "PK": "PKR", "LK": "LKR",
        "ID": "IDR", "MY": "MYR", "TH": "THB", "PH": "PHP", "VN": "VND", "AE": "AED", "SA": "SAR",
        "QA": "QAR", "EG": "EGP", "ZA": "ZAR", "NG": "NGN", "KE": "KES", "MX": "MXN", "BR": "BRL",
        "AR": "ARS", "CL": "CLP", "CO": "COP", "PE": "PEN",
    }
)  # fmt: skip

_NAMES = """
AT: austria österreich autriche vienna wien graz linz salzburg
BE: belgium belgien belgique belgië brussels brüssel bruxelles antwerp antwerpen ghent gent
DE: germany deutschland allemagne alemania duitsland berlin munich münchen hamburg frankfurt
DE: cologne köln stuttgart düsseldorf leipzig dresden hannover nürnberg bremen karlsruhe
ES: spain spanien espagne españa madrid barcelona valencia sevilla málaga bilbao
FI: finland finnland suomi helsinki espoo tampere
FR: france frankreich francia paris lyon marseille toulouse nantes bordeaux lille grenoble
GR: greece griechenland athens athen
IE: ireland irland irlande dublin cork galway
IT: italy italien italie italia milan milano mailand rome roma turin torino bologna
LU: luxembourg luxemburg
NL: netherlands nederland niederlande pays-bas holland amsterdam rotterdam utrecht eindhoven
NL: the-hague den-haag delft groningen
PT: portugal lisbon lisboa lissabon porto
US: usa united-states united-states-of-america u.s u.s.a vereinigte-staaten états-unis
US: estados-unidos new-york nyc san-francisco los-angeles seattle boston chicago austin denver
US: atlanta houston dallas miami philadelphia california texas washington massachusetts colorado
GB: uk u.k united-kingdom great-britain england scotland wales großbritannien royaume-uni
GB: london manchester edinburgh glasgow bristol leeds cambridge oxford belfast cardiff
CH: switzerland schweiz suisse svizzera zurich zürich geneva genf genève basel bern lausanne zug
CA: canada kanada toronto vancouver montreal montréal ottawa calgary edmonton quebec québec ontario
AU: australia australien australie sydney melbourne brisbane perth adelaide canberra
NZ: new-zealand neuseeland auckland wellington
SG: singapore singapur
HK: hong-kong
SE: sweden schweden suède sverige stockholm göteborg gothenburg malmö uppsala
NO: norway norwegen norvège norge oslo bergen trondheim stavanger
DK: denmark dänemark danemark danmark copenhagen københavn kopenhagen aarhus odense
IS: iceland island reykjavik
PL: poland polen pologne polska warsaw warszawa kraków krakow wrocław wroclaw gdańsk gdansk poznań
CZ: czechia czech-republic tschechien prague prag praha brno
HU: hungary ungarn budapest
RO: romania rumänien bucharest bukarest cluj
BG: bulgaria bulgarien sofia
TR: turkey türkiye türkei istanbul ankara
UA: ukraine kyiv kiew lviv
IL: israel tel-aviv jerusalem haifa
JP: japan tokyo osaka kyoto
CN: china beijing shanghai shenzhen
KR: south-korea korea seoul
TW: taiwan taipei
IN: india indien bangalore bengaluru mumbai delhi new-delhi hyderabad pune chennai gurgaon noida
PK: pakistan karachi lahore
ID: indonesia jakarta
MY: malaysia kuala-lumpur
TH: thailand bangkok
PH: philippines manila
VN: vietnam hanoi
AE: uae united-arab-emirates dubai abu-dhabi
SA: saudi-arabia riyadh
ZA: south-africa johannesburg cape-town
NG: nigeria lagos
KE: kenya nairobi
MX: mexico méxico mexiko guadalajara monterrey
BR: brazil brasil brasilien são-paulo sao-paulo rio-de-janeiro
AR: argentina buenos-aires
CL: chile santiago
CO: colombia bogotá bogota medellín
PE: peru lima
"""


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


_US_STATES = _codes(
    "AK AL AR AZ CA CO CT DC DE FL GA HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH"
    " NJ NM NV NY OH OK OR PA RI SC SD TN TX UT VA VT WA WI WV WY"
)
_CANADIAN_PROVINCES = _codes("AB BC MB NB NL NS ON PE QC SK")
_WORD = re.compile(r"[^\W\d_]+(?:[.-][^\W\d_]+)*")
_LONGEST_NAME = 4  # words
_MAX_CHARACTERS = 500
_SHORTEST_WORD = 4
_NO_PLACE = frozenset(
    {"remote", "hybrid", "office", "onsite", "salary", "range", "only", "area", "city", "full",
     "time", "base", "based", "from", "level", "senior", "with", "year", "month", "hour"}
)  # fmt: skip


def _folded(text: str) -> str:
    composed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in composed if not unicodedata.combining(sign))


_BY_NAME = MappingProxyType(
    {_folded(name): line[:2] for line in _NAMES.strip().splitlines() for name in line[3:].split()}
)


def country_of(country: str | None, location: str | None) -> str | None:
    """The two-letter code of the country, from its name or code or else from the place.

    None where there is no such country, or where the text names several.
    """
    return _named(country or "", codes=True) or _named(location or "", codes=False)


def currency_of(country: str | None) -> str | None:
    """The currency of a country given by its two-letter code."""
    return _CURRENCIES.get(country or "")


def countries_in(text: str) -> set[str]:
    """The countries that ``text`` names, itself or by a city; codes do not count but US and UK."""
    words = _WORD.findall(text[:_MAX_CHARACTERS])
    folded = [_folded(word) for word in words]
    found = {
        code
        for size in range(1, _LONGEST_NAME + 1)
        for start in range(len(words) - size + 1)
        if (code := _BY_NAME.get("-".join(folded[start : start + size])))
    }
    if "US" in words:
        found.add("US")
    return found


def place_words(text: str) -> set[str]:
    """The words of a place or label that can name it, folded."""
    words = {_folded(word) for word in _WORD.findall(text[:_MAX_CHARACTERS])}
    return {word for word in words if len(word) >= _SHORTEST_WORD and word not in _NO_PLACE}


def _named(text: str, *, codes: bool) -> str | None:
    stripped = text.strip()[:_MAX_CHARACTERS]
    if codes and stripped.upper() in _CURRENCIES:
        return stripped.upper()
    found = countries_in(stripped)
    return _by_state(stripped) or (next(iter(found)) if len(found) == 1 else None)


def _by_state(text: str) -> str | None:
    """The country of a place such as "Reno, NV" or "Halifax, NS"."""
    place, comma, state = text.rpartition(",")
    state = state.strip()
    in_us, in_canada = state in _US_STATES, state in _CANADIAN_PROVINCES
    if not comma or not place or state in _CURRENCIES or in_us == in_canada:
        return state if comma and state in _CURRENCIES and not (in_us or in_canada) else None
    return "US" if in_us else "CA"
