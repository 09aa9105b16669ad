"""Which row is which: from row ids first, then from content, never by position.

Two places on a row tell its id: the id cell and the witness in the status cell
(see :mod:`~sync_daemon.domain.ids`). Every rule below names the cause in the
world that it is for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import TypeAlias

from sync_daemon.domain.cells import BLANK, CellValue, is_unready, same_cell
from sync_daemon.domain.rows import MirrorRow, RowState
from sync_daemon.domain.similarity import SIMILAR, SURELY_SIMILAR, Similarity, match_similar
from sync_daemon.domain.snapshot import SheetRow


class WritePhase(Enum):
    """Which of the two places of an id a request writes; never both on one row."""

    IDS = "ids"
    CELLS = "cells"


class Recognition(Enum):
    """How a row got its id."""

    WITNESSED = "witnessed"  # the id stands on the row
    BY_CONTENT = "by content"  # its id was cleared, or left behind by a sort
    REVIVED = "revived"  # a deleted row is back (undo in the sheet)
    ADOPTED = "adopted"  # a well-formed id that the mirror has never seen (mirror lost)
    NEW = "new"  # a row without an id
    COPY = "copy"  # a row pasted with another row's id


@dataclass(frozen=True, slots=True)
class IdentifiedRow:
    """A row of the snapshot with its id."""

    row: SheetRow
    row_id: str
    recognition: Recognition
    undisturbed: bool = False
    """Whether both places on the row agree, so that its result cells are surely its own."""
    in_place: bool = False
    """Whether only the id cell was cleared or typed over, on a row that is where and as it was.

    The witness is written in one request with the results, so they are its own.
    """

    @property
    def is_own(self) -> bool:
        """Whether a strange value in its result cells did not come with a move of rows."""
        return self.undisturbed or self.in_place or self.recognition is Recognition.NEW


@dataclass(frozen=True, slots=True)
class Identification:
    """Every row of the snapshot with its id, and the ids that are on no row."""

    rows: Sequence[IdentifiedRow]
    blank: Sequence[SheetRow]  # nothing of the user's, but owned cells to clear
    missing: Sequence[str] = field(default_factory=tuple)


Computed: TypeAlias = frozenset[str]
"""Columns whose cells on a row hold formulas that no step reads."""
ContentKey: TypeAlias = tuple[Computed, str]
"""Such columns, and the hash of what stands in the others."""


def has_content_of(row: SheetRow, known: MirrorRow) -> bool:
    """Whether the row holds what the mirror knows; what formulas show does not matter."""
    return known.content_hash == row.hash_without(known.computed)


def _content_key(known: MirrorRow) -> ContentKey:
    return frozenset(known.computed), known.content_hash


def _without(cells: Mapping[str, CellValue], keys: Container[str]) -> Mapping[str, CellValue]:
    return {key: value for key, value in cells.items() if key not in keys} if keys else cells


def foreign_claims(rows: Iterable[SheetRow], known: Container[str]) -> set[str]:
    """Ids that stand in the sheet and that the sheet's live rows do not have."""
    return {
        claim
        for row in rows
        if not (row.id_cell in known and row.bears(row.id_cell))
        for claim in (row.id_read, row.witness_read)
        if claim and claim not in known
    }


class Identifier:
    """Decides which row is which in one snapshot; it only processes data.

    Args:
        known: the sheet's live and pending rows by id.
        deleted: tombstones of the sheet by id, at least those that are claimed.
        buried: ids of the sheet's tombstones by content hash; asked only in doubt.
        elsewhere: ids that belong to rows of other sheets.
        contents: the cells last known of a row id; asked only in doubt.
        last_phase: what our last request wrote, if its outcome is not certain.
        draw_id: a new id that no row has.
    """

    def __init__(
        self,
        *,
        known: Mapping[str, MirrorRow],
        deleted: Mapping[str, MirrorRow],
        buried: Mapping[str, Sequence[str]],
        elsewhere: Container[str],
        contents: Mapping[str, Mapping[str, CellValue]],
        last_phase: WritePhase | None,
        draw_id: Callable[[], str],
    ) -> None:
        self._known = known
        self._deleted = deleted
        self._buried = buried
        self._elsewhere = elsewhere
        self._contents = contents
        self._last_phase = last_phase
        self._draw_id = draw_id
        self._rows: dict[int, SheetRow] = {}  # by row number, as the next two
        self._claims: dict[int, str] = {}
        self._given: dict[int, tuple[str, Recognition]] = {}
        self._taken: set[str] = set()
        self._lost: set[str] = set()  # claimed by rows, but found on others by their content
        self._stranded: set[str] = set()  # stand where nothing of the user's is left

    def identify(self, rows: Iterable[SheetRow]) -> Identification:
        """Give every row of the snapshot an id."""
        blank = []
        for row in rows:
            if row.is_blank:
                blank.append(row)
                self._stranded |= {row_id for row_id in (row.id_read, row.witness_read) if row_id}
            else:
                self._rows[row.row_number] = row
        self._read_claims()
        self._grant_claims(self._fits)
        if self._follow_content_left_behind():
            self._match_alike(self._open_rows)
            self._grant_claims(lambda claim, _: claim not in self._known)
        else:
            self._follow_edited_content_left_behind()
            self._grant_claims(lambda claim, row: not self._may_be_misplaced(claim, row))
            self._match_alike(self._bereft_rows, least=self._least_likeness)
            self._match_alike(self._open_rows, RowState.PENDING)
        self._draw_new_ids()
        identified = [self._identified(number) for number in sorted(self._rows)]
        missing = tuple(row_id for row_id in self._known if row_id not in self._taken)
        return Identification(rows=identified, blank=blank, missing=missing)

    def _read_claims(self) -> None:
        for number, row in self._rows.items():
            claim = self._read_claim(row)
            if claim is not None:
                self._claims[number] = claim

    def _read_claim(self, row: SheetRow) -> str | None:
        """The id that the row claims, from its two places."""
        if row.id_cell in self._known and row.bears(row.id_cell):
            return str(row.id_cell)
        in_cell, witness = self._usable(row.id_read), self._usable(row.witness_read)
        if in_cell is None or witness is None or in_cell == witness:
            return in_cell or witness  # one was cleared or overwritten by the user
        # They differ. The one whose content this is, is right.
        cell_fits, witness_fits = self._fits(in_cell, row), self._fits(witness, row)
        if cell_fits is not witness_fits:
            return in_cell if cell_fits else witness
        # Edited as well: the one that it is clearly more like.
        if not cell_fits and (like := self._more_like(row, in_cell, witness)):
            return like
        # Our own request landed on a wrong row: right is what it did not write.
        return witness if self._last_phase is WritePhase.IDS else in_cell

    def _may_be_misplaced(self, claim: str, row: SheetRow) -> bool:
        """Whether only the place that our last request wrote says so, and the row is a stranger.

        A row was deleted while we wrote to it, say, and another moved up.
        """
        places = (row.id_read, row.witness_read)
        return (
            self._last_phase is not None
            and places == ((claim, None) if self._last_phase is WritePhase.IDS else (None, claim))
            and claim in self._known
            and not self._fits(claim, row)
            and self._likeness_to(claim, row) < SIMILAR
        )

    def _more_like(self, row: SheetRow, one: str, other: str) -> str | None:
        """Which of two ids the row's content speaks for; None if for neither or both."""
        first, second = self._likeness_to(one, row), self._likeness_to(other, row)
        if max(first, second) < SIMILAR or first == second:
            return None
        return one if first > second else other

    def _likeness_to(self, row_id: str, row: SheetRow) -> float:
        known = self._known.get(row_id) or self._deleted.get(row_id)
        computed = known.computed if known is not None else ()
        old = _without(self._contents.get(row_id, {}), computed)
        return self._likeness.of(old, _without(row.cells(), computed))

    @cached_property
    def _likeness(self) -> Similarity:
        """Weighs values by how many rows of the snapshot have them; made only in doubt."""
        return Similarity(row.cells() for row in self._rows.values())

    def _usable(self, claim: str | None) -> str | None:
        """An id pasted from another sheet identifies nothing here."""
        return None if claim is None or claim in self._elsewhere else claim

    def _fits(self, row_id: str, row: SheetRow) -> bool:
        known = self._known.get(row_id)
        return known is not None and has_content_of(row, known)

    def _grant_claims(self, may_have: Callable[[str, SheetRow], bool]) -> None:
        """Each claimed id goes to one row: of a row and its pasted copies, to the original."""
        claimants: dict[str, list[int]] = defaultdict(list)
        for number, claim in self._claims.items():
            if number in self._given or claim in self._taken:
                continue
            if may_have(claim, self._rows[number]):
                claimants[claim].append(number)
        for claim, numbers in claimants.items():
            winner = numbers[0] if len(numbers) == 1 else self._most_like(claim, numbers)
            self._give(winner, claim, self._recognise(claim))

    def _recognise(self, claim: str) -> Recognition:
        if claim in self._known:
            return Recognition.WITNESSED
        return Recognition.REVIVED if claim in self._deleted else Recognition.ADOPTED

    def _most_like(self, row_id: str, numbers: Sequence[int]) -> int:
        """Of several rows with one id, the one that the mirror knows under it."""
        known = self._known.get(row_id) or self._deleted.get(row_id)

        def rank(number: int) -> tuple[bool, float, bool, bool, int]:
            row = self._rows[number]
            return (
                known is not None and has_content_of(row, known),
                self._likeness_to(row_id, row),
                row.bears(row_id),
                known is not None and known.row_number == number,
                -number,
            )

        return max(numbers, key=rank)

    def _follow_content_left_behind(self) -> bool:
        """Rows with exactly the content of an id that is not on its row.

        The id was cleared, or never written, or a sort whose range left our
        columns out moved the content away from it. Returns whether it was such
        a sort: content of rows whose ids stand beside other rows' content. Then
        no claim counts by itself; otherwise the id stays on a row that claims
        it and has its content edited.
        """
        absent = [known for row_id, known in self._known.items() if row_id not in self._taken]
        strays = self._strays({frozenset(known.computed) for known in absent})
        homeless = [known for known in absent if _content_key(known) in strays]
        ids = {known.row_id for known in homeless}
        is_permuted = any(
            self._claims.get(number) in ids
            for known in homeless
            for number in strays[_content_key(known)]
        )
        edited = set() if is_permuted else self._on_edited_rows(ids)
        # Pending ids first: they were drawn and stand on no row yet.
        for known in sorted(homeless, key=lambda known: known.state is not RowState.PENDING):
            numbers = strays[_content_key(known)]
            while numbers and numbers[0] in self._given:  # it looked like several
                numbers.pop(0)
            if numbers and known.row_id not in edited:
                self._give(numbers.pop(0), known.row_id, Recognition.BY_CONTENT)
                self._lost.add(known.row_id)
        return is_permuted

    def _follow_edited_content_left_behind(self) -> None:
        """Rows without an id that are much like one whose content is not beside it any more.

        Such a row was moved away from its id and edited as well. Beside the id stands nothing
        now, or another row: it was typed there, or moved there before it had an id of its own.
        """
        bare = [number for number in self._open_rows() if number not in self._claims]
        deserted = self._deserted_ids() if bare else set()
        if not deserted:
            return
        matches = match_similar(
            {number: self._rows[number].cells() for number in bare},
            {row_id: self._contents.get(row_id, {}) for row_id in deserted},
            {},
            self._likeness,
            lambda _: SURELY_SIMILAR,
        )
        for number, row_id in matches.items():
            self._give(number, row_id, Recognition.BY_CONTENT)
            self._lost.add(row_id)

    def _deserted_ids(self) -> set[str]:
        """Ids of known rows that stand beside nothing, or beside a row entirely other than theirs.

        One that is left on no row at all is not among them: its row may be deleted.
        """
        beside_others = {
            claim
            for number, claim in self._claims.items()
            if number not in self._given
            and claim in self._known
            and self._is_entirely_other(claim, self._rows[number])
        }
        return (beside_others | (self._stranded & self._known.keys())) - self._taken

    def _is_entirely_other(self, claim: str, row: SheetRow) -> bool:
        """Whether next to nothing on the row is as it was; after an edit, most of it is."""
        before, now = self._contents.get(claim, {}), row.cells()
        same = sum(same_cell(value, now.get(key, BLANK)) for key, value in before.items())
        return 2 * same < len(before) and self._likeness_to(claim, row) < SIMILAR

    def _strays(self, masks: Iterable[Computed]) -> dict[ContentKey, list[int]]:
        """Rows not recognised yet by their content, those without any claim first.

        Args:
            masks: the columns that hold formulas, as some known row has them.
        """
        strays: dict[ContentKey, list[int]] = defaultdict(list)
        numbers = sorted(self._open_rows(), key=lambda number: number in self._claims)
        for mask in masks:
            for number in numbers:
                strays[mask, self._rows[number].hash_without(mask)].append(number)
        return strays

    def _on_edited_rows(self, row_ids: Container[str]) -> set[str]:
        """Those of ``row_ids`` that a row claims which has their content, but for an edit."""
        return {
            claim
            for number in self._open_rows()
            if (claim := self._claims.get(number, "")) in row_ids
            and self._likeness_to(claim, self._rows[number]) >= SURELY_SIMILAR
        }

    def _open_rows(self) -> list[int]:
        return [number for number in self._rows if number not in self._given]

    def _bereft_rows(self) -> list[int]:
        """Rows whose content alone can tell who they are, though it is not exactly as known.

        Our last request may have put the ids there that they bear, or destroyed
        theirs; or their claim was found to be another's; or one of the two places
        of ids is gone from the whole tab, so that little was needed to clear the
        other; or a formula on them shows no value at the moment.
        """
        return [number for number in self._open_rows() if self._is_bereft(number)]

    def _is_bereft(self, number: int) -> bool:
        if self._last_phase is not None:
            return True
        if number in self._claims:
            return self._claims[number] in self._lost
        return self._is_place_gone or any(map(is_unready, self._rows[number].cells().values()))

    @cached_property
    def _is_place_gone(self) -> bool:
        """Whether most ids stand in one of their two places only, or of several none stands."""
        places = (
            sum(row.id_read is not None for row in self._rows.values()),
            sum(row.witness_read is not None for row in self._rows.values()),
        )
        if not any(places):
            return len(self._known) > 1  # a single row may as well be deleted, another typed
        return 2 * min(places) <= max(places)

    def _match_alike(
        self,
        candidates: Callable[[], Sequence[int]],
        only: RowState | None = None,
        least: Callable[[int], float] = lambda _: SIMILAR,
    ) -> None:
        """Moved without its id and edited as well: who is clearly most like whom.

        A pending id was drawn for a row and may never have been written: such
        a row, edited meanwhile, needs no other reason to be compared.
        """
        absent = [
            row_id
            for row_id, known in self._known.items()
            if row_id not in self._taken and only in {None, known.state}
        ]
        if not absent or not (numbers := candidates()):
            return
        computed = {key for row_id in absent for key in self._known[row_id].computed}
        matches = match_similar(
            {number: _without(self._rows[number].cells(), computed) for number in numbers},
            {row_id: _without(self._contents.get(row_id, {}), computed) for row_id in absent},
            self._claims,
            self._likeness,
            least,
        )
        for number, row_id in matches.items():
            has_claim = self._claims.get(number) == row_id
            self._give(
                number, row_id, Recognition.WITNESSED if has_claim else Recognition.BY_CONTENT
            )

    def _least_likeness(self, number: int) -> float:
        """How much a row must be like an id's to be taken for it.

        One that bears no id, though both places of them are there: no request of ours
        destroys both on a row. It is new, unless it is much like one that is gone.
        """
        is_bare = number not in self._claims and not self._is_place_gone
        return SURELY_SIMILAR if is_bare else SIMILAR

    def _draw_new_ids(self) -> None:
        for number in self._open_rows():
            if number not in self._claims:
                self._give(number, self._draw_id(), Recognition.NEW)
            elif buried := self._find_buried(self._rows[number]):
                self._give(number, buried, Recognition.REVIVED)
            else:
                self._give(number, self._draw_id(), Recognition.COPY)

    def _find_buried(self, row: SheetRow) -> str | None:
        """The only tombstone of this content: deleted with another's id, and brought back."""
        masks: set[Computed] = {frozenset()}
        masks.update(frozenset(known.computed) for known in self._known.values())
        buried = {
            row_id
            for fingerprint in {row.hash_without(mask) for mask in masks}
            for row_id in self._buried.get(fingerprint, ())
            if row_id not in self._taken
        }
        return buried.pop() if len(buried) == 1 else None

    def _give(self, number: int, row_id: str, recognition: Recognition) -> None:
        self._given[number] = (row_id, recognition)
        self._taken.add(row_id)

    def _identified(self, number: int) -> IdentifiedRow:
        row = self._rows[number]
        row_id, recognition = self._given[number]
        claims = {Recognition.WITNESSED, Recognition.ADOPTED}
        if recognition in claims and row.bears(row_id):
            return IdentifiedRow(row, row_id, recognition, undisturbed=True)
        if recognition is not Recognition.WITNESSED:
            return IdentifiedRow(row, row_id, recognition)
        in_place = (
            (row.id_read, row.witness_read) == (None, row_id)
            and self._fits(row_id, row)
            and self._known[row_id].row_number == number
        )
        return IdentifiedRow(row, row_id, recognition, in_place=in_place)
