"""Titles of our columns and names of steps change: in the sheet, the configuration or both."""

from __future__ import annotations

from typing import Any

import pytest

from sync_daemon.cycle import SheetReport
from sync_daemon.errors import ColumnTakenError
from tests.support.loop import Loop

SECOND_STEP = """
[[sheets.steps]]
name = "role"
tool = "word_count"
inputs = { text = "Role" }
outputs = { shout = "Loud role" }
"""


def grid(loop: Loop) -> list[list[Any]]:
    path = f"/v4/spreadsheets/{loop.spreadsheet_id}/values/Jobs"
    values: list[list[Any]] = loop.server.call("GET", path)["values"]
    return values


def title(loop: Loop, old: str, new: str) -> None:
    """The user types another title over one."""
    loop.user.type(0, loop.column(old), new)


def configure(loop: Loop, *changes: tuple[str, str]) -> None:
    text = loop.config.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    loop.config.write_text(text, encoding="utf-8")
    loop.reopen()


def prepare(loop: Loop) -> None:
    """All is worked on, and one result typed over."""
    loop.settle()
    loop.user.type(5, loop.column("Shout"), "mine")
    loop.settle()


def run_as_planned(loop: Loop) -> SheetReport:
    """A dry run and the run after it, which does what that said."""
    before = grid(loop)
    planned = loop.cycle(dry_run=True)
    assert grid(loop) == before
    report = loop.cycle()
    assert report.notes == planned.notes
    assert bool(report.cells_written) == any("write" in one for one in planned.planned)
    assert bool(report.jobs.done) == any("run" in one for one in planned.planned)
    return report


def assert_only_noted(loop: Loop, report: SheetReport) -> None:
    assert (report.inserted, report.updated, report.deleted, report.ids_assigned) == (0, 0, 0, 0)
    assert (report.jobs.done, report.cells_written, report.cells_repaired) == (0, 0, 0)
    assert loop.cycle().notes == []


OWN = ('worksheet = "Jobs"', 'worksheet = "Jobs"\nid_column = "Nr"\nstatus_column = "How it is"')
CHANGES: dict[str, tuple[list[tuple[str, str]], list[tuple[str, str]]]] = {
    "own columns in the sheet": ([("sheetd id", "Nr"), ("sheetd status", "How it is")], []),
    "own columns in the configuration": ([], [OWN]),
    "own columns in both": ([("sheetd id", "Nr"), ("sheetd status", "How it is")], [OWN]),
    "own columns, differently in both": ([("sheetd id", "#"), ("sheetd status", "?")], [OWN]),
    "a result in the sheet": ([("Shout", "Loud")], []),
    "a result in the configuration": ([], [('"Shout"', '"Loud"')]),
    "a result in both": ([("Shout", "Loud")], [('"Shout"', '"Loud"')]),
    "a step": ([], [('tool = "word_count"', 'name = "w"\ntool = "word_count"')]),
    "a step and its result": (
        [],
        [('tool = "word_count"', 'name = "w"\ntool = "word_count"'), ('"Shout"', '"Loud"')],
    ),
}


FOLLOWS = {  # a title that only the configuration changed, the sheet gets too
    "own columns in the configuration": {"sheetd id": "Nr", "sheetd status": "How it is"},
    "a result in the configuration": {"Shout": "Loud"},
    "a step and its result": {"Shout": "Loud"},
}


@pytest.mark.parametrize("name", CHANGES)
def test_another_title_or_name_costs_nothing(loop: Loop, name: str) -> None:
    titles, changes = CHANGES[name]
    prepare(loop)
    for old, new in titles:
        title(loop, old, new)
    before = grid(loop)
    configure(loop, *changes)
    assert_only_noted(loop, run_as_planned(loop))
    assert grid(loop) == [[FOLLOWS.get(name, {}).get(t, t) for t in before[0]], *before[1:]]
    loop.user.type(6, 2, "new text")
    loop.settle()
    place = next(i for i, text in enumerate(before[0]) if text in {"Shout", "Loud"})
    shown = [row[place] for row in grid(loop)[1:]]
    assert shown == [
        "NEW TEXT" if n == 6 else "mine" if n == 5 else f"TEXT OF ROW {n}" for n in range(1, 9)
    ]


@pytest.mark.parametrize("name", [n for n in CHANGES if n.startswith("own")])
def test_a_mirror_that_is_lost_afterwards_costs_no_id(loop: Loop, name: str) -> None:
    titles, changes = CHANGES[name]
    prepare(loop)
    for old, new in titles:
        title(loop, old, new)
    before = grid(loop)
    configure(loop, *changes)
    loop.cycle()
    loop.lose_mirror()
    loop.cycle(take_over=True)
    loop.settle()
    place = next(i for i, text in enumerate(before[0]) if text in {"sheetd id", "Nr", "#"})
    assert [row[place] for row in grid(loop)[1:]] == [row[place] for row in before[1:]]
    assert len(grid(loop)[0]) == len(before[0])


def test_two_results_trade_their_columns_with_what_was_typed_over_them(loop: Loop) -> None:
    prepare(loop)
    configure(loop, ('"Words"', '"Swap"'), ('"Shout"', '"Words"'), ('"Swap"', '"Shout"'))
    report = run_as_planned(loop)
    assert report.jobs.done == 0
    loop.settle()
    for number, row in enumerate(loop.rows(), 1):
        shout = "mine" if number == 5 else f"TEXT OF ROW {number}"
        assert (row["Words"], row["Shout"]) == (shout, 4)


def test_results_that_came_with_a_copied_row_trade_their_columns_too(loop: Loop) -> None:
    """They are right as they stand, so nothing was written there that could be recognised."""
    loop.settle()
    loop.user.copy_rows(1, 2)
    loop.user.paste(9)
    loop.user.type(9, loop.column("Company"), "Copy")
    loop.cycle()
    configure(loop, ('"Words"', '"Swap"'), ('"Shout"', '"Words"'), ('"Swap"', '"Shout"'))
    loop.settle()
    copied = next(row for row in loop.rows() if row["Company"] == "Copy")
    assert (copied["Words"], copied["Shout"]) == ("TEXT OF ROW 1", 4)


def test_a_title_is_used_for_another_result(loop: Loop) -> None:
    """``words`` goes to a new column, and what was shouted to the one that it leaves."""
    prepare(loop)
    configure(loop, ('"Words"', '"Count"'), ('"Shout"', '"Words"'))
    run_as_planned(loop)
    loop.settle()
    for number, row in enumerate(loop.rows(), 1):
        shout = "mine" if number == 5 else f"TEXT OF ROW {number}"
        assert (row["Count"], row["Words"]) == (4, shout)


def test_two_steps_of_one_tool_trade_their_names(loop: Loop) -> None:
    text = loop.config.read_text(encoding="utf-8").replace(
        'tool = "word_count"', 'name = "text"\ntool = "word_count"'
    )
    loop.config.write_text(text + SECOND_STEP, encoding="utf-8")
    loop.reopen()
    prepare(loop)
    before = grid(loop)
    configure(loop, ('"text"', '"x"'), ('"role"', '"text"'), ('"x"', '"role"'))
    assert_only_noted(loop, run_as_planned(loop))
    assert grid(loop) == before


@pytest.mark.parametrize(
    "change",
    [
        ('worksheet = "Jobs"', 'worksheet = "Jobs"\nid_column = "Company"'),
        ('worksheet = "Jobs"', 'worksheet = "Jobs"\nstatus_column = "Role"'),
        ('"Shout"', '"Company"'),
    ],
)
def test_a_column_of_the_user_s_is_not_taken(loop: Loop, change: tuple[str, str]) -> None:
    prepare(loop)
    before = grid(loop)
    configure(loop, change)
    with pytest.raises(ColumnTakenError):
        loop.cycle()
    with pytest.raises(ColumnTakenError):
        loop.cycle(dry_run=True)
    assert grid(loop) == before
    configure(loop, (change[1], change[0]))
    assert_only_noted(loop, loop.cycle())


def test_a_column_of_the_user_s_renamed_to_the_title_of_a_deleted_one_is_theirs(
    loop: Loop,
) -> None:
    prepare(loop)
    place = loop.column("Shout")
    loop.user.delete_columns(place, place + 1)
    title(loop, "Role", "Shout")
    before = grid(loop)
    with pytest.raises(ColumnTakenError):
        loop.cycle()
    assert grid(loop) == before
