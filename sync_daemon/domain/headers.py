"""The header row: which column is whose, and what is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import Enum

from sync_daemon.domain.cells import CellValue


class ColumnKind(Enum):
    """What sheetd keeps in a column of its own."""

    ID = "id"
    STATUS = "status"
    RESULT = "result"


@dataclass(frozen=True, slots=True)
class OwnedColumn:
    """A column that sheetd writes, and nobody else.

    ``metadata_id`` is the developer metadata that was put on it, the address
    by which it is written; None while there is none.
    """

    header: str
    kind: ColumnKind
    metadata_id: int | None = None


@dataclass(frozen=True, slots=True)
class OwnedHeaders:
    """The headers of our columns by their kind."""

    id: str
    status: str
    results: tuple[str, ...]

    def columns(self, metadata: Mapping[str, int]) -> tuple[OwnedColumn, ...]:
        """As columns, with the metadata ids saved for them (header → metadata id)."""
        kinds = [(self.id, ColumnKind.ID), (self.status, ColumnKind.STATUS)]
        kinds += [(header, ColumnKind.RESULT) for header in self.results]
        return tuple(OwnedColumn(header, kind, metadata.get(header)) for header, kind in kinds)


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Where things stand in one reading of a sheet. Indices count from 0."""

    user: tuple[tuple[str, int], ...]  # (key, index), ordered by key
    owned: Mapping[str, int]  # header → index
    unbound: tuple[str, ...]  # owned headers whose metadata is not on their column
    missing: tuple[str, ...]  # owned headers that stand in no column
    stray: tuple[int, ...]  # metadata ids of ours that stand on other columns
    width: int  # columns in use
    marks: Mapping[int, int] = field(default_factory=dict)  # metadata id → index, of all of ours

    @property
    def all_bound(self) -> bool:
        """Whether every owned column is there, with its metadata on it."""
        return not (self.unbound or self.missing or self.stray)


@dataclass(frozen=True, slots=True)
class HeaderFinding:
    """What is wrong with a header, in one sentence, and the mend."""

    header: str
    message: str
    hint: str


def header_texts(header_row: Sequence[CellValue]) -> list[str]:
    """The headers as text, surrounding space dropped."""
    return [str(cell).strip() for cell in header_row]


def fold_header(text: str) -> str:
    r"""A header as people read it: white space, invisible signs, case and Unicode form aside.

    >>> fold_header("\ufeffJob\u00a0 Title\n") == fold_header("job title")
    True
    """
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    seen = (c for c in plain if unicodedata.category(c) != "Cf")
    return re.sub(r"\s+", " ", "".join(seen)).strip()


def find_header(wanted: str, texts: Sequence[str]) -> list[int]:
    """Where a header stands: exactly, or else as people read it; several places are a doubt."""
    exact = [index for index, text in enumerate(texts) if text == wanted]
    if exact:
        return exact
    folded = fold_header(wanted)
    return [index for index, text in enumerate(texts) if text and fold_header(text) == folded]


def column_letters(index: int) -> str:
    """A1 letters of a column: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, digit = divmod(index - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


def column_index(letters: str) -> int:
    """The inverse of :func:`column_letters`."""
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def unnamed_key(number: int) -> str:
    """What a column without a header is called: they are counted from the left."""
    return f"(column without header {number})"


def map_columns(
    header_row: Sequence[CellValue],
    width: int,
    owned: Iterable[OwnedColumn],
    metadata_at: Mapping[int, int],
    inputs: Iterable[str] = (),
    layout: Iterable[str] = (),
) -> ColumnMap:
    """Tell the user's columns from ours.

    Args:
        header_row: the cells of the header row.
        width: columns in use anywhere in the sheet.
        owned: the columns that the configuration names as ours.
        metadata_at: metadata id → column index, as read with the same answer.
        inputs: headers that steps read.
        layout: the user's columns as they were called before.

    A column is ours if it carries our metadata. One that no step fills any more
    is nobody's: it is left alone, and no part of a row, unless a step reads it.
    One that bears the title of the user's only column of that title was pasted over
    ours, and the mark stayed behind under it: it is the user's.
    One that has the header of an owned column and no mark is named as
    ``unbound``: whether it may be used is for
    :mod:`~sync_daemon.domain.adoption` to say. Everything else is the user's.
    """
    owned = list(owned)
    texts = header_texts(header_row)
    texts += [""] * (width - len(texts))
    pasted = _pasted_over(owned, texts, metadata_at, set(layout))
    usable = {number: index for number, index in metadata_at.items() if index not in pasted}
    found = _own_places(owned, texts, usable)
    ours = set(found.values()) | _retired(owned, texts, usable, inputs)
    return ColumnMap(
        user=tuple(sorted(_user_keys(texts, ours))),
        owned=found,
        unbound=tuple(
            c.header for c in owned if c.header in found and not _is_bound(c, found, metadata_at)
        ),
        missing=tuple(c.header for c in owned if c.header not in found),
        stray=tuple(
            c.metadata_id
            for c in owned
            if c.metadata_id is not None
            and c.metadata_id in metadata_at
            and not _is_bound(c, found, metadata_at)
        ),
        width=len(texts),
        marks=metadata_at,
    )


def find_aliases(
    needed: Iterable[str], header_row: Sequence[CellValue], columns: ColumnMap
) -> dict[str, str]:
    """Headers of the configuration that the sheet spells in another way → how it does."""
    texts = header_texts(header_row)
    keys = {index: key for key, index in columns.user}
    found = {header: find_header(header, texts) for header in needed}
    return {
        header: keys[places[0]]
        for header, places in found.items()
        if len(places) == 1 and places[0] in keys and keys[places[0]] != header
    }


def find_header_faults(
    header_row: Sequence[CellValue],
    needed: Iterable[str],
    columns: ColumnMap,
    *,
    sheet: str,
    header_row_number: int,
    create_columns: bool,
) -> list[HeaderFinding]:
    """What forbids to go on, given the input columns that tools need."""
    counts = Counter(header_texts(header_row))
    counts.pop("", None)
    place = f"row {header_row_number} of sheet {sheet!r}"
    if not counts:
        return [
            HeaderFinding(
                "",
                f"{place} holds no headers.",
                "Type the headers there, or set header_row to the row that has them.",
            )
        ]
    faults = [_needed_fault(h, counts, place) for h in dict.fromkeys(needed)]
    faults += [_doubled_fault(h, list(counts.elements()), place) for h in columns.unbound]
    if not create_columns:
        faults += [_absent_fault(header, place) for header in columns.missing]
    return [fault for fault in faults if fault is not None]


def _pasted_over(
    owned: Sequence[OwnedColumn],
    texts: Sequence[str],
    metadata_at: Mapping[int, int],
    layout: Collection[str],
) -> set[int]:
    """Marked columns under which a column of the user's stands, which was cut from elsewhere."""
    ours = {column.header for column in owned}
    return {
        index
        for index in metadata_at.values()
        if index < len(texts)
        and texts[index] in layout
        and texts[index] not in ours
        and texts.count(texts[index]) == 1
    }


def _own_places(
    owned: Sequence[OwnedColumn], texts: Sequence[str], metadata_at: Mapping[int, int]
) -> dict[str, int]:
    """The columns with our marks, whatever they are called; else those with our headers.

    A mark stays behind where the user cuts a column and pastes it elsewhere:
    there no title is left, and ours stands on another column.
    """
    marked = {
        column.header: metadata_at[column.metadata_id]
        for column in owned
        if column.metadata_id is not None and column.metadata_id in metadata_at
    }
    titled = {column.header: find_header(column.header, texts) for column in owned}
    found = {
        header: index
        for header, index in marked.items()
        if index < len(texts) and (texts[index] or not titled[header])
    }
    taken = set(found.values())
    for header, places in titled.items():
        free = [index for index in places if index not in taken]
        if header not in found and free:
            found[header] = free[0]
            taken.add(free[0])
    return found


def _retired(
    owned: Sequence[OwnedColumn],
    texts: Sequence[str],
    metadata_at: Mapping[int, int],
    inputs: Iterable[str],
) -> set[int]:
    """Columns with a mark of ours that the configuration does not name any more."""
    ours = {column.metadata_id for column in owned}
    read = {index for header in inputs for index in find_header(header, texts)}
    return {index for number, index in metadata_at.items() if number not in ours} - read


def _is_bound(
    column: OwnedColumn, found: Mapping[str, int], metadata_at: Mapping[int, int]
) -> bool:
    return (
        column.metadata_id is not None
        and column.header in found
        and metadata_at.get(column.metadata_id) == found[column.header]
    )


def _user_keys(texts: Sequence[str], ours: set[int]) -> Iterable[tuple[str, int]]:
    seen: Counter[str] = Counter()
    for index, text in enumerate(texts):
        if index in ours:
            continue
        seen[text] += 1
        number = seen[text]
        if text:
            yield (text if number == 1 else f"{text} ({number})"), index
        else:
            yield unnamed_key(number), index


def _needed_fault(header: str, counts: Counter[str], place: str) -> HeaderFinding | None:
    texts = list(counts.elements())
    if find_header(header, texts):
        return _doubled_fault(header, texts, place)
    close = get_close_matches(header, counts, n=1)
    meant = f" Did you mean {close[0]!r}?" if close else ""
    return HeaderFinding(
        header,
        f"{place} has no column {header!r}, which a tool needs.{meant}",
        f"Add the header {header!r}, or change sheets.steps.inputs."
        f" The headers there are: {', '.join(counts)}.",
    )


def _doubled_fault(header: str, texts: Sequence[str], place: str) -> HeaderFinding | None:
    found = [texts[index] for index in find_header(header, texts)]
    if len(found) < 2:  # noqa: PLR2004 - two is what "twice" means
        return None
    spelled = "" if set(found) == {header} else f" ({', '.join(map(repr, dict.fromkeys(found)))})"
    return HeaderFinding(
        header,
        f"{place} has the header {header!r} {len(found)} times{spelled}.",
        "Rename all but one of them: sheetd cannot tell which one is meant.",
    )


def _absent_fault(header: str, place: str) -> HeaderFinding:
    return HeaderFinding(
        header,
        f"{place} has no column {header!r}, and create_columns is false.",
        f"Add the header {header!r} at the right end, or set create_columns = true.",
    )
