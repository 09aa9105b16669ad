"""What our columns and steps were for when the configuration was last followed.

A title in the configuration, or a step's name, is a label. What a column is for
and what a step does tell which one is meant when labels are changed, swapped or
used for something else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from sync_daemon.domain.headers import ColumnMap
from sync_daemon.domain.rows import OwnedCell


class Purpose(NamedTuple):
    """What a column is for: an output of a step, or, without a step, ``id`` or ``status``."""

    step: str
    output: str


class Kind(NamedTuple):
    """What a step is: its tool, and a digest of all that it does."""

    tool: str
    signature: str


@dataclass(frozen=True, slots=True)
class Assignment:
    """The columns of a sheet by header, and its steps by name."""

    columns: Mapping[str, Purpose] = field(default_factory=dict)
    steps: Mapping[str, Kind] = field(default_factory=dict)

    def with_steps_renamed(self, names: Mapping[str, str]) -> Assignment:
        """The same, for steps that are called otherwise now."""
        columns = {
            header: purpose._replace(step=names.get(purpose.step, purpose.step))
            for header, purpose in self.columns.items()
        }
        return replace(self, columns=columns)


@dataclass(frozen=True, slots=True)
class Reassignment:
    """How what the mirror knows is to follow a changed configuration.

    Attributes:
        steps: old name → new name.
        renamed: columns that are the same under another title, old → new.
        moved: what results go to other columns, old → new; what stands in those stays known.
        left: columns from which results were moved, and that nothing was moved to.
    """

    steps: Mapping[str, str] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)
    moved: Mapping[str, str] = field(default_factory=dict)
    left: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.steps or self.renamed or self.moved)

    def applied_to(self, owned: Mapping[str, OwnedCell]) -> dict[str, OwnedCell]:
        """A row's result cells afterwards."""
        cells = {self.renamed.get(header, header): cell for header, cell in owned.items()}
        moved = {
            new: owned[old].shown_in(cells.get(new, OwnedCell()))
            for old, new in self.moved.items()
            if old in owned
        }
        emptied = {h: OwnedCell().shown_in(cells[h]) for h in self.left if h in cells}
        return {**cells, **emptied, **moved}

    @property
    def sentences(self) -> list[str]:
        """What it means, for the user."""
        return [
            *(f"Column {old!r} is {new!r} from now on." for old, new in self.renamed.items()),
            *(
                f"What stood in {old!r} goes to {new!r}, with what was typed over it."
                for old, new in self.moved.items()
            ),
        ]


def plan_reassignment(
    before: Assignment, now: Assignment, columns: ColumnMap, metadata_ids: Mapping[str, int]
) -> Reassignment:
    """What became of columns and steps that the configuration calls otherwise.

    Args:
        before: as it was when the configuration was last followed; blank if nobody knows.
        now: as the configuration has it.
        columns: as they stand in the sheet.
        metadata_ids: the marks of our columns as the mirror knows them, by header.
    """
    steps = _match_steps(before, now)
    former = {
        purpose: header for header, purpose in before.with_steps_renamed(steps).columns.items()
    }
    elsewhere = {
        former[purpose]: header
        for header, purpose in now.columns.items()
        if former.get(purpose, header) != header
    }
    renamed = {
        old: new
        for old, new in elsewhere.items()
        if old not in now.columns and _is_one_column(old, new, columns, metadata_ids)
    }
    moved = {
        old: new
        for old, new in elsewhere.items()
        if old not in renamed and now.columns[new].step  # an id cannot go to another column
    }
    left = frozenset(moved) - frozenset(moved.values())
    return Reassignment(steps, renamed, moved, left)


def _is_one_column(old: str, new: str, columns: ColumnMap, metadata_ids: Mapping[str, int]) -> bool:
    """Whether the new title stands nowhere but, perhaps, on the column with the old one's mark."""
    place = columns.marks.get(metadata_ids.get(old, -1))
    return place is not None and columns.owned.get(new, place) == place


def _match_steps(before: Assignment, now: Assignment) -> dict[str, str]:
    """Steps that are called otherwise now, old name → new name."""
    same = {name for name, kind in now.steps.items() if before.steps.get(name) == kind}
    olds = {name: kind for name, kind in before.steps.items() if name not in same}
    news = {name: kind for name, kind in now.steps.items() if name not in same}
    pairs = _pair_unique(olds, news)
    taken = {*pairs, *pairs.values()}
    kept = {n for n in news if n in olds and n not in taken and olds[n].tool == news[n].tool}
    gone = {n: Kind(k.tool, "") for n, k in olds.items() if n not in {*pairs, *kept}}
    fresh = {n: Kind(k.tool, "") for n, k in news.items() if n not in {*pairs.values(), *kept}}
    pairs |= _pair_unique(gone, fresh)
    return {old: new for old, new in pairs.items() if old != new}


def _pair_unique(olds: Mapping[str, Kind], news: Mapping[str, Kind]) -> dict[str, str]:
    """Those of which there is one of the kind before and one now."""
    counts_before, counts_now = Counter(olds.values()), Counter(news.values())
    by_kind = {kind: name for name, kind in news.items()}
    return {
        name: by_kind[kind]
        for name, kind in olds.items()
        if counts_before[kind] == 1 == counts_now[kind]
    }
