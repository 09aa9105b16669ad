"""Which of the user's columns is which, when headers were changed, moved or never there.

A column is called by its header, or numbered where it has none or one that
another has too. So a new title, or a column put in beside one without a title,
gives other names to columns in which nobody changed a cell. What stands in
them tells which is which.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count

from sync_daemon.domain.cells import CellValue, same_cell
from sync_daemon.domain.headers import column_index, unnamed_key

Cells = Mapping[str, CellValue]

_ALIKE = 0.5  # the share of filled cells from which two columns are the same
_UNNAMED = re.compile(r"\(column (?:without header \d+|([A-Z]{1,3}))\)")
_NUMBERED = re.compile(r"(.+) \(\d+\)")


@dataclass(frozen=True)
class Renaming:
    """The user's columns before and now, in the order of the sheet.

    Args:
        before: as the mirror calls them; may be blank if that was not kept.
        now: as they are called now.
        places: of those, from 0.
        known: the cells last known of rows, by row id.
        shown: the cells of the same rows now.
        computed: the columns that hold formulas.
    """

    before: Sequence[str]
    now: Sequence[str]
    places: Mapping[str, int]
    known: Mapping[str, Cells]
    shown: Mapping[str, Cells]
    computed: Collection[str] = ()
    _pairs: dict[str, str] = field(default_factory=dict)

    def plan(self) -> dict[str, str]:
        """The columns that are called otherwise now: the mirror's name → the new one."""
        self._match(self._content_scores())
        self._match(self._same_names())
        self._match(self._same_places())
        renamed = {old: new for old, new in self._pairs.items() if old != new}
        return renamed | self._set_aside(renamed)

    def _match(self, scores: Sequence[tuple[float, str, str]]) -> None:
        """Pair the most alike first, each column once."""
        for score, old, new in sorted(scores, key=lambda one: -one[0]):
            is_free = old not in self._pairs and new not in self._pairs.values()
            if score >= _ALIKE and is_free:
                self._pairs[old] = new

    def _content_scores(self) -> list[tuple[float, str, str]]:
        """How much of what stands in two columns is equal; where equally much, names decide."""
        return [
            (self._share_equal(old, new) + (1e-6 if old == new else 0), old, new)
            for old in self._doubtful_before
            for new in self._doubtful_now
        ]

    def _same_names(self) -> list[tuple[float, str, str]]:
        """A title that is not unique stays where it was, unless contents say otherwise."""
        return [
            (1.0, key, key)
            for key in self._doubtful_before
            if key in self._doubtful_now and not _UNNAMED.fullmatch(key)
        ]

    def _same_places(self) -> list[tuple[float, str, str]]:
        """Columns of formulas show other values each time: there the place decides."""
        return [
            (self._share_filled(old, new), old, new)
            for old in self._doubtful_before
            for new in self._doubtful_now
            if old in self.computed or self._are_numbers(old, new)
            if self._is_same_place(old, new)
        ]

    def _is_same_place(self, old: str, new: str) -> bool:
        letters = _UNNAMED.fullmatch(old)
        if letters and letters[1]:  # as columns without a header were called once
            return column_index(letters[1]) == self.places[new]
        if old not in self.before:
            return False
        return self._neighbours(self.before, old) == self._neighbours(
            [self._old_name(key) for key in self.now], self._old_name(new)
        )

    def _old_name(self, new: str) -> str:
        olds = {matched: old for old, matched in self._pairs.items()}
        return olds.get(new, new if new not in self._doubtful_now else f"\0{new}")

    def _neighbours(self, keys: Sequence[str], key: str) -> tuple[str, str]:
        """The nearest columns on both sides about which there is no doubt."""
        doubtful = {k for k in self._doubtful_before if k not in self._pairs}
        place = keys.index(key)
        sure = [(i, k) for i, k in enumerate(keys) if k not in doubtful and k[:1] != "\0"]
        left = [k for i, k in sure if i < place]
        right = [k for i, k in sure if i > place]
        return (left or [""])[-1], (right or [""])[0]

    @cached_property
    def _doubtful_before(self) -> list[str]:
        """Names that do not tell for certain which column is meant."""
        keys = list(self.before) or list(dict.fromkeys(k for c in self.known.values() for k in c))
        return [key for key in keys if key not in self.now or self._is_ambiguous(key, keys)]

    @cached_property
    def _doubtful_now(self) -> list[str]:
        keys = list(self.before) or list(dict.fromkeys(k for c in self.known.values() for k in c))
        return [key for key in self.now if key not in keys or self._is_ambiguous(key, keys)]

    def _is_ambiguous(self, key: str, keys: Sequence[str]) -> bool:
        if _UNNAMED.fullmatch(key):
            return True
        return any(_family_sizes(names)[_family(key, names)] > 1 for names in (keys, self.now))

    def _share_equal(self, old: str, new: str) -> float:
        equal = filled = 0
        for before, now in self._cells(old, new):
            filled += 1
            equal += before is not None and now is not None and same_cell(before, now)
        return equal / filled if filled else 0.0

    def _share_filled(self, old: str, new: str) -> float:
        pairs = list(self._cells(old, new))
        both = sum(before is not None and now is not None for before, now in pairs)
        return both / len(pairs) if pairs else 0.0

    def _are_numbers(self, old: str, new: str) -> bool:
        return all(
            isinstance(value, (int, float, type(None)))
            for pair in self._cells(old, new)
            for value in pair
        )

    def _cells(self, old: str, new: str) -> Iterator[tuple[CellValue | None, CellValue | None]]:
        """Both columns' cells, row by row, where either has one."""
        for row_id, now in self.shown.items():
            before = self.known.get(row_id, {})
            if old in before or new in now:
                yield before.get(old), now.get(new)

    def _set_aside(self, renamed: Mapping[str, str]) -> dict[str, str]:
        """Names for columns that are gone while another one has their name now."""
        taken = {*self.now, *self.before, *renamed.values()}
        aside = {}
        for key in self._doubtful_before:
            if key not in renamed and key in renamed.values():
                aside[key] = next(name for name in _free_names(key) if name not in taken)
                taken.add(aside[key])
        return aside


def has_doubtful_columns(keys: Collection[str]) -> bool:
    """Whether columns could change places without anything in their names telling."""
    counts = Counter("" if _UNNAMED.fullmatch(key) else _family(key, keys) for key in keys)
    return any(number > 1 for number in counts.values())


def renamed_cells(cells: Cells, renamed: Mapping[str, str]) -> dict[str, CellValue]:
    """Cells by their columns' new names, in the order of the names."""
    return dict(sorted((renamed.get(key, key), value) for key, value in cells.items()))


def _family(key: str, keys: Collection[str]) -> str:
    """The header of a column: its name without the number that tells it from others."""
    numbered = _NUMBERED.fullmatch(key)
    return numbered[1] if numbered and numbered[1] in keys else key


def _family_sizes(keys: Collection[str]) -> Counter[str]:
    return Counter(_family(key, keys) for key in keys)


def _free_names(key: str) -> Iterator[str]:
    if _UNNAMED.fullmatch(key):
        return (unnamed_key(number) for number in count(1))
    return (f"{key} ({number})" for number in count(2))
