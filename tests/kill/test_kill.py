"""A bounded campaign of kills; the long one is ``make test-kill``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync_daemon.bootstrap import lock_path
from sync_daemon.settings import load_settings
from tests.kill.campaign import Campaign, campaign
from tests.kill.scene import Scene

FIRST_CYCLE = [
    "before:commit:1",
    "after:commit:1",
    "after:SqlMirror.open_run:1",
    "after:GoogleSheetGateway.fetch:1",
    "before:GoogleSheetGateway.change_columns:1",
    "after:GoogleSheetGateway.change_columns:1",
    "after:SqlMirror.apply_changes:1",
    "after:SqlMirror.save_progress:1",
    "before:tool:2",
    "after:SqlMirror.save_intent:1",
    "after:GoogleSheetGateway.write:1",
    "after:SqlMirror.save_verdict:1",
    "before:SqlMirror.settle:1",
    "before:SqlMirror.close_run:1",
]
SECOND_CYCLE = [
    "before:SqlMirror.apply_changes:1",
    "after:SqlMirror.apply_changes:1",
    "before:GoogleSheetGateway.write:1",
    "after:GoogleSheetGateway.write:1",
    "after:SqlMirror.save_verdict:1",
    "before:SqlMirror.save_progress:1",
    "after:SqlMirror.save_progress:1",
    "after:tool:3",
    "before:SqlMirror.save_progress:2",
    "after:SqlMirror.save_progress:2",
    "before:GoogleSheetGateway.write:2",
    "after:GoogleSheetGateway.write:2",
    "after:SqlMirror.settle:1",
]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Campaign]:
    """A sandbox and processes to kill."""
    with campaign(tmp_path) as made:
        yield made


@pytest.fixture
def scene(running: Campaign) -> Scene:
    """A sheet that sheetd has not seen."""
    return running.scene()


def test_nothing_is_lost_by_a_kill_in_the_first_cycle(running: Campaign) -> None:
    for step in FIRST_CYCLE:
        running.kill_in_first_cycle(step)
    assert running.figures.violations == []
    assert running.figures.kills_at_steps == len(FIRST_CYCLE)


def test_nothing_is_lost_by_a_kill_in_a_later_cycle(running: Campaign) -> None:
    for step in SECOND_CYCLE:
        running.kill_in_second_cycle(step)
    assert running.figures.violations == []
    assert running.figures.kills_at_steps == len(SECOND_CYCLE)


def test_nothing_is_lost_by_kills_at_random_instants(running: Campaign) -> None:
    running.kill_at_random(12)
    assert running.figures.violations == []
    assert running.figures.kills == 12
    assert running.figures.operations > 0


def test_the_steps_that_are_sampled_here_are_steps_of_a_cycle(running: Campaign) -> None:
    first, second = running.named_steps()
    assert set(FIRST_CYCLE) <= set(first)
    assert set(SECOND_CYCLE) <= set(second)
    assert len(first) > 80
    assert len(second) > 60


def test_the_next_process_takes_the_lock_of_a_killed_one_at_once(
    running: Campaign, scene: Scene
) -> None:
    killed = scene.sync(running.nursery, kill_at="before:GoogleSheetGateway.write:1")
    assert killed.was_killed
    settings = load_settings(scene.loop.config, {})
    assert lock_path(settings.database.url, settings.path).exists()
    following = scene.sync(running.nursery)
    assert following.status == 0
    assert following.duration_s < 60  # one that waits for a lock waits ten minutes
    assert scene.violations == []


def test_a_job_done_before_the_first_ids_were_written_is_not_done_again(
    running: Campaign, scene: Scene
) -> None:
    scene.sync(running.nursery, kill_at="before:SqlMirror.save_intent:1")
    assert len(scene.effects()) == 6
    scene.do("edit_role")
    scene.finish(running.nursery)
    assert len(scene.effects()) == 6
    assert scene.violations == []


def test_an_edit_undone_after_a_kill_is_undone_in_the_mirror(
    running: Campaign, scene: Scene
) -> None:
    for _ in range(2):
        scene.sync(running.nursery)
    before = scene.mirrored()
    scene.do("edit_role")
    scene.sync(running.nursery, kill_at="after:SqlMirror.apply_changes:1")
    assert scene.mirrored() != before
    scene.do("undo")
    scene.sync(running.nursery)
    assert scene.violations == []
    assert scene.mirrored() == before


def test_results_pasted_with_a_copy_are_no_edit_after_a_kill(
    running: Campaign, scene: Scene
) -> None:
    scene.sync(running.nursery)
    scene.do("copy_row")
    scene.sync(running.nursery, kill_at="before:GoogleSheetGateway.write:2")
    scene.finish(running.nursery)
    assert scene.violations == []
