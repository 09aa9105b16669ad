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

from sync_daemon.domain.cells import CellValue, similarity
from sync_daemon.domain.rows import MirrorRow, RowState
from sync_daemon.domain.snapshot import SheetRow

SIMILAR_ENOUGH = 0.5
"""The share of equal cells from which a displaced row counts as the same one, edited."""


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


@dataclass(frozen=True, slots=True)
class Identification:
    """Every row of the snapshot with its id, and the ids that are on no row."""

    rows: Sequence[IdentifiedRow]
    blank: Sequence[SheetRow]  # nothing of the user's, but owned cells to clear
    missing: Sequence[str] = field(default_factory=tuple)


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
        elsewhere: Container[str],
        contents: Mapping[str, Mapping[str, CellValue]],
        last_phase: WritePhase | None,
        draw_id: Callable[[], str],
    ) -> None:
        self._known = known
        self._deleted = deleted
        self._elsewhere = elsewhere
        self._contents = contents
        self._last_phase = last_phase
        self._draw_id = draw_id
        self._given: dict[int, tuple[str, Recognition]] = {}  # row number → id
        self._rows: dict[int, SheetRow] = {}
        self._claims: dict[int, str] = {}

    def identify(self, rows: Iterable[SheetRow]) -> Identification:
        """Give every row of the snapshot an id."""
        blank = []
        for row in rows:
            if row.is_blank:
                blank.append(row)
                continue
            self._rows[row.row_number] = row
            claim = self._read_claim(row)
            if claim is not None:
                self._claims[row.row_number] = claim
        self._follow_content_left_behind()
        self._grant_claims()
        self._match_missing_by_content()
        self._match_displaced_by_similarity()
        self._draw_new_ids()
        identified = [self._identified(number) for number in sorted(self._rows)]
        present = {i.row_id for i in identified}
        missing = tuple(row_id for row_id in self._known if row_id not in present)
        return Identification(rows=identified, blank=blank, missing=missing)

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

    def _more_like(self, row: SheetRow, one: str, other: str) -> str | None:
        """Which of two ids the row's content speaks for; None if for neither or both."""
        cells = row.cells()
        first = similarity(self._contents.get(one, {}), cells)
        second = similarity(self._contents.get(other, {}), cells)
        if max(first, second) < SIMILAR_ENOUGH or first == second:
            return None
        return one if first > second else other

    def _usable(self, claim: str | None) -> str | None:
        """An id pasted from another sheet identifies nothing here."""
        return None if claim is None or claim in self._elsewhere else claim

    def _fits(self, row_id: str, row: SheetRow) -> bool:
        known = self._known.get(row_id)
        return known is not None and known.content_hash == row.content_hash

    def _follow_content_left_behind(self) -> None:
        """Content moved and ids did not: a sort whose range left our columns out.

        A row that claims one id and has exactly the content of another, which no
        row that claims it has any more, is that other row.
        """
        at_home = {c for n, c in self._claims.items() if self._fits(c, self._rows[n])}
        strays: dict[str, list[int]] = defaultdict(list)
        for number, claim in self._claims.items():
            if claim in self._known and claim not in at_home:
                strays[self._rows[number].content_hash].append(number)
        if not strays:
            return
        homes: dict[str, list[str]] = defaultdict(list)
        for row_id, known in self._known.items():
            if known.content_hash in strays and row_id not in at_home:
                homes[known.content_hash].append(row_id)
        for fingerprint, row_ids in homes.items():
            for number, row_id in zip(strays[fingerprint], row_ids, strict=False):
                self._give(number, row_id, Recognition.BY_CONTENT)

    def _grant_claims(self) -> None:
        """Each claimed id goes to one row: of a row and its pasted copies, to the original."""
        taken = {row_id for row_id, _ in self._given.values()}
        claimants: dict[str, list[int]] = defaultdict(list)
        for number, claim in self._claims.items():
            if number not in self._given and claim not in taken:
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
        old = self._contents.get(row_id, {})

        def likeness(number: int) -> tuple[bool, float, bool, bool, int]:
            row = self._rows[number]
            return (
                known is not None and known.content_hash == row.content_hash,
                similarity(old, row.cells()),
                row.bears(row_id),
                known is not None and known.row_number == number,
                -number,
            )

        return max(numbers, key=likeness)

    def _match_missing_by_content(self) -> None:
        """A cleared id, or one that was never written: exact content of a row now missing."""
        taken = {row_id for row_id, _ in self._given.values()}
        missing = [known for known in self._known.values() if known.row_id not in taken]
        if not missing:
            return
        # Pending rows come first: their id was drawn and is on no row yet.
        missing.sort(key=lambda known: known.state is not RowState.PENDING)
        absent: dict[str, list[str]] = defaultdict(list)
        for known in missing:
            absent[known.content_hash].append(known.row_id)
        for number, row in self._rows.items():
            if number not in self._given and (ids := absent.get(row.content_hash)):
                self._give(number, ids.pop(0), Recognition.BY_CONTENT)

    def _match_displaced_by_similarity(self) -> None:
        """Sorted without its id and edited as well: the claim went to its real owner.

        Only rows whose own claim was taken by content compete, for ids that are
        on no row, and only when one is clearly the most like.
        """
        displaced = [
            number
            for number, claim in self._claims.items()
            if number not in self._given and self._was_taken_by_content(claim)
        ]
        if not displaced:
            return
        taken = {row_id for row_id, _ in self._given.values()}
        absent = [row_id for row_id in self._known if row_id not in taken]
        for number in displaced:
            ranked = sorted(
                ((similarity(self._contents.get(i, {}), self._rows[number].cells()), i)
                 for i in absent),
                reverse=True,
            )  # fmt: skip
            if not ranked or ranked[0][0] < SIMILAR_ENOUGH:
                continue
            if len(ranked) == 1 or ranked[0][0] > ranked[1][0]:
                self._give(number, ranked[0][1], Recognition.BY_CONTENT)
                absent.remove(ranked[0][1])

    def _was_taken_by_content(self, claim: str) -> bool:
        return (claim, Recognition.BY_CONTENT) in self._given.values()

    def _draw_new_ids(self) -> None:
        for number in self._rows:
            if number not in self._given:
                is_copy = number in self._claims
                self._give(
                    number, self._draw_id(), Recognition.COPY if is_copy else Recognition.NEW
                )

    def _give(self, number: int, row_id: str, recognition: Recognition) -> None:
        self._given[number] = (row_id, recognition)

    def _identified(self, number: int) -> IdentifiedRow:
        row = self._rows[number]
        row_id, recognition = self._given[number]
        return IdentifiedRow(
            row=row,
            row_id=row_id,
            recognition=recognition,
            undisturbed=recognition is Recognition.WITNESSED and row.bears(row_id),
        )
