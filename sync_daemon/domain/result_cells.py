"""Who put into the result cells of a row what they show: sheetd, or the user."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sync_daemon.domain.cells import BLANK, CellValue, may_be_stored_as, same_cell
from sync_daemon.domain.identity import IdentifiedRow, Recognition
from sync_daemon.domain.rows import UNPLANNED, MirrorRow, OwnedCell
from sync_daemon.domain.write_constraints import ConstraintKind, WriteConstraints


@dataclass(frozen=True, slots=True)
class HandEdit:
    """The user typed over a result, or shifted a cell of the row to where it was."""

    row_id: str
    header: str
    before: CellValue
    value: CellValue
    is_shifted: bool = False

    def applied_to(self, cell: OwnedCell) -> OwnedCell:
        """The cell as it is to be known now."""
        typed = cell.typed_over(self.value)
        return typed.against_any_inputs() if self.is_shifted else typed


@dataclass(frozen=True, slots=True)
class Sighting:
    """A result that stands where it should though no write of ours was seen to put it there.

    An answer was lost, or a misplaced value was moved right by the user. What
    was seen has to be known, or the next result would take it for an edit.
    """

    row_id: str
    header: str
    value: CellValue

    def applied_to(self, cell: OwnedCell) -> OwnedCell:
        """The cell as it is to be known now."""
        return cell.after_write(self.value, self.value)


@dataclass(frozen=True, slots=True)
class AbsentResult:
    """A result that is not there, though nobody cleared it.

    A merge lies over it, or the row came back without its results.
    """

    row_id: str
    header: str

    def applied_to(self, cell: OwnedCell) -> OwnedCell:
        """The cell as it is to be known now."""
        return cell.absent()


@dataclass(frozen=True, slots=True)
class FoundCell:
    """A value in a result cell of a row that only an earlier mirror knew.

    It was typed by hand, or is what a tool said then. It stays unless the fresh
    result is the same.
    """

    row_id: str
    header: str
    value: CellValue

    def applied_to(self, cell: OwnedCell) -> OwnedCell:
        """The cell as it is to be known now."""
        return cell.typed_over(self.value)


@dataclass(frozen=True, slots=True)
class OurWrites:
    """What sheetd itself wrote to result cells: found somewhere, nobody typed it there.

    Args:
        in_flight: values of requests that are not settled yet, by header; one of them
            may stand on any row.
        of_row: every value ever written to a row, by id and header; one of them is back
            because the user undid something else (a sort, say).
        at_place: what was written lately, by row number and header; when the user takes
            a sort back, it stays there beside the row that stood there before.
    """

    in_flight: Mapping[str, Collection[CellValue]]
    of_row: Mapping[str, Mapping[str, Collection[CellValue]]]
    at_place: Callable[[], Mapping[int, Mapping[str, CellValue]]]

    def is_in_flight(self, header: str, value: CellValue) -> bool:
        """Whether a request that is not settled may have put the value there."""
        return any(may_be_stored_as(ours, value) for ours in self.in_flight.get(header, ()))

    def explain(self, edit: HandEdit, old: MirrorRow | None, row_number: int) -> bool:
        """Whether the value comes from a settled write, to the row or to its new place.

        Never where the user typed before: any other value is an edit as well.
        """
        if old is not None and old.holds(edit.header):
            return False
        if old is not None and old.owned.get(edit.header, UNPLANNED).was_ours(edit.value):
            return True
        values = self.of_row.get(edit.row_id, {}).get(edit.header, ())
        if any(same_cell(edit.value, value) for value in values):
            return True
        if old is None or old.row_number == row_number:
            return False
        placed = self.at_place().get(row_number, {})
        return edit.header in placed and same_cell(edit.value, placed[edit.header])


class Leftovers:
    """Results that stayed where they were when their row moved away, and another was typed there.

    Args:
        known: the sheet's live and pending rows by id.
        result_headers: the order of ``SheetRow.results``.
    """

    def __init__(self, known: Mapping[str, MirrorRow], result_headers: Sequence[str]) -> None:
        self._known = known
        self._headers = result_headers

    def are_on(self, identified: IdentifiedRow) -> bool:
        """Whether a new row shows just what one of the known rows showed."""
        results = tuple(identified.row.results)
        return (
            identified.recognition is Recognition.NEW
            and any(value != BLANK for value in results)
            and results in self._shown
        )

    @cached_property
    def _shown(self) -> set[tuple[CellValue, ...]]:
        return {
            tuple(row.owned.get(header, UNPLANNED).shown for header in self._headers)
            for row in self._known.values()
        }


class ResultCells:
    """Tells what the result cells of identified rows show from what sheetd knows of them.

    Args:
        known: the sheet's live and pending rows by id.
        contents: the cells last known of a row id.
        headers: the order of ``SheetRow.results``.
        ours: what sheetd wrote.
        constraints: what covers a result, so that it shows nothing.
    """

    def __init__(
        self,
        known: Mapping[str, MirrorRow],
        contents: Mapping[str, Mapping[str, CellValue]],
        headers: Sequence[str],
        ours: OurWrites,
        constraints: WriteConstraints,
    ) -> None:
        self._known = known
        self._contents = contents
        self._headers = headers
        self._ours = ours
        self._constraints = constraints
        self._leftovers = Leftovers(known, headers)

    def changed_by_hand(self, identified: IdentifiedRow) -> Iterator[HandEdit | AbsentResult]:
        """The cells that somebody typed over, and those that something covers now."""
        old = self._known.get(identified.row_id)
        number = identified.row.row_number
        for edit in self._strange_cells(identified, old):
            is_own = identified.is_own and not self._leftovers.are_on(identified)
            if not (is_own or edit.is_shifted):
                continue  # it came with the move of a row
            if self._constraints.at(number, edit.header) is ConstraintKind.MERGED:
                yield AbsentResult(edit.row_id, edit.header)
            elif not self._ours.explain(edit, old, number):
                yield edit

    def came_back_without(self, identified: IdentifiedRow) -> Iterator[AbsentResult]:
        """The results that a row does not show which was deleted before."""
        if identified.recognition is Recognition.REVIVED:
            for header, value in self._shown(identified):
                if value == BLANK:
                    yield AbsentResult(identified.row_id, header)

    def sighted(self, identified: IdentifiedRow) -> Iterator[Sighting]:
        """The results that stand where they should, and were not seen there yet."""
        old = self._known.get(identified.row_id)
        if old is None or not (identified.undisturbed and old.owned):
            return
        for header, value in self._shown(identified):
            cell = old.owned.get(header)
            if cell is None or not same_cell(value, cell.desired):
                continue
            if not cell.was_observed(value):
                yield Sighting(identified.row_id, header, value)

    def _strange_cells(
        self, identified: IdentifiedRow, old: MirrorRow | None
    ) -> Iterator[HandEdit]:
        """The cells that show neither what is wanted there nor what was seen there last."""
        owned = old.owned if old is not None else {}
        for header, value in self._shown(identified):
            cell = owned.get(header, UNPLANNED)
            if same_cell(value, cell.desired) or cell.was_observed(value):
                continue
            if value == BLANK and cell.written is None:
                continue  # never written, so it cannot have been cleared
            if not self._ours.is_in_flight(header, value):
                is_shifted = value != BLANK and self._was_shifted(identified, value)
                yield HandEdit(identified.row_id, header, cell.desired, value, is_shifted)

    def _was_shifted(self, identified: IdentifiedRow, value: CellValue) -> bool:
        """Whether the value is the user's from another cell of the row, which holds it no more.

        Cells between the two were deleted or inserted, and the row's others moved along.
        """
        cells = identified.row.cells()
        return any(
            same_cell(was, value) and not same_cell(cells.get(key, BLANK), was)
            for key, was in self._contents.get(identified.row_id, {}).items()
        )

    def _shown(self, identified: IdentifiedRow) -> Iterator[tuple[str, CellValue]]:
        return zip(self._headers, identified.row.results, strict=True)


def may_be_hidden(
    rows: Sequence[IdentifiedRow], known: Mapping[str, MirrorRow], result_headers: Sequence[str]
) -> bool:
    """Whether a result that we wrote is blank now: it was cleared, or a merge covers it."""
    for row in rows:
        if BLANK not in row.row.results or not row.is_own:
            continue
        owned = known[row.row_id].owned if row.row_id in known else {}
        for header, shown in zip(result_headers, row.row.results, strict=True):
            cell = owned.get(header)
            if shown == BLANK and cell is not None and _was_shown(cell):
                return True
    return False


def _was_shown(cell: OwnedCell) -> bool:
    is_known = cell.written is not None or cell.observed is not None
    return cell.desired != BLANK and is_known and not cell.override
