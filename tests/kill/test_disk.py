"""Disks that fail and disks that are full: one clear sentence, and nothing lost afterwards."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sync_daemon.sandbox import SandboxServer
from tests.kill.nursery import REPOSITORY
from tests.kill.scene import Scene

SYNC = [sys.executable, "-m", "sync_daemon", "sync", "now", "--config"]
Run = subprocess.CompletedProcess[str]


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """A sheet with rows that sheetd has not seen."""
    with SandboxServer(per_user=0, per_project=0) as server:
        yield Scene(tmp_path / "scene", server, seed=1)


def sync(scene: Scene, *before: str) -> Run:
    """One cycle in a process of its own, perhaps under another command."""
    command = [*before, *SYNC, str(scene.loop.config)]
    return subprocess.run(
        command, cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=False
    )


def assert_said_clearly(run: Run, *words: str) -> None:
    """Exit status 6, one sentence on what failed and one on what to do."""
    assert run.returncode == 6, run.stderr
    lines = [line for line in run.stderr.splitlines() if "takes Google's place" not in line]
    assert [line.partition(":")[0] for line in lines] == ["error", "fix"], run.stderr
    assert lines[0].startswith("error: The mirror sqlite:///"), run.stderr
    assert any(word in run.stderr for word in words), run.stderr


def assert_recovers(scene: Scene) -> None:
    """Without the fault everything is as if there had been none."""
    scene.check("after the fault")
    assert sync(scene).returncode == 0
    scene.check("after the recovery")
    scene.loop.assert_right()
    assert scene.loop.cycle().cells_written == 0
    scene.loop.close()
    assert scene.violations == []


@pytest.fixture(scope="module")
def strace() -> str:
    """Where strace is, if it may trace here."""
    found = shutil.which("strace")
    if found is None:
        pytest.skip("strace is not installed")
    probe = [found, "-f", "-qq", "-e", "trace=fsync", sys.executable, "-c", ""]
    if subprocess.run(probe, capture_output=True, check=False).returncode != 0:
        pytest.skip("strace may not trace processes here")
    return found


class TestInjectedFaults:
    """strace makes system calls on the mirror's files fail, from the n-th on."""

    SYNCS, WRITES = "fsync,fdatasync", "write,pwrite64"

    def injecting(self, strace: str, scene: Scene, calls: str, error: str, nth: int) -> list[str]:
        """The command that goes before another one to make its system calls fail."""
        files = [scene.mirror.with_name(scene.mirror.name + end) for end in ("", "-wal")]
        only = [part for file in files for part in ("-P", str(file))]
        fault = f"inject={calls}:error={error}:when={nth}+"
        log = str(scene.mirror.with_name("strace.log"))
        return [strace, "-f", "-qq", "-o", log, *only, "-e", f"trace={calls}", "-e", fault]

    @pytest.mark.parametrize(
        ("calls", "error", "nth"),
        [
            (SYNCS, "EIO", 1),
            (SYNCS, "EIO", 9),
            (SYNCS, "ENOSPC", 3),
            (WRITES, "EIO", 30),
            (WRITES, "ENOSPC", 2),
            (WRITES, "ENOSPC", 60),
        ],
    )
    def test_a_first_cycle_fails_clearly_and_loses_nothing(
        self, strace: str, scene: Scene, calls: str, error: str, nth: int
    ) -> None:
        run = sync(scene, *self.injecting(strace, scene, calls, error, nth))
        assert_said_clearly(run, "disk I/O error", "disk is full")
        assert_recovers(scene)

    @pytest.mark.parametrize(
        ("calls", "error", "nth"),
        [(SYNCS, "EIO", 4), (WRITES, "ENOSPC", 1), (WRITES, "ENOSPC", 12)],
    )
    def test_a_later_cycle_fails_clearly_and_loses_nothing(
        self, strace: str, scene: Scene, calls: str, error: str, nth: int
    ) -> None:
        assert sync(scene).returncode == 0
        scene.check("before the fault")
        scene.act(4)
        scene.do("edit")
        run = sync(scene, *self.injecting(strace, scene, calls, error, nth))
        assert_said_clearly(run, "disk I/O error", "disk is full")
        assert_recovers(scene)


class TestFullDisk:
    """The mirror on a file system of its own, filled up to a few bytes."""

    @pytest.fixture
    def small_disk(self, tmp_path: Path, scene: Scene) -> Iterator[Path]:
        """Two megabytes for the mirror."""
        disk = tmp_path / "disk"
        disk.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
        try:
            mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
        except FileNotFoundError:
            mounted = False
        if not mounted:
            pytest.skip("this user may not mount a file system")
        scene.move_mirror(disk / "sheetd.db")
        try:
            yield disk
        finally:
            scene.loop.close()
            subprocess.run(["umount", "--lazy", str(disk)], check=True)

    def filled(self, disk: Path, free: int) -> Callable[[], None]:
        """Use up all space but ``free`` bytes; the answer gives it back."""
        filler = disk / "filler"
        available = shutil.disk_usage(disk).free
        filler.write_bytes(b"x" * (available - free))
        return filler.unlink

    @pytest.mark.parametrize("free", [0, 16_384, 131_072])
    def test_a_first_cycle_says_that_the_disk_is_full(
        self, scene: Scene, small_disk: Path, free: int
    ) -> None:
        make_space = self.filled(small_disk, free)
        assert_said_clearly(sync(scene), "disk is full")
        make_space()
        assert_recovers(scene)

    @pytest.mark.parametrize("free", [0, 16_384, 49_152])
    def test_a_later_cycle_says_that_the_disk_is_full(
        self, scene: Scene, small_disk: Path, free: int
    ) -> None:
        assert sync(scene).returncode == 0
        scene.check("before the disk was full")
        scene.act(4)
        scene.do("edit")
        make_space = self.filled(small_disk, free)
        assert_said_clearly(sync(scene), "disk is full")
        make_space()
        assert_recovers(scene)
