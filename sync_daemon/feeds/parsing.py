"""From what a source answers to postings; pure. Everything in it is a stranger's."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from time import struct_time
from typing import Any

from lxml import html as lxml_html
from lxml.etree import LxmlError

from sync_daemon.domain.feeding import FeedField, FeedItem
from sync_daemon.errors import GoogleUnavailableError, SheetdError
from sync_daemon.feeds.sources import Source, SourceKind
from sync_daemon.tooling.markup_bounds import check_json, check_markup
from sync_daemon.tooling.parsing import reads_with

_MOST_ITEMS = 5_000
_LONGEST_KEY = 500
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BREAKS = {"p", "div", "li", "ul", "ol", "br", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "section"}


class FeedError(SheetdError):
    """A source that could not be read; the sheet's cycle goes on."""

    exit_status = GoogleUnavailableError.exit_status


@reads_with("feedparser")
def parse(source: Source, content: bytes) -> list[FeedItem]:
    """The postings of a source, in its order, each with a key and a title.

    Raises:
        FeedError: it is not what the source is known to answer.
    """
    if source.kind is SourceKind.FEED:
        return list(_feed_items(content))[:_MOST_ITEMS]
    check_json(content)
    try:
        answer = json.loads(content)
        entries = answer["jobs"] if isinstance(answer, dict) else answer
        read = _READERS[source.kind]
        items = [read(entry, source.board) for entry in entries if isinstance(entry, dict)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        message = f"{source.kind.value} gave a list of no known form for {source.board!r}."
        raise FeedError(message, hint="Is the board still there? Look at its page.") from error
    return [item for item in items if item.key and item.text(FeedField.TITLE)][:_MOST_ITEMS]


def _greenhouse(entry: Mapping[str, Any], board: str) -> FeedItem:
    departments = [_text(d.get("name")) for d in _list(entry.get("departments"))]
    return _item(
        f"greenhouse:{board}:{_text(entry['id'])}",
        {
            FeedField.TITLE: _text(entry.get("title")),
            FeedField.COMPANY: _text(entry.get("company_name")) or board,
            FeedField.LINK: _text(entry.get("absolute_url")),
            FeedField.LOCATION: _text(_dict(entry.get("location")).get("name")),
            FeedField.DESCRIPTION: plain(html.unescape(_text(entry.get("content")))),
            FeedField.DEPARTMENT: ", ".join(filter(None, departments)),
            FeedField.POSTED: _day(entry.get("first_published") or entry.get("updated_at")),
        },
    )


def _lever(entry: Mapping[str, Any], board: str) -> FeedItem:
    categories = _dict(entry.get("categories"))
    lists = [f"{_text(x.get('text'))}\n{plain(_text(x.get('content')))}"
             for x in _list(entry.get("lists"))]  # fmt: skip
    body = _text(entry.get("descriptionPlain")) or plain(_text(entry.get("description")))
    closing = _text(entry.get("additionalPlain"))
    return _item(
        f"lever:{board}:{_text(entry['id'])}",
        {
            FeedField.TITLE: _text(entry.get("text")),
            FeedField.COMPANY: board,
            FeedField.LINK: _text(entry.get("hostedUrl")),
            FeedField.LOCATION: _text(categories.get("location")),
            FeedField.DESCRIPTION: "\n\n".join(filter(None, [body, *lists, closing])),
            FeedField.DEPARTMENT: _text(categories.get("team") or categories.get("department")),
            FeedField.SALARY: _text(entry.get("salaryDescriptionPlain")),
            FeedField.POSTED: _day(entry.get("createdAt")),
        },
    )


def _ashby(entry: Mapping[str, Any], board: str) -> FeedItem:
    if entry.get("isListed") is False:
        return FeedItem("", {})
    compensation = _dict(entry.get("compensation"))
    return _item(
        f"ashby:{board}:{_text(entry.get('id') or entry.get('jobUrl'))}",
        {
            FeedField.TITLE: _text(entry.get("title")),
            FeedField.COMPANY: board,
            FeedField.LINK: _text(entry.get("jobUrl")),
            FeedField.LOCATION: _text(entry.get("location")),
            FeedField.DESCRIPTION: _text(entry.get("descriptionPlain"))
            or plain(_text(entry.get("descriptionHtml"))),
            FeedField.DEPARTMENT: _text(entry.get("department") or entry.get("team")),
            FeedField.SALARY: _text(compensation.get("compensationTierSummary")),
            FeedField.POSTED: _day(entry.get("publishedAt")),
        },
    )


_READERS: Mapping[SourceKind, Callable[[Mapping[str, Any], str], FeedItem]] = {
    SourceKind.GREENHOUSE: _greenhouse,
    SourceKind.LEVER: _lever,
    SourceKind.ASHBY: _ashby,
}


def _feed_items(content: bytes) -> Iterator[FeedItem]:
    import feedparser  # noqa: PLC0415 - only the process that reads one needs it

    check_markup(content)
    read = feedparser.parse(io.BytesIO(content), sanitize_html=False, resolve_relative_uris=False)
    if not read.get("version") and not read.entries:
        message = "What is at the feed's address is neither RSS nor Atom."
        raise FeedError(message, hint="Open it in a browser: a feed is XML.")
    for entry in read.entries:
        key = _text(entry.get("id") or entry.get("link"))
        title = plain(_text(entry.get("title")))
        bodies = [_text(part.get("value")) for part in entry.get("content", [])]
        body = max([_text(entry.get("summary")), *bodies], key=len)
        if key and title:
            yield _item(
                f"feed:{key}",
                {
                    FeedField.TITLE: title,
                    FeedField.COMPANY: plain(_text(entry.get("author"))),
                    FeedField.LINK: _text(entry.get("link")),
                    FeedField.DESCRIPTION: plain(body),
                    FeedField.POSTED: _day(entry.get("published_parsed")),
                },
            )


def _item(key: str, fields: Mapping[FeedField, str]) -> FeedItem:
    link = fields.get(FeedField.LINK, "")
    safe = dict(fields)
    if not link.startswith(("https://", "http://")):
        safe[FeedField.LINK] = ""
    return FeedItem(key[:_LONGEST_KEY], {name: text for name, text in safe.items() if text})


def plain(text: str) -> str:
    """Markup as text, a line a paragraph; text without markup stays as it is."""
    if "<" not in text:
        return _tidy(html.unescape(text))
    check_markup(text.encode(errors="replace"))
    try:
        tree = lxml_html.fragment_fromstring(text, create_parent="div")
    except (LxmlError, ValueError):
        return _tidy(re.sub(r"<[^<>]{0,1000}>", " ", text))
    for element in tree.iter():
        if isinstance(element.tag, str) and element.tag in {"script", "style"}:
            element.text = ""
        elif element.tag in _BREAKS:
            mark = "- " if element.tag == "li" else ""
            element.text = f"\n{mark}{_settable(element.text)}"
            element.tail = f"\n{_settable(element.tail)}"
    return _tidy(tree.text_content())


def _settable(text: str | None) -> str:
    """What lxml takes as a text: references such as ``&#1;`` give more than it does."""
    return _NOT_IN_XML.sub("", text or "")


def _tidy(text: str) -> str:
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _day(value: object) -> str:
    """A moment in any of the forms that sources use, as a date; empty if it is none."""
    try:
        match value:
            case struct_time():
                return date(*value[:3]).isoformat()
            case int() | float():
                return datetime.fromtimestamp(value / 1000, UTC).date().isoformat()
            case str():
                return datetime.fromisoformat(value).date().isoformat()
            case _:
                return ""
    except (ValueError, OverflowError, OSError):
        return ""


def _text(value: object) -> str:
    return str(value).strip() if isinstance(value, str | int) and value is not True else ""


def _dict(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
