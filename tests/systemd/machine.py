"""A machine with a real systemd, booted in a container over this one's own files.

An overlay of ``/`` on a tmpfs is its root, so what it writes is gone with it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

BOOT_S = 60.0
_OPTIONS = [
    "--boot", "--register=no", "--keep-unit", "--private-network", "--capability=all",
    "--system-call-filter=bpf", "--console=pipe", "--quiet",
]  # fmt: skip


class CannotBootError(Exception):
    """Why there is no such machine here."""


class Machine:
    """A booted machine. ``root`` is its file system as seen from outside."""

    def __init__(self, root: Path, leader: int) -> None:
        self.root = root
        self._leader = leader

    def run(self, *command: str, is_checked: bool = True) -> str:
        """Run a command inside, as root; returns what it printed."""
        ended = subprocess.run(
            ["nsenter", "-at", str(self._leader), *command],
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        if is_checked:
            assert ended.returncode == 0, f"{command}: {ended.stdout}{ended.stderr}"
        return ended.stdout.strip()

    def show(self, unit: str, what: str) -> str:
        """A property of a unit."""
        return self.run("systemctl", "show", unit, f"--property={what}", "--value")

    def put(self, path: str, text: str, mode: int = 0o644) -> None:
        """Write a file."""
        place = self.root / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
        place.chmod(mode)

    def seconds_until(self, unit: str, what: str, value: str, patience_s: float) -> float:
        """Wait until a property has a value; returns how long that took."""
        started = time.monotonic()
        while self.show(unit, what) != value:
            assert time.monotonic() - started < patience_s, (
                f"{unit}: {what} is {self.show(unit, what)!r}, not {value!r}\n"
                + self.run("journalctl", "-u", unit, "-n", "40", "--no-pager", is_checked=False)
            )
            time.sleep(0.05)
        return time.monotonic() - started


@contextmanager
def booted(folders: Mapping[str, Path]) -> Iterator[Machine]:
    """Boot a machine, and take it down at the end.

    Args:
        folders: of this machine, to be read there: place in the machine → folder.

    Raises:
        CannotBootError: root, systemd-nspawn or mounts are missing.
    """
    if os.geteuid() != 0:
        raise CannotBootError("only root can boot a machine")
    if shutil.which("systemd-nspawn") is None:
        raise CannotBootError("there is no systemd-nspawn (Debian: apt install systemd-container)")
    base = Path(tempfile.mkdtemp(prefix="sheetd-machine-"))
    try:
        _mount("-t", "tmpfs", "-o", "size=1g", "tmpfs", str(base))
        with _overlay(base) as root, _boot(root, folders) as machine:
            yield machine
    finally:
        subprocess.run(["umount", "-l", str(base)], capture_output=True, check=False)
        base.rmdir()


@contextmanager
def _overlay(base: Path) -> Iterator[Path]:
    for name in ("upper", "work", "root"):
        (base / name).mkdir()
    options = f"lowerdir=/,upperdir={base}/upper,workdir={base}/work"
    _mount("-t", "overlay", "overlay", "-o", options, str(base / "root"))
    try:
        yield base / "root"
    finally:
        subprocess.run(["umount", "-l", str(base / "root")], capture_output=True, check=False)


@contextmanager
def _boot(root: Path, folders: Mapping[str, Path]) -> Iterator[Machine]:
    binds = [f"--bind-ro={folder}:{place}" for place, folder in folders.items()]
    with (root.parent / "boot.log").open("w") as log:
        process = subprocess.Popen(
            ["systemd-nspawn", "-D", str(root), *_OPTIONS, *binds, "--", "--unit=basic.target"],
            stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            env={**os.environ, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"},
        )  # fmt: skip
        try:
            yield _wait_for_boot(process, root)
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for_boot(process: subprocess.Popen[bytes], root: Path) -> Machine:
    ends = time.monotonic() + BOOT_S
    while time.monotonic() < ends and process.poll() is None:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        if children:
            machine = Machine(root, int(children[0]))
            if machine.run("systemctl", "is-system-running", is_checked=False) in {
                "running", "degraded",
            }:  # fmt: skip
                return machine
        time.sleep(0.2)
    raise CannotBootError((root.parent / "boot.log").read_text()[-500:] or "it did not boot")


def _mount(*arguments: str) -> None:
    ended = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        reason = ended.stderr.strip().partition("\n")[0]
        raise CannotBootError(f"mounts are refused here: {reason}")
