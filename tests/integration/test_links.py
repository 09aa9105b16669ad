"""Links behind labels: the address is what a tool is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sync_daemon.mirror.tool_view import ToolMirror
from sync_daemon.mirror.versions import load_versions
from tests.support.fake_clock import FakeClock
from tests.support.loop import Loop, running_loop

ECHO = """
from sync_daemon.tooling import LinkText, Tool, ToolContext, ToolInputSchema, ToolResultSchema


class EchoInput(ToolInputSchema):
    link: LinkText | None = None
    label: str | None = None


class EchoResult(ToolResultSchema):
    address: str | None
    said: str | None


class Echo(Tool[EchoInput, EchoResult]):
    \"\"\"Say which address was given.\"\"\"

    name = "echo"
    version = 1

    def process(self, entry: EchoInput, context: ToolContext) -> EchoResult:
        return EchoResult(address=entry.link, said=entry.label)
"""
STEP = """
[[sheets.steps]]
tool = "echo"
inputs = { link = "Link", label = "Link" }
outputs = { address = "Address", said = "Said" }
"""
HEADERS = ["Company", "Link", "Description", "Site"]
LINK = 1
POSTING, OTHER = "https://acme.example/jobs/1", "https://acme.example/jobs/2"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def loop(tmp_path: Path, clock: FakeClock) -> Iterator[Loop]:
    with running_loop(tmp_path, rows=[], clock=clock) as loop:
        tool = tmp_path / "my-tools" / "echo"
        tool.mkdir()
        (tool / "processor.py").write_text(ECHO, encoding="utf-8")
        text = loop.config.read_text("utf-8").replace("[[sheets.steps]]", STEP + "[[sheets.steps]]")
        loop.config.write_text(text, "utf-8")
        loop.application.close()
        loop.application = loop.open()
        loop.user.type_rows(0, 0, [HEADERS])
        loop.user.type_rows(1, 0, [[f"Company {n}", "", f"text {n}"] for n in range(1, 6)])
        yield loop


def shown(loop: Loop, row: int = 0) -> tuple[Any, Any]:
    return loop.rows()[row].get("Address", ""), loop.rows()[row].get("Said", "")


def versions(loop: Loop) -> int:
    return sum(map(len, load_versions(loop.application.database).values()))


KINDS: dict[str, Callable[[Loop], Any]] = {
    "a formula": lambda loop: loop.user.type(1, LINK, f'=HYPERLINK("{POSTING}","Apply")'),
    "a formula that computes it": lambda loop: loop.user.type_rows(
        1, LINK, [['=HYPERLINK(D2,"Apply")', "text 1", POSTING]]
    ),
    "rich text": lambda loop: loop.user.link(1, LINK, "Apply", [POSTING]),
    "a linked cell": lambda loop: loop.user.link_cell(1, LINK, "Apply", POSTING),
    "a smart chip": lambda loop: loop.user.chip(1, LINK, "Apply", POSTING),
    "several, the first that leads to a page": lambda loop: loop.user.link(
        1, LINK, "Apply", ["mailto:jobs@acme.example", POSTING, OTHER]
    ),
}


@pytest.mark.parametrize("make", KINDS.values(), ids=list(KINDS))
def test_a_tool_is_given_the_address(loop: Loop, make: Callable[[Loop], Any]) -> None:
    make(loop)
    loop.settle()
    assert shown(loop) == (POSTING, "Apply")
    row = next(iter(loop.application.reader.rows()))
    assert (row.cells["Link"], row.cells["Link (address)"]) == ("Apply", POSTING)
    assert versions(loop) == 5


def test_a_label_without_a_link_and_one_to_write_to_are_labels(loop: Loop) -> None:
    loop.user.type(1, LINK, "Apply")
    loop.user.link(2, LINK, "Write", ["mailto:jobs@acme.example"])
    loop.settle()
    assert shown(loop) == ("Apply", "Apply")
    assert shown(loop, 1) == ("Write", "Write")


@pytest.mark.parametrize(
    "text", [POSTING, "acme.example/jobs", "www.acme.example", f"see {POSTING}"]
)
def test_nothing_is_asked_where_an_address_stands(loop: Loop, text: str) -> None:
    loop.settle()
    loop.user.type(1, LINK, text)
    assert loop.run().api_calls.sheets_read == 1
    assert shown(loop) == (text, text)


class TestLater:
    @pytest.fixture
    def loop(self, loop: Loop) -> Loop:
        loop.user.link(1, LINK, "Apply", [POSTING])
        loop.settle()
        loop.cycle()
        return loop

    def test_an_idle_sheet_is_asked_no_more(self, loop: Loop) -> None:
        for _ in range(3):
            assert loop.run(may_skip=True).api_calls.sheets_read <= 1
        loop.user.type(3, 2, "another text")
        assert loop.run(may_skip=True).api_calls.sheets_read == 1

    def test_a_new_label_is_looked_behind(self, loop: Loop) -> None:
        loop.user.link(1, LINK, "Apply here", [OTHER])
        assert loop.cycle(may_skip=True).updated == 1
        assert shown(loop) == (OTHER, "Apply here")

    def test_another_link_behind_the_label_is_seen_by_hand(self, loop: Loop) -> None:
        before = versions(loop)
        loop.user.link(1, LINK, "Apply", [OTHER])
        report = loop.cycle()
        assert (report.updated, report.jobs.done) == (1, 1)
        assert shown(loop) == (OTHER, "Apply")
        assert versions(loop) == before + 1

    def test_and_by_the_daemon_after_a_while(self, loop: Loop, clock: FakeClock) -> None:
        loop.user.link(1, LINK, "Apply", [OTHER])
        assert loop.cycle(may_skip=True).updated == 0
        clock.advance(timedelta(minutes=11).total_seconds())
        assert loop.cycle(may_skip=True).updated == 1
        assert shown(loop) == (OTHER, "Apply")
        assert loop.run(may_skip=True).api_calls.sheets_read == 1

    def test_a_link_taken_out(self, loop: Loop) -> None:
        loop.user.type(1, LINK, "")
        loop.user.type(1, LINK, "Apply")
        loop.cycle()
        assert shown(loop) == ("Apply", "Apply")

    def test_an_edit_elsewhere_keeps_the_address(self, loop: Loop) -> None:
        loop.user.type(1, 2, "another text")
        assert loop.cycle(may_skip=True).updated == 1
        assert shown(loop) == (POSTING, "Apply")
        (last,) = [v[-1] for v in load_versions(loop.application.database).values() if len(v) > 1]
        assert last.cells["Link (address)"] == POSTING

    def test_rows_are_sorted_moved_and_their_columns_as_well(self, loop: Loop) -> None:
        loop.user.insert_columns(1)
        loop.user.move_columns(2, 3, 0)
        loop.user.sort(1, 6, 0, 12, [(1, True)])
        assert loop.cycle().updated == 0
        assert shown(loop, 4) == (POSTING, "Apply")

    def test_a_deleted_row_comes_back(self, loop: Loop) -> None:
        row_id = loop.rows()[0]["sheetd id"]
        loop.user.delete_rows(1, 2)
        loop.cycle()
        report = loop.cycle(restore=row_id)
        assert report.notes == []
        assert loop.rows()[-1]["Link"] == "Apply"


def test_other_rows_are_shown_to_tools_with_their_addresses(loop: Loop) -> None:
    loop.user.link(1, LINK, "Apply", [POSTING])
    loop.settle()
    row, *_ = ToolMirror(loop.application.reader).rows("jobs")
    assert row.cells["Link"] == POSTING


def test_rows_that_get_in_between_get_no_link_of_another(loop: Loop) -> None:
    loop.user.link(1, LINK, "Apply", [POSTING])
    loop.user.link(2, LINK, "Apply", [OTHER])
    with loop.user_acts_before(":getByDataFilter", lambda: loop.user.insert_rows(1)):
        loop.cycle()
    loop.settle()
    found = {row["Company"]: row["Address"] for row in loop.rows()}
    assert (found["Company 1"], found["Company 2"]) == (POSTING, OTHER)
