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
from sync_daemon.processing.executor import LocalExecutor
from sync_daemon.sandbox import SandboxServer
from sync_daemon.tooling import ToolContext
from tests.kill.scene import ROWS, Scene


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


class HeldUp:
    """Jobs of all rows but the first wait for the cycle that follows the one they began in."""

    def __init__(self, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
        self._first = scene.inputs()[0][2]
        self._may_go_on = threading.Event()
        self.is_next_cycle = False
        monkeypatch.setattr(executor, "run_attempt", self._run)
        wait = LocalExecutor.wait

        def wait_for_them(local: LocalExecutor, timeout_s: float) -> list[Outcome]:
            if self.is_next_cycle:
                self._may_go_on.set()
            return wait(local, timeout_s)

        monkeypatch.setattr(LocalExecutor, "wait", wait_for_them)

    def _run(self, attempt: Attempt, context: ToolContext) -> Outcome:
        if attempt.job.inputs["text"] != self._first:
            assert self._may_go_on.wait(20)
        return run_attempt(attempt, context)


@pytest.fixture
def held_up(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> HeldUp:
    """A cycle failed when it had its first result; the other jobs still run."""
    jobs = HeldUp(scene, monkeypatch)
    fail_once(monkeypatch, "save_progress", nth=2)  # that of the first result
    with pytest.raises(MirrorError):
        scene.loop.run()
    scene.check("the cycle that failed")
    jobs.is_next_cycle = True
    return jobs


@pytest.mark.usefixtures("held_up")
def test_results_that_come_late_for_rows_that_are_gone_disturb_nothing(scene: Scene) -> None:
    last = scene.loop.rows()[-1]["#"]
    scene.loop.user.delete_rows(last - 1, last)
    scene.loop.cycle()
    scene.loop.assert_right()


@pytest.mark.usefixtures("held_up")
def test_a_job_that_still_runs_is_not_begun_again(scene: Scene) -> None:
    scene.loop.cycle()
    scene.loop.assert_right()
    scene.check("the next cycle")
    assert scene.violations == []
