"""Reading Wikidata's answers: which item is the company, and what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from sync_daemon.tooling.cell_text import one_line

from .facts import Fact, Facts, Size
from .names import host_key, name_key

COMPANY_KINDS = frozenset({
    "Q4830453", "Q783794", "Q6881511", "Q891723", "Q43229", "Q5621421", "Q161726", "Q778575",
    "Q219577", "Q658255", "Q167037", "Q155076", "Q206361", "Q270791", "Q163740",  # forms
    "Q18388277", "Q1058914", "Q22687", "Q46970", "Q786820", "Q936518", "Q740752", "Q2401749",
    "Q507619", "Q1331793", "Q2085381", "Q210167", "Q1137109", "Q18127", "Q1762059", "Q375336",
    "Q3918", "Q31855", "Q16917",  # university, research institute, hospital
})  # fmt: skip
"""What a company is an instance of: business, enterprise, company, organisation, bank, airline, …

Kinds of kinds are not looked up, so an item of an unusual kind counts only if its site agrees.
"""

MOST_CANDIDATES = 5
_ITEM = re.compile(r"Q[1-9]\d{0,11}")
_TIME = re.compile(r"[+-](\d{4,9})-\d\d-\d\dT")
_QUANTITY = re.compile(r"\+?(\d{1,9})(?:\.0+)?")
_LONGEST_LABEL = 150
_MOST_CLAIMS = 200
_MOST_INDUSTRIES = 3
_YEAR_PRECISION = 9

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which company is looked for, by `name_key` and `host_key`."""

    names: frozenset[str]
    hosts: frozenset[str]


def found_items(answer: object) -> list[str]:
    """The ids in the answer of wbsearchentities, the best first."""
    hits = answer.get("search") if isinstance(answer, dict) else None
    ids = [hit.get("id") for hit in hits if isinstance(hit, dict)] if isinstance(hits, list) else []
    return [one for one in ids if isinstance(one, str) and _ITEM.fullmatch(one)][:MOST_CANDIDATES]


def items_of(answer: object, ids: Sequence[str]) -> list[Item]:
    """The items in the answer of wbgetentities or Special:EntityData, in the order of ``ids``."""
    entities = answer.get("entities") if isinstance(answer, dict) else None
    if not isinstance(entities, dict):
        return []
    items = (entities.get(one) for one in ids)
    return [item for item in items if isinstance(item, dict) and "missing" not in item]


def choose_item(items: Sequence[Item], wanted: Wanted) -> Item | None:
    """The item that surely is the company; None if none is, or more than one may be.

    Its label or an alias is one of the names. If a site is known, it is the item's
    too; if none is, the item is a company, and no other one has that name.
    """
    named = [item for item in items if name_keys(item) & wanted.names]
    if wanted.hosts:
        return next((item for item in named if wanted.hosts & hosts_of(item)), None)
    companies = [item for item in named if kinds_of(item) & COMPANY_KINDS]
    return companies[0] if len(companies) == 1 else None


def name_keys(item: Item) -> frozenset[str]:
    """The keys of the labels and aliases."""
    return frozenset(filter(None, map(name_key, _names(item))))


def hosts_of(item: Item) -> frozenset[str]:
    """The hosts of the item's web sites."""
    found = (_host(site) for site in _texts(item, "P856"))
    return frozenset(host for host in found if host)


def kinds_of(item: Item) -> frozenset[str]:
    """What the item is an instance of."""
    return frozenset(_items(item, "P31"))


def site_of(item: Item) -> str | None:
    """The address of the item's present web site."""
    return next((site for site in _texts(item, "P856") if _host(site)), None)


def linked_items(item: Item) -> list[str]:
    """Items whose labels are needed to tell the facts."""
    industries = _items(item, "P452")[:_MOST_INDUSTRIES]
    return list(dict.fromkeys([*_items(item, "P159")[:1], *_items(item, "P17")[:1], *industries]))


def labels_of(items: Sequence[Item], language: str) -> dict[str, str]:
    """Id → label in the language, else in English or the one for all languages."""
    found = {}
    for item in items:
        labels = item.get("labels")
        if not isinstance(labels, dict):
            continue
        texts = (_label(labels.get(code)) for code in (language, "en", "mul"))
        label = next(filter(None, texts), None)
        if label and isinstance(item.get("id"), str):
            found[item["id"]] = label
    return found


def item_facts(item: Item, labels: dict[str, str], source: str, today: date) -> Facts:
    """What the item says, told with the labels of the items that it names."""
    place = [labels.get(one) for one in (*_items(item, "P159")[:1], *_items(item, "P17")[:1])]
    industries = [labels[one] for one in _items(item, "P452")[:_MOST_INDUSTRIES] if one in labels]
    return Facts(
        size=_fact(_size(item), source),
        founded=_fact(_founded(item, today), source),
        headquarters=_fact(", ".join(dict.fromkeys(filter(None, place))), source),
        industry=_fact(", ".join(industries), source),
        site=_fact(site_of(item), source),
        wikidata=Fact(source, source),
    )


def _fact(value: Any, source: str) -> Any:
    return Fact(value, source) if value else None


def _names(item: Item) -> Iterator[str]:
    for group in ("labels", "aliases"):
        by_language = item.get(group)
        for given in by_language.values() if isinstance(by_language, dict) else ():
            for one in given if isinstance(given, list) else [given]:
                label = _label(one)
                if label:
                    yield label


def _label(value: object) -> str | None:
    text = value.get("value") if isinstance(value, dict) else None
    return one_line(text, _LONGEST_LABEL) if isinstance(text, str) else None


def _claims(item: Item, prop: str) -> list[Item]:
    """The statements that hold: the preferred ones, else the normal ones; none that ended."""
    claims = item.get("claims")
    given = claims.get(prop) if isinstance(claims, dict) else None
    if not isinstance(given, list):
        return []
    hold = [one for one in given[:_MOST_CLAIMS] if isinstance(one, dict) and not _is_over(one)]
    preferred = [one for one in hold if one.get("rank") == "preferred"]
    return preferred or [one for one in hold if one.get("rank") != "deprecated"]


def _is_over(claim: Item) -> bool:
    qualifiers = claim.get("qualifiers")
    return isinstance(qualifiers, dict) and "P582" in qualifiers


def _value(snak: object) -> object:
    data = snak.get("datavalue") if isinstance(snak, dict) else None
    return data.get("value") if isinstance(data, dict) else None


def _values(item: Item, prop: str) -> list[object]:
    return [_value(claim.get("mainsnak")) for claim in _claims(item, prop)]


def _texts(item: Item, prop: str) -> list[str]:
    return [one for one in _values(item, prop) if isinstance(one, str)]


def _items(item: Item, prop: str) -> list[str]:
    ids = [one.get("id") for one in _values(item, prop) if isinstance(one, dict)]
    return [one for one in ids if isinstance(one, str) and _ITEM.fullmatch(one)]


def _host(address: str) -> str:
    try:
        parts = urlsplit(address[:2_000])
        host = parts.hostname or ""
    except ValueError:
        return ""
    return host_key(host) if parts.scheme in ("http", "https") else ""


def _year(value: object) -> int | None:
    """The year of a time that is at least that exact."""
    if not isinstance(value, dict) or not isinstance(value.get("time"), str):
        return None
    precision, match = value.get("precision"), _TIME.match(value["time"])
    is_exact = isinstance(precision, int) and precision >= _YEAR_PRECISION
    return int(match[1]) if match and is_exact and value["time"][0] == "+" else None


def _founded(item: Item, today: date) -> int | None:
    years = [year for year in map(_year, _values(item, "P571")) if year and year <= today.year]
    return min(years, default=None)


def _size(item: Item) -> Size | None:
    """The number of employees of the latest year."""
    found = []
    for claim in _claims(item, "P1128"):
        amount = _value(claim.get("mainsnak"))
        number = str(amount.get("amount")) if isinstance(amount, dict) else ""
        match = _QUANTITY.fullmatch(number[:20])
        if match and int(match[1]):
            found.append((_year_of(claim) or 0, int(match[1])))
    if not found:
        return None
    year, count = max(found)
    return Size(count, f"{count:,} ({year})" if year else f"{count:,}")


def _year_of(claim: Item) -> int | None:
    qualifiers = claim.get("qualifiers")
    times = qualifiers.get("P585") if isinstance(qualifiers, dict) else None
    return _year(_value(times[0])) if isinstance(times, list) and times else None
