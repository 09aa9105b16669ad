"""Figures for Prometheus."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync_daemon.errors import ConfigError
from sync_daemon.metrics import SheetFigures, render, write

JOBS = SheetFigures(
    sheet='the "jobs"\nof\\mine',
    rows={"done": 3, "failed": 1},
    retrying=2,
    failures=0,
    last_run_at=1_795_000_000.25,
    last_run_s=0.5,
)
NEVER = SheetFigures("other", {}, 0, 4, None, 0.0)


def test_each_family_stands_once_with_its_samples() -> None:
    text = render([JOBS, NEVER], {"sheets_read": 7})
    lines = text.splitlines()
    assert lines[:4] == [
        "# HELP sheetd_rows Rows in the sheet, by state.",
        "# TYPE sheetd_rows gauge",
        r'sheetd_rows{sheet="the \"jobs\"\nof\\mine",state="done"} 3',
        r'sheetd_rows{sheet="the \"jobs\"\nof\\mine",state="failed"} 1',
    ]
    assert 'sheetd_consecutive_failures{sheet="other"} 4' in lines
    assert sum(line.startswith("sheetd_last_cycle_timestamp_seconds") for line in lines) == 1
    assert any(line.endswith(" 1795000000.25") for line in lines)
    assert 'sheetd_requests_last_minute{kind="sheets_read"} 7' in lines
    assert text.endswith("\n")


def test_the_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "sheetd.prom"
    write(path, "one\n")
    write(path, "two\n")
    assert path.read_text() == "two\n"
    assert [p.name for p in tmp_path.iterdir()] == ["sheetd.prom"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nowhere") as caught:
        write(tmp_path / "nowhere" / "sheetd.prom", "text")
    assert "metrics.file" in caught.value.hint
