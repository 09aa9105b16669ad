"""Duplicates in a real sheet: the flag comes with the second row, and goes with the first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync_daemon.sandbox import SandboxServer
from tests.support.fake_clock import FakeClock
from tests.support.loop import Loop

HEADERS = ["Company", "Role", "Description", "Link"]
STEP = """
[[sheets.steps]]
tool = "duplicate_check"
inputs = { link = "Link", company = "Company", title = "Role" }
outputs = { duplicate_of = "Duplicate of" }
"""
ROWS = [
    ["Acme", "Engineer", "text", "https://jobs.acme.com/4711?utm_source=x"],
    ["Other", "Designer", "text", "https://other.com/jobs/1"],
    ["ACME Inc.", "Engineer (m/f/d)", "text", ""],
    ["Somebody", "Driver", "text", "jobs.acme.com/4711/"],
]
QUARTER = 15 * 60 + 1


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def loop(tmp_path: Path, clock: FakeClock) -> Iterator[Loop]:
    with SandboxServer(per_user=0, per_project=0) as server:
        made = Loop(tmp_path, server, [HEADERS, *ROWS], clock=clock)
        made.config.write_text(made.config.read_text("utf-8") + STEP, encoding="utf-8")
        made.close()
        made.application = made.open()
        yield made
        made.close()


def flags(loop: Loop) -> dict[str, str]:
    """Company → the company of the row that it is a duplicate of."""
    rows = loop.rows()
    by_number = {f"row {row['#']}": row["Company"] for row in rows}
    flagged = {row["Company"]: row["Duplicate of"].partition(":")[0] for row in rows}
    return {company: by_number[of] for company, of in flagged.items() if of}


def test_later_rows_with_the_same_posting_are_flagged(loop: Loop) -> None:
    loop.settle()
    assert flags(loop) == {"ACME Inc.": "Acme", "Somebody": "Acme"}
    loop.user.type_rows(5, 0, [["Fresh", "Designer", "", "http://www.other.com/jobs/1#apply"]])
    loop.settle()
    assert flags(loop)["Fresh"] == "Other"


def test_the_flag_goes_when_the_first_row_is_deleted(loop: Loop, clock: FakeClock) -> None:
    loop.settle()
    loop.user.delete_rows(1, 2)
    loop.settle()
    clock.advance(QUARTER)
    loop.settle()
    assert flags(loop) == {}


def test_the_flag_goes_when_the_first_row_becomes_another(loop: Loop, clock: FakeClock) -> None:
    loop.settle()
    loop.user.type_rows(1, 0, [["Elsewhere", "Cook", "text", "https://elsewhere.com/jobs/7"]])
    loop.settle()
    clock.advance(QUARTER)
    loop.settle()
    assert flags(loop) == {}


def test_sorting_the_sheet_moves_no_flag(loop: Loop, clock: FakeClock) -> None:
    loop.settle()
    before = flags(loop)
    loop.user.sort(1, 5, 0, len(loop.rows()[0]) - 1, [(1, False)])
    assert [row["Company"] for row in loop.rows()][-1] != ROWS[-1][0]
    for _ in range(3):
        clock.advance(QUARTER)
        loop.settle()
        assert flags(loop) == before
    clock.advance(24 * 3600)
    loop.settle()
    assert flags(loop) == before


def test_the_number_of_the_other_row_follows_it(loop: Loop, clock: FakeClock) -> None:
    loop.settle()
    loop.user.insert_rows(1, 3)
    loop.settle()
    clock.advance(QUARTER)
    loop.settle()
    named = {row["Company"]: row["Duplicate of"] for row in loop.rows()}
    assert named["ACME Inc."].startswith("row 5: Acme – Engineer (same company and title")
    assert flags(loop) == {"ACME Inc.": "Acme", "Somebody": "Acme"}
