"""A result that the user typed over stays, and the history tells of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeAlias

import pytest

from sync_daemon.domain.cells import is_blank
from tests.support.furniture import photograph
from tests.support.loop import HEADERS, Loop
from tests.support.mirrors import step_back
from tests.support.stories import hand_edits

WRITE = "values:batchUpdateByDataFilter"
MINE_ON_ROW_5 = [{"Shout": {"before": "TEXT OF ROW 5", "after": "mine"}}]
Act: TypeAlias = Callable[[Loop], None]


def row_of(loop: Loop, company: str) -> dict[str, Any]:
    return next(row for row in loop.rows() if row["Company"] == company)


def type_over(loop: Loop, text: str = "mine", company: str = "Company 5") -> None:
    """Type over what a company shows, wherever its row stands."""
    loop.user.type(row_of(loop, company)["#"] - 1, loop.column("Shout"), text)


def sort_everything(loop: Loop) -> None:
    loop.user.sort(1, 9, 0, 7, [(0, True)])


def clear_status(loop: Loop) -> None:
    loop.user.type(5, loop.column("sheetd status"), "")


def type_over_status(loop: Loop) -> None:
    loop.user.type(5, loop.column("sheetd status"), "my own words")


def clear_id(loop: Loop) -> None:
    loop.user.type(5, loop.column("sheetd id"), "")


def delete_id_column(loop: Loop) -> None:
    column = loop.column("sheetd id")
    loop.user.delete_columns(column, column + 1)


def delete_status_column(loop: Loop) -> None:
    column = loop.column("sheetd status")
    loop.user.delete_columns(column, column + 1)


class TestEdits:
    @pytest.mark.parametrize(
        "typed",
        [
            "=1+1",
            "=NA()",
            "1/2",
            "'007",
            "TRUE",
            "50%",
            "'=x",
            "12:30",
            " ",
            "\u200b",
            "'",
            "#N/A",
            "'TRUE",
        ],
    )
    def test_whatever_was_typed_stays_as_it_is(self, loop: Loop, typed: str) -> None:
        loop.cycle()
        row_id = row_of(loop, "Company 5")["sheetd id"]
        type_over(loop, typed)
        before = photograph(loop)
        for _ in range(3):
            assert loop.cycle().cells_written == 0
        assert photograph(loop) == before
        (edit,) = hand_edits(loop, row_id)
        assert edit["Shout"] == {
            "before": "TEXT OF ROW 5",
            "after": "" if is_blank(typed) else row_of(loop, "Company 5")["Shout"],
        }

    def test_typed_over_again_it_is_the_newest_that_stays(self, loop: Loop) -> None:
        loop.cycle()
        row_id = row_of(loop, "Company 5")["sheetd id"]
        for text in ("mine", "mine again", ""):
            type_over(loop, text)
            loop.settle()
            assert row_of(loop, "Company 5")["Shout"] == text
        again = [
            {"Shout": {"before": "mine", "after": "mine again"}},
            {"Shout": {"before": "mine again", "after": ""}},
        ]
        assert hand_edits(loop, row_id) == MINE_ON_ROW_5 + again

    @pytest.mark.parametrize("is_typed", [True, False])
    def test_an_edit_that_the_user_takes_back_does_not_return(
        self, loop: Loop, *, is_typed: bool
    ) -> None:
        loop.cycle()
        type_over(loop)
        loop.cycle()
        if is_typed:
            type_over(loop, "TEXT OF ROW 5")
        else:
            loop.user.undo()
        loop.settle()
        assert row_of(loop, "Company 5")["Shout"] == "TEXT OF ROW 5"


class TestMoments:
    def test_it_is_typed_while_other_results_are_written(self, loop: Loop) -> None:
        loop.cycle()
        for number in (2, 8):
            loop.user.type(number, 2, "changed")
        with loop.user_acts_before(WRITE, lambda: type_over(loop)):
            loop.cycle()
        loop.settle()
        row = row_of(loop, "Company 5")
        assert row["Shout"] == "mine"
        assert hand_edits(loop, row["sheetd id"]) == MINE_ON_ROW_5

    def test_it_is_typed_and_all_is_sorted_while_other_results_are_written(
        self, loop: Loop
    ) -> None:
        loop.cycle()
        for number in (2, 8):
            loop.user.type(number, 2, "changed")

        def act() -> None:
            type_over(loop)
            sort_everything(loop)

        with loop.user_acts_before(WRITE, act):
            loop.cycle()
        loop.settle()
        changed = row_of(loop, "Company 5")
        assert changed["Shout"] == "mine"
        assert hand_edits(loop, changed["sheetd id"]) == MINE_ON_ROW_5

    def test_the_input_changes_as_well_then_the_edit_goes_but_is_recorded(self, loop: Loop) -> None:
        loop.cycle()
        type_over(loop)
        loop.user.type(5, 2, "new input")
        loop.settle()
        loop.assert_right()
        assert hand_edits(loop, row_of(loop, "Company 5")["sheetd id"]) == MINE_ON_ROW_5

    def test_all_is_sorted_afterwards(self, loop: Loop) -> None:
        loop.cycle()
        type_over(loop)
        sort_everything(loop)
        loop.settle()
        row = row_of(loop, "Company 5")
        assert row["Shout"] == "mine"
        assert hand_edits(loop, row["sheetd id"]) == MINE_ON_ROW_5

    @pytest.mark.parametrize("act", [clear_id, delete_id_column])
    def test_the_row_loses_its_id_at_the_same_time(self, loop: Loop, act: Act) -> None:
        loop.cycle()
        type_over(loop)
        act(loop)
        loop.settle()
        row = row_of(loop, "Company 5")
        assert row["Shout"] == "mine"
        assert hand_edits(loop, row["sheetd id"]) == MINE_ON_ROW_5

    @pytest.mark.parametrize("act", [clear_status, type_over_status])
    def test_without_its_status_the_result_may_have_come_with_a_sort_and_is_only_in_the_history(
        self, loop: Loop, act: Act
    ) -> None:
        """The status is written with the results: without it nothing tells whose they are."""
        loop.cycle()
        type_over(loop)
        act(loop)
        loop.settle()
        row = row_of(loop, "Company 5")
        assert row["Shout"] == "TEXT OF ROW 5"
        changes = [e.detail.get("Shout") for e in loop.application.reader.history(row["sheetd id"])]
        assert {"before": "mine", "after": "TEXT OF ROW 5"} in changes

    @pytest.mark.parametrize(
        "act",
        [clear_status, type_over_status, clear_id, delete_id_column, delete_status_column],
    )
    def test_the_row_loses_its_id_or_its_status_afterwards(self, loop: Loop, act: Act) -> None:
        loop.cycle()
        type_over(loop)
        loop.cycle()
        act(loop)
        loop.settle()
        row = row_of(loop, "Company 5")
        assert row["Shout"] == "mine"
        assert hand_edits(loop, row["sheetd id"]) == MINE_ON_ROW_5


class TestWhatChangesAround:
    """Only the row's inputs, or a re-run that was asked for, end what was typed over."""

    def new_version(self, loop: Loop, version: int = 2) -> None:
        processor = loop.folder / "my-tools" / "word_count" / "processor.py"
        text = processor.read_text(encoding="utf-8")
        text = text.replace("version = 1", f"version = {version}")
        text = text.replace("entry.text.upper()", f'entry.text.upper() + " {version}"')
        processor.write_text(text, encoding="utf-8")
        loop.reopen()

    def test_a_new_version_of_the_tool(self, loop: Loop) -> None:
        loop.cycle()
        type_over(loop)
        loop.cycle()
        self.new_version(loop)
        loop.settle()
        assert row_of(loop, "Company 4")["Shout"] == "TEXT OF ROW 4 2"
        assert row_of(loop, "Company 5")["Shout"] == "mine"

    def test_the_value_is_typed_while_the_new_version_is_installed(self, loop: Loop) -> None:
        loop.cycle()
        self.new_version(loop)
        type_over(loop)
        loop.settle()
        assert row_of(loop, "Company 5")["Shout"] == "mine"

    def test_new_inputs_after_a_new_version(self, loop: Loop) -> None:
        loop.cycle()
        type_over(loop)
        loop.cycle()
        self.new_version(loop)
        loop.settle()
        loop.user.type(5, 2, "new input")
        loop.settle()
        assert row_of(loop, "Company 5")["Shout"] == "NEW INPUT 2"

    def test_a_result_that_the_step_takes_from_another_changes(self, loop: Loop) -> None:
        more = """
[[sheets.steps]]
name = "again"
tool = "word_count"
inputs = { text = "word_count.shout" }
outputs = { words = "Words again" }
"""
        loop.config.write_text(loop.config.read_text(encoding="utf-8") + more, encoding="utf-8")
        loop.reopen()
        loop.settle()
        loop.user.type(5, loop.column("Words again"), 17)
        loop.cycle()
        self.new_version(loop)
        loop.settle()
        assert row_of(loop, "Company 4")["Words again"] == 5
        assert row_of(loop, "Company 5")["Words again"] == 17
        loop.user.type(5, 2, "new input")
        loop.settle()
        assert row_of(loop, "Company 5")["Words again"] == 3

    def test_the_input_s_column_gets_another_name(self, loop: Loop) -> None:
        loop.cycle()
        type_over(loop)
        loop.cycle()
        loop.user.type(0, 2, "What they say")
        loop.configure('text = "Description"', 'text = "What they say"')
        self.new_version(loop)
        loop.settle()
        assert row_of(loop, "Company 4")["Shout"] == "TEXT OF ROW 4 2"
        assert row_of(loop, "Company 5")["Shout"] == "mine"

    def test_a_re_run_that_was_asked_for_ends_it(self, loop: Loop) -> None:
        loop.cycle()
        type_over(loop)
        loop.cycle()
        outputs = {"jobs": {"word_count": ["Words", "Shout"]}}
        row_id = row_of(loop, "Company 5")["sheetd id"]
        loop.application.admin.request_rerun(outputs, datetime.now(UTC), row_ids=[row_id])
        loop.settle()
        assert row_of(loop, "Company 5")["Shout"] == "TEXT OF ROW 5"

    def test_the_mirror_is_of_the_version_before(self, loop: Loop) -> None:
        """It held edits against the whole input hash; the new version of the tool came with it."""
        loop.cycle()
        type_over(loop)
        loop.cycle()
        step_back(loop.folder / "sheetd.db", "0012")
        self.new_version(loop)
        type_over(loop, "also mine", "Company 3")
        loop.settle()
        assert row_of(loop, "Company 4")["Shout"] == "TEXT OF ROW 4 2"
        assert row_of(loop, "Company 5")["Shout"] == "mine"
        assert row_of(loop, "Company 3")["Shout"] == "also mine"
        loop.user.type(5, 2, "new input")
        loop.settle()
        assert row_of(loop, "Company 5")["Shout"] == "NEW INPUT 2"


def test_results_left_behind_by_a_row_that_moved_away_are_not_typed_by_hand(loop: Loop) -> None:
    """Its inputs alone were cut; another row is typed where its results still stand."""
    loop.settle()
    inputs, width = loop.column("Company"), len(HEADERS)
    loop.user.cut(5, 6, inputs, inputs + width)
    loop.user.paste(15, inputs)
    for own in ("sheetd id", "sheetd status"):
        loop.user.type(5, loop.column(own), "")
    loop.user.type_rows(5, inputs, [["Another", "Role", "quite another text"]])
    loop.settle()
    loop.assert_right()
