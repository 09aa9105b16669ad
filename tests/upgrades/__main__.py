"""``make test-upgrades``: mirrors made by earlier commits, taken over by today's, and back.

Each commit is unpacked from git's history and run as a program of its own, against the
sandbox of today: the mirror it makes is then read, checked, upgraded and synced by
today's sheetd. Rows, ids, corrections and deleted rows have to be equal.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sync_daemon.mirror.database import backups_before_upgrades
from tests.support.loop import Loop, running_loop
from tests.support.old_mirrors import revision_of

ROOT = Path(__file__).resolve().parents[2]
COMMITS = (
    "a38b40c",  # 0001; who holds a result was true or false
    "0ed409b",  # 0001
    "03fb872",  # 0002
    "968f5c2",  # 0003
    "8e46d77",  # 0004
    "33841ef",  # 0005
    "10c67bf",  # 0007
    "c9b5b25",  # 0008
    "dd79d5a",  # 0009
    "7ce4e18",  # 0010
    "2282d4b",  # 0011
    "46d9f58",  # 0012, of which a part was missing
    "7fe4ff7",  # 0012
    "64b3fd3",  # 0013
)
TYPED = "corrected by hand"
_MAIN = "from sync_daemon.cli import main; main()"


class Program:
    """A version of sheetd, run on the configuration of a loop."""

    def __init__(self, folder: Path, loop: Loop) -> None:
        self._folder = folder
        self._loop = loop

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command to its end."""
        return subprocess.run(
            [sys.executable, "-c", _MAIN, *arguments, "--config", str(self._loop.config)],
            cwd=self._folder,
            env={**os.environ, "PYTHONPATH": str(self._folder), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def do(self, *arguments: str) -> str:
        """The same, where it has to succeed; returns standard output."""
        ran = self.run(*arguments)
        if ran.returncode:
            message = f"{' '.join(arguments)}: exit {ran.returncode}\n{ran.stdout}{ran.stderr}"
            raise AssertionError(message)
        return ran.stdout

    def rows(self, *more: str) -> dict[str, Any]:
        """What it knows of rows: cells and results by id."""
        found = json.loads(self.do("rows", "--json", *more))
        return {row["row_id"]: (row["cells"], row["results"]) for row in found}


@contextmanager
def unpacked(commit: str) -> Iterator[Path]:
    """The files of a commit."""
    packed = subprocess.run(
        ["git", "archive", commit, "sync_daemon", "tools"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    with TemporaryDirectory(prefix="sheetd-old-") as folder:
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(folder, filter="data")
        yield Path(folder)


def shown(loop: Loop) -> list[dict[str, Any]]:
    """The sheet, but for the words of the status."""
    return [{k: v for k, v in row.items() if k != "sheetd status"} for row in loop.rows()]


def live_with(loop: Loop, old: Program) -> None:
    """What happens in the days before the upgrade."""
    old.do("sync", "now")
    loop.user.type(1, loop.column("Shout"), TYPED)
    loop.user.type(2, loop.column("Description"), "edited by the user")
    loop.user.delete_rows(3, 4)
    for _ in range(3):
        old.do("sync", "now")
    assert loop.rows()[0]["Shout"] == TYPED, "the old version kept no correction"


def check(commit: str, folder: Path) -> str:
    """One commit's mirror, there and back; returns what to print of it."""
    with running_loop(folder) as loop, unpacked(commit) as place:
        loop.close()
        mirror = folder / "sheetd.db"
        old, new = Program(place, loop), Program(ROOT, loop)
        live_with(loop, old)
        before, rows, deleted = shown(loop), old.rows(), old.rows("--deleted")
        revision = revision_of(mirror)
        assert new.rows() == rows, "read before the upgrade"
        new.do("db", "check")
        assert revision_of(mirror) == revision, "reading has upgraded it"
        for _ in range(2):
            new.do("sync", "now")
        new.do("db", "check", "--repair")
        new.do("sync", "now")
        assert shown(loop) == before, "the sheet shows something else"
        assert new.rows() == rows, "rows, ids or corrections differ"
        assert new.rows("--deleted") == deleted, "deleted rows differ"
        go_back(loop, old, mirror)
        assert shown(loop) == before, "the way back changed the sheet"
    return f"{commit} (schema {revision}): {len(rows)} rows equal, 1 correction kept, and back"


def go_back(loop: Loop, old: Program, mirror: Path) -> None:
    """The old version refuses the upgraded mirror with a sentence, and goes on with the copy."""
    refused = old.run("sync", "now")
    assert refused.returncode == 6, refused.stdout + refused.stderr
    assert "Traceback" not in refused.stderr, refused.stderr
    assert "newer sheetd" in refused.stderr, refused.stderr
    [copy] = backups_before_upgrades(mirror)
    for file in loop.folder.glob("sheetd.db*"):
        if file != copy.path and file.suffix != ".toml":
            file.unlink()
    copy.path.rename(mirror)
    old.do("sync", "now")


def main() -> int:
    """All commits; 1 if one's mirror was not taken over as it should be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("commits", nargs="*", default=COMMITS)
    failed = 0
    for commit in parser.parse_args().commits:
        with TemporaryDirectory(prefix="sheetd-upgrade-") as folder:
            try:
                told = check(commit, Path(folder))
            except AssertionError as error:
                failed += 1
                told = f"{commit}: FAILED: {error}"
        sys.stdout.write(f"{told}\n")
        sys.stdout.flush()
    sys.stdout.write(f"{failed} failed\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
