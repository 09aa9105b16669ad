"""Which row is which, one test for each thing that a user does to rows."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.domain.cells import CellValue
from sync_daemon.domain.identity import Recognition, WritePhase, foreign_claims
from sync_daemon.domain.snapshot import SheetRow
from tests.unit.domain.sheets import NEW, A, B, C, D, identify, ids, sheet_row


def test_rows_keep_their_ids_wherever_they_are_moved() -> None:
    rows = [sheet_row(2, "b", B), sheet_row(3, "c", C), sheet_row(7, "a", A)]
    found = identify(rows, {A: "a", B: "b", C: "c"})
    assert ids(found) == [B, C, A]
    assert all(i.undisturbed for i in found.rows)
    assert not found.missing


def test_an_edited_row_keeps_its_id() -> None:
    found = identify([sheet_row(2, "edited", A)], {A: "a"})
    assert ids(found) == [A]
    assert found.rows[0].recognition is Recognition.WITNESSED


def test_a_row_without_id_is_new() -> None:
    found = identify([sheet_row(2, "a", A), sheet_row(3, "new")], {A: "a"})
    assert ids(found) == [A, NEW[0]]
    assert found.rows[1].recognition is Recognition.NEW


def test_a_deleted_row_is_missing() -> None:
    found = identify([sheet_row(2, "b", B)], {A: "a", B: "b"})
    assert found.missing == (A,)


@pytest.mark.parametrize("above", [True, False], ids=["copy above", "copy below"])
def test_of_a_row_and_its_edited_copy_the_original_keeps_the_id(above: bool) -> None:
    original, copy = (3, 2) if above else (2, 3)
    rows = [sheet_row(original, "a", A), sheet_row(copy, "a, changed", A)]
    found = identify(rows, {A: "a"})
    given = {i.row.row_number: (i.row_id, i.recognition) for i in found.rows}
    assert given[original] == (A, Recognition.WITNESSED)
    assert given[copy] == (NEW[0], Recognition.COPY)


def test_an_exact_copy_gets_an_id_of_its_own() -> None:
    found = identify([sheet_row(2, "a", A), sheet_row(3, "a", A)], {A: "a"})
    assert ids(found) == [A, NEW[0]]


def test_a_copy_whose_new_id_was_written_keeps_it_although_its_status_names_the_original() -> None:
    """The id is written first; until the status follows, the two places differ."""
    rows = [sheet_row(2, "a", A), sheet_row(3, "a, changed", NEW[0], witness=A)]
    found = identify(rows, {A: "a", NEW[0]: "a, changed"}, last_phase=WritePhase.IDS)
    assert ids(found) == [A, NEW[0]]


def test_a_cleared_id_cell_is_restored_by_its_witness() -> None:
    found = identify([sheet_row(2, "edited too", "", witness=A)], {A: "a"})
    assert ids(found) == [A]


def test_a_row_whose_both_places_were_cleared_is_found_by_its_content() -> None:
    found = identify([sheet_row(2, "a", ""), sheet_row(3, "b", B)], {A: "a", B: "b"})
    assert ids(found) == [A, B]
    assert found.rows[0].recognition is Recognition.BY_CONTENT


def test_a_cleared_and_edited_row_gets_a_new_id_rather_than_a_guess() -> None:
    found = identify([sheet_row(2, "edited", "")], {A: "a"})
    assert ids(found) == [NEW[0]]
    assert found.missing == (A,)


def test_text_typed_into_the_id_column_is_no_id() -> None:
    found = identify([sheet_row(2, "a", "hello", witness="")], {B: "b"})
    assert ids(found) == [NEW[0]]


def test_our_misplaced_id_is_taken_back_by_the_witness() -> None:
    """A sort between reading and writing: the id of B was written on the row of A."""
    rows = [sheet_row(2, "a", B, witness=A), sheet_row(3, "b edited", "", witness=B)]
    found = identify(rows, {A: "a", B: "b"}, last_phase=WritePhase.IDS)
    assert ids(found) == [A, B]


def test_our_misplaced_status_is_told_by_the_id_cell() -> None:
    rows = [sheet_row(2, "a edited", A, witness=B), sheet_row(3, "b", B)]
    found = identify(rows, {A: "a", B: "b"}, last_phase=WritePhase.CELLS)
    assert ids(found) == [A, B]


@pytest.mark.parametrize("phase", [None, WritePhase.IDS, WritePhase.CELLS])
def test_a_sort_that_left_our_columns_out_moves_the_ids_with_the_content(
    phase: WritePhase | None,
) -> None:
    rows = [sheet_row(2, "b", A), sheet_row(3, "c", B), sheet_row(4, "a", C)]
    found = identify(rows, {A: "a", B: "b", C: "c"}, last_phase=phase)
    assert ids(found) == [B, C, A]
    assert {i.recognition for i in found.rows} == {Recognition.BY_CONTENT}


def test_sorted_without_ids_and_edited_in_one_row_the_rest_tells_which_it_is() -> None:
    rows = [sheet_row(2, "b", A), sheet_row(3, "a edited", B)]
    found = identify(rows, {A: "a", B: "b"})
    assert ids(found) == [B, A]


def test_inputs_copied_over_another_row_do_not_make_it_that_row() -> None:
    rows = [sheet_row(2, "a", A), sheet_row(3, "a", B)]
    found = identify(rows, {A: "a", B: "b"})
    assert ids(found) == [A, B]


def test_a_deleted_row_that_is_back_is_the_same_row() -> None:
    found = identify([sheet_row(2, "a", A)], {}, deleted={A: "a"})
    assert ids(found) == [A]
    assert found.rows[0].recognition is Recognition.REVIVED


def test_ids_of_a_lost_mirror_are_adopted() -> None:
    found = identify([sheet_row(2, "a", A)], {})
    assert ids(found) == [A]
    assert found.rows[0].recognition is Recognition.ADOPTED


def test_a_row_pasted_from_another_sheet_gets_a_new_id() -> None:
    found = identify([sheet_row(2, "a", A)], {}, elsewhere=[A])
    assert ids(found) == [NEW[0]]


def test_a_pending_id_that_was_never_written_finds_its_row_again() -> None:
    """Killed between saving the new row and writing its id."""
    found = identify([sheet_row(2, "a", "")], {A: "a"}, pending=[A])
    assert ids(found) == [A]


def test_a_row_emptied_by_the_user_is_gone_and_its_owned_cells_are_left_to_clear() -> None:
    found = identify([sheet_row(2, "", A, result="python")], {A: "a"})
    assert not found.rows
    assert [row.row_number for row in found.blank] == [2]
    assert found.missing == (A,)


def test_claims_that_the_sheet_does_not_know_are_listed() -> None:
    rows = [sheet_row(2, "a", A), sheet_row(3, "b", C), sheet_row(4, "c", "", witness=D)]
    assert foreign_claims(rows, {A}) == {C, D}


@st.composite
def _mangled_sheets(draw: st.DrawFn) -> tuple[dict[str, str], list[SheetRow]]:
    """Known rows, then a sheet in which rows were moved, edited, copied, cleared and deleted."""
    count = draw(st.integers(1, 8))
    known = {NEW[50 + n]: f"text {draw(st.integers(0, 5))}" for n in range(count)}
    rows = []
    for row_id, text in known.items():
        for _ in range(draw(st.integers(0, 2))):
            shown = draw(st.sampled_from([text, text + " edited"]))
            cell = draw(st.sampled_from([row_id, "", *known]))
            witness = draw(st.sampled_from([row_id, "", *known]))
            rows.append((shown, cell, witness))
    shuffled = draw(st.permutations(rows))
    return known, [
        sheet_row(number, text, cell, witness=witness)
        for number, (text, cell, witness) in enumerate(shuffled, 2)
    ]


@given(_mangled_sheets(), st.sampled_from([None, *WritePhase]))
def test_whatever_happens_ids_are_unique_and_every_known_row_is_accounted_for(
    sheet: tuple[dict[str, str], list[SheetRow]], phase: WritePhase | None
) -> None:
    known, rows = sheet
    found = identify(rows, known, last_phase=phase)
    assert len(found.rows) == len(rows)
    assert len(set(ids(found))) == len(rows)
    assert set(known) == (set(ids(found)) & set(known)) | set(found.missing)
    assert not set(ids(found)) & set(found.missing)


@given(_mangled_sheets(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_decide_who_keeps_a_witnessed_id(
    sheet: tuple[dict[str, str], list[SheetRow]], shuffle: random.Random
) -> None:
    known = sheet[0]
    rows = [sheet_row(n, text, row_id) for n, (row_id, text) in enumerate(known.items(), 2)]
    numbers = [row.row_number for row in rows]
    shuffle.shuffle(numbers)
    moved = [
        sheet_row(number, text, row_id)
        for number, (row_id, text) in zip(numbers, known.items(), strict=True)
    ]
    found = identify(moved, known)
    assert {i.row_id: i.row.row_number for i in found.rows} == dict(
        zip(known, numbers, strict=True)
    )


def test_a_row_without_id_that_has_the_content_left_by_a_sort_is_that_row() -> None:
    """The ids stayed behind, and the row that bears this one now is another."""
    found = identify([sheet_row(2, "else", A, more={"City": "Oslo"}), sheet_row(3, "a")], {A: "a"})
    assert ids(found) == [NEW[0], A]


def test_a_row_in_which_one_cell_of_many_was_edited_keeps_its_id_beside_a_copy_of_its_cells() -> (
    None
):
    more = {"City": "Oslo", "Link": "x", "Note": "y"}
    rows = [sheet_row(2, "edited", A, more=more), sheet_row(3, "a", more=more)]
    assert ids(identify(rows, {A: "a"}, more=more)) == [A, NEW[0]]


@pytest.mark.parametrize("phase", [None, WritePhase.CELLS])
def test_a_row_whose_ids_we_may_have_destroyed_is_known_by_its_likeness(
    phase: WritePhase | None,
) -> None:
    more = {"City": "Oslo", "Link": "x", "Note": "y"}
    found = identify([sheet_row(2, "edited", more=more)], {A: "a"}, more=more, last_phase=phase)
    assert ids(found) == ([A] if phase else [NEW[0]])


@pytest.mark.parametrize("phase", [None, *WritePhase])
def test_a_new_row_is_not_taken_for_one_that_it_is_a_little_like(phase: WritePhase | None) -> None:
    """No request of ours destroys both places of an id, so that it bears none tells something."""
    known = {"City": "Oslo", "Link": "x", "Note": "y"}
    new = sheet_row(3, "new", more={**known, "Link": "z", "Note": "w"})
    beside = sheet_row(2, "b", B, more={"City": "Rome"})
    found = identify([beside, new], {A: "a", B: "b"}, more=known, last_phase=phase)
    assert ids(found) == [B, NEW[0]]


@pytest.mark.parametrize("phase", [None, *WritePhase])
def test_a_row_moved_away_from_its_id_and_edited_is_known_though_another_stands_there_now(
    phase: WritePhase | None,
) -> None:
    """A sort of the inputs alone, while a row that was typed just now had no id yet."""
    more = {"City": "Oslo", "Link": "x", "Note": "y"}
    new = sheet_row(2, "new", A, more={"City": "Rome", "Link": "z", "Note": "w"})
    moved = sheet_row(3, "edited", more=more)
    found = identify([new, moved], {A: "a"}, more=more, last_phase=phase)
    assert [found.rows[1].row_id, found.rows[0].row_id] == [A, NEW[0]]


@pytest.mark.parametrize("phase", [None, *WritePhase])
@pytest.mark.parametrize(("id_cell", "witness"), [(A, A), (A, ""), ("", A)])
def test_a_row_moved_away_from_its_id_and_edited_is_known_though_nothing_stands_there_now(
    id_cell: str, witness: str, phase: WritePhase | None
) -> None:
    """A sort of the inputs alone reached down to rows that were put in below."""
    more = {"City": "Oslo", "Link": "x", "Note": "y"}
    moved = sheet_row(2, "edited", more=more)
    left = sheet_row(3, "", id_cell, witness=witness)
    assert ids(identify([moved, left], {A: "a"}, more=more, last_phase=phase)) == [A]


def test_an_id_beside_nothing_stays_with_nobody_where_the_new_row_is_another() -> None:
    new = sheet_row(2, "new", more={"City": "Oslo", "Link": "z", "Note": "w"})
    more = {"City": "Oslo", "Link": "x", "Note": "y"}
    found = identify([new, sheet_row(3, "", A)], {A: "a"}, more=more)
    assert ids(found) == [NEW[0]]
    assert list(found.missing) == [A]


def test_a_row_that_was_typed_over_keeps_its_id_beside_a_new_one() -> None:
    more = {"City": "Oslo", "Link": "x", "Note": "y"}
    other = {"City": "Rome", "Link": "z", "Note": "w"}
    rows = [sheet_row(2, "new", A, more=other), sheet_row(3, "newer", more={"City": "Oslo"})]
    assert ids(identify(rows, {A: "a"}, more=more)) == [A, NEW[0]]


@pytest.mark.parametrize(
    ("id_cell", "status"),
    [(f"done · #{A}", 4), (4, A), ("", A)],
    ids=["left", "right, a result before it", "right, a blank before it"],
)
def test_an_id_that_was_shifted_into_the_cell_beside_its_own_is_read(
    id_cell: CellValue, status: CellValue
) -> None:
    row = replace(sheet_row(2, "edited"), id_cell=id_cell, status_cell=status)
    assert ids(identify([row], {A: "a"})) == [A]


def test_a_row_deleted_with_the_id_of_another_and_brought_back_is_itself_again() -> None:
    """A sort left the ids behind, then the row was deleted; its undo came a cycle later."""
    rows = [sheet_row(2, "a", A), sheet_row(3, "b", A)]
    found = identify(rows, {A: "a"}, deleted={B: "b"})
    assert ids(found) == [A, B]
    assert found.rows[1].recognition is Recognition.REVIVED
    typed = identify([sheet_row(2, "a", A), sheet_row(3, "b")], {A: "a"}, deleted={B: "b"})
    assert ids(typed) == [A, NEW[0]], "typed anew, it is a new row"


@pytest.mark.parametrize(
    ("id_cell", "witness", "beside", "expected"),
    [
        ("", "", (B, ""), A),  # the status column was deleted, and this row's id cleared
        ("", "", ("", B), A),  # the id column was deleted, and this row's status cleared
        ("", "", ("", ""), A),  # both were deleted
        ("", "", (B, B), NEW[0]),  # both stand: the row may have been deleted, another typed
    ],
)
def test_an_edited_row_is_known_by_its_likeness_where_a_place_of_ids_is_gone(
    id_cell: str, witness: str, beside: tuple[str, str], expected: str
) -> None:
    more = {"City": "Oslo", "Link": "x", "Note": "y"}
    rows = [
        sheet_row(2, "edited", id_cell, witness=witness, more=more),
        sheet_row(3, "b", beside[0], witness=beside[1], more=more),
    ]
    found = identify(rows, {A: "a", B: "b"}, more=more)
    assert ids(found)[0] == expected


@pytest.mark.parametrize("phase", [None, *WritePhase])
def test_an_id_that_we_may_have_written_on_a_stranger_is_not_believed(
    phase: WritePhase | None,
) -> None:
    """Its row was deleted while we wrote to it, and a new one moved up."""
    id_cell, witness = ("", A) if phase is WritePhase.CELLS else (A, "")
    stranger = sheet_row(2, "new", id_cell, witness=witness, more={"City": "Oslo"})
    known = {"Link": "x", "Note": "y", "City": "Bergen"}
    found = identify([stranger], {A: "a"}, more=known, last_phase=phase)
    assert ids(found) == ([NEW[0]] if phase else [A])
    assert not found.rows[0].is_own, "what stands in its result cells is not its own"
