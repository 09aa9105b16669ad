"""From the rows of the mirror to known postings, kept while nothing can have changed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

from sync_daemon.tooling import is_blank

from .postings import KnownPostings, KnownRow, describe, read_posting

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sync_daemon.tooling import MirrorRow, ToolContext

MOST_ROWS = 100_000
"""Rows of a sheet that are compared with, the upper ones."""
_HOLDS = timedelta(seconds=60)  # results of other steps come in during a run
_MOST_SHEETS = 4  # whose postings are kept at a time
_PARTS = ("link", "company", "title", "location")
_LONG_AGO = datetime.min.replace(tzinfo=UTC)

_Key: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Kept:
    postings: KnownPostings
    until: datetime
    since: datetime


class PostingShelf:
    """Known postings by sheet; safe for several threads, and bounded."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[_Key, _Kept] = OrderedDict()

    def postings(self, columns: Mapping[str, str], context: ToolContext) -> KnownPostings:
        """Those of the row's sheet: read anew for each run, and once a minute during one."""
        key = (context.sheet, tuple(sorted(columns.items())))
        run = (*key, context.run_id, id(context.mirror))
        now = context.clock.now()
        with self._lock:
            kept = self._kept.get(run)
            if kept is None or context.run_id is None or not kept.since <= now < kept.until:
                for old in [one for one in self._kept if one[:2] == key]:
                    del self._kept[old]
                kept = _Kept(known_postings(columns, context), now + _HOLDS, now)
                self._kept[run] = kept
                while len(self._kept) > _MOST_SHEETS:
                    self._kept.popitem(last=False)
            return kept.postings


def known_postings(columns: Mapping[str, str], context: ToolContext) -> KnownPostings:
    """The postings of the sheet that the row belongs to.

    Args:
        columns: ``link``, ``company``, ``title``, ``location`` → header.
        context: of the row.
    """
    flags = [
        context.output_columns[output]
        for output in ("duplicate_of", "duplicate")
        if output in context.output_columns
    ]
    rows = list(islice(context.mirror.rows(context.sheet), MOST_ROWS))
    return KnownPostings(
        _known(row, place, columns) for place, row in enumerate(_by_age(rows, flags))
    )


def _by_age(rows: Iterable[MirrorRow], flags: Iterable[str]) -> list[MirrorRow]:
    """The rows from the oldest on.

    Of those that came in one go the upper is the older; but one that was
    called a duplicate stays one when the sheet is sorted.
    """
    flagged = tuple(flags)

    def age(row: MirrorRow) -> tuple[datetime, bool]:
        is_flagged = any(row.results.get(header) not in (None, "", False) for header in flagged)
        return row.first_seen or _LONG_AGO, is_flagged

    return sorted(rows, key=age)


def _known(row: MirrorRow, place: int, columns: Mapping[str, str]) -> KnownRow:
    link, company, title, location = (_text(row, columns.get(part)) for part in _PARTS)
    posting = read_posting(link, company, title, location)
    is_fetched = any(header in row.results for header in columns.values())
    description = describe(company, title, link)
    return KnownRow(
        row.row_id, place, posting, description, row.first_seen, is_fetched, row.row_number
    )


def _text(row: MirrorRow, header: str | None) -> str:
    if header is None:
        return ""
    value = row.results.get(header)
    if is_blank(value):
        value = row.cells.get(header)
    return "" if is_blank(value) else str(value).strip()
