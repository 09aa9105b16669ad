"""What the cells of a column look like, whatever stands above them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date
from enum import Enum

from sync_daemon.domain.cell_locale import CellLocale
from sync_daemon.domain.cells import CellValue, is_blank
from sync_daemon.processing.typed_dates import read_date
from sync_daemon.tooling.stages import IN_PROGRESS, StageReader


class Content(Enum):
    """What most cells of a column are."""

    NOTHING = "nothing"
    BOOLEANS = "check marks"
    NUMBERS = "numbers"
    DATES = "dates"
    ADDRESSES = "addresses"
    MONEY = "money"
    STATUSES = "statuses"
    LONG_TEXTS = "long texts"
    TEXTS = "texts"


_MOST = 0.6  # of the cells that hold something
_LONG = 200  # characters: a posting, and not a remark
_STATUS_LETTERS = 40
_ADDRESS = re.compile(
    r"(?i)(?:https?://|www\.)\S+|[a-z0-9-]+(?:\.[a-z0-9-]+)+/\S*"  # Node.js is none
)
_MONEY = re.compile(
    r"(?i)(?:[$€£¥₹]|\b(?:usd|eur|gbp|chf|cad|aud|inr|sek|pln)\b).*\d"
    r"|\d.*(?:[$€£¥₹]|\b(?:usd|eur|gbp|chf|cad|aud|inr|sek|pln)\b)|^\D{0,4}\d{2,3} ?k\b"
)
_LOCALE = CellLocale(UTC, "en_GB", date(2026, 1, 1))  # which day it is does not matter
_STAGES = StageReader()


def content_of(cells: Sequence[CellValue]) -> Content:
    """What most of the cells are; ``TEXTS`` where they are of several kinds."""
    kinds = Counter(_kind(cell) for cell in cells if not is_blank(cell))
    if not kinds:
        return Content.NOTHING
    kind, count = kinds.most_common(1)[0]
    if count < _MOST * kinds.total() or (kind is Content.STATUSES and not _tells_stages(cells)):
        return Content.TEXTS
    return kind


def _tells_stages(cells: Sequence[CellValue]) -> bool:
    """Whether there is more than In Progress, which "On-site" and "Test" seem to mean as well."""
    stages = {_STAGES.read(cell) for cell in cells if isinstance(cell, str)}
    return bool(stages - {IN_PROGRESS, None})


def _kind(cell: CellValue) -> Content:
    if isinstance(cell, bool):
        return Content.BOOLEANS
    if not isinstance(cell, str):
        return Content.NUMBERS
    text = cell.strip()
    if _ADDRESS.fullmatch(text):
        return Content.ADDRESSES
    if len(text) >= _LONG:
        return Content.LONG_TEXTS
    if read_date(text, _LOCALE) is not None:
        return Content.DATES
    if _MONEY.search(text):
        return Content.MONEY
    if len(text) <= _STATUS_LETTERS and _STAGES.read(text) is not None:
        return Content.STATUSES
    return Content.TEXTS
