"""A row as the mirror knows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, StrEnum

from sync_daemon.domain.cells import BLANK, CellValue, may_be_stored_as, same_cell

_REMEMBERED = 3  # earlier results; the user's undo seldom goes further back


class RowState(Enum):
    """Where a row is in its life."""

    PENDING = "pending"  # has an id that was not yet seen on its row
    LIVE = "live"
    DELETED = "deleted"  # a tombstone: gone from the sheet, kept with its history


class Holder(StrEnum):
    """On whose word a result cell shows what no tool said."""

    NOBODY = ""
    USER = "user"  # typed over it
    UNDO = "undo"  # `sheetd undo` brought an earlier value back
    LAPSED = "lapsed"  # one of them, but the next result takes its place


@dataclass(frozen=True, slots=True)
class OwnedCell:
    """A result cell: what it should show, and what our last write to it came to.

    ``wrote`` and ``saw`` are what we last wrote and what the sheet then
    showed; they differ when Sheets stores a value in another form. None means
    that nothing was written yet, or that it is not known.

    ``basis`` is the input hash of the result that ``want`` is, or that the holder
    overrode. ``inputs`` is what the user had typed for it (see `own_inputs`): a
    holder's word counts for as long as that is the same, whatever becomes of the
    tool, its options and the files they name.
    """

    want: CellValue = BLANK
    wrote: CellValue | None = None
    saw: CellValue | None = None
    holder: Holder = Holder.NOBODY
    basis: str = ""
    inputs: str = ""
    past: tuple[CellValue, ...] = ()  # results that it showed before, the newest first

    def typed_over(self, value: CellValue) -> OwnedCell:
        """The user typed ``value`` here: it stays until the row's inputs change."""
        past = self._past_without(value)
        return replace(self, want=value, wrote=value, saw=value, holder=Holder.USER, past=past)

    def against_any_inputs(self) -> OwnedCell:
        """The same, held too against the inputs that the row has when its step is planned next."""
        return replace(self, inputs=FIRST_INPUTS)

    def brought_back(self, value: CellValue) -> OwnedCell:
        """An undo wants ``value`` here again: it stays until the row's inputs change."""
        return replace(self, want=value, holder=Holder.UNDO, past=self._past_without(value))

    def wanting(self, value: CellValue, basis: str, inputs: str) -> OwnedCell:
        """A result of ``basis``, made from what the user typed; held for the same, a value stays.

        One that was there before the step was planned is held against whatever
        its first inputs are; if the result is the same, nobody has to hold it.
        """
        if self._is_held and self.inputs == FIRST_INPUTS and may_be_stored_as(value, self.want):
            return OwnedCell(value, value, self.want, Holder.NOBODY, basis, inputs, self.past)
        if self._is_held and self.inputs in {inputs, FIRST_INPUTS}:
            return replace(self, basis=basis, inputs=inputs)
        past = self._past_without(value)
        return replace(
            self, want=value, holder=Holder.NOBODY, basis=basis, inputs=inputs, past=past
        )

    def awaiting(self, inputs: str) -> OwnedCell:
        """A result of ``inputs`` is on its way: what is typed from now on is meant for them."""
        if self.inputs in {inputs, FIRST_INPUTS}:
            return self
        return replace(self.lapsed(), inputs=inputs)

    def lapsed(self) -> OwnedCell:
        """Whatever is held here gives way to the next result."""
        return replace(self, holder=Holder.LAPSED) if self.holder else self

    @property
    def _is_held(self) -> bool:
        return self.holder not in {Holder.NOBODY, Holder.LAPSED}

    def was_ours(self, value: CellValue) -> bool:
        """Whether a tool said ``value`` here not long ago: then nobody typed it."""
        return any(same_cell(value, past) for past in self.past)

    def _past_without(self, value: CellValue) -> tuple[CellValue, ...]:
        """The results before, once the cell wants ``value``; what a user typed is none."""
        if self.holder or self.want == BLANK or same_cell(self.want, value):
            return self.past
        return (self.want, *self.past)[:_REMEMBERED]

    def written(self, value: CellValue, shown: CellValue) -> OwnedCell:
        """We wrote ``value`` and the sheet then showed ``shown``."""
        return replace(self, wrote=value, saw=shown)

    def shown_in(self, other: OwnedCell) -> OwnedCell:
        """The same in another column, where what ``other`` wanted stands, seen or not."""
        return replace(self, wrote=other.wrote, saw=other.want if other.saw is None else other.saw)

    def absent(self) -> OwnedCell:
        """It is not there, and that is no edit: to be written, when nothing is in the way."""
        return replace(self, wrote=None, saw=BLANK)

    def forgotten(self) -> OwnedCell:
        """The column was made anew: nothing was written there yet."""
        return replace(self, wrote=None, saw=None)


FIRST_INPUTS = "*"
"""The ``inputs`` of a value that stood in a result cell before its step was ever planned."""

UNPLANNED = OwnedCell(inputs=FIRST_INPUTS)


@dataclass(frozen=True, slots=True)
class MirrorRow:
    """The mirror's knowledge of one row, without its cells.

    ``computed`` has the cells that hold a formula which no step reads, each with
    the formula's fingerprint. Their values are nobody's doing, so
    ``content_hash`` leaves them out.
    """

    row_id: str
    row_number: int
    state: RowState
    content_hash: str
    status: str = ""  # in words, without the witness
    planned: str = ""  # the pipeline for which jobs were planned since the row last changed
    owned: Mapping[str, OwnedCell] = field(default_factory=dict)
    computed: Mapping[str, str] = field(default_factory=dict)

    def holds(self, header: str) -> bool:
        """Whether the cell shows what the user typed before, so that any other value is an edit."""
        return bool(self.owned.get(header, UNPLANNED).holder)
