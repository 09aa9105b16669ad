"""A sheet is its spreadsheet and tab; its name in the configuration is a label."""

from __future__ import annotations

import re
from typing import Any

from sync_daemon.cycle import RunReport
from tests.support.loop import HEADERS, Loop
from tests.support.stories import hand_edits


def config(loop: Loop) -> str:
    return loop.config.read_text(encoding="utf-8")


def rewrite(loop: Loop, text: str) -> None:
    loop.config.write_text(text, encoding="utf-8")
    loop.reopen()


def type_over(loop: Loop) -> None:
    loop.user.type(5, loop.column("Shout"), "mine")


def shouts(loop: Loop) -> list[Any]:
    return [row["Shout"] for row in loop.rows()]


def add_sheet(loop: Loop, name: str) -> str:
    """A second sheet, in a spreadsheet of its own; returns that spreadsheet's id."""
    rows = [HEADERS, *([f"Other {n}", "Role", f"other text {n}"] for n in range(3))]
    other: str = loop.server.add_spreadsheet("Other hunt", rows, tab="Jobs")
    first = config(loop)
    section = re.sub('name = ".*"', f'name = "{name}"', first[first.index("[[sheets]]") :], count=1)
    rewrite(loop, f"{first}\n{section.replace(loop.spreadsheet_id, other)}")
    return other


def assert_nothing_happened(report: RunReport) -> None:
    for sheet in report.sheets:
        assert sheet.failure is None, sheet.failure
        assert (sheet.inserted, sheet.updated, sheet.deleted, sheet.ids_assigned) == (0, 0, 0, 0)
        assert (sheet.jobs.done, sheet.cells_written) == (0, 0)


def test_another_name_for_the_sheet_changes_nothing(loop: Loop) -> None:
    loop.settle()
    type_over(loop)
    loop.settle()
    before, row_id = loop.rows(), loop.rows()[4]["sheetd id"]
    loop.configure('name = "jobs"', 'name = "hunt"')
    planned = loop.cycle(dry_run=True)
    assert planned.planned == []
    assert "'jobs'" in planned.notes[0]
    report = loop.run()
    assert_nothing_happened(report)
    assert report.sheets[0].notes == planned.notes
    assert loop.rows() == before
    assert [row.sheet for row in loop.application.reader.rows()] == ["hunt"] * len(before)
    assert len(hand_edits(loop, row_id)) == 1
    assert loop.cycle().notes == []


def test_a_new_row_after_it_is_worked_on_and_the_view_is_of_the_new_name(loop: Loop) -> None:
    loop.settle()
    loop.configure('name = "jobs"', 'name = "hunt"')
    loop.user.type_rows(9, 0, [["Company 9", "Role 9", "one more"]])
    loop.settle()
    loop.assert_right()
    with loop.application.database.connect() as connection:
        query = "SELECT name FROM sqlite_master WHERE type = 'view'"
        assert list(connection.exec_driver_sql(query).scalars()) == ["sheet_hunt"]


def test_name_and_tab_get_other_names_together(loop: Loop) -> None:
    loop.settle()
    type_over(loop)
    loop.settle()
    before = shouts(loop)
    loop.user.rename_tab("Hunt")
    text = config(loop).replace('name = "jobs"', 'name = "hunt"')
    rewrite(loop, text.replace('worksheet = "Jobs"', 'worksheet = "Hunt"'))
    assert_nothing_happened(loop.run())
    loop.user.rename_tab("Jobs")  # as the helpers know it
    assert shouts(loop) == before


def test_two_sheets_trade_their_names(loop: Loop) -> None:
    loop.settle()
    add_sheet(loop, "other")
    loop.run()
    type_over(loop)
    loop.run()
    before = loop.rows()
    names = {"jobs": "other", "other": "jobs"}
    traded = re.sub('name = "(.*)"', lambda found: f'name = "{names[found[1]]}"', config(loop))
    rewrite(loop, traded)
    assert_nothing_happened(loop.run(dry_run=True))
    assert_nothing_happened(loop.run())
    assert_nothing_happened(loop.run())
    assert loop.rows() == before
    counts = {name: loop.application.mirror.count_rows(name)[0] for name in names}
    assert counts == {"jobs": 3, "other": 8}


def test_the_name_is_given_to_another_tab(loop: Loop) -> None:
    """The old tab goes on under another name, and both have their own rows."""
    loop.settle()
    type_over(loop)
    loop.settle()
    before = loop.rows()
    loop.configure('name = "jobs"', 'name = "old"')
    add_sheet(loop, "jobs")
    text = config(loop).replace('name = "jobs"', 'name = "x"').replace('name = "old"', 'name = "y"')
    rewrite(loop, text)
    report = loop.run()
    assert [sheet.failure for sheet in report.sheets] == [None, None]
    assert loop.rows() == before
    assert {n: loop.application.mirror.count_rows(n)[0] for n in ("x", "y")} == {"x": 3, "y": 8}
