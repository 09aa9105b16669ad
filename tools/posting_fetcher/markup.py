"""From HTML to a tree, and from a tree to plain text with paragraphs and lists.

The parser takes no entities but HTML's own, opens no addresses, and stops at a
depth of 256, so that no page can make it, or a walk of its tree, run away.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from sync_daemon.tooling import is_blank
from sync_daemon.tooling.markup_bounds import check_markup

MOST_CHARACTERS = 2_000_000

_ELEMENT = re.compile(r"</?[A-Za-z][A-Za-z0-9]{0,15}(?:\s[^<>]{0,2000})?/?>")
_ESCAPED_ELEMENT = re.compile(
    r"(?i)&(?:amp;){0,3}lt;/?(?:p|div|ul|ol|li|br|h[1-6]|strong|b|em|span|section|table|a)"
    r"(?:\s|/|&(?:amp;){0,3}gt;)"
)
_BLOCK_ELEMENT = re.compile(r"(?i)</?(?:p|div|br|ul|ol|li|h[1-6]|table|tr|section)\b")
_REFERENCE = re.compile(r"&(?:[A-Za-z]{2,12}|#\d{2,6}|#[xX][0-9A-Fa-f]{2,6});")
_HIDDEN = re.compile("[\x00\x7f\ufffe\uffff\u00ad\u200b\u200e\u200f\u2060\ufeff\ud800-\udfff]")
_CONTROLS = re.compile("[\x01-\x08\x0b-\x1f\x80-\x9f]")
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\n{3,}")
_DEEPEST_ESCAPE = 3

# Control characters cannot come from a page: `parse` takes them out.
_LINE, _PARAGRAPH, _MARK = "\x1e", "\x1d", "\x1f"
_GAP = re.compile(f"[ \n{_LINE}{_PARAGRAPH}]+")
_AFTER_MARK = re.compile(f"{_MARK}[ \n{_LINE}{_PARAGRAPH}]*")

_SKIPPED = frozenset(
    "script style template noscript svg iframe object head select textarea button".split()  # noqa: SIM905 - a list of words
)
_PARAGRAPHS = frozenset(
    "p h1 h2 h3 h4 h5 h6 ul ol table blockquote pre section article dl hr".split()  # noqa: SIM905 - a list of words
)
_LINES = frozenset(
    "div li tr dt dd header footer main aside nav form fieldset figure address caption".split()  # noqa: SIM905 - a list of words
)


def parse(text: str) -> Any:
    """The tree of a page or of a piece of one; None where there is nothing in it."""
    text = _without_controls(text[:MOST_CHARACTERS])
    if is_blank(text):
        return None
    content = text.encode()
    check_markup(content)
    parser = lxml_html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    try:
        return lxml_html.document_fromstring(content, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None


def plain_text(text: str) -> str | None:
    """The text of a description, which may be HTML, escaped up to three times, or plain."""
    text = _unescaped(text[:MOST_CHARACTERS])
    if not _ELEMENT.search(text):
        return tidy(html.unescape(text))
    if not _BLOCK_ELEMENT.search(text):
        text = text.replace("\n", "<br>")
    tree = parse(text)
    return None if tree is None else text_of(tree)


def text_of(tree: Any) -> str | None:
    """The visible text below an element."""
    text = _AFTER_MARK.sub("", "".join(_pieces(tree)))
    return tidy(_GAP.sub(_gap, text))


def one_line(text: str | None) -> str | None:
    """A title or a name: no markup, no line breaks."""
    plain = plain_text(text) if text else None
    return " ".join(plain.split()) if plain else None


def tidy(text: str) -> str | None:
    """Text without stray references, spaces and blank lines; None if nothing is left."""
    if _REFERENCE.search(text):
        text = html.unescape(text)
    text = _without_controls(text)
    lines = (line.strip() for line in _SPACES.sub(" ", text).split("\n"))
    tidied = _BLANK_LINES.sub("\n\n", "\n".join(line for line in lines if line != "-")).strip()
    return None if is_blank(tidied) else tidied


def _without_controls(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub(" ", _HIDDEN.sub("", text))


def _unescaped(text: str) -> str:
    for _ in range(_DEEPEST_ESCAPE):
        if _BLOCK_ELEMENT.search(text) or not _ESCAPED_ELEMENT.search(text):
            break
        text = html.unescape(text)
    return text


def _pieces(tree: Any) -> Iterator[str]:
    """Text and line breaks, in order; a list item begins with its mark."""
    skipped = 0
    numbers: dict[Any, int] = {}
    for event, element in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            if not skipped:
                yield _flowing(element.tail)
            continue
        tag = element.tag
        if tag in _SKIPPED or _is_hidden(element):
            skipped += 1 if event == "start" else -1
        elif not skipped:
            yield from _opening(element, numbers) if event == "start" else _closing(element)
        if event == "end" and not skipped and element is not tree:
            yield _kept(element.tail, element.getparent())


def _opening(element: Any, numbers: dict[Any, int]) -> Iterator[str]:
    tag = element.tag
    yield "\n" if tag == "br" else _break(element)
    if tag == "li":
        yield f"{_mark(element, numbers)}{_MARK}"
    yield _kept(element.text, element)


def _closing(element: Any) -> Iterator[str]:
    yield " " if element.tag in ("td", "th") else _break(element)


def _break(element: Any) -> str:
    """What stands between an element and its neighbours."""
    if element.tag in _PARAGRAPHS:
        return _LINE if _is_inside_item(element) else _PARAGRAPH
    return _LINE if element.tag in _LINES else ""


def _gap(match: re.Match[str]) -> str:
    """Space, new line or new paragraph: the greatest that is asked for."""
    gap = match.group()
    if _PARAGRAPH in gap or gap.count("\n") > 1 or f"{_LINE}\n" in gap.replace(" ", ""):
        return "\n\n"
    return "\n" if _LINE in gap or "\n" in gap else " "


def _kept(text: str | None, parent: Any) -> str:
    if text and parent is not None and parent.tag == "pre":
        return text
    return _flowing(text)


def _flowing(text: str | None) -> str:
    return re.sub(r"\s+", " ", text) if text else ""


def _mark(item: Any, numbers: dict[Any, int]) -> str:
    parent = item.getparent()
    if parent is None or parent.tag != "ol":
        return "- "
    numbers[parent] = numbers.get(parent, 0) + 1
    return f"{numbers[parent]}. "


def _is_inside_item(element: Any) -> bool:
    parent = element.getparent()
    return parent is not None and parent.tag == "li"


def _is_hidden(element: Any) -> bool:
    return (
        element.get("hidden") is not None
        or "display:none" in (element.get("style") or "").replace(" ", "").lower()
    )
