"""An installation that lacks a module of a tool says so, whoever uses the tool."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.loop import Loop

TIMEOUT_S = 120
# What is left of sheetd where pip has skipped a package.
WITHOUT = """\
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == sys.argv[1]:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Refuse())
from sync_daemon.cli import main
sys.exit(main(sys.argv[2:]))
"""


def run_without(module: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WITHOUT, module, *arguments],
        cwd=folder,
        env={**os.environ, "HOME": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )


@pytest.mark.parametrize(
    ("module", "tool", "package"),
    [
        ("lxml_html_clean", "posting_fetcher", "lxml-html-clean"),
        ("icalendar", "follow_up", "icalendar"),
        ("apprise", "notify", "apprise"),
        ("docx", "resume_match", "python-docx"),
    ],
)
def test_doctor_fails_and_names_the_tool_and_what_to_install(
    hunt: Loop, module: str, tool: str, package: str
) -> None:
    ended = run_without(module, hunt.folder, "doctor")
    said = " ".join(ended.stdout.split())
    assert ended.returncode == 2, ended.stderr
    assert f"The built-in tool {tool} cannot be used" in said
    assert f'Install "{package}" into the environment that sheetd runs in' in said
    assert f"-m pip install {package}" in said


def test_doctor_is_content_where_nothing_is_missing(hunt: Loop) -> None:
    ended = run_without("no_such_module", hunt.folder, "doctor")
    assert ended.returncode == 0, ended.stdout


def test_the_demo_of_a_broken_installation_fails(tmp_path: Path) -> None:
    ended = run_without("lxml_html_clean", tmp_path, "demo")
    assert ended.returncode == 2
    assert "posting_fetcher cannot be used" in " ".join(ended.stderr.split())
    assert "pip install lxml-html-clean" in " ".join(ended.stderr.split())
