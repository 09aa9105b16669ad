"""Messages about the rows of a sheet, over many cycles and processes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.support.fake_clock import FakeClock
from tests.support.furniture import photograph
from tests.support.inbox import Inbox, running_inbox
from tests.support.loop import Loop, running_loop

STEP = """
[[sheets.steps]]
tool = "notify"
inputs = {{ title = "Role", company = "Company", score = "word_count.words" }}
outputs = {{ notified = "Told", last = "Last told" }}
options = {{ urls_file = "receivers", when = [{{ score_at_least = 3 }}] }}
"""


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with running_inbox() as server:
        yield server


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def hunt(tmp_path: Path, inbox: Inbox, clock: FakeClock) -> Iterator[Loop]:
    rows = [["Acme", "Cook", "one"], ["Bcme", "Baker", "one two three"], ["Ccme", "Clerk", "one"]]
    with running_loop(tmp_path, rows, clock=clock) as loop:
        (tmp_path / "receivers").write_text(inbox.url)
        (tmp_path / "receivers").chmod(0o600)
        loop.config.write_text(loop.config.read_text() + STEP.format())
        restart(loop)
        loop.settle()
        yield loop


def restart(hunt: Loop) -> None:
    hunt.application.close()
    hunt.application = hunt.open()


def subjects(inbox: Inbox) -> list[str]:
    return [message["subject"] for message in inbox.messages]


def test_a_row_is_told_once_whatever_happens_to_the_sheet(hunt: Loop, inbox: Inbox) -> None:
    assert subjects(inbox) == ["Baker at Bcme"]
    assert [bool(row["Told"]) for row in hunt.rows()] == [False, True, False]
    hunt.user.sort(1, 4, 0, 10, [(0, True)])
    hunt.user.insert_rows(1, 2)
    hunt.settle()
    restart(hunt)
    hunt.settle()
    assert subjects(inbox) == ["Baker at Bcme"]


def test_when_it_was_told_stands_there_as_a_date_and_time(hunt: Loop, clock: FakeClock) -> None:
    column = hunt.column("Last told")
    shown = photograph(hunt)["sheets"][0]["data"][0]["rowData"][2]["values"][column]
    assert shown["userEnteredFormat"]["numberFormat"]["type"] == "DATE_TIME"
    days = (clock.now().replace(tzinfo=None) - datetime(1899, 12, 30)).total_seconds() / 86_400  # noqa: DTZ001
    assert shown["effectiveValue"]["numberValue"] == pytest.approx(days, abs=0.1)
    assert hunt.cycle().cells_written == 0


def test_a_row_that_comes_to_meet_the_condition_is_told(hunt: Loop, inbox: Inbox) -> None:
    column = hunt.column("Description")
    for text in ("one two three", "one two three four", "one", "one two three"):
        hunt.user.type(1, column, text)
        hunt.settle()
    assert subjects(inbox) == ["Baker at Bcme", "Cook at Acme", "Cook at Acme"]


def test_a_receiver_that_is_away_is_told_when_it_is_back(
    hunt: Loop, inbox: Inbox, clock: FakeClock
) -> None:
    inbox.status = 503
    hunt.user.type(1, hunt.column("Description"), "one two three")
    hunt.settle()
    row = hunt.rows()[0]
    assert "did not take the message" in row["sheetd status"]
    assert inbox.url not in row["sheetd status"]
    inbox.status = 200
    clock.advance(3600)
    hunt.cycle()
    assert subjects(inbox)[-1] == "Cook at Acme"
