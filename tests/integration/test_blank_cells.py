"""Cells that show nothing, as pages and phones leave them behind, are blank cells."""

from __future__ import annotations

import pytest

from tests.support.loop import HEADERS, Loop, running_loop

INVISIBLE = ["\u200b", "\ufeff", "\u00a0", " \u2060 ", "\u3164", "\u2028", "\u2800"]


@pytest.mark.parametrize("sign", INVISIBLE, ids=ascii)
def test_a_row_of_them_is_no_row_and_an_input_of_them_is_waited_for(
    sign: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rows = [["Acme", "Baker", sign], [sign, sign, sign], ["Birch", sign, "Bake bread"]]
    with running_loop(tmp_path_factory.mktemp("blank"), rows) as loop:
        report = loop.cycle()
        assert (report.rows, report.inserted, report.jobs.done) == (2, 2, 1)
        first, _, second = loop.rows()
        assert first["sheetd status"].startswith("Fill in Description")
        assert (second["Words"], second["Shout"]) == (2, "BAKE BREAD")
        assert [view.cells for view in loop.application.reader.rows()] == [
            {"Company": "Acme", "Role": "Baker"},
            {"Company": "Birch", "Description": "Bake bread"},
        ]


def test_to_clear_a_cell_and_to_leave_something_invisible_in_it_is_the_same(loop: Loop) -> None:
    loop.user.type(1, 1, "")
    loop.cycle()
    for sign in INVISIBLE:
        loop.user.type(1, 1, sign)
        report = loop.cycle()
        assert (report.updated, report.cells_written) == (0, 0)


@pytest.mark.parametrize("header", ["sheetd id", "sheetd status"])
def test_an_invisible_sign_in_place_of_an_id_or_status_is_put_right(
    loop: Loop, header: str
) -> None:
    loop.cycle()
    for sign in INVISIBLE:
        loop.user.type(3, loop.column(header), sign)
        loop.cycle()
        loop.assert_right()
        assert loop.cycle().cells_written == 0


def test_a_row_cleared_down_to_invisible_signs_is_deleted_and_its_results_go(loop: Loop) -> None:
    loop.cycle()
    for column in range(len(HEADERS)):
        loop.user.type(4, column, "\u200b")
    assert loop.cycle().deleted == 1
    assert loop.cycle().cells_written == 0
    (left,) = [row for row in loop.rows() if row["#"] == 5]
    assert (left["Words"], left["Shout"], left["sheetd status"]) == ("", "", "")


def test_rows_that_are_inserted_beside_invisible_results_find_their_place(loop: Loop) -> None:
    loop.cycle()
    loop.user.type(2, loop.column("Shout"), "\u200b")
    loop.user.insert_rows(1, 2)
    loop.cycle()
    assert loop.cycle().cells_written == 0
