"""The package that a hint names is the one that gives the missing module."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync_daemon.errors import ConfigError
from sync_daemon.processing.loading import distribution_of
from sync_daemon.processing.registry import Origin, ToolProblem, ToolRegistry

ROOT = Path(__file__).resolve().parents[3]


def foreign_modules() -> Iterator[str]:
    """What sheetd and its tools import from others."""
    for path in [*ROOT.glob("tools/**/*.py"), *ROOT.glob("sync_daemon/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                names = [node.module]
            yield from (name.partition(".")[0] for name in names)


def test_each_module_that_is_imported_comes_from_a_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked_for = [*project["dependencies"], *project["optional-dependencies"]["mcp"]]
    dependencies = {re.split(r"[^\w.-]", text)[0] for text in asked_for}
    foreign = set(foreign_modules()) - sys.stdlib_module_names - {"sync_daemon"}
    # By pydantic and mcp, in the very version that they need.
    brought_along = {"pydantic-core", "mcp-types"}
    assert {distribution_of(name) for name in foreign} - brought_along <= dependencies
    assert distribution_of("lxml_html_clean.clean") in dependencies


def test_only_a_broken_tool_of_sheetds_own_makes_an_installation_bad() -> None:
    theirs = ToolProblem("mine", "p.py", "p.py: broken.", "Correct it.", Origin.FOLDER)
    ToolRegistry({}, (theirs,)).check_built_in()
    ours = [
        ToolProblem(name, "p.py", f"p.py: no {name}.", "Install it.", Origin.BUILT_IN)
        for name in ("one", "two")
    ]
    with pytest.raises(ConfigError) as raised:
        ToolRegistry({}, (theirs, *ours)).check_built_in()
    assert raised.value.message == (
        "The built-in tool one cannot be used: p.py: no one.\n"
        "The built-in tool two cannot be used: p.py: no two."
    )
    assert raised.value.hint == "Install it."
