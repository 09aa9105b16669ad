"""What people type as a status, and as a date beside it, never fails a row."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.support.fake_clock import FakeClock
from tests.support.loop import running_loop

HEADERS = ["Company", "Status", "Applied", "Description"]
ROWS = [
    ["Acme", "'Applied via referral", "'3.6."],
    ["Bolt", "'Tech Screen", "'June 3rd"],
    ["Cord", "'On hold", "'2026-06-03"],
    ["Dill", "'N/A", "'-"],
    ["Edge", "'-", ""],
    ["Fern", "'Rejected after OA", "'soon"],
    ["Glen", "'Applied", "TRUE"],
    ["Hull", "'Interview → offer", "'tbd"],
    ["Iris", "TRUE", "'03/06/26"],
]
STEP = """
[[sheets.steps]]
tool = "follow_up"
inputs = { status = "Status", applied = "Applied" }
outputs = { stage = "Stage", action = "Next action", due = "Due" }
"""


def test_no_status_and_no_date_fails_a_row(tmp_path: Path) -> None:
    clock = FakeClock(datetime(2026, 6, 10, 9, tzinfo=UTC))
    with running_loop(tmp_path, rows=[], clock=clock) as loop:
        loop.user.type_rows(0, 0, [[f"'{header}" for header in HEADERS]])
        loop.user.type_rows(1, 0, ROWS)
        config = loop.config.read_text(encoding="utf-8")
        loop.config.write_text(config.partition("[[sheets.steps]]")[0] + STEP, encoding="utf-8")
        loop.close()
        loop.application = loop.open()
        assert loop.cycle().jobs.failed == 0
        rows = loop.rows()
        assert not [row for row in rows if "ailed" in row["sheetd status"]]
        assert [row["Stage"] for row in rows] == [
            "Applied", "In Progress", "", "", "", "Rejected", "Applied", "Offered", "Applied",
        ]  # fmt: skip
        assert rows[0]["Next action"] == "Send a follow-up"
        assert rows[2]["Next action"] == "", "what is not known is left alone"
