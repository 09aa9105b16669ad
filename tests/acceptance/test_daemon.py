"""The daemon under what a year brings: stops in mid-cycle, sheets that fail, tools that hang."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path
from typing import Any

from sync_daemon.mirror.database import check
from tests.support.loop import Loop
from tests.support.processes import PATIENCE_S, Systemd, started, wait_until

SLOW_TOOL = """
import time
from pathlib import Path

from sync_daemon.tooling import Tool, ToolContext, ToolInputSchema, ToolResultSchema


class SlowInputSchema(ToolInputSchema):
    text: str


class SlowResult(ToolResultSchema):
    words: int
    shout: str


class Slow(Tool[SlowInputSchema, SlowResult]):
    \"\"\"Take a while for each text.\"\"\"

    name = "word_count"
    version = 1
    concurrency = 1

    def process(self, entry: SlowInputSchema, context: ToolContext) -> SlowResult:
        with Path("{log}").open("a") as file:
            file.write(entry.text + "\\n")
        time.sleep({seconds})
        return SlowResult(words=len(entry.text.split()), shout=entry.text.upper())
"""
SECOND_SHEET = """
[[sheets]]
name = "broken"
spreadsheet = "{spreadsheet}"
worksheet = "No such tab"

[[sheets.steps]]
tool = "word_count"
inputs = {{ text = "Description" }}
outputs = {{ words = "W2", shout = "S2" }}
"""


def slow_down(hunt: Loop, seconds: float) -> Path:
    """Have the tool take its time; returns the file in which it tells what it began."""
    begun = hunt.folder / "begun"
    begun.touch()
    text = SLOW_TOOL.replace("{log}", str(begun)).replace("{seconds}", str(seconds))
    path = hunt.folder / "my-tools" / "word_count" / "processor.py"
    path.write_text(text, encoding="utf-8")
    return begun


def events(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]


def test_a_stop_in_mid_cycle_keeps_what_is_done_and_leaves_the_rest_to_the_next_start(
    hunt: Loop, systemd: Systemd, tmp_path: Path
) -> None:
    rows = [[f"Company {n}", "r", f"text number {n}"] for n in range(40)]
    hunt.user.type_rows(4, 0, rows)
    begun = slow_down(hunt, 0.2)
    log = tmp_path / "log"
    with started("run", log=log, NOTIFY_SOCKET=systemd.address) as daemon:
        wait_until(lambda: len(begun.read_text().splitlines()) >= 5)
        asked = time.monotonic()
        daemon.send_signal(signal.SIGTERM)
        systemd.hear("STOPPING=1")
        assert daemon.wait(PATIENCE_S) == 0
        assert time.monotonic() - asked < 10, "it did not work on"
    assert len(begun.read_text().splitlines()) < 30
    done = sum(1 for row in hunt.application.reader.rows() if row.results.get("Words"))
    assert done >= 3, "finished results are kept"
    assert check(hunt.application.database) == []
    slow_down(hunt, 0)
    hunt.settle()
    hunt.assert_right()


def test_a_tool_that_hangs_does_not_keep_the_daemon_from_stopping(
    hunt: Loop, systemd: Systemd, tmp_path: Path
) -> None:
    begun = slow_down(hunt, 3600)
    with started("run", log=tmp_path / "log", NOTIFY_SOCKET=systemd.address) as daemon:
        wait_until(lambda: begun.read_text() != "")
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(60) == 0


def test_a_sheet_that_fails_does_not_disturb_the_others(
    hunt: Loop, systemd: Systemd, tmp_path: Path
) -> None:
    text = hunt.config.read_text().replace("[tools]", '[schedule]\nevery = "1s"\n\n[tools]')
    text += '\n[metrics]\nfile = "sheetd.prom"\n'
    hunt.config.write_text(text + SECOND_SHEET.format(spreadsheet=hunt.spreadsheet_id))
    log = tmp_path / "log"
    arguments = ("run", "--log-format", "json")
    with started(*arguments, log=log, NOTIFY_SOCKET=systemd.address) as daemon:
        wait_until(lambda: hunt.rows()[0].get("Words") == 3)
        wait_until(lambda: any(e["event"] == "sheet failed" for e in events(log)))
        hunt.user.type(1, 2, "edited since then")
        wait_until(lambda: hunt.rows()[0].get("Shout") == "EDITED SINCE THEN")
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(PATIENCE_S) == 0
    failed = [e for e in events(log) if e["event"] == "sheet failed"]
    assert {event["sheet"] for event in failed} == {"broken"}
    assert len(failed) == 1, "the next try comes after a pause"
    assert "'Jobs'" in failed[0]["fix"]
    figures = (tmp_path / "sheetd.prom").read_text().splitlines()
    assert 'sheetd_rows{sheet="jobs",state="done"} 2' in figures
    assert 'sheetd_consecutive_failures{sheet="broken"} 1' in figures
    assert 'sheetd_consecutive_failures{sheet="jobs"} 0' in figures
