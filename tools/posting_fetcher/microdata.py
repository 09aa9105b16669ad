"""The JobPosting items of a page's microdata, in the form of JSON-LD."""

from __future__ import annotations

from typing import Any

from lxml import etree

_MOST_ITEMS = 50
_MOST_PROPERTIES = 300
_ADDRESSES = {"a": "href", "link": "href", "area": "href", "img": "src", "iframe": "src"}
_WITH_MARKUP = frozenset(
    {"description", "responsibilities", "qualifications", "skills", "experienceRequirements"}
)
_WITH_PARTS = frozenset({"jobLocation", "address", "hiringOrganization", "baseSalary", "value"})
_DEEPEST = 6


def find_postings(tree: Any) -> list[dict[str, Any]]:
    """The JobPosting items of a page."""
    found = tree.xpath("//*[contains(@itemtype, 'schema.org/JobPosting')]")
    return [_item(element, "JobPosting") for element in found[:_MOST_ITEMS]]


def _item(scope: Any, kind: str, depth: int = 0) -> dict[str, Any]:
    """The properties of an item; of those said twice, a list."""
    node: dict[str, Any] = {"@type": kind}
    waiting = list(reversed(scope))
    seen = 0
    while waiting and seen < _MOST_PROPERTIES:
        element = waiting.pop()
        if not isinstance(element.tag, str):
            continue
        names = (element.get("itemprop") or "").split()[:3]
        if names:
            seen += 1
            value = _value(element, names[0], depth)
            for name in names:
                node[name] = _joined(node.get(name), value)
        if not _is_item(element) and not set(names) & _WITH_MARKUP:
            waiting.extend(reversed(element))
    return node


def _is_item(element: Any) -> bool:
    """Whether it has properties of its own; some pages forget to say so."""
    if element.get("itemscope") is not None:
        return True
    names = (element.get("itemprop") or "").split()[:3]
    return bool(set(names) & _WITH_PARTS and element.xpath("boolean(.//*[@itemprop])"))


def _joined(known: Any, value: Any) -> Any:
    if known is None:
        return value
    return [*known, value] if isinstance(known, list) else [known, value]


def _value(element: Any, name: str, depth: int) -> Any:
    if _is_item(element):
        kind = (element.get("itemtype") or "").rsplit("/", 1)[-1][:50]
        return _item(element, kind, depth + 1) if depth < _DEEPEST else {"@type": kind}
    if element.get("content") is not None:
        return element.get("content").strip()
    if element.get("datetime") is not None:
        return element.get("datetime").strip()
    if element.tag in _ADDRESSES:
        text = _text(element)
        return text if name in {"name", "title"} and text else element.get(_ADDRESSES[element.tag])
    if name in _WITH_MARKUP:
        return etree.tostring(element, encoding="unicode", method="html", with_tail=False)
    return _text(element)


def _text(element: Any) -> str:
    return " ".join(str(element.xpath("string()")).split())
