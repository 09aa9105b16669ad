"""Which cells are written, and what a write's answer tells."""

from __future__ import annotations

import pytest

from sync_daemon.domain.cells import CellValue
from sync_daemon.domain.identity import IdentifiedRow, Recognition, WritePhase
from sync_daemon.domain.reconcile import (
    RowWrite,
    WriteAnswer,
    WriteIntent,
    judge,
    needs_write,
    plan_cell_writes,
    plan_first_writes,
    plan_id_writes,
)
from sync_daemon.domain.rows import OwnedCell
from tests.unit.domain.sheets import HEADERS, A, B, mirror_row, sheet_row

ID, STATUS = HEADERS.id, HEADERS.status


def identified(
    number: int, text: str, id_cell: CellValue, row_id: str, **cells: str
) -> IdentifiedRow:
    row = sheet_row(
        number, text, id_cell, witness=cells.get("witness"), result=cells.get("result", "")
    )
    return IdentifiedRow(row, row_id, Recognition.WITNESSED)


@pytest.mark.parametrize(
    ("cell", "observed", "expected"),
    [
        (OwnedCell("python", None, None), "", True),  # never written
        (OwnedCell("python", "python", "python"), "python", False),  # as it should be
        (OwnedCell("python", "python", "python"), "", True),  # another row's row moved in
        (OwnedCell("1/2", "1/2", 45324), 45324, False),  # Sheets keeps it in another form
        (OwnedCell("1/2", "1/2", 45324), 45000, True),
        (OwnedCell("java", "python", "python"), "python", True),  # a new result
        (OwnedCell("", None, None), "", False),
        (OwnedCell("", None, None), "left over", True),
        (OwnedCell(True, True, True), 1, True),
    ],
)
def test_needs_write(cell: OwnedCell, observed: CellValue, expected: bool) -> None:
    assert needs_write(cell, observed) is expected


def test_only_id_cells_that_are_wrong_are_written() -> None:
    rows = [identified(2, "a", A, A), identified(3, "b", "", B, witness=B)]
    (write,) = plan_id_writes(rows, [], HEADERS)
    assert (write.row_number, write.cells, write.before) == (3, {ID: B}, {ID: ""})
    assert write.expect == {STATUS: f"done · #{B}"}  # the witness proves the row
    assert write.proof is None


def test_a_first_id_is_proved_by_the_row_s_content() -> None:
    (write,) = plan_id_writes([identified(2, "a", "", A)], [], HEADERS)
    assert write.proof == '{"Role":"a","Company":"Acme"}'


def test_owned_cells_left_on_a_blank_row_are_cleared_place_by_place() -> None:
    leftover = sheet_row(4, "", A, result="python")
    (ids,) = plan_id_writes([], [leftover], HEADERS)
    (cells,) = plan_cell_writes([], [leftover], {}, HEADERS)
    assert ids.cells == {ID: ""}
    assert cells.cells == {STATUS: "", "Keywords": ""}
    assert cells.expect == {ID: ""}


def test_results_and_status_are_written_where_they_differ() -> None:
    known = {A: mirror_row(A, "a", owned={"Keywords": OwnedCell("python")})}
    (write,) = plan_cell_writes([identified(2, "a", A, A)], [], known, HEADERS)
    assert write.cells == {"Keywords": "python"}
    assert write.before == {"Keywords": ""}
    assert write.expect == {ID: A}


def test_nothing_is_written_where_the_sheet_shows_what_it_should() -> None:
    known = {A: mirror_row(A, "a", owned={"Keywords": OwnedCell("python", "python", "python")})}
    assert not plan_cell_writes([identified(2, "a", A, A, result="python")], [], known, HEADERS)


def test_at_first_contact_ids_and_cells_go_together_proved_by_content() -> None:
    known = {A: mirror_row(A, "a", owned={"Keywords": OwnedCell("python")})}
    new = IdentifiedRow(sheet_row(2, "a"), A, Recognition.NEW)
    leftover = sheet_row(3, "", "", result="old")
    first, cleared = plan_first_writes([new], [leftover], known, HEADERS)
    assert first.cells == {ID: A, STATUS: f"done · #{A}", "Keywords": "python"}
    assert first.proof == '{"Role":"a","Company":"Acme"}'
    assert cleared.cells == {"Keywords": ""}


def answer(**columns: list[CellValue]) -> WriteAnswer:
    names = {"id": ID, "status": STATUS, "keywords": "Keywords"}
    return WriteAnswer({names[name]: [names[name], *cells] for name, cells in columns.items()})


def test_a_write_is_clean_when_the_id_stands_on_the_row() -> None:
    intent = WriteIntent(WritePhase.CELLS, [RowWrite(3, B, {"Keywords": "x"}, {}, {ID: B})])
    verdict = judge(intent, answer(id=[A, B], keywords=["", "x"]), ID)
    assert verdict.is_clean
    assert [row.row_id for row in verdict.placed] == [B]


def test_a_write_is_misplaced_when_another_row_came_there() -> None:
    intent = WriteIntent(WritePhase.CELLS, [RowWrite(3, B, {"Keywords": "x"}, {}, {ID: B})])
    verdict = judge(intent, answer(id=[B, A], keywords=["", "x"]), ID)
    assert not verdict.is_clean
    assert [row.row_id for row in verdict.misplaced] == [B]


@pytest.mark.parametrize(
    ("shown", "clean"), [(["a"], True), (["b"], False), ([], False), (None, False)]
)
def test_a_first_id_is_judged_by_the_content_beside_it(
    shown: list[CellValue] | None, clean: bool
) -> None:
    intent = WriteIntent(WritePhase.IDS, [RowWrite(2, A, {ID: A}, {}, {}, '{"Role":"a"}')])
    proofs = {} if shown is None else {2: shown}
    verdict = judge(intent, WriteAnswer({ID: [ID, A]}, proofs, [("Role", 0)]), ID)
    assert verdict.is_clean is clean


def test_a_blank_cell_in_the_answer_is_content_that_must_be_blank() -> None:
    intent = WriteIntent(WritePhase.IDS, [RowWrite(2, A, {ID: A}, {}, {}, '{"Role":"a"}')])
    shown: dict[int, list[CellValue]] = {2: ["a", "of another row"]}
    columns = [("Role", 0), ("Notes", 1)]
    assert not judge(intent, WriteAnswer({ID: [ID, A]}, shown, columns), ID).is_clean


def test_a_column_that_the_answer_lacks_is_lost() -> None:
    intent = WriteIntent(WritePhase.CELLS, [RowWrite(2, A, {"Keywords": "x"}, {}, {ID: A})])
    verdict = judge(intent, answer(id=[A]), ID)
    assert verdict.lost_columns == ["Keywords"]
    assert not verdict.is_clean


def test_a_blank_row_that_another_row_came_to_is_misplaced() -> None:
    leftover = sheet_row(4, "", A, result="python")
    intent = WriteIntent(WritePhase.CELLS, plan_cell_writes([], [leftover], {}, HEADERS))
    shown = answer(id=["", "", B], status=["", "", ""], keywords=["", "", ""])
    assert not judge(intent, shown, ID).is_clean


def test_an_id_that_a_copy_bears_too_proves_nothing() -> None:
    intent = WriteIntent(WritePhase.CELLS, [RowWrite(2, A, {"Keywords": "x"}, {}, {ID: A})])
    verdict = judge(intent, answer(id=[A, A], keywords=["x", "old"]), ID)
    assert [row.row_id for row in verdict.misplaced] == [A]
