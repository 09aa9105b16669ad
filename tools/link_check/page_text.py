"""What a page shows, and the postings in its structured data. Nothing is fetched or run."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from typing import TYPE_CHECKING, Any

from lxml import etree, html

from sync_daemon.tooling.markup_bounds import check_markup

if TYPE_CHECKING:
    from collections.abc import Iterator

_NOT_SHOWN = frozenset(
    {"script", "style", "noscript", "template", "head", "svg", "nav", "footer", "aside", "option"}
)
_HIDING = frozenset({"hidden", "d-none", "hide", "visually-hidden", "sr-only", "is-hidden"})
_BLOCKS = frozenset(
    {
        "p",
        "div",
        "li",
        "br",
        "input",
        "h1",
        "h2",
        "h3",
        "h4",
        "tr",
        "section",
        "button",
        "a",
        "ul",
        "main",
    }
)
_NO_DISPLAY = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_TRAILING_COMMA = re.compile(r",(?=\s{0,200}[}\]])")
_MOST_TEXT = 300_000  # characters
_MOST_NODES = 20_000  # of structured data
_MOST_SCRIPTS = 40
_WEST = timedelta(hours=12)  # a day without a time zone ends last in the far west


@dataclass(frozen=True, slots=True)
class StructuredPosting:
    """A ``JobPosting`` of schema.org: where it is, and until when it holds."""

    address: str
    number: str
    valid_until: datetime | None


@dataclass(frozen=True, slots=True)
class Page:
    """What a person sees of a page, and what it tells machines."""

    title: str
    text: str
    postings: tuple[StructuredPosting, ...]


def read_page(body: bytes, charset: str | None) -> Page:
    """Take an HTML page apart; a page that is none is empty."""
    root = _parsed(body, charset)
    if root is None:
        return Page("", "", ())
    title = " ".join((root.findtext(".//title") or "").split())
    return Page(title, _shown_text(root), tuple(_postings(root)))


def read_moment(text: object) -> datetime | None:
    """An ISO 8601 date or time; a date alone, or a time without zone, ends last in the far west."""
    if not isinstance(text, str):
        return None
    plain = text.strip()[:40]
    try:
        if len(plain) == len("2026-05-01"):
            day = date.fromisoformat(plain)
            return datetime.combine(day, time.max, UTC) + _WEST
        moment = datetime.fromisoformat(plain)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC) + _WEST
    except (ValueError, OverflowError):
        return None


def _parsed(body: bytes, charset: str | None) -> html.HtmlElement | None:
    check_markup(body)
    for encoding in (charset, None):
        try:
            parser = html.HTMLParser(encoding=encoding, no_network=True, huge_tree=False)
            root = html.document_fromstring(body, parser=parser)
        except (etree.LxmlError, ValueError, LookupError):
            continue
        return root
    return None


def _shown_text(root: html.HtmlElement) -> str:
    """The text between the tags, without what is hidden or stands around the page."""
    pieces: list[str] = []
    size = 0
    hidden = 0  # how many of the open elements are not shown
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event not in ("start", "end"):
            piece = element.tail
        elif event == "start":
            hidden += _is_hidden(element)
            piece = element.get("value") if element.get("type") == "submit" else element.text
        else:
            hidden -= _is_hidden(element)
            piece = element.tail
        if hidden:
            continue
        if event != "comment" and element.tag in _BLOCKS:
            pieces.append("\n")
        if piece:
            pieces.append(piece)
            size += len(piece)
            if size > _MOST_TEXT:
                break
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def _is_hidden(element: html.HtmlElement) -> bool:
    if element.tag in _NOT_SHOWN or "hidden" in element.attrib:
        return True
    if element.get("aria-hidden") == "true" or _NO_DISPLAY.search(element.get("style") or ""):
        return True
    return not _HIDING.isdisjoint((element.get("class") or "").split())


def _postings(root: html.HtmlElement) -> Iterator[StructuredPosting]:
    scripts = root.iterfind('.//script[@type="application/ld+json"]')
    for script, _ in zip(scripts, range(_MOST_SCRIPTS), strict=False):
        for node in _nodes(_loaded(script.text or "")):
            if _is_posting(node):
                yield StructuredPosting(
                    _text(node.get("url")),
                    _text(node.get("identifier")),
                    read_moment(node.get("validThrough")),
                )


def _loaded(text: str) -> Any:
    """The JSON of a script, as pages write it: with escapes, comments, commas too many."""
    plain = text.strip().removeprefix("<!--").removesuffix("-->").strip()
    plain = plain.removeprefix("//<![CDATA[").removeprefix("<![CDATA[").removesuffix("]]>")
    plain = plain.strip().removesuffix("//").strip().rstrip(";")
    for attempt in (plain, _TRAILING_COMMA.sub("", plain), unescape(plain)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _nodes(found: Any) -> Iterator[dict[str, Any]]:
    """All objects in ``found``, however deep."""
    waiting = [found]
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)


def _is_posting(node: dict[str, Any]) -> bool:
    kind = node.get("@type")
    kinds = kind if isinstance(kind, list) else [kind]
    return any(isinstance(one, str) and one.rpartition("/")[2] == "JobPosting" for one in kinds)


def _text(value: object) -> str:
    if isinstance(value, dict):
        value = value.get("value", value.get("@id"))
    return str(value)[:2000] if isinstance(value, str | int) else ""
