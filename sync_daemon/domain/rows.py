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


class Override(StrEnum):
    """On whose word a result cell shows what no tool said."""

    NONE = ""
    USER = "user"  # typed over it
    UNDO = "undo"  # `sheetd undo` brought an earlier value back
    LAPSED = "lapsed"  # one of them, but the next result takes its place


@dataclass(frozen=True, slots=True)
class OwnedCell:
    """A result cell: what it should show, and what our last write to it came to.

    ``written`` and ``observed`` are what we last wrote and what the sheet then
    showed; they differ when Sheets stores a value in another form. None means
    that nothing was written yet, or that it is not known.

    ``basis`` is the input hash of the result that ``desired`` is, or that was
    overridden. ``inputs`` is what the user had typed for it (see `own_inputs`): an
    override counts for as long as that is the same, whatever becomes of the
    tool, its options and the files they name.
    """

    desired: CellValue = BLANK
    written: CellValue | None = None
    observed: CellValue | None = None
    override: Override = Override.NONE
    basis: str = ""
    inputs: str = ""
    past: tuple[CellValue, ...] = ()  # results that it showed before, the newest first

    @property
    def shown(self) -> CellValue:
        """What the sheet shows here as far as anybody looked, else what it should."""
        return self.desired if self.observed is None else self.observed

    def was_observed(self, value: CellValue) -> bool:
        """Whether the sheet showed ``value`` here when it was last looked at."""
        return self.observed is not None and same_cell(self.observed, value)

    def typed_over(self, value: CellValue) -> OwnedCell:
        """The user typed ``value`` here: it stays until the row's inputs change."""
        past = self._past_without(value)
        return replace(
            self, desired=value, written=value, observed=value, override=Override.USER, past=past
        )

    def against_any_inputs(self) -> OwnedCell:
        """The same, held too against the inputs that the row has when its step is planned next."""
        return replace(self, inputs=FIRST_INPUTS)

    def brought_back(self, value: CellValue) -> OwnedCell:
        """An undo wants ``value`` here again: it stays until the row's inputs change."""
        return replace(self, desired=value, override=Override.UNDO, past=self._past_without(value))

    def wanting(self, value: CellValue, basis: str, inputs: str) -> OwnedCell:
        """A result of ``basis``, made from what the user typed; held for the same, a value stays.

        One that was there before the step was planned is held against whatever
        its first inputs are; if the result is the same, nobody has to hold it.
        """
        if self._is_held and self.inputs == FIRST_INPUTS and may_be_stored_as(value, self.desired):
            return OwnedCell(value, value, self.desired, Override.NONE, basis, inputs, self.past)
        if self._is_held and self.inputs in {inputs, FIRST_INPUTS}:
            return replace(self, basis=basis, inputs=inputs)
        past = self._past_without(value)
        return replace(
            self, desired=value, override=Override.NONE, basis=basis, inputs=inputs, past=past
        )

    def awaiting(self, inputs: str) -> OwnedCell:
        """A result of ``inputs`` is on its way: what is typed from now on is meant for them."""
        if self.inputs in {inputs, FIRST_INPUTS}:
            return self
        return replace(self.lapsed(), inputs=inputs)

    def lapsed(self) -> OwnedCell:
        """Whatever is held here gives way to the next result."""
        return replace(self, override=Override.LAPSED) if self.override else self

    @property
    def _is_held(self) -> bool:
        return self.override not in {Override.NONE, Override.LAPSED}

    def was_ours(self, value: CellValue) -> bool:
        """Whether a tool said ``value`` here not long ago: then nobody typed it."""
        return any(same_cell(value, past) for past in self.past)

    def _past_without(self, value: CellValue) -> tuple[CellValue, ...]:
        """The results before, once the cell wants ``value``; what a user typed is none."""
        if self.override or self.desired == BLANK or same_cell(self.desired, value):
            return self.past
        return (self.desired, *self.past)[:_REMEMBERED]

    def after_write(self, value: CellValue, shown: CellValue) -> OwnedCell:
        """We wrote ``value`` and the sheet then showed ``shown``."""
        return replace(self, written=value, observed=shown)

    def shown_in(self, other: OwnedCell) -> OwnedCell:
        """The same in another column, where what ``other`` wanted stands, seen or not."""
        return replace(self, written=other.written, observed=other.shown)

    def absent(self) -> OwnedCell:
        """It is not there, and that is no edit: to be written, when nothing is in the way."""
        return replace(self, written=None, observed=BLANK)

    def forgotten(self) -> OwnedCell:
        """The column was made anew: nothing was written there yet."""
        return replace(self, written=None, observed=None)


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
        return bool(self.owned.get(header, UNPLANNED).override)
