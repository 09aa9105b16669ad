"""What the documentation says of the code is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
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
