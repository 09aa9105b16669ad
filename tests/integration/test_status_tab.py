"""The tab that tells how sheetd is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sync_daemon.cycle import CycleOptions
from sync_daemon.domain.status_tab import LINES, TITLES
from sync_daemon.errors import SheetRefusedError
from sync_daemon.host import Host
from sync_daemon.sandbox import DEFAULT_ACCOUNT
from sync_daemon.status_tab import StatusTabs
from tests.support.fake_clock import FakeClock
from tests.support.loop import Loop, running_loop

TAB = "sheetd"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def hunt(tmp_path: Path, clock: FakeClock) -> Iterator[Loop]:
    with running_loop(tmp_path, more=f'status_tab = "{TAB}"', clock=clock) as loop:
        yield loop


def tab(hunt: Loop, title: str = TAB) -> list[list[Any]]:
    path = f"/v4/spreadsheets/{hunt.spreadsheet_id}/values/{title}"
    values: list[list[Any]] = hunt.server.call("GET", path).get("values", [])
    return values


def titles(hunt: Loop) -> list[str]:
    sheets = hunt.server.call("GET", f"/v4/spreadsheets/{hunt.spreadsheet_id}")["sheets"]
    return [sheet["properties"]["title"] for sheet in sheets]


def batch_update(hunt: Loop, *requests: dict[str, Any]) -> None:
    path = f"/v4/spreadsheets/{hunt.spreadsheet_id}:batchUpdate"
    hunt.server.call("POST", path, {"requests": list(requests)})


def test_it_is_made_and_tells_the_last_run_and_the_next(hunt: Loop, clock: FakeClock) -> None:
    report = hunt.cycle()
    next_run = clock.now() + timedelta(minutes=1)
    hunt.application.admin.note_schedule("jobs", next_run, 0)
    StatusTabs(hunt.application).ended(report)
    head, line, note = tab(hunt)
    assert head == list(TITLES)
    assert line[:2] == ["jobs", f"{clock.now():%Y-%m-%d %H:%M}"]
    assert line[2:] == ["done", f"{next_run:%Y-%m-%d %H:%M}", "8 done"]
    assert "is overwritten" in note[0]


def test_a_failure_is_told_with_its_mend(hunt: Loop) -> None:
    hunt.cycle()
    hunt.user.type(0, hunt.column("Description"), "Details")
    report = hunt.run().sheets[0]
    StatusTabs(hunt.application).ended(report)
    line = tab(hunt)[1]
    assert line[2].startswith("failed: ")
    assert "'Description'" in line[2]
    assert report.failure is not None
    assert line[5] == report.failure.hint


def test_what_a_stranger_typed_is_never_parsed(hunt: Loop) -> None:
    report = hunt.cycle()
    report.failure = SheetRefusedError('=IMPORTXML("http://evil","//a")', hint="+1")
    StatusTabs(hunt.application).ended(report)
    path = f"/v4/spreadsheets/{hunt.spreadsheet_id}/values/{TAB}!C2"
    shown = hunt.server.call("GET", path, query=[("valueRenderOption", "FORMULA")])
    assert shown["values"][0][0].startswith("failed: =IMPORTXML")


def test_it_is_written_at_most_once_a_minute(hunt: Loop, clock: FakeClock) -> None:
    tabs, report = StatusTabs(hunt.application), hunt.cycle()
    tabs.ended(report)
    before = hunt.application.transport.calls().sheets_write
    for _ in range(9):
        clock.advance(29)
        tabs.ended(report)
    assert hunt.application.transport.calls().sheets_write == before, "there is nothing new"
    clock.advance(40)
    tabs.ended(report)
    assert hunt.application.transport.calls().sheets_write == before + 1


def test_a_tab_of_the_user_s_is_left_alone(hunt: Loop) -> None:
    batch_update(hunt, {"addSheet": {"properties": {"title": TAB, "sheetId": 5}}})
    path = f"/v4/spreadsheets/{hunt.spreadsheet_id}/values/{TAB}!A1"
    hunt.server.call("PUT", path, {"values": [["mine"]]}, [("valueInputOption", "RAW")])
    StatusTabs(hunt.application).ended(hunt.cycle())
    assert tab(hunt) == [["mine"]]


def test_it_is_found_when_the_user_renames_it_and_made_when_he_deletes_it(
    hunt: Loop, clock: FakeClock
) -> None:
    tabs, report = StatusTabs(hunt.application), hunt.cycle()
    tabs.ended(report)
    sheets = hunt.server.call("GET", f"/v4/spreadsheets/{hunt.spreadsheet_id}")["sheets"]
    gid = sheets[1]["properties"]["sheetId"]
    properties = {"sheetId": gid, "title": "How it is"}
    batch_update(hunt, {"updateSheetProperties": {"properties": properties, "fields": "title"}})
    clock.advance(400)
    tabs.ended(report)
    assert titles(hunt) == ["Jobs", "How it is"]
    batch_update(hunt, {"deleteSheet": {"sheetId": gid}})
    clock.advance(400)
    tabs.ended(report)
    assert titles(hunt) == ["Jobs", TAB]


def test_what_stands_beside_and_below_stays(hunt: Loop, clock: FakeClock) -> None:
    tabs, report = StatusTabs(hunt.application), hunt.cycle()
    tabs.ended(report)
    for cell in ("H1", f"A{LINES + 1}"):
        path = f"/v4/spreadsheets/{hunt.spreadsheet_id}/values/{TAB}!{cell}"
        hunt.server.call("PUT", path, {"values": [["mine"]]}, [("valueInputOption", "RAW")])
    clock.advance(400)
    tabs.ended(report)
    assert tab(hunt)[0][7] == "mine"
    assert tab(hunt)[LINES] == ["mine"]


def test_without_permission_nothing_else_is_disturbed(hunt: Loop) -> None:
    report = hunt.cycle()
    hunt.server.service.sharing.share(hunt.spreadsheet_id, DEFAULT_ACCOUNT, "reader")
    StatusTabs(hunt.application).ended(report)
    assert titles(hunt) == ["Jobs"]


def test_it_costs_the_cycle_nothing(hunt: Loop) -> None:
    hunt.cycle()
    StatusTabs(hunt.application).ended(hunt.cycle())
    assert hunt.cycle().cells_written == 0
    hunt.assert_right()


def test_two_installations_with_a_tab_each_do_not_share_the_status_tab(hunt: Loop) -> None:
    StatusTabs(hunt.application).ended(hunt.cycle())
    hunt.user.duplicate_tab("Second")
    before = tab(hunt)
    hunt.install_elsewhere("server").close()
    config = hunt.folder / "server" / "sheetd.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace('worksheet = "Jobs"', 'worksheet = "Second"'), encoding="utf-8")
    with closing(hunt.open(config, Host("server", "b"))) as other:
        report = other.run_once(trigger="test", options=CycleOptions())
        assert report.sheets[0].failure is None
        StatusTabs(other).ended(*report.sheets)
    assert tab(hunt) == before


def test_whoever_may_not_write_to_the_sheet_writes_no_status_tab(hunt: Loop) -> None:
    hunt.cycle()
    with closing(hunt.install_elsewhere("server")) as other:
        report = other.run_once(trigger="test", options=CycleOptions())
        StatusTabs(other).ended(*report.sheets)
    assert TAB not in titles(hunt)


def test_it_tells_that_the_tab_was_taken_over(hunt: Loop) -> None:
    hunt.cycle()
    with closing(hunt.install_elsewhere("server")) as other:
        report = other.run_once(trigger="test", options=CycleOptions(take_over=True))
        StatusTabs(other).ended(*report.sheets)
    assert "taken over" in tab(hunt)[1][5]
