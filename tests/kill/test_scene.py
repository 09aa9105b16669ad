"""The checks after a kill see what they are there to see."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sync_daemon.sandbox import SandboxServer
from tests.kill.scene import Scene


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """A sheet at rest after its first cycle."""
    with SandboxServer(per_user=0, per_project=0) as server:
        made = Scene(tmp_path / "scene", server, seed=1)
        made.loop.cycle()
        made.check("a cycle")
        assert made.violations == []
        yield made
        made.loop.close()


def lose_a_typed_cell(scene: Scene) -> None:
    scene.loop.user.type(1, 0, "")


def lose_a_typed_row(scene: Scene) -> None:
    scene.loop.user.delete_rows(2, 3)


def lose_a_result(scene: Scene) -> None:
    with closing(sqlite3.connect(scene.mirror)) as connection, connection:
        connection.execute("UPDATE jobs SET result_id = NULL")
        connection.execute("DELETE FROM results WHERE id = 1")


def change_a_result(scene: Scene) -> None:
    with closing(sqlite3.connect(scene.mirror)) as connection, connection:
        connection.execute("UPDATE results SET output = json_set(output, '$.shout', 'other')")


def repeat_an_effect(scene: Scene) -> None:
    with scene.effects_file.open("a", encoding="utf-8") as file:
        file.write(scene.effects()[0] + "\n")


def have_a_new_effect_twice(scene: Scene) -> None:
    with scene.effects_file.open("a", encoding="utf-8") as file:
        file.write("NEW TEXT\nNEW TEXT\n")


def damage_the_mirror(scene: Scene) -> None:
    with closing(sqlite3.connect(scene.mirror)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'ix_rows_sheet_state'"
        (page,) = connection.execute(query).fetchone()
    with scene.mirror.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(bytes(size))


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lose_a_typed_cell, "typed [["),
        (lose_a_typed_row, "typed [["),
        (lose_a_result, "result 1 was lost"),
        (change_a_result, "result 1 was changed"),
        (repeat_an_effect, "1 times after its commit"),
        (have_a_new_effect_twice, "'NEW TEXT' took effect 2 times"),
        (damage_the_mirror, "integrity: "),
    ],
)
def test_harm_is_seen(scene: Scene, harm: Callable[[Scene], None], words: str) -> None:
    harm(scene)
    scene.check("harm")
    assert words in scene.violations[0]


def test_an_effect_before_its_commit_may_come_again(scene: Scene) -> None:
    for _ in range(2):
        with scene.effects_file.open("a", encoding="utf-8") as file:
            file.write("NEW TEXT\n")
        scene.check("a kill before the commit")
    assert scene.violations == []
