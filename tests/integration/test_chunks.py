"""A large tab is read in parts, and the parts are proved to belong to one state of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_mock import MockerFixture

from sync_daemon.errors import TornReadError
from sync_daemon.sandbox import HttpRequest
from sync_daemon.sandbox.faults import Fault, FaultKind
from tests.support.loop import Loop, running_loop

READ = "batchGetByDataFilter"
Act = Callable[[Loop], None]


@pytest.fixture
def loop(tmp_path: Path, mocker: MockerFixture) -> Iterator[Loop]:
    """40 rows in a tab of 26 columns, read some 10 rows at a time."""
    mocker.patch("sync_daemon.sheets.gateway.CELLS_PER_READ", 300)
    sample = [[f"Company {n}", f"Role {n}", f"text of row {n}"] for n in range(1, 41)]
    with running_loop(tmp_path, sample) as made:
        # The grid has 1,000 rows; most of them are beyond the data.
        made.user.delete_rows(60, made.user.sheet.grid.row_count)
        yield made


def acting_before_read(loop: Loop, number: int, act: Act) -> Callable[[HttpRequest], None]:
    """Have the user act before the read with this number."""
    seen = 0

    def before(request: HttpRequest) -> None:
        nonlocal seen
        if READ in request.target:
            seen += 1
            if seen == number:
                with loop.server.workspace.lock:
                    act(loop)

    loop.server.service.before.append(before)
    return before


def insert_above(loop: Loop) -> None:
    loop.user.insert_rows(3)


def delete_above(loop: Loop) -> None:
    loop.user.delete_rows(2, 3)


def sort_down(loop: Loop) -> None:
    loop.user.sort(1, 41, 0, len(loop.user.texts()[0]), [(2, True)])


def move_down(loop: Loop) -> None:
    loop.user.move_rows(2, 3, 36)


def move_up(loop: Loop) -> None:
    loop.user.move_rows(35, 36, 2)


def move_column(loop: Loop) -> None:
    loop.user.move_columns(0, 1, 3)


MOVES: list[Act] = [insert_above, delete_above, sort_down, move_down, move_up, move_column]


def test_the_parts_make_up_the_whole(loop: Loop) -> None:
    report = loop.run()
    loop.assert_right()
    assert len(loop.rows()) == 40
    assert report.api_calls.sheets_read == 8  # where the tab is, 6 parts, the proof
    assert loop.cycle().cells_written == 0
    assert loop.run().api_calls.sheets_read == 7


@pytest.mark.parametrize("number", range(2, 8))
@pytest.mark.parametrize("move", MOVES)
class TestMovesBetweenTwoParts:
    def test_in_a_known_sheet_no_row_is_read_twice_or_missed(
        self, loop: Loop, move: Act, number: int
    ) -> None:
        loop.cycle()
        loop.settle()
        before = {row["Company"]: row["sheetd id"] for row in loop.rows()}
        loop.user.type(20, loop.column("Description"), "edited")
        acting_before_read(loop, number, move)
        report = loop.cycle()
        after = {row["Company"]: row["sheetd id"] for row in loop.rows() if row["Company"]}
        loop.assert_right()
        assert after == {company: before[company] for company in after}
        assert report.inserted == 0
        assert report.deleted == len(before) - len(after) <= 1

    def test_at_first_contact_no_row_is_read_twice_or_missed(
        self, loop: Loop, move: Act, number: int
    ) -> None:
        acting_before_read(loop, number, move)
        report = loop.cycle()
        loop.settle()
        loop.assert_right()
        assert report.inserted == len(loop.rows())
        assert report.deleted == 0


def test_rows_beyond_the_size_that_was_known_are_read_too(loop: Loop) -> None:
    loop.cycle()
    loop.user.append_rows(200)
    loop.user.type_rows(150, 0, [["Far below", "r", "new words"]])
    loop.settle()
    assert loop.rows()[-1]["Words"] == 2


def test_a_tab_that_became_smaller_is_looked_at_again(loop: Loop) -> None:
    loop.cycle()
    loop.user.delete_rows(41, 60)
    loop.user.type(20, loop.column("Description"), "edited")
    loop.settle()
    loop.assert_right()


def test_a_sheet_that_never_rests_while_it_is_read_is_refused_and_nothing_changes(
    loop: Loop,
) -> None:
    loop.settle()
    rows = loop.rows()
    count = 0

    def shift(request: HttpRequest) -> None:
        nonlocal count
        if READ in request.target:
            count += 1
            with loop.server.workspace.lock:
                loop.user.move_rows(1 + count % 2, 2 + count % 2, 30)

    loop.server.service.before.append(shift)
    report = loop.run()
    assert isinstance(report.sheets[0].failure, TornReadError)
    assert report.exit_status() == 5
    loop.server.service.before.remove(shift)
    known: list[Any] = list(loop.application.reader.rows())
    assert len(known) == len(rows)
    loop.settle()
    loop.assert_right()


def test_a_part_that_is_cut_off_becomes_no_deletion(loop: Loop) -> None:
    loop.settle()
    loop.user.type(20, loop.column("Description"), "edited")
    loop.server.service.faults.add(Fault(FaultKind.CUT_JSON, path=READ, after=2))
    assert loop.cycle().deleted == 0
    loop.assert_right()
