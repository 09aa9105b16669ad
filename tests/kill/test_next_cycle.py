"""The daemon lives on after its mirror failed: its next cycle makes up for the lost one."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sync_daemon.domain.jobs import Outcome
from sync_daemon.errors import MirrorError
from sync_daemon.mirror.store import SqlMirror
from sync_daemon.processing import executor
from sync_daemon.processing.attempt import Attempt, run_attempt
from sync_daemon.sandbox import SandboxServer
from sync_daemon.tooling import ToolContext
from tests.kill.scene import ROWS, Scene

STALE = (
    "outcomes of a cycle that failed come to the next one, which fails with a KeyError if it"
    " does not work on their rows"
)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """A sheet that sheetd has not seen."""
    with SandboxServer(per_user=0, per_project=0) as server:
        made = Scene(tmp_path / "scene", server, seed=1)
        yield made
        made.loop.close()


def fail_once(monkeypatch: pytest.MonkeyPatch, name: str, nth: int = 1) -> None:
    """Have a method of the mirror fail at its n-th call, before it does anything."""
    function = getattr(SqlMirror, name)
    calls = itertools.count(1)

    def failing(*args: Any, **kwargs: Any) -> Any:
        if next(calls) == nth:
            raise MirrorError("The mirror failed: database or disk is full.")
        return function(*args, **kwargs)

    monkeypatch.setattr(SqlMirror, name, failing)


@pytest.mark.parametrize(
    "name",
    ["open_run", "save_sheet", "apply_changes", "load_jobs", "save_intent", "save_verdict",
     "settle", "close_run"],
)  # fmt: skip
def test_the_next_cycle_does_what_was_left(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    fail_once(monkeypatch, name)
    with pytest.raises(MirrorError):
        scene.loop.run()
    scene.check(f"{name} failed")
    scene.loop.cycle()
    scene.loop.assert_right()
    assert scene.loop.cycle().cells_written == 0
    assert len(scene.effects()) == ROWS
    assert scene.violations == []


@pytest.mark.xfail(reason=STALE, strict=True)
def test_results_that_come_after_the_failure_disturb_nothing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_go_on = threading.Event()

    def held_up(attempt: Attempt, context: ToolContext) -> Outcome:
        if attempt.job.inputs["text"] != scene.inputs()[0][2]:
            assert may_go_on.wait(20)
        return run_attempt(attempt, context)

    monkeypatch.setattr(executor, "run_attempt", held_up)
    fail_once(monkeypatch, "save_progress", nth=2)  # that of the first result
    with pytest.raises(MirrorError):
        scene.loop.run()
    scene.do("delete_row")
    scene.do("delete_row")
    may_go_on.set()
    scene.loop.cycle()
    scene.loop.assert_right()
    scene.check("the next cycle")
    assert scene.violations == []
