"""More work than fits into one cycle: it is spread over several, and each row runs once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.loop import WORD_COUNT, Loop, running_loop

SLOW = """
        import time
        from pathlib import Path

        time.sleep(0.05)
        with Path(__file__).with_name("runs.txt").open("a") as file:
            file.write(entry.text + chr(10))
"""
ROWS = 60


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[Loop]:
    """A tool that takes its time, one row after the other."""
    rows = [[f"Company {n}", "Role", f"text of row {n}"] for n in range(ROWS)]
    with running_loop(tmp_path, rows) as loop:
        text = WORD_COUNT.replace("version = 1", "version = 1\n    concurrency = 1")
        text = text.replace("        return WordCount", f"{SLOW}\n        return WordCount")
        (tmp_path / "my-tools" / "word_count" / "processor.py").write_text(text)
        loop.application.close()
        loop.application = loop.open()
        yield loop


def runs(loop: Loop) -> Counter[str]:
    return Counter((loop.folder / "my-tools" / "word_count" / "runs.txt").read_text().splitlines())


def test_work_is_spread_over_cycles_and_each_row_runs_once(slow: Loop) -> None:
    first = slow.cycle(work_for_s=1.0)
    assert 0 < first.jobs.done < ROWS
    assert first.left == ROWS - first.jobs.done
    assert "rows are left for the next cycles, done in about 1 min." in first.backlog
    assert first.to_json()["notes"] == [first.backlog]
    assert slow.rows()[-1]["sheetd status"].startswith("working: 0 of 1")
    assert slow.rows()[0]["Words"] == 4
    while slow.cycle(work_for_s=1.0).left:
        pass
    slow.settle()
    slow.assert_right()
    assert set(runs(slow).values()) == {1}
    assert len(runs(slow)) == ROWS


def test_a_row_that_is_typed_meanwhile_need_not_wait_for_all(slow: Loop) -> None:
    slow.cycle(work_for_s=1.0)
    slow.user.type_rows(ROWS + 1, 0, [["New", "Role", "just typed"]])
    report = slow.cycle(work_for_s=1.0)
    assert report.left, "there was time for all of it, so it shows nothing"
    assert slow.rows()[-1]["Words"] == 2


def test_without_a_bound_one_cycle_does_it_all(slow: Loop) -> None:
    report = slow.cycle()
    assert (report.jobs.done, report.left, report.backlog) == (ROWS, 0, "")
