"""The commands a person begins with: doctor, a run by hand, its undo."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sync_daemon.cli import main
from sync_daemon.settings import GoogleSettings, load_settings
from sync_daemon.sheets.discovery import SpreadsheetBrowser
from tests.live.backends import Google
from tests.live.hunt import HEADERS, Hunt, hunting
from tests.live.tab import Tab

KEYWORDS = """
[[sheets.steps]]
tool = "keyword_analyzer"
inputs = { text = "Description" }
outputs = { keywords = "Keywords" }
"""
POSTING = "We look for a developer with Python, PostgreSQL and Docker. Kubernetes is a plus."
Sheetd = Callable[..., Any]
Init = Callable[..., str]


@pytest.fixture
def hunt(tab: Tab, tmp_path: Path) -> Iterator[Hunt]:
    """One row with a posting; sheetd has not been there."""
    with hunting(tab, tmp_path, [["Acme", "Developer", POSTING]], KEYWORDS) as made:
        yield made


@pytest.fixture
def sheetd(hunt: Hunt, capsys: pytest.CaptureFixture[str]) -> Sheetd:
    """Run a command on the sheet; returns the JSON that it prints."""

    def run(*arguments: str) -> Any:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([*arguments, "--config", str(hunt.config), "--json"])
        captured = capsys.readouterr()
        assert ended.value.code == 0, captured.err
        return json.loads(captured.out)

    return run


@pytest.fixture
def init(
    google: Google,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Init:
    """Set sheetd up for a tab, nobody being asked; returns what it says."""
    settings = google.settings
    who = ["--adc"] if settings.auth == "adc" else ["--credentials", str(settings.credentials_path)]
    if settings.api_root != GoogleSettings().api_root:
        who += ["--api-root", settings.api_root]
    monkeypatch.setattr("sys.stdin", io.StringIO())

    def run(spreadsheet: str, worksheet: str) -> str:
        where = ["--spreadsheet", spreadsheet, "--worksheet", worksheet]
        config = ["--config", str(tmp_path / "sheetd.toml"), "--yes"]
        with pytest.raises(SystemExit) as ended:
            main(["init", *where, *who, *config])
        captured = capsys.readouterr()
        assert ended.value.code == 0, captured.err
        return " ".join((captured.out + captured.err).split())

    return run


def test_init_finds_the_table_and_writes_a_configuration(
    tab: Tab, init: Init, tmp_path: Path
) -> None:
    tab.put([["My hunt"], HEADERS, ["Acme", "Developer", POSTING]])
    init(tab.google.spreadsheet_id, tab.title)
    (sheet,) = load_settings(tmp_path / "sheetd.toml", {}).sheets
    assert (sheet.spreadsheet_id, sheet.worksheet) == (tab.google.spreadsheet_id, tab.title)
    assert sheet.header_row == 2
    read = {
        source for step in sheet.steps for sources in step.inputs.values() for source in sources
    }
    assert "Description" in read


def test_init_says_how_to_share_a_spreadsheet_that_it_may_only_read(
    google: Google, init: Init
) -> None:
    tab, *_ = SpreadsheetBrowser(google.line.transport, google.read_only).outline().tabs
    said = init(google.read_only, tab)
    assert "Google denies access" in said
    assert "→ Editor" in said


def test_a_row_is_filled_in_by_hand_and_the_run_is_taken_back(hunt: Hunt, sheetd: Sheetd) -> None:
    told = sheetd("sync", "now")
    (sheet,) = told["sheets"]
    assert (sheet["name"], sheet["rows"], sheet["ids_assigned"]) == (hunt.sheet, 1, 1)
    assert (sheet["jobs"]["done"], sheet["jobs"]["failed"], sheet["error"]) == (1, 0, None)
    assert 0 < told["api_calls"]["sheets_write"] <= 5
    (row,) = hunt.records()
    assert {"Python", "PostgreSQL", "Docker"} <= set(row["Keywords"].split(", "))
    assert row["Description"] == POSTING

    assert sheetd("sync", "now")["sheets"][0]["cells_written"] == 0
    sheetd("undo", str(told["run_id"]))
    assert hunt.records()[0]["Keywords"] == ""
    assert sheetd("sync", "now")["sheets"][0]["jobs"]["done"] == 0


def test_rows_are_shown_as_they_stand_in_the_sheet(hunt: Hunt, sheetd: Sheetd) -> None:
    sheetd("sync", "now")
    (row,) = sheetd("rows", "--sheet", hunt.sheet)
    (shown,) = hunt.records()
    assert (row["row_id"], row["row_number"], row["state"]) == (shown["sheetd id"], 2, "done")
    assert row["results"]["Keywords"] == shown["Keywords"]


def test_the_doctor_finds_nothing_to_mend(hunt: Hunt, sheetd: Sheetd) -> None:
    sheetd("sync", "now")
    findings = {check["name"]: check["ok"] for check in sheetd("doctor")}
    asked = ["token", "Sheets API", "Drive API"]
    asked += [f"{hunt.sheet}: {what}" for what in ("tab", "sharing", "headers")]
    assert {name: findings[name] for name in asked} == dict.fromkeys(asked, True)
