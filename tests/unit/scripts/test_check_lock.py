"""The check that pyproject.toml, poetry.lock and the exports agree notices when they do not."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.check_lock import EXPORTS, find_faults

ROOT = Path(__file__).parents[3]
FILES = ("pyproject.toml", "poetry.lock", *EXPORTS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of what is checked."""
    for name in FILES:
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_the_files_of_the_project_agree(folder: Path) -> None:
    assert list(find_faults(folder)) == []


def _replace(pattern: str, text: str) -> Callable[[str], str]:
    return lambda content: re.sub(pattern, text, content, count=1)


@pytest.mark.parametrize(
    ("name", "change", "fault"),
    [
        ("pyproject.toml", _replace(r'"gspread>=6.2,<7"', '"gspread>=6.1,<7"'), "has changed"),
        ("pyproject.toml", _replace(r'"pytest>=', '"pytest>0.'), "has changed"),
        ("pyproject.toml", _replace(r'requires-python = ">=3.11', 'requires-python = ">=3.12'), ""),
        ("requirements.txt", _replace(r"(?m)^httpx==\S+", "httpx==0.1"), "httpx 0.1 is not what"),
        ("requirements.txt", _replace(r"httpx==\S+", "httpx==0.1"), "of poetry.lock is missing"),
        ("requirements.txt", _replace(r"(?m)^rich==(.*\n    .*)+\n", ""), "rich"),
        (
            "requirements.txt",
            lambda text: text + f"mcp==2.3.0 --hash=sha256:{'0' * 64}\n",
            "mcp 2.3.0 is not what",
        ),
        ("requirements-dev.txt", _replace(r"sha256:[0-9a-f]{4}", "sha256:beef"), "alembic"),
        ("requirements.txt", lambda text: "--index-url https://example.org\n" + text, "address"),
        ("requirements.txt", lambda text: "-f /srv/wheels\n" + text, "address"),
        (
            "poetry.lock",
            lambda text: text.replace(
                "\n[metadata]", '\n[package.source]\ntype = "url"\n[metadata]'
            ),
            "xlsxwriter comes from an address",
        ),
    ],
)
def test_a_change_of_one_alone_is_a_fault(
    folder: Path, name: str, change: Callable[[str], str], fault: str
) -> None:
    before = (folder / name).read_text(encoding="utf-8")
    after = change(before)
    assert after != before
    (folder / name).write_text(after, encoding="utf-8")

    faults = list(find_faults(folder))

    assert any(fault in each for each in faults), faults


def test_what_has_no_bearing_on_the_lock_is_no_fault(folder: Path) -> None:
    path = folder / "pyproject.toml"
    text = path.read_text(encoding="utf-8").replace("line-length = 100", "line-length = 99")
    path.write_text(text, encoding="utf-8")

    assert list(find_faults(folder)) == []
