"""Which sheet is due when: fifty that Drive tells about keep the pace of one."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from sync_daemon.cycle import SheetReport
from sync_daemon.schedule import Schedule
from sync_daemon.settings import Settings, load_settings
from tests.support.fake_clock import FakeClock

SHEET = """
[[sheets]]
name = "sheet {number}"
spreadsheet = "1SpreadsheetOfATestThatAsksGoogleNothing{number:02}"
worksheet = "Jobs"
probe = "{probe}"
"""


def settings_of(folder: Path, sheets: int, probe: str) -> Settings:
    config = folder / "sheetd.toml"
    text = "".join(SHEET.format(number=number, probe=probe) for number in range(sheets))
    config.write_text('[google]\ncredentials_file = "key.json"\n' + text, encoding="utf-8")
    return load_settings(config, {})


def waits(schedule: Schedule, clock: FakeClock, takes_s: float, hours: float) -> list[float]:
    """How long edits at random moments wait for the cycle of their sheet to begin."""
    draw = random.Random(1)  # noqa: S311 - reproducible
    edits = sorted(
        (clock.monotonic() + draw.random() * hours * 3_600, draw.choice(schedule.names))
        for _ in range(1_000)
    )
    waited: list[float] = []
    open_edits: list[tuple[float, str]] = []
    while edits or open_edits:
        name, wait = schedule.next_due()
        clock.advance(wait)
        now = clock.monotonic()
        while edits and edits[0][0] <= now:
            open_edits.append(edits.pop(0))
        waited += [now - at for at, sheet in open_edits if sheet == name]
        open_edits = [edit for edit in open_edits if edit[1] != name]
        clock.advance(takes_s)
        schedule.ended(name, SheetReport(name, is_probed=True), None)
    return waited


@pytest.mark.parametrize("sheets", [1, 50])
def test_an_edit_waits_twenty_seconds_in_the_median_and_at_most_forty_five(
    tmp_path: Path, sheets: int
) -> None:
    clock = FakeClock()
    schedule = Schedule(settings_of(tmp_path, sheets, "drive"), clock, random.Random(2).random)  # noqa: S311
    assert not schedule.is_slowed
    found = sorted(waits(schedule, clock, takes_s=0.2, hours=2))
    assert found[len(found) // 2] <= 20
    assert found[-1] <= 45


def test_fifty_sheets_that_are_read_each_time_keep_to_the_quota(tmp_path: Path) -> None:
    schedule = Schedule(settings_of(tmp_path, 50, "none"), FakeClock())
    assert schedule.is_slowed
    assert schedule.least_s == 125


def test_a_sheet_of_which_drive_tells_nothing_keeps_the_pace_of_one_that_is_read(
    tmp_path: Path,
) -> None:
    clock = FakeClock()
    schedule = Schedule(settings_of(tmp_path, 1, "drive"), clock, lambda: 0.5)
    clock.advance(400)
    schedule.ended("sheet 0", SheetReport("sheet 0"), None)
    assert schedule.seconds_to("sheet 0") == 60
    schedule.ended("sheet 0", SheetReport("sheet 0", is_probed=True), None)
    assert schedule.seconds_to("sheet 0") == 20
