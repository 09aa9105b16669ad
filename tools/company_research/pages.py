"""What a web page says of itself: title, description, links and structured data."""

from __future__ import annotations

import codecs
import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urldefrag, urljoin

from lxml import etree, html

from sync_daemon.tooling.cell_text import one_line
from sync_daemon.tooling.markup_bounds import check_markup

MOST_BYTES = 2_000_000
_MOST_LINKS = 3_000
_MOST_SCRIPTS = 20
_MOST_NODES = 3_000
_LONGEST_SCRIPT = 300_000
_LONGEST_TEXT = 120
_LONGEST_ADDRESS = 2_000
_LONGEST_META = 500


@dataclass(frozen=True, slots=True)
class Link:
    """A link with its text, which may be that of the picture in it."""

    address: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page.

    Attributes:
        address: where it was found, after redirects.
        title: of its head.
        site_name: what it calls its site.
        description: in its own words.
        links: where it leads.
        embedded: addresses of the frames and scripts in it.
        nodes: the objects of its structured data (JSON-LD).
    """

    address: str
    title: str
    site_name: str
    description: str
    links: tuple[Link, ...]
    embedded: tuple[str, ...]
    nodes: tuple[dict[str, Any], ...]


def parse_page(content: bytes, address: str, charset: str | None = None) -> Page | None:
    """The page in ``content``, of which the first 2 MB are read; None if there is none."""
    parser = html.HTMLParser(
        encoding=_known(charset), no_network=True, remove_comments=True, remove_pis=True
    )
    check_markup(content[:MOST_BYTES])
    try:
        root = html.document_fromstring(content[:MOST_BYTES], parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    meta = _meta(root)
    base = _address(address, next(iter(root.xpath("//base/@href")), "")) or address
    return Page(
        address=address,
        title=one_line(root.findtext(".//title") or meta.get("og:title", ""), _LONGEST_META),
        site_name=meta.get("og:site_name") or meta.get("application-name", ""),
        description=meta.get("og:description") or meta.get("description", ""),
        links=tuple(_links(root, base)),
        embedded=tuple(_embedded(root, base)),
        nodes=tuple(_nodes(root)),
    )


def _known(charset: str | None) -> str | None:
    try:
        return codecs.lookup(charset).name if charset else None
    except (LookupError, ValueError):
        return None


def _meta(root: html.HtmlElement) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in islice(root.iter("meta"), 200):
        name = (one.get("property") or one.get("name") or "").strip().lower()
        content = one_line(one.get("content") or "", _LONGEST_META)
        if name and content:
            found.setdefault(name, content)
    return found


def _links(root: html.HtmlElement, base: str) -> Iterator[Link]:
    for one in islice(root.iter("a"), _MOST_LINKS):
        address = _address(base, one.get("href") or "")
        if address:
            yield Link(address, _text(one))


def _text(link: html.HtmlElement) -> str:
    parts = list(islice(link.itertext(), 20))
    said = one_line(" ".join(part[:_LONGEST_TEXT] for part in parts), _LONGEST_TEXT)
    if said:
        return said
    shown = [link.get("aria-label"), link.get("title"), *(one.get("alt") for one in link[:3])]
    return one_line(next(filter(None, shown), ""), _LONGEST_TEXT)


def _embedded(root: html.HtmlElement, base: str) -> Iterator[str]:
    for one in islice(root.iter("iframe", "script"), _MOST_LINKS):
        address = _address(base, one.get("src") or one.get("data-src") or "")
        if address:
            yield address


def _address(base: str, reference: str) -> str:
    """The absolute address, without its fragment; empty if it is not one of the web."""
    reference = reference.strip()
    if not reference or len(reference) > _LONGEST_ADDRESS:
        return ""
    try:
        address = urldefrag(urljoin(base, reference)).url
    except ValueError:
        return ""
    return address if address.lower().startswith(("http://", "https://")) else ""


def _nodes(root: html.HtmlElement) -> Iterator[dict[str, Any]]:
    scripts = (one for one in root.iter("script") if "ld+json" in (one.get("type") or "").lower())
    for script in islice(scripts, _MOST_SCRIPTS):
        text = script.text or ""
        if len(text) > _LONGEST_SCRIPT:
            continue
        try:
            yield from islice(_objects(json.loads(text, strict=False)), _MOST_NODES)
        except (ValueError, RecursionError):
            continue


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """The objects in ``value``, those outside first; however deep, without recursion."""
    waiting = deque([value])
    for _ in range(_MOST_NODES * 10):
        if not waiting:
            return
        one = waiting.popleft()
        if isinstance(one, dict):
            yield one
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
