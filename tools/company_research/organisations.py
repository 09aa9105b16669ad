"""The organisation that a page describes in its structured data (schema.org)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from sync_daemon.tooling import is_blank
from sync_daemon.tooling.cell_text import one_line

from .facts import Fact, Facts, Size
from .names import host_key, name_key
from .pages import Page

_KINDS = re.compile(r"(?:Organization|Business|Corporation|Company|NGO|Cooperative|Airline|Store)$")
_NUMBER = r"\d{1,3}(?:[.,'\u2019\u00a0\u202f ]\d{3}){1,3}|\d{1,9}"
_COUNT = re.compile(
    rf"(?i)(?:~|ca\.?|about|over|>)?\s?({_NUMBER})\s?\+?(?:\s?(?:-|–|to|bis|à)\s?({_NUMBER}))?"
    r"(?:\s[^\W\d_]{1,20})?\.?"
)
_YEAR = re.compile(r"(1[5-9]\d\d|20\d\d)(?:-\d\d(?:-\d\d)?)?(?:T.{0,30})?")
_WIKIDATA = re.compile(r"https?://(?:www\.|m\.)?wikidata\.org/(?:wiki|entity)/(Q[1-9]\d{0,11})")
_MOST_EMPLOYEES = 10_000_000
_LONGEST = 200


def organisation_facts(page: Page, company: str | None, today: date) -> Facts:
    """What the page's own organisation says of itself; nothing if it is not clear which."""
    node = find_organisation(page, company)
    if node is None:
        return Facts()
    source = page.address
    return Facts(
        name=_fact(_text(node.get("name")) or _text(node.get("legalName")), source),
        description=_fact(_text(node.get("description"), 500), source),
        size=_fact(_size(node.get("numberOfEmployees")), source),
        founded=_fact(parse_year(node.get("foundingDate"), today), source),
        headquarters=_fact(_place(node.get("address")) or _place(node.get("location")), source),
        industry=_fact(_text(node.get("industry")), source),
    )


def find_organisation(page: Page, company: str | None) -> dict[str, Any] | None:
    """The node of the page's own organisation.

    That is the one with the page's host or the company's name; or the only one, if
    it names no other host.
    """
    nodes = [node for node in page.nodes if _is_organisation(node) and node.get("name")]
    host = host_key(urlsplit(page.address).hostname or "")
    wanted = name_key(company) if company else ""
    for node in nodes:
        if wanted and name_key(_text(node["name"]) or "") == wanted:
            return node
    at_home = [node for node in nodes if host in _hosts(node)]
    if at_home:
        return max(at_home, key=len)
    return nodes[0] if len(nodes) == 1 and not _hosts(nodes[0]) else None


def wikidata_item(page: Page, company: str | None) -> str | None:
    """The item that the page's organisation says is its own: ``Q42``."""
    node = find_organisation(page, company) or {}
    for one in _values(node.get("sameAs")):
        if isinstance(one, str) and (match := _WIKIDATA.match(one[:_LONGEST])):
            return match[1]
    return None


def parse_year(value: object, today: date) -> int | None:
    """The year of a date of schema.org, if it can be one."""
    match = _YEAR.fullmatch(str(value).strip()[:40]) if isinstance(value, str | int) else None
    return int(match[1]) if match and int(match[1]) <= today.year else None


def parse_count(text: str) -> Size | None:
    """A number of people: ``1,200``, ``51-200 employees``, ``500+``."""
    match = _COUNT.fullmatch(text.strip()[:60])
    if match is None:
        return None
    least, most = (int(re.sub(r"\D", "", one)) if one else None for one in match.groups())
    if not least or least > _MOST_EMPLOYEES or (most is not None and most < least):
        return None
    if most is not None and most > least:
        return Size(least, f"{least:,}–{most:,}")
    return Size(least, f"{least:,}+" if "+" in text else f"{least:,}")


def _fact(value: Any, source: str) -> Any:
    return Fact(value, source) if value else None


def _is_organisation(node: dict[str, Any]) -> bool:
    kinds = (one for one in _values(node.get("@type")) if isinstance(one, str))
    return any(_KINDS.search(kind[:60]) for kind in kinds)


def _hosts(node: dict[str, Any]) -> set[str]:
    hosts = set()
    for one in (*_values(node.get("url")), node.get("@id")):
        if isinstance(one, str) and one.startswith("http"):
            try:
                hosts.add(host_key(urlsplit(one[:_LONGEST]).hostname or ""))
            except ValueError:
                continue
    return hosts - {""}


def _values(value: object) -> Iterator[object]:
    yield from value[:50] if isinstance(value, list) else [value]


def _text(value: object, longest: int = _LONGEST) -> str | None:
    """The first text in ``value``."""
    for one in _values(value):
        found = one.get("name") or one.get("@value") if isinstance(one, dict) else one
        if isinstance(found, str) and (line := one_line(found, longest)):
            return line
    return None


def _size(value: object) -> Size | None:
    for one in _values(value):
        if isinstance(one, dict):
            one = _range(one)  # noqa: PLW2901 - the same in words
        if isinstance(one, int | float | str) and not isinstance(one, bool):
            size = parse_count(f"{one:.0f}" if isinstance(one, float) else str(one))
            if size is not None:
                return size
    return None


def _range(value: dict[str, Any]) -> str:
    if value.get("value") is not None:
        return str(value["value"])
    least, most = value.get("minValue"), value.get("maxValue")
    if least is None:
        return ""
    return f"{least}-{most}" if most is not None else f"{least}+"


def _place(value: object) -> str | None:
    for one in _values(value):
        if isinstance(one, dict):
            address = one.get("address") if "addressLocality" not in one else one
            if not isinstance(address, dict):
                continue
            names = ("addressLocality", "addressRegion", "addressCountry")
            parts = dict.fromkeys(filter(None, (_text(address.get(name)) for name in names)))
            if parts:
                return ", ".join(parts)
        elif isinstance(one, str) and not is_blank(one):
            return one_line(one, _LONGEST)
    return None
