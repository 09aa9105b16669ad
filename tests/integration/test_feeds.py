"""Postings of a board become rows: each once, in the user's columns, whatever is killed."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from pytest_mock import MockerFixture

from sync_daemon.errors import ConfigError, HeaderError
from sync_daemon.sheets.gateway import GoogleSheetGateway
from tests.support.fake_clock import FakeClock
from tests.support.loop import Loop, running_loop

FEEDS = """
[[sheets.feeds]]
name = "acme"
source = "{url}/feed.xml"
every = "1h"
at_most = 3
columns = {{ company = "Company", title = "Role", description = "Description", link = "Link" }}
match = {{ title = ["engineer", "developer"] }}
exclude = {{ title = ["senior"] }}
"""


@dataclass
class Board:
    """A web site with one feed."""

    titles: list[str] = field(default_factory=list)
    status: int = 200
    asked: int = 0
    url: str = ""

    def text(self) -> str:
        entries = "".join(
            f"<item><guid>id-{title}</guid><title>{escape(title)}</title>"
            f"<link>{self.url}/jobs/{number}</link>"
            f"<description>work on {number}</description></item>"
            for number, title in enumerate(self.titles)
        )
        return f'<rss version="2.0"><channel><title>Acme</title>{entries}</channel></rss>'


@pytest.fixture
def board() -> Iterator[Board]:
    board = Board()

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_feed = self.path == "/feed.xml"
            board.asked += is_feed
            body = board.text().encode() if is_feed and board.status == 200 else b""
            self.send_response(board.status if is_feed else 404)
            self.send_header("Content-Type", "application/rss+xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        board.url = f"http://127.0.0.1:{server.server_address[1]}"
        yield board
        server.shutdown()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def hunt(tmp_path: Path, board: Board, clock: FakeClock) -> Iterator[Loop]:
    """One typed row, a column for links, and a feed."""
    with running_loop(tmp_path, [["Typed", "Cook", "by hand"]], clock=clock) as loop:
        loop.user.type_rows(0, 3, [["Link", "Notes"]])
        text = loop.config.read_text(encoding="utf-8") + FEEDS.format(url=board.url)
        text = text.replace(
            'paths = ["my-tools"]', f'paths = ["my-tools"]\nallow_origins = ["{board.url}"]'
        )
        loop.config.write_text(text, encoding="utf-8")
        loop.application.close()
        loop.application = loop.open()
        yield loop


def roles(loop: Loop) -> list[str]:
    return [row["Role"] for row in loop.rows()]


def test_postings_become_rows_in_the_user_s_columns_and_are_worked_on(
    hunt: Loop, board: Board
) -> None:
    board.titles = ["Python developer", "Senior engineer", "Gardener"]
    report = hunt.cycle()
    assert roles(hunt) == ["Cook", "Python developer"]
    row = hunt.rows()[1]
    assert (row["Link"], row["Description"], row["Notes"]) == (
        f"{board.url}/jobs/0",
        "work on 0",
        "",
    )
    assert row["Words"] == 3
    assert report.inserted == 2
    hunt.assert_right()
    assert hunt.cycle().cells_written == 0


def test_a_posting_comes_once_and_never_twice(hunt: Loop, board: Board, clock: FakeClock) -> None:
    board.titles = ["Python developer"]
    hunt.cycle()
    hunt.user.delete_rows(2, 3)
    for _ in range(4):
        clock.advance(3_700)
        hunt.cycle()
    assert roles(hunt) == ["Cook"], "what the user deleted stays deleted"
    board.titles = ["Go developer", "Python developer"]
    clock.advance(3_700)
    hunt.cycle()
    assert roles(hunt) == ["Cook", "Go developer"]


def test_the_source_is_asked_as_often_as_configured(
    hunt: Loop, board: Board, clock: FakeClock
) -> None:
    for _ in range(10):
        hunt.cycle()
        clock.advance(60)
    assert board.asked == 1
    clock.advance(3_600)
    hunt.cycle()
    assert board.asked == 2


def test_many_postings_are_spread_over_cycles(hunt: Loop, board: Board) -> None:
    board.titles = [f"Engineer {n}" for n in range(7)]
    hunt.cycle()
    assert len(roles(hunt)) == 4
    hunt.settle(8)
    assert sorted(roles(hunt)) == sorted(["Cook", *board.titles])
    hunt.assert_right()


def test_a_posting_that_the_user_typed_is_not_added(hunt: Loop, board: Board) -> None:
    board.titles = ["Python developer"]
    hunt.user.type(1, 3, f"{board.url}/jobs/0/")
    hunt.cycle()
    assert roles(hunt) == ["Cook"]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_crash_around_the_insertion_loses_nothing_and_doubles_nothing(
    hunt: Loop, board: Board, mocker: MockerFixture, moment: str
) -> None:
    board.titles = ["Python developer", "Go developer"]
    insert = GoogleSheetGateway.insert_rows

    def crash(self: GoogleSheetGateway, *args: Any) -> bool:
        if moment == "after":
            insert(self, *args)
        raise KeyboardInterrupt

    mocker.patch.object(GoogleSheetGateway, "insert_rows", crash)
    with pytest.raises(KeyboardInterrupt):
        hunt.cycle()
    mocker.stopall()
    hunt.application.close()
    hunt.application = hunt.open()
    hunt.settle()
    assert sorted(roles(hunt)) == ["Cook", "Go developer", "Python developer"]
    hunt.assert_right()


def test_columns_that_move_at_that_moment_cost_no_cell_of_the_user_s(
    hunt: Loop, board: Board
) -> None:
    hunt.cycle()
    board.titles = ["Python developer"]
    hunt.application.database.dispose()
    with hunt.application.database.begin() as connection:
        connection.exec_driver_sql("DELETE FROM upkeep")
    with hunt.user_acts_before(":batchUpdate", lambda: hunt.user.insert_columns(0, 1)):
        report = hunt.cycle()
    hunt.settle()
    assert [(row["Company"], row["Role"]) for row in hunt.rows() if row["Role"]] == [
        ("Typed", "Cook"),
        ("Python developer", "work on 0"),  # it stays, and the user is told
        ("", "Python developer"),
    ]
    assert any("wrong columns" in note for note in report.notes)


@pytest.mark.parametrize("status", [404, 500])
def test_a_source_that_fails_is_told_and_disturbs_nothing(
    hunt: Loop, board: Board, clock: FakeClock, status: int
) -> None:
    board.titles, board.status = ["Python developer"], status
    report = hunt.cycle()
    assert "'acme' was not read" in report.notes[0]
    assert hunt.rows()[0]["Words"] == 2
    board.status = 200
    clock.advance(901)
    hunt.cycle()
    assert roles(hunt) == ["Cook", "Python developer"]


def test_a_formula_in_a_posting_is_text(hunt: Loop, board: Board) -> None:
    board.titles = ['=HYPERLINK("http://evil","developer")']
    hunt.cycle()
    path = f"/v4/spreadsheets/{hunt.spreadsheet_id}/values/Jobs!B3"
    cell = hunt.server.call("GET", path, query=[("valueRenderOption", "FORMULA")])
    assert cell["values"] == [['=HYPERLINK("http://evil","developer")']]
    effective = hunt.server.call("GET", path)["values"]
    assert effective == cell["values"], "it is shown as it was written"


def test_a_column_that_is_missing_is_refused_like_a_tool_s(hunt: Loop) -> None:
    hunt.user.type(0, 3, "Address")
    with pytest.raises(HeaderError, match="'Link'"):
        hunt.cycle()


def test_a_feed_cannot_fill_a_tool_s_column(hunt: Loop) -> None:
    text = hunt.config.read_text(encoding="utf-8").replace('link = "Link"', 'link = "Words"')
    hunt.config.write_text(text, encoding="utf-8")
    hunt.application.close()
    hunt.application = hunt.open()
    with pytest.raises(ConfigError, match="'Words' is one that a tool fills"):
        hunt.cycle()


def test_the_dry_run_reads_no_source(hunt: Loop, board: Board) -> None:
    board.titles = ["Python developer"]
    hunt.run(dry_run=True)
    assert (board.asked, roles(hunt)) == (0, ["Cook"])
    assert json.dumps(hunt.rows())
