"""What a snapshot means for the mirror."""

from __future__ import annotations

import pytest

from sync_daemon.domain.cells import CellValue, content_hash, encode_cells
from sync_daemon.domain.computed import Columns, Judge
from sync_daemon.domain.formulas import Layout
from sync_daemon.domain.identity import Identification, IdentifiedRow, Recognition
from sync_daemon.domain.plan import ChangeKind, SheetChanges, exceeds_deletion_limit, plan_changes
from sync_daemon.domain.result_cells import OurWrites
from sync_daemon.domain.rows import UNPLANNED, MirrorRow, Override, OwnedCell, RowState
from sync_daemon.domain.snapshot import SheetRow
from tests.unit.domain.sheets import A, B, identify, mirror_row, sheet_row

NO_LOOK = Judge(Columns({"Role", "Company"}, {"Role"}, Layout({}, 1)))
OURS = OwnedCell("python", "python", "python", basis="h1", inputs="i1")


def plan(
    rows: list[SheetRow],
    known: list[MirrorRow],
    *,
    in_flight: dict[str, set[CellValue]] | None = None,
    contents: dict[str, dict[str, CellValue]] | None = None,
    written: dict[str, dict[str, list[CellValue]]] | None = None,
    lately: dict[int, dict[str, CellValue]] | None = None,
) -> SheetChanges:
    found = identify(rows, {row.row_id: "" for row in known})
    by_id = {row.row_id: row for row in known}
    ours = OurWrites(in_flight or {}, written or {}, lambda: lately or {})
    return plan_changes(found, by_id, contents or {}, ["Keywords"], ours, judge=NO_LOOK)


def test_a_new_row_is_inserted_with_its_content() -> None:
    (change,) = plan([sheet_row(2, "new")], []).changes
    assert change.kind is ChangeKind.INSERTED
    assert '"Role":"new"' in change.content


def test_an_unchanged_row_is_no_change() -> None:
    assert plan([sheet_row(2, "a", A)], [mirror_row(A, "a", 2)]).is_empty


def test_a_moved_row_is_only_moved() -> None:
    changes = plan([sheet_row(9, "a", A)], [mirror_row(A, "a", 2)])
    assert (changes.changes, changes.moves) == ([], [(A, 9)])


def test_an_edited_row_is_updated() -> None:
    (change,) = plan([sheet_row(2, "b", A)], [mirror_row(A, "a", 2)]).changes
    assert change.kind is ChangeKind.UPDATED


def test_a_missing_row_becomes_a_tombstone() -> None:
    (change,) = plan([], [mirror_row(A, "a", 2)]).changes
    assert (change.kind, change.row_id) == (ChangeKind.DELETED, A)


def test_a_pending_row_seen_with_both_marks_is_confirmed() -> None:
    row = mirror_row(A, "a", 2, state=RowState.PENDING)
    assert plan([sheet_row(2, "a", A)], [row]).confirmed == [A]
    assert plan([sheet_row(2, "a", A, witness="")], [row]).confirmed == []


@pytest.mark.parametrize("shown", ["Loading...", "#N/A", "#REF!"])
def test_a_formula_that_shows_no_value_yet_is_no_change(shown: str) -> None:
    known: dict[str, CellValue] = {"Role": "engineer", "Company": "Acme"}
    row = mirror_row(A, "engineer", 2)
    changes = plan([sheet_row(2, shown, A)], [row], contents={A: known})
    assert changes.is_empty


def test_beside_a_formula_without_value_other_edits_count() -> None:
    known: dict[str, CellValue] = {"Role": "engineer", "Company": "Old"}
    row = MirrorRow(A, 2, RowState.LIVE, content_hash(encode_cells(known)))
    (change,) = plan([sheet_row(2, "#N/A", A)], [row], contents={A: known}).changes
    assert change.content == '{"Role":"engineer","Company":"Acme"}'


class TestHandEdits:
    """A result that the user typed over stays; ours on a wrong row is not mistaken for one."""

    def edits(
        self, shown: CellValue, cell: OwnedCell | None, in_flight: CellValue | None = None
    ) -> list[CellValue]:
        row = mirror_row(A, "a", 2, owned={} if cell is None else {"Keywords": cell})
        flying = {} if in_flight is None else {"Keywords": {in_flight}}
        changes = plan([sheet_row(2, "a", A, result=shown)], [row], in_flight=flying)
        return [edit.value for edit in changes.hand_edits]

    def test_typed_over(self) -> None:
        assert self.edits("mine", OURS) == ["mine"]

    def test_cleared(self) -> None:
        assert self.edits("", OURS) == [""]

    def test_as_written(self) -> None:
        assert self.edits("python", OURS) == []

    def test_as_sheets_stored_it(self) -> None:
        assert self.edits("45324", OwnedCell("1/2", "1/2", "45324")) == []

    def test_the_old_result_while_a_new_one_is_on_its_way(self) -> None:
        assert self.edits("python", OwnedCell("java", "python", "python")) == []

    def test_blank_in_a_column_that_was_made_anew(self) -> None:
        assert self.edits("", OwnedCell("python", None, None)) == []

    def test_our_own_value_that_landed_on_a_wrong_row(self) -> None:
        assert self.edits("rust", OURS, in_flight="rust") == []

    def test_typed_into_a_result_column_before_there_was_a_result(self) -> None:
        assert self.edits("mine", None) == ["mine"]

    def test_on_a_row_whose_marks_disagree_nothing_is_concluded(self) -> None:
        row = mirror_row(A, "a", 2, owned={"Keywords": OURS})
        changes = plan([sheet_row(2, "a", A, witness=B, result="mine")], [row])
        assert changes.hand_edits == []

    def test_on_a_pasted_copy_the_results_are_not_the_user_s(self) -> None:
        rows = [sheet_row(2, "a", A, result="python"), sheet_row(3, "a", A, result="python")]
        changes = plan(rows, [mirror_row(A, "a", 2, owned={"Keywords": OURS})])
        assert changes.hand_edits == []

    def test_on_a_new_row_a_value_in_a_result_column_was_typed(self) -> None:
        changes = plan([sheet_row(2, "a", result="mine")], [])
        assert [edit.value for edit in changes.hand_edits] == ["mine"]


def test_a_result_seen_where_it_should_be_is_remembered_as_ours() -> None:
    """Our answer was lost; when the next result comes, the old one must not look typed."""
    row = mirror_row(A, "a", 2, owned={"Keywords": OwnedCell("python", None, None, basis="h1")})
    (sighting,) = plan([sheet_row(2, "a", A, result="python")], [row]).sightings
    assert (sighting.row_id, sighting.value) == (A, "python")


def test_the_user_s_value_stays_until_the_inputs_change() -> None:
    edited = OURS.typed_over("mine")
    assert edited.wanting("python", "h1", "i1").desired == "mine"
    assert edited.wanting("rust", "another version", "i1").desired == "mine"
    fresh = edited.wanting("rust", "h2", "i2")
    assert (fresh.desired, fresh.override) == ("rust", Override.NONE)


class TestWhileAResultIsAwaited:
    def test_what_was_typed_for_older_inputs_stays_until_it_comes(self) -> None:
        cell = OURS.typed_over("mine").awaiting("i2")
        assert (cell.desired, cell.override) == ("mine", Override.LAPSED)
        assert cell.wanting("rust", "h2", "i2").desired == "rust"

    def test_what_is_typed_meanwhile_was_meant_for_the_new_inputs(self) -> None:
        cell = OURS.awaiting("i2").typed_over("mine")
        assert cell.wanting("rust", "h2", "i2").desired == "mine"
        assert cell.wanting("go", "h3", "i3").desired == "go"

    def test_for_the_same_inputs_it_stays_held(self) -> None:
        assert OURS.typed_over("mine").awaiting("i1").wanting("rust", "h2", "i1").desired == "mine"

    def test_a_value_from_before_the_first_plan_stays_held(self) -> None:
        found = UNPLANNED.typed_over("mine").awaiting("i1")
        assert found.wanting("rust", "h1", "i1").desired == "mine"

    def test_a_re_run_that_was_asked_for_takes_its_place(self) -> None:
        cell = OURS.typed_over("mine").lapsed()
        assert cell.desired == "mine"
        fresh = cell.wanting("python", "h1", "i1")
        assert (fresh.desired, fresh.past) == ("python", ("python",))


@pytest.mark.parametrize(
    ("deletions", "live", "fraction", "exceeds"),
    [
        (0, 0, 0.5, False),
        (1, 2, 0.5, False),
        (2, 3, 0.5, True),
        (10, 10, 1.0, False),
        (1, 10, 0.0, True),
        (0, 10, 0.0, False),
    ],
)
def test_deletion_limit(deletions: int, live: int, fraction: float, exceeds: bool) -> None:
    assert exceeds_deletion_limit(deletions, live, fraction) is exceeds


def test_a_value_that_we_once_wrote_there_is_back_by_an_undo_and_no_edit() -> None:
    row = sheet_row(2, "a", A, result="older")
    known = mirror_row(A, "a", 2, owned={"Keywords": OURS})
    (edit,) = plan([row], [known]).hand_edits
    assert edit.value == "older"
    assert not plan([row], [known], written={A: {"Keywords": ["older", "python"]}}).hand_edits


@pytest.mark.parametrize(
    ("place_before", "lately", "is_edit"),
    [
        (9, {2: {"Keywords": "older"}}, False),  # a sort was taken back, but not what we wrote
        (2, {2: {"Keywords": "older"}}, True),  # the row never was elsewhere
        (9, {3: {"Keywords": "older"}}, True),
        (9, {2: {"Keywords": "old"}}, True),
        (9, {2: {"Other": "older"}}, True),
    ],
)
def test_what_we_wrote_to_another_row_and_a_moved_row_shows_now_is_no_edit(
    place_before: int, lately: dict[int, dict[str, CellValue]], is_edit: bool
) -> None:
    row = sheet_row(2, "a", A, result="older")
    known = mirror_row(A, "a", place_before, owned={"Keywords": OURS})
    assert bool(plan([row], [known], lately=lately).hand_edits) is is_edit


def test_recognitions_that_prove_nothing_about_result_cells() -> None:
    row = sheet_row(2, "a", A, result="strange")
    identified = IdentifiedRow(row, A, Recognition.BY_CONTENT)
    changes = plan_changes(
        Identification([identified], []),
        {A: mirror_row(A, "a", 2)},
        {},
        ["Keywords"],
        OurWrites({}, {}, dict),
        judge=NO_LOOK,
    )
    assert changes.hand_edits == []


def test_a_result_of_before_that_we_never_had_to_write_is_no_edit_either() -> None:
    """It came with a pasted copy and was right; then the inputs changed, and changed back."""
    cell = OwnedCell("older", "older", "older", basis="h1").wanting("python", "h2", "i2")
    cell = cell.after_write("python", "python")
    row = sheet_row(2, "a", A, result="older")
    assert not plan([row], [mirror_row(A, "a", 2, owned={"Keywords": cell})]).hand_edits


@pytest.mark.parametrize(
    ("wants", "past"),
    [
        (["a"], ()),
        (["a", "b"], ("a",)),
        (["a", "b", "c", "d", "e"], ("d", "c", "b")),
        (["a", "", "b"], ("a",)),
        (["a", "a"], ()),
    ],
)
def test_the_last_three_results_are_remembered(
    wants: list[CellValue], past: tuple[CellValue, ...]
) -> None:
    cell = OwnedCell()
    for number, value in enumerate(wants):
        cell = cell.wanting(value, f"h{number}", f"i{number}")
    assert cell.past == past


def test_what_the_user_typed_is_no_result_of_before() -> None:
    cell = OwnedCell().wanting("ours", "h1", "i1").typed_over("mine")
    assert cell.wanting("new", "h2", "i2").past == ("ours",)
