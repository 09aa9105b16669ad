"""What the documentation says of the code is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
_IN_CODE = re.compile(
    r"`((?:sync_daemon|tests|tools|scripts|benchmarks|config|docs|systemd)/[^`\s]*)`"
)
_LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_paths_and_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = {ROOT / path for path in _IN_CODE.findall(text) if not re.search("[A-Z*{}…:]", path)}
    linked = {page.parent / path for path in _LINK.findall(text)}
    assert [str(path.relative_to(ROOT)) for path in named | linked if not path.exists()] == []


def test_the_pages_of_documentation_are_found() -> None:
    assert {"README.md", "docs/sync.md"} <= {str(page.relative_to(ROOT)) for page in PAGES}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_and_their_options_exist(page: Path) -> None:
    manual = (ROOT / "docs" / "sheetd.1").read_text(encoding="utf-8").replace("\\-", "-")
    for command in re.findall(r"`sheetd ([a-z][^`]*)`", page.read_text(encoding="utf-8")):
        words = re.match(r"[a-z]+(?: [a-z]+)?", command)
        assert words is not None, command
        if command == "id":  # the title of a column
            continue
        names = (words[0], words[0].partition(" ")[0])
        told = [
            manual.partition(f".B sheetd {name}")[2].partition(".B sheetd")[0] for name in names
        ]
        assert any(told), command
        for option in {*re.findall(r"(?<=\s)--[a-z-]+", command)} - {"--help"}:  # of every one
            assert any(option in one for one in told), f"{command}: {option}"


def test_what_is_said_in_trouble_is_said_by_the_code() -> None:
    page = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
    code = "\n".join(p.read_text(encoding="utf-8") for p in ROOT.glob("sync_daemon/**/*.py"))
    told = [
        part
        for row in re.findall(r"^\| `([^|]*)` \|", page, re.MULTILINE)
        for part in row.split("…")
    ]
    assert len(told) > 7
    assert [part for part in told if part.strip() not in code] == []
