"""Addresses that stand behind the label of a cell, as links do.

They are kept beside the row's cells under a name that no header can have by
accident, so that a version, an export and a tool have them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from hashlib import blake2b

from sync_daemon.domain.cells import BLANK, CellValue, is_unready

LOOKED_AT = " links"
"""In ``SheetRecord.explained``: when links behind labels were last looked at, NO_LABELS if none."""
NO_LABELS = "-"

_SUFFIX = " (address)"
_MARK = "@"
_ADDRESS = re.compile(r"https?:|www\.|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:[/?#:]|$)", re.IGNORECASE)


def address_key(header: str) -> str:
    """Under which name a row keeps the address behind the label in a column."""
    return header + _SUFFIX


def is_label(value: CellValue | None) -> bool:
    """Whether a cell that should hold an address shows a text without one."""
    if not isinstance(value, str) or value == BLANK or is_unready(value):
        return False
    return _ADDRESS.search(value.strip()) is None


def label_mark(label: str) -> str:
    """Takes the place of a formula's fingerprint: for which label the address is known."""
    return _MARK + blake2b(label.encode("utf-8", "replace"), digest_size=6).hexdigest()


def is_label_mark(text: str) -> bool:
    """Whether it is one, and no formula's fingerprint."""
    return text.startswith(_MARK)


def addresses_by_label(cells: Mapping[str, CellValue]) -> dict[str, CellValue]:
    """What the labels on a row stand for."""
    found = {}
    for key, address in cells.items():
        label = cells.get(key.removesuffix(_SUFFIX)) if key.endswith(_SUFFIX) else None
        if isinstance(label, str):
            found[label] = address
    return found


def with_addresses(cells: Mapping[str, CellValue]) -> dict[str, CellValue]:
    """The cells with addresses in place of the labels that stand for them."""
    found = addresses_by_label(cells)
    return {
        key: found.get(value, value) if isinstance(value, str) and address_key(key) in cells
        else value
        for key, value in cells.items()
    }  # fmt: skip


def choose_address(addresses: Iterable[str]) -> str:
    """Of the links of one cell, the first that leads to a web page."""
    return next((a for a in addresses if a.lower().startswith(("http://", "https://"))), BLANK)
