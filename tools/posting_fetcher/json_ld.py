"""The JobPosting objects in the JSON-LD of a page, however they are written."""

from __future__ import annotations

import html
import json
import re
from typing import Any

_MOST_SCRIPTS = 60
_MOST_CHARACTERS = 1_000_000
_MOST_NODES = 20_000
_MOST_DOCUMENTS = 50

_WRAPPING = re.compile(
    r"^(?:\s|<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[|/\*)+"
    r"|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)[\s;]{0,100}\Z"
)
# The string that is not closed is matched to its end: so no part is read twice.
_STRING_OR_COMMA = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|,(?=\s*[}\]])', re.DOTALL)
_BAD_ESCAPE = re.compile(r'\\(?:(["\\/bfnrt]|u[0-9a-fA-F]{4})|)')


def find_postings(tree: Any) -> list[dict[str, Any]]:
    """The JobPosting objects in the scripts of a page, references to others resolved."""
    scripts = tree.xpath("//script[contains(translate(@type, 'LDJSON', 'ldjson'), 'ld+json')]")
    documents: list[Any] = []
    for script in scripts[:_MOST_SCRIPTS]:
        documents.extend(read_documents(script.text or ""))
    nodes = list(_nodes(documents))
    named = {
        node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1
    }
    return [_resolved(node, named) for node in nodes if is_posting(node)]


def read_documents(text: str) -> list[Any]:
    """The JSON documents in one script; what cannot be mended is left out."""
    if len(text) > _MOST_CHARACTERS:
        return []
    text = _WRAPPING.sub("", _WRAPPING.sub("", text)).strip()
    for candidate in _mended(text):
        documents = _read_all(candidate)
        if documents:
            return documents
    return []


def is_posting(node: Any) -> bool:
    """Whether the type, or one of the types, is schema.org's JobPosting."""
    kinds = node.get("@type") if isinstance(node, dict) else None
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(kind, str) and _short(kind) == "JobPosting" for kind in kinds)


def _short(kind: str) -> str:
    return re.split(r"[/#:]", kind.strip()[:100])[-1]


def _mended(text: str) -> list[str]:
    """The text as it is, and with the common mistakes put right."""
    found = [text]
    if "&quot;" in text or "&#34;" in text:
        found.append(html.unescape(text))
    found += [_STRING_OR_COMMA.sub(_mend, one) for one in list(found)]
    return found


def _mend(match: re.Match[str]) -> str:
    """No comma before a closing bracket; no escape that JSON does not have."""
    piece = match.group()
    return "" if piece == "," else _BAD_ESCAPE.sub(_good_escape, piece)


def _good_escape(match: re.Match[str]) -> str:
    return match.group() if match[1] else "\\\\"


def _read_all(text: str) -> list[Any]:
    """Documents one after the other, as some pages write them."""
    decoder = json.JSONDecoder(strict=False)
    documents: list[Any] = []
    position = 0
    while position < len(text) and len(documents) < _MOST_DOCUMENTS:
        try:
            document, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            return [one for one in documents if isinstance(one, dict | list)]
        documents.append(document)
        while position < len(text) and text[position] in " \t\r\n;,":
            position += 1
    return [one for one in documents if isinstance(one, dict | list)]


def _nodes(documents: list[Any]) -> list[dict[str, Any]]:
    """All objects, outer ones first; what is inside a posting is not searched."""
    found: list[dict[str, Any]] = []
    waiting = list(reversed(documents))
    seen = 0
    while waiting and seen < _MOST_NODES:
        node = waiting.pop()
        seen += 1
        if isinstance(node, dict):
            found.append(node)
            children = [] if is_posting(node) else list(node.values())
        else:
            children = node
        waiting.extend(one for one in reversed(children) if isinstance(one, dict | list))
    return found


def _resolved(posting: dict[str, Any], named: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The posting with ``{"@id": …}`` replaced by what it names."""
    return {key: _followed(value, named) for key, value in posting.items()}


def _followed(value: Any, named: dict[str, dict[str, Any]]) -> Any:
    if isinstance(value, list):
        return [_followed(one, named) for one in value if not isinstance(one, list)]
    if isinstance(value, dict) and isinstance(value.get("@id"), str) and len(value) <= 2:  # noqa: PLR2004 - the name, and its type
        return named.get(value["@id"], value)
    return value
