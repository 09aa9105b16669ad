"""A systemd that writes down what it is told, first in PATH."""

from __future__ import annotations

from pathlib import Path

import pytest

SCRIPT = """#!/bin/sh
echo "$(basename "$0") $*" >> "{folder}/calls"
for answer in "{folder}"/answers/*; do
    case "$*" in *"$(basename "$answer")"*) . "$answer"; exit "${{status:-0}}";; esac
done
"""


class FakeSystemd:
    """``systemctl`` and ``systemd-analyze`` as scripts in a folder."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "bin"
        self._calls = folder / "calls"
        self._answers = folder / "answers"
        for each in (self.bin, self._answers):
            each.mkdir(parents=True)
        for name in ("systemctl", "systemd-analyze"):
            (self.bin / name).write_text(SCRIPT.format(folder=folder), encoding="utf-8")
            (self.bin / name).chmod(0o755)

    def answer(self, words: str, out: str = "", err: str = "", status: int = 0) -> None:
        """How to answer commands that hold these words."""
        script = f"cat <<'END'\n{out}\nEND\ncat >&2 <<'END'\n{err}\nEND\nstatus={status}\n"
        (self._answers / words).write_text(script, encoding="utf-8")

    @property
    def calls(self) -> list[str]:
        """The commands, in order."""
        if not self._calls.exists():
            return []
        return self._calls.read_text(encoding="utf-8").splitlines()


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeSystemd:
    fake = FakeSystemd(tmp_path / "fake")
    monkeypatch.setenv("PATH", f"{fake.bin}:/usr/bin:/bin")
    return fake


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user without a service yet, and a wide terminal."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("COLUMNS", "300")
    return folder
