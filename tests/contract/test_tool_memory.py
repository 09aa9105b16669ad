"""What tools keep: one suite for the mirror's memory and for the one without a mirror."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sync_daemon.clock import SystemClock
from sync_daemon.mirror.database import open_engine, upgrade
from sync_daemon.mirror.tables import rows, sheets
from sync_daemon.mirror.tool_memory import SqlToolMemory
from sync_daemon.processing.volatile_memory import VolatileMemory
from sync_daemon.tooling import ToolMemory

Memory = Callable[[str, str], ToolMemory]
NOW = datetime(2026, 11, 23, tzinfo=UTC).isoformat()


@pytest.fixture(params=["mirror", "volatile"])
def memory(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Memory]:
    if request.param == "volatile":
        yield VolatileMemory().of
        return
    engine = open_engine(f"sqlite:///{tmp_path / 'mirror.db'}")
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(sheets.insert().values(name="jobs", spreadsheet_id="x"))
        for row_id in ("row1", "row2"):
            known = {"row_number": 2, "state": "live", "version": 1, "content_hash": ""}
            times = {"first_seen": NOW, "last_changed": NOW}
            connection.execute(rows.insert().values(row_id=row_id, sheet="jobs", **known, **times))
    yield SqlToolMemory(engine, SystemClock()).of
    engine.dispose()


def test_what_is_kept_is_there_on_every_row_and_replaced(memory: Memory) -> None:
    memory("llm", "row1").put("answer", "yes")
    memory("llm", "row2").put("answer", "no")
    assert memory("llm", "row1").get("answer") == "no"


def test_other_tools_do_not_see_it(memory: Memory) -> None:
    memory("llm", "row1").put("answer", "yes")
    assert memory("notify", "row1").get("answer") is None
    assert memory("notify", "row1").claim("answer")


def test_a_key_is_claimed_once(memory: Memory) -> None:
    assert memory("notify", "row1").claim("sent")
    assert not memory("notify", "row2").claim("sent")
    memory("notify", "row1").release("sent")
    assert memory("notify", "row2").claim("sent")


def test_of_many_at_once_one_has_the_claim(memory: Memory) -> None:
    with ThreadPoolExecutor(8) as threads:
        won = list(threads.map(lambda _: memory("notify", "row1").claim("sent"), range(16)))
    assert sum(won) == 1


def test_what_was_never_kept_can_be_forgotten(memory: Memory) -> None:
    memory("notify", "row1").release("nothing")
    assert memory("notify", "row1").get("nothing") is None
