"""The command on a sheet in the sandbox."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sync_daemon.cli import main
from tests.support.loop import Loop, running_loop
from tests.support.processes import Systemd


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    status: int
    out: str
    err: str

    def json(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)


Sheetd = Callable[..., Ran]


@pytest.fixture
def hunt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Loop]:
    """Three typed rows, a configuration in the working folder, and a wide terminal."""
    rows = [
        ["Acme", "Developer", "Python and SQL"],
        ["Bolt", "Operator", "Docker, Go and Linux"],
        ["Cord", "Something", ""],
    ]
    with running_loop(tmp_path, rows) as loop:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("HOME", str(tmp_path / "home"))
        monkeypatch.setenv("COLUMNS", "200")
        yield loop


@pytest.fixture
def sheetd(capsys: pytest.CaptureFixture[str]) -> Sheetd:
    """Run the command line in this process."""

    def run(*arguments: str) -> Ran:
        capsys.readouterr()
        status = 0
        try:
            main(arguments)
        except SystemExit as ended:
            status = int(ended.code or 0)
        captured = capsys.readouterr()
        return Ran(status, captured.out, captured.err)

    return run


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[Systemd]:
    listening = Systemd(tmp_path)
    yield listening
    listening.close()
