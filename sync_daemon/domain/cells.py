"""Cell values: what the sheet holds, when two are the same, and a row's content hash."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from hashlib import blake2b
from typing import TypeAlias

CellValue: TypeAlias = str | int | float | bool
"""A cell as Sheets gives it unformatted: text, number (dates are serial days) or boolean.

A blank cell is the empty string.
"""

BLANK = ""
MAX_CELL_CHARACTERS = 50_000  # Google: "maximum of 50000 characters in a single cell"

_BLANK_CHARACTERS = (
    r"\s"  # white space as Unicode has it: no-break, line and paragraph separators too
    r"\x00-\x1f\x7f-\x9f"  # controls
    # Unicode's Default_Ignorable_Code_Point (DerivedCoreProperties): it shows nothing
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3"
    r"\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    r"\u2800"  # braille without a dot, which people paste as an invisible sign
)
_VISIBLE = re.compile(f"[^{_BLANK_CHARACTERS}]")
_UNREADY = re.compile(r"Loading\.\.\.|Loading…|#(N/A|REF!|VALUE!|NAME\?|NUM!|DIV/0!|NULL!|ERROR!)")
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_encode_ascii = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


def is_blank(value: object) -> bool:
    """Whether a person sees nothing there: no value, or a text without one visible sign.

    The one definition for cells, inputs, results and configurations alike.
    """
    return value is None or (isinstance(value, str) and _VISIBLE.search(value) is None)


def is_unready(value: CellValue) -> bool:
    """Whether the cell shows that its formula has no value (yet).

    Such a cell is "not ready", never a change: Sheets shows ``Loading...``
    while it fetches, and error values while a formula's sources are away.
    """
    return isinstance(value, str) and _UNREADY.fullmatch(value) is not None


def same_cell(one: CellValue, other: CellValue) -> bool:
    """Whether the two are the same cell value: ``TRUE`` is not 1, 3 is 3.0, blank is blank."""
    if isinstance(one, bool) is not isinstance(other, bool):
        return False
    return one == other or (is_blank(one) and is_blank(other))


def may_be_stored_as(sent: CellValue, shown: CellValue) -> bool:
    """Whether Sheets may show ``sent`` as ``shown``.

    It drops control characters, normalises white space and keeps fewer digits
    of a number than JSON carries.
    """
    if isinstance(sent, str) and isinstance(shown, str):
        return _printable(sent) == _printable(shown)
    if isinstance(sent, (str, bool)) or isinstance(shown, (str, bool)):
        return same_cell(sent, shown)
    return math.isclose(sent, shown, rel_tol=1e-8)


def encode_cells(cells: Mapping[str, CellValue]) -> str:
    """The cells as compact JSON, in the mapping's order.

    Text that UTF-8 cannot carry (lone surrogates) is kept, escaped.
    """
    text = _encode(cells)
    return text if text.isascii() or _is_utf8(text) else _encode_ascii(cells)


def decode_cells(text: str) -> dict[str, CellValue]:
    """The inverse of :func:`encode_cells`."""
    cells: dict[str, CellValue] = json.loads(text)
    return cells


def content_hash(encoded: str) -> str:
    """The fingerprint of a row's own cells: 128 bits of BLAKE2b, in hex."""
    return blake2b(encoded.encode(), digest_size=16).hexdigest()


def _printable(text: str) -> str:
    return "".join(c for c in text if c.isprintable() and not c.isspace())


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
