"""Requests killed at sampled steps; ``make test-kill`` kills at all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kill.asked import KEY, Asked, Taken, kill_at, steps_of_requests
from tests.kill.campaign import OneKeyServer
from tests.kill.nursery import Nursery

SAMPLED = [
    "after:commit:2",
    "before:tool:1",
    "before:SqlMirror.settle:1",
    "after:GoogleSheetGateway.insert_rows:1",
    "before:SqlMirror.save_undo:1",
    "after:SqlMirror.save_undo:1",
    "after:GoogleSheetGateway.write:2",
    "after:SqlMirror.close_run:3",
    "before:GoogleSheetGateway.insert_rows:2",
    "after:GoogleSheetGateway.insert_rows:2",
    "after:SqlMirror.close_run:4",
]


@pytest.fixture
def server() -> Iterator[OneKeyServer]:
    with OneKeyServer(per_user=0, per_project=0) as made:
        yield made


@pytest.fixture
def nursery(tmp_path: Path) -> Iterator[Nursery]:
    with Nursery(tmp_path) as made:
        yield made


def test_a_request_is_carried_out_once_and_says_so_wherever_it_is_killed(
    tmp_path: Path, server: OneKeyServer, nursery: Nursery
) -> None:
    steps = steps_of_requests(tmp_path, server, nursery)
    assert set(SAMPLED) <= set(steps)
    assert len(steps) > 300

    found = [
        violation
        for number, step in enumerate(SAMPLED)
        for violation in kill_at(Asked(tmp_path / f"asked-{number}", server), nursery, step)
    ]

    assert found == []


def test_a_request_is_taken_once_or_not_wherever_the_dashboard_is_killed(
    tmp_path: Path, server: OneKeyServer, nursery: Nursery
) -> None:
    record = tmp_path / "steps"
    first = Taken(tmp_path / "first", server)
    _, taken_ids = first.ask(nursery, KEY, "another", record=record, kill_at="before:commit:2")
    steps = record.read_text(encoding="utf-8").split()
    assert steps == ["before:commit:1", "after:commit:1", "before:commit:2"]
    assert taken_ids == [first.ask_again()]

    for number, step in enumerate(steps[:2]):
        taken = Taken(tmp_path / f"taken-{number}", server)
        ending, taken_ids = taken.ask(nursery, KEY, kill_at=step)
        before = taken.requests()
        again = taken.ask_again()

        assert ending.was_killed, step
        assert taken_ids == [], step
        assert before == ([again] if step.startswith("after") else []), step
        assert taken.requests() == [again], step
        nursery.run("sync", "now", "--config", str(taken.loop.config))
        companies = [row["Company"] for row in taken.loop.rows()]
        assert companies.count("By request") == 1, step
