"""Postings from outside that become rows: which of them, and which never again."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from sync_daemon.domain.cells import CellValue

_LINK = re.compile(
    r"\s*https?://(?:[^/?#@\s]*@)?(?:www\.)?([^/?#\s]+)([^?#\s]*)(?:\?([^#\s]*))?", re.IGNORECASE
)
_LONGEST_CELL = 50_000  # characters; Google's limit


class FeedField(StrEnum):
    """What is known of a posting."""

    TITLE = "title"
    COMPANY = "company"
    LINK = "link"
    LOCATION = "location"
    DESCRIPTION = "description"
    DEPARTMENT = "department"
    SALARY = "salary"
    POSTED = "posted"  # ISO 8601 date


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One posting; ``key`` names it in its source for ever."""

    key: str
    fields: Mapping[FeedField, str]

    def text(self, name: FeedField) -> str:
        """A field, or nothing."""
        return self.fields.get(name, "")


@dataclass(frozen=True, slots=True)
class Feed:
    """A configured source.

    Attributes:
        name: what logs and the mirror call it.
        source: its address.
        columns: field → the user's column that it goes into.
        wanted: field → words, one of which has to occur; every field named has to match.
        unwanted: field → words, none of which may occur.
        every: between two readings.
        at_most: rows of one cycle; the rest follows.
    """

    name: str
    source: str
    columns: Mapping[FeedField, str]
    wanted: Mapping[FeedField, Sequence[str]] = field(default_factory=dict)
    unwanted: Mapping[FeedField, Sequence[str]] = field(default_factory=dict)
    every: timedelta = timedelta(hours=6)
    at_most: int = 25


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A row that a posting becomes: its id, drawn before it is in the sheet, and its cells."""

    row_id: str
    cells: Mapping[str, CellValue]


def matches(item: FeedItem, feed: Feed) -> bool:
    """Whether a posting is one that the user wants; words are whole, case does not count."""
    return all(_has_one(item.text(name), words) for name, words in feed.wanted.items()) and not any(
        _has_one(item.text(name), words) for name, words in feed.unwanted.items()
    )


def choose(
    items: Sequence[FeedItem], feed: Feed, taken: Collection[str], links: Collection[str]
) -> list[FeedItem]:
    """The postings that become rows now, the oldest in the source first.

    Args:
        items: what the source has.
        feed: the configured source.
        taken: keys that became rows before, whatever became of the rows.
        links: of the rows that are in the sheet, so that what the user typed is not added again.
    """
    known = {plain_link(link) for link in links} - {""}
    chosen: dict[str, FeedItem] = {}
    for item in reversed(items):
        is_new = item.key not in taken and item.key not in chosen
        if is_new and plain_link(item.text(FeedField.LINK)) not in known and matches(item, feed):
            chosen[item.key] = item
    return list(chosen.values())[: feed.at_most]


def cells_of(item: FeedItem, feed: Feed) -> dict[str, CellValue]:
    """The user's columns with what goes into them; blank fields are left out."""
    return {
        header: item.text(name)[:_LONGEST_CELL]
        for name, header in feed.columns.items()
        if item.text(name)
    }


def plain_link(link: str) -> str:
    """A link without what does not tell postings apart: scheme, ``www.``, a slash at the end."""
    match = _LINK.match(link)
    return f"{match[1].casefold()}{match[2].rstrip('/')}?{match[3] or ''}" if match else ""


def _has_one(text: str, words: Sequence[str]) -> bool:
    return any(
        re.search(rf"(?<!\w){re.escape(word.casefold())}(?!\w)", text.casefold()) for word in words
    )
