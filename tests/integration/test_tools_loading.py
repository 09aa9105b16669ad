from __future__ import annotations

import os
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from sync_daemon.domain.jobs import OutcomeKind
from sync_daemon.errors import ConfigError
from sync_daemon.processing.describe import describe_tool, describe_tools
from sync_daemon.processing.once import run_once
from sync_daemon.processing.ownership import find_folder_fault
from sync_daemon.processing.registry import ToolRegistry, load_registry
from tests.support.fake_clock import StoppedClock

USER_TOOLS = Path(__file__).parent.parent / "unit" / "tools" / "user_tools"
ONE = (USER_TOOLS / "word_count" / "processor.py").read_text()
SCHEMAS = (USER_TOOLS / "word_count" / "schemas.py").read_text()


def write_tool(top: Path, name: str, processor: str = "", schemas: str = SCHEMAS) -> Path:
    folder = top / name
    folder.mkdir(parents=True)
    text = processor or ONE.replace('"word_count"', f'"{name}"')
    (folder / "processor.py").write_text(text)
    (folder / "schemas.py").write_text(schemas)
    return folder


def load(*paths: Path, built_in: Path | None = None, **kwargs: Any) -> ToolRegistry:
    return load_registry(paths, built_in=built_in or Path("/nonexistent"), installed=(), **kwargs)


def test_the_tool_of_the_documentation_runs_from_a_users_folder() -> None:
    registry = load(USER_TOOLS)
    assert registry.problems == ()
    outcome = run_once(registry, "word_count", {"text": "one two three"}, clock=StoppedClock())
    assert (outcome.kind, outcome.values) == (OutcomeKind.DONE, {"words": 3})


def test_built_in_tools_are_found_where_they_lie() -> None:
    assert "keyword_analyzer" in load_registry(installed=()).tools


def test_files_are_read_again_only_when_one_has_changed(tmp_path: Path) -> None:
    folder = write_tool(tmp_path, "counter")
    first, second = (type(load(tmp_path).get("counter").tool) for _ in range(2))
    assert first is second
    (folder / "schemas.py").write_text(f"{SCHEMAS}\n# changed\n")
    assert type(load(tmp_path).get("counter").tool) is not first


def test_processors_of_two_folders_do_not_meet(tmp_path: Path) -> None:
    write_tool(tmp_path / "a", "first")
    write_tool(tmp_path / "b", "second", schemas=SCHEMAS.replace("words: int", "words: float"))
    registry = load(tmp_path / "a", tmp_path / "b")
    types = [describe_tool(registry.get(name)).outputs[0].type for name in ("first", "second")]
    assert types == ["whole number", "number"]


def test_a_tool_is_described() -> None:
    (tool,) = describe_tools(load(USER_TOOLS))
    assert (tool.name, tool.version, tool.summary) == (
        "word_count",
        1,
        "Count the words of a text.",
    )
    assert [(one.name, one.type, one.required) for one in tool.inputs] == [("text", "text", True)]
    assert tool.source.endswith("word_count/processor.py")
    assert tool.options == ()


@pytest.mark.parametrize(
    ("processor", "said", "hint"),
    [
        ("def x(:\n", "processor.py, line 1: ", "syntax"),
        ("\n\nimport no_such_module\n", "processor.py, line 3: No module named", "Install"),
        ("import schemas\n", "line 1: No module named 'schemas'", "from .schemas import"),
        ("x = 1\n1 / 0\n", "processor.py, line 2: ZeroDivisionError: ", "fails"),
        ("raise SystemExit(3)\n", "processor.py, line 1: SystemExit: 3", "fails"),
        ("x = 1\n", "holds no class derived from Tool", "class MyTool"),
        (ONE + ONE.partition("class ")[1] + ONE.partition("class ")[2].replace(
            "WordCount(", "Again("), "holds 2 tool classes: WordCount, Again", "folder of its own"),
        (ONE.replace("version = 1", "version = 0"), "its version 0", ""),
    ],
)  # fmt: skip
def test_a_broken_tool_is_reported_and_hides_no_other(
    tmp_path: Path, processor: str, said: str, hint: str
) -> None:
    write_tool(tmp_path, "broken", processor)
    write_tool(tmp_path, "whole")
    registry = load(tmp_path)
    assert list(registry.tools) == ["whole"]
    (problem,) = registry.problems
    assert said in problem.message
    assert hint in problem.hint
    with pytest.raises(ConfigError) as caught:
        registry.get("broken")
    assert said in caught.value.message


def test_two_tools_of_one_name_are_both_refused_and_located(tmp_path: Path) -> None:
    write_tool(tmp_path / "a", "word_count")
    write_tool(tmp_path / "b", "word_count")
    registry = load(tmp_path / "a", tmp_path / "b")
    assert not registry.tools
    (problem,) = registry.problems
    for part in ("a", "b"):
        assert str(tmp_path / part / "word_count" / "processor.py") in problem.message


def test_an_edited_tool_is_read_anew(tmp_path: Path) -> None:
    folder = write_tool(tmp_path, "counter")
    assert load(tmp_path).get("counter").tool.version == 1
    (folder / "processor.py").write_text(
        ONE.replace('"word_count"', '"counter"').replace("version = 1", "version = 22")
    )
    assert load(tmp_path).get("counter").tool.version == 22


@pytest.mark.parametrize("place", ["", "word_count", "word_count/processor.py"])
def test_what_everybody_may_write_is_refused_with_the_command(tmp_path: Path, place: str) -> None:
    top = tmp_path / "tools"
    write_tool(top, "word_count")
    target = top / place
    target.chmod(target.stat().st_mode | 0o002)
    registry = load(top)
    assert not registry.tools
    (problem,) = registry.problems
    assert f"everybody may write {target}" in problem.message
    assert problem.hint == f"Run: chmod o-w '{target}'"


def test_what_belongs_to_somebody_else_is_refused(tmp_path: Path) -> None:
    folder = write_tool(tmp_path, "word_count")
    assert find_folder_fault(folder, top=tmp_path) is None
    if os.geteuid() == 0:
        os.chown(folder / "processor.py", 4242, -1)
        fault = find_folder_fault(folder, top=tmp_path)
    else:
        fault = find_folder_fault(folder, top=tmp_path, user=os.geteuid() + 1)
    assert fault is not None
    assert "who is neither you nor root" in fault.message


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: None, "does not exist"),
        (lambda path: path.write_text(""), "is not a folder"),
        (lambda path: write_tool(path.parent, path.name), "is a tool, not a folder of tools"),
        (lambda path: (path / "x").mkdir(parents=True) or (path / "x" / "a.py").touch(),
         "has no processor.py"),
    ],
)  # fmt: skip
def test_a_path_that_holds_no_tools_says_so(tmp_path: Path, make: Any, said: str) -> None:
    make(tmp_path / "mine")
    (problem,) = load(tmp_path / "mine").problems
    assert said in problem.message
    assert str(tmp_path / "mine") in problem.message


def test_entry_points_are_loaded_and_their_failures_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = write_tool(tmp_path, "an_installed_package")
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    module = "an_installed_package.processor"
    good = [
        EntryPoint("a", f"{module}:WordCount", "sheetd.tools"),
        EntryPoint("bad", f"{module}:Missing", "sheetd.tools"),
        EntryPoint("odd", f"{module}:ONE", "sheetd.tools"),
    ]
    registry = load_registry(built_in=tmp_path / "none", installed=good)
    assert list(registry.tools) == ["an_installed_package"]
    assert [problem.name for problem in registry.problems] == ["bad", "odd"]


@pytest.mark.parametrize(
    ("tool", "inputs", "said"),
    [
        ("word_cunt", {}, 'There is no tool called "word_cunt".'),
        ("word_count", {"txt": "x"}, "word_count has no input txt."),
        ("word_count", {}, "word_count needs the input text."),
        ("word_count", {"text": " "}, "it needs text"),
    ],
)
def test_trying_a_tool_with_wrong_inputs_says_which(
    tool: str, inputs: dict[str, str], said: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        run_once(load(USER_TOOLS), tool, inputs, clock=StoppedClock())
    assert said in caught.value.message
