"""A column that holds anything is the user's, until the user says otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sync_daemon.errors import ColumnTakenError, ConfigError, ExitStatus
from tests.support.loop import HEADERS, Loop, running_loop

OWN = ["my own", "", "words", "of mine"]


def sheet(title: str, values: list[Any]) -> list[list[Any]]:
    rows = [[f"Company {n}", "Role", f"text of row {n}", value] for n, value in enumerate(values)]
    return [[*HEADERS, title], *rows]


def column(loop: Loop, title: str) -> list[Any]:
    return [row.get(title, "") for row in loop.rows()]


@pytest.fixture
def typed(tmp_path: Path) -> Any:
    """A sheet in which the user keeps a column called Shout, as a result of ours is."""
    with running_loop(tmp_path) as loop:
        loop.user.insert_columns(3, 4)
        loop.user.type(0, 3, "Shout")
        loop.user.type(1, 3, "my own")
        yield loop


def test_a_filled_column_is_refused_by_name_with_two_ways_out(typed: Loop) -> None:
    before = typed.rows()
    for options in ({"dry_run": True}, {}, {"take_over": True}):
        report = typed.run(**options)
        failure = report.sheets[0].failure
        assert isinstance(failure, ColumnTakenError)
        assert report.exit_status() is ExitStatus.REFUSED
        assert 'Column "Shout" in sheet' in failure.message
        assert '"Shout (sheetd)"' in failure.hint
        assert 'adopt = ["Shout"]' in failure.hint
    assert typed.rows() == before


def test_another_title_leads_on(typed: Loop) -> None:
    typed.configure('shout = "Shout"', 'shout = "Shout (sheetd)"')
    typed.settle()
    assert column(typed, "Shout")[0] == "my own"
    assert column(typed, "Shout (sheetd)")[0] == "TEXT OF ROW 1"


def test_an_adopted_column_keeps_what_was_typed_and_is_filled_where_it_is_blank(
    typed: Loop,
) -> None:
    typed.configure('worksheet = "Jobs"', 'worksheet = "Jobs"\nadopt = ["shout"]')
    planned = typed.run(dry_run=True).sheets[0].planned
    assert any("keep the value typed over 'Shout'" in sentence for sentence in planned)
    typed.settle()
    assert column(typed, "Shout")[:2] == ["my own", "TEXT OF ROW 2"]
    typed.user.type(2, 2, "a new text")
    typed.settle()
    assert column(typed, "Shout")[:2] == ["my own", "A NEW TEXT"]
    typed.user.type(1, 2, "other inputs")
    typed.settle()
    assert column(typed, "Shout")[0] == "OTHER INPUTS"


def test_what_was_typed_in_an_adopted_column_outlives_the_mirror(typed: Loop) -> None:
    typed.configure('worksheet = "Jobs"', 'worksheet = "Jobs"\nadopt = ["Shout"]')
    typed.settle()
    typed.lose_mirror()
    planned = typed.run(dry_run=True, take_over=True).sheets[0].planned
    assert "keep what stands in 'Shout' on 8 rows, unless the result is the same" in planned
    typed.cycle(take_over=True)
    typed.settle()
    assert column(typed, "Shout")[:2] == ["my own", "TEXT OF ROW 2"]


@pytest.mark.parametrize(
    "cell",
    ["x", 0, False, "\u200b", '=IF(TRUE,"","")', "=A2", " "],
    ids=["text", "zero", "checkbox", "invisible", "formula that shows nothing", "formula", "blank"],
)
def test_anything_at_all_makes_a_column_the_users(tmp_path: Path, cell: Any) -> None:
    with running_loop(tmp_path) as loop:
        loop.user.type(0, 3, "Shout")
        loop.user.type(5, 3, cell)
        before = loop.rows()
        with pytest.raises(ColumnTakenError):
            loop.cycle()
        assert loop.rows() == before


def test_a_blank_column_with_our_title_is_used_as_it_is(tmp_path: Path) -> None:
    with running_loop(tmp_path) as loop:
        loop.user.type(0, 3, "SHOUT ")
        loop.settle()
        assert column(loop, "SHOUT ")[0] == "TEXT OF ROW 1"
        assert "Shout" not in loop.rows()[0]


@pytest.mark.parametrize("key", ["id_column", "status_column"])
def test_id_and_status_never_take_a_column_of_the_users(tmp_path: Path, key: str) -> None:
    with running_loop(tmp_path, more=f'{key} = "Role"') as loop:
        before = loop.rows()
        with pytest.raises(ColumnTakenError, match='Column "Role"') as refused:
            loop.cycle()
        assert f"sheets.{key}" in refused.value.hint
        assert "adopt" not in refused.value.hint
        assert loop.rows() == before


@pytest.mark.parametrize("header", ["sheetd id", "sheetd status"])
def test_id_and_status_cannot_be_adopted(tmp_path: Path, header: str) -> None:
    with (
        pytest.raises(ConfigError, match="cannot cover"),
        running_loop(tmp_path, more=f'adopt = ["{header}"]'),
    ):
        pass


def test_a_column_renamed_to_the_title_of_a_deleted_one_is_the_users(tmp_path: Path) -> None:
    with running_loop(tmp_path) as loop:
        loop.cycle()
        place = loop.column("Shout")
        loop.user.delete_columns(place, place + 1)
        loop.user.type(0, loop.column("Role"), "Shout")
        before = loop.rows()
        with pytest.raises(ColumnTakenError):
            loop.cycle()
        assert loop.rows() == before


def test_a_result_column_that_was_cut_and_pasted_is_known_by_its_values(tmp_path: Path) -> None:
    with running_loop(tmp_path) as loop:
        loop.cycle()
        place = loop.column("Shout")
        loop.user.cut(0, 9, place, place + 1)
        loop.user.paste(0, 9)
        report = loop.cycle()
        loop.settle()
        loop.assert_right()
        assert report.jobs.done == 0
        assert loop.column("Shout") == 9


def test_a_pasted_copy_of_ours_with_a_value_of_the_users_is_the_users(tmp_path: Path) -> None:
    with running_loop(tmp_path) as loop:
        loop.cycle()
        place = loop.column("Shout")
        loop.user.cut(0, 9, place, place + 1)
        loop.user.paste(0, 9)
        loop.user.type(4, 9, "changed at once")
        with pytest.raises(ColumnTakenError):
            loop.cycle()
        assert loop.rows()[3]["Shout"] == "changed at once"
