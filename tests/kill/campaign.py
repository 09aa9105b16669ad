"""Kills at every named step and at random instants, and what came of them."""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from sync_daemon.sandbox import DEFAULT_ACCOUNT, SandboxServer
from tests.kill.nursery import Ending, Nursery
from tests.kill.scene import Scene

KILLS_A_SHEET = 10  # random kills before a sheet has to come to rest


@dataclass
class Figures:
    """What came of a campaign."""

    kills: int = 0
    steps_known: int = 0
    kills_at_steps: int = 0
    kills_in_requests: int = 0
    ended_first: int = 0  # processes that ended before their random instant came
    sheets: int = 0
    operations: int = 0
    effects: int = 0
    effects_repeated_before_commit: int = 0
    violations: list[str] = field(default_factory=list)

    def note(self, ending: Ending) -> None:
        """Count a process."""
        if ending.was_killed:
            self.kills += 1
        else:
            self.ended_first += 1

    def close(self, scene: Scene, name: str) -> None:
        """Add what is known of a sheet that has come to rest."""
        effects = scene.effects()
        self.sheets += 1
        self.operations += scene.operations
        self.effects += len(effects)
        self.effects_repeated_before_commit += len(effects) - len(set(effects))
        self.violations += [f"{name}: {violation}" for violation in scene.violations]


class OneKeyServer(SandboxServer):
    """A sandbox with one key for all sheets: making keys takes longer than the cycles."""

    _key: Path | None = None

    def service_account(self, path: Path, email: str = DEFAULT_ACCOUNT) -> Path:
        """Write a copy of the first key."""
        if self._key is None:
            self._key = super().service_account(path, email)
        else:
            shutil.copy(self._key, path)
        return path


class Campaign:
    """A sandbox that outlives every process, and a supply of processes to kill."""

    def __init__(self, folder: Path, server: OneKeyServer, nursery: Nursery, seed: int) -> None:
        self._folder = folder
        self.server = server
        self.nursery = nursery
        self._seed = seed
        self._durations: deque[float] = deque(maxlen=20)  # of cycles that were not killed
        self.figures = Figures()

    # Named steps

    def named_steps(self) -> tuple[list[str], list[str]]:
        """The steps met in a first cycle, and in one after the user was busy."""
        record = self._folder / "steps"
        scene = self.scene()
        found = []
        for _ in range(2):
            scene.sync(self.nursery, record=record)
            found.append(record.read_text(encoding="utf-8").split())
            record.unlink()
            _be_busy(scene)
        self.figures.steps_known = len(found[0]) + len(found[1])
        return found[0], found[1]

    def kill_in_first_cycle(self, step: str) -> None:
        """Die there with everything still to be done; then perhaps the user goes on."""
        scene = self.scene()
        self._kill_at(scene, step)
        self._finish(scene, f"first cycle, {step}")

    def kill_in_second_cycle(self, step: str) -> None:
        """Die there with old and new rows, moved ones among them; all has to be repaired."""
        scene = self.scene()
        scene.sync(self.nursery)
        _be_busy(scene)
        self._kill_at(scene, step)
        self._finish(scene, f"second cycle, {step}")

    def _kill_at(self, scene: Scene, step: str) -> None:
        ending = scene.sync(self.nursery, kill_at=step)
        self.figures.note(ending)
        self.figures.kills_at_steps += ending.was_killed
        for _ in range(scene.random.randint(0, 2)):
            _be_busy(scene)

    # Random instants

    def kill_at_random(self, kills: int) -> None:
        """Cycles killed at random instants while the user works, then quiet."""
        scene = self.scene()
        if not self._durations:
            self._durations.append(self._duration())
        before = self.figures.kills
        while self.figures.kills < before + kills:
            scene.act(scene.random.randint(0, 3))
            instant = scene.random.uniform(0, 1.1 * median(self._durations))
            with _user_at_work(scene, is_at_work=scene.random.random() < 1 / 3):
                ending = scene.sync(self.nursery, kill_after=instant)
            self.figures.note(ending)
            if not ending.was_killed:
                self._durations.append(ending.duration_s)
        scene.sync_by_command()
        self._finish(scene, "random instants")

    def _duration(self) -> float:
        """How long a first cycle takes undisturbed."""
        return self.scene().sync(self.nursery).duration_s

    # Sheets

    def scene(self) -> Scene:
        """A sheet of its own that sheetd has not seen."""
        self._seed += 1
        return Scene(self._folder / f"seed-{self._seed}", self.server, self._seed)

    def _finish(self, scene: Scene, name: str) -> None:
        scene.finish(self.nursery)
        expected = self._undisturbed(scene.inputs(), f"undisturbed-{self.figures.sheets}")
        if (found := scene.shown()) != expected:
            scene.violations.append(f"an undisturbed run gives {expected}, this one {found}")
        self.figures.close(scene, f"{name}, {scene.loop.folder.name}")

    def _undisturbed(self, inputs: Sequence[Sequence[Any]], name: str) -> list[list[Any]]:
        """What the same sheet comes to if nothing is killed."""
        scene = Scene(self._folder / name, self.server, 0, typed=inputs)
        scene.sync(self.nursery)
        self.figures.violations += scene.violations
        return scene.shown()


def _be_busy(scene: Scene) -> None:
    """What a user does between two cycles."""
    for action in ("edit", "edit_role", "add_row", "insert_row", "copy_row", "sort"):
        scene.do(action)


@contextmanager
def _user_at_work(scene: Scene, *, is_at_work: bool) -> Iterator[None]:
    """The user acts also between the requests of the process."""
    before = scene.loop.server.service.before
    if is_at_work:
        before.append(scene.act_before)
    try:
        yield
    finally:
        if is_at_work:
            before.remove(scene.act_before)


@contextmanager
def campaign(folder: Path, seed: int = 1) -> Iterator[Campaign]:
    """All that a campaign needs, ended with the ``with`` statement."""
    with OneKeyServer(per_user=0, per_project=0) as server, Nursery(folder) as nursery:
        yield Campaign(folder, server, nursery, seed)
