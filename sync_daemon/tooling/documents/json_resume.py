"""JSON Resume (jsonresume.org/schema): each section becomes a heading and lines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sync_daemon.tooling.documents.errors import UnreadableDocumentError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SECTIONS = frozenset({"basics", "work", "education", "skills", "projects", "languages"})
_LEFT_OUT = frozenset(
    {"$schema", "meta", "url", "website", "email", "phone", "image", "profiles", "location"}
)
_DATES = ("startDate", "endDate")
_DEEPEST = 12


def read(text: str) -> str:
    """The text of a résumé in JSON, its dates as ``2019-03 - 2021-05`` or ``… - present``.

    Raises:
        UnreadableDocumentError: it is no JSON, or none with a section of a résumé.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableDocumentError("begins like JSON, but is none") from error
    if not isinstance(content, dict) or not _SECTIONS & content.keys():
        raise UnreadableDocumentError("is JSON, but no JSON Resume")
    return "\n".join(_document(content))


def _document(content: Mapping[str, Any]) -> Iterator[str]:
    for name, section in content.items():
        if name not in _LEFT_OUT:
            yield f"\n{name.capitalize()}:"
            yield from _lines(section, 0)


def _lines(value: Any, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        yield from _entry(value, depth)
    elif isinstance(value, list) and all(isinstance(one, str) for one in value):
        yield from value
    elif isinstance(value, list):
        for one in value:
            yield from _lines(one, depth + 1)
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield str(value)


def _entry(entry: Mapping[str, Any], depth: int) -> Iterator[str]:
    """One job, school or skill: its period, its short values in one line, then the rest."""
    dates = [entry.get(name) for name in _DATES]
    if dates[0]:
        yield f"{dates[0]} - {dates[1] or 'present'}"
    values = {
        name: value
        for name, value in entry.items()
        if name not in _LEFT_OUT and name not in _DATES and value
    }
    short = [value for value in values.values() if isinstance(value, str) and "\n" not in value]
    yield _spoken(values) or ", ".join(short)
    for value in values.values():
        if value not in short:
            yield from _lines(value, depth + 1)


def _spoken(values: Mapping[str, Any]) -> str:
    """A language with how well it is spoken: German (Native speaker)."""
    language, fluency = values.get("language"), values.get("fluency")
    both = isinstance(language, str) and isinstance(fluency, str)
    return f"{language} ({fluency})" if both else ""
