"""The pages of the tools say what the tools say, and their examples work."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from scripts.tool_pages import FOLDER, INDEX, example_of, render
from sync_daemon.processing.describe import ToolDescription, describe_tools
from sync_daemon.processing.registry import load_registry
from sync_daemon.processing.step_checks import StepPlace
from sync_daemon.processing.steps import check_steps
from sync_daemon.settings.models import StepSettings

REGISTRY = load_registry(installed=())
TOOLS = describe_tools(REGISTRY)


def test_the_pages_in_the_repository_are_up_to_date() -> None:
    found = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    assert found == render(), "`make tool-pages` writes them"


def test_there_is_a_page_for_each_tool_and_the_list_names_it() -> None:
    pages = render()
    assert set(pages) == {INDEX, *(f"{tool.name}.md" for tool in TOOLS)}
    assert all(f"({tool.name}.md)" in pages[INDEX] for tool in TOOLS)


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_an_example_is_a_valid_step(tool: ToolDescription, tmp_path: Path) -> None:
    for name in ("resume.txt", "receivers"):
        (tmp_path / name).write_text("json://example.org", encoding="utf-8")
        (tmp_path / name).chmod(0o600)
    step = tomllib.loads(example_of(tool))["sheets"]["steps"][0]
    assert check_steps([StepSettings(**step)], REGISTRY, StepPlace("jobs", tmp_path))[1] == []
