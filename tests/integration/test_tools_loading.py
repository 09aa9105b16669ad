from __future__ import annotations

import os
import py_compile
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import Any

import pytest

from sync_daemon.domain.jobs import OutcomeKind
from sync_daemon.errors import ConfigError
from sync_daemon.processing.describe import describe_tool, describe_tools
from sync_daemon.processing.folder_permissions import find_folder_fault
from sync_daemon.processing.registry import ToolRegistry, load_registry
from sync_daemon.processing.run_tool import run_tool
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
    outcome = run_tool(registry, "word_count", {"text": "one two three"}, clock=StoppedClock())
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
            "WordCount(", "Again("), "holds 2 tool classes: WordCount, Again", "its own folder"),
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
    assert problem.hint == f"Run: chmod o-w {target}"


def test_what_belongs_to_somebody_else_is_refused(tmp_path: Path) -> None:
    folder = write_tool(tmp_path, "word_count")
    assert find_folder_fault(folder) is None
    if os.geteuid() == 0:
        os.chown(folder / "processor.py", 4242, -1)
        fault = find_folder_fault(folder)
    else:
        fault = find_folder_fault(folder, user=os.geteuid() + 1)
    assert fault is not None
    assert "who is neither you nor root" in fault.message


def widen(path: Path, bits: int) -> None:
    path.chmod(path.stat().st_mode | bits)


def open_parent(top: Path, _: Path) -> str:
    widen(top.parent, 0o002)
    return f"everybody may write {top.parent}"


def linked_folder(top: Path, elsewhere: Path) -> str:
    (elsewhere / "parts").mkdir()
    (elsewhere / "parts" / "schemas.py").write_text(SCHEMAS)
    (top / "word_count" / "parts").symlink_to(elsewhere / "parts")
    widen(elsewhere / "parts" / "schemas.py", 0o002)
    return f"everybody may write {top / 'word_count' / 'parts' / 'schemas.py'}"


def link_out_of_an_open_folder(top: Path, elsewhere: Path) -> str:
    widen(elsewhere, 0o002)
    (elsewhere / "schemas.py").write_text(SCHEMAS)
    (top / "word_count" / "schemas.py").unlink()
    (top / "word_count" / "schemas.py").symlink_to(elsewhere / "schemas.py")
    return f"everybody may write {elsewhere}"


def linked_tool(top: Path, elsewhere: Path) -> str:
    (top / "word_count").rename(elsewhere / "word_count")
    (top / "word_count").symlink_to(elsewhere / "word_count")
    widen(elsewhere, 0o002)
    return f"everybody may write {elsewhere}"


def extension(top: Path, _: Path) -> str:
    file = top / "word_count" / "fast.abi3.so"
    file.touch()
    widen(file, 0o002)
    return f"everybody may write {file}"


@pytest.mark.parametrize(
    "change", [open_parent, linked_folder, link_out_of_an_open_folder, linked_tool, extension]
)
def test_every_way_to_change_what_runs_is_refused(tmp_path: Path, change: Any) -> None:
    top, elsewhere = tmp_path / "home" / "tools", tmp_path / "elsewhere"
    elsewhere.mkdir()
    write_tool(top, "word_count")
    assert load(top).problems == ()
    said = change(top, elsewhere)
    (problem,) = load(top).problems
    assert said in problem.message


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_a_foreign_group_may_write_is_refused(tmp_path: Path) -> None:
    folder = write_tool(tmp_path, "word_count")
    (folder / "schemas.py").chmod(0o664)
    assert find_folder_fault(folder) is None  # root's own group
    os.chown(folder / "schemas.py", -1, 4242)
    fault = find_folder_fault(folder)
    assert fault is not None
    assert "group 4242 may write" in fault.message


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    folder = write_tool(tmp_path, "word_count")
    (folder / "again").symlink_to(folder)
    assert find_folder_fault(folder) is None
    (folder / "nowhere.py").symlink_to(folder / "nowhere.py")
    fault = find_folder_fault(folder)
    assert fault is not None
    assert "Too many levels of symbolic links" in fault.message


@pytest.mark.parametrize("place", ["__pycache__/schemas.{tag}.pyc", "schemas.pyc"])
def test_bytecode_beside_a_tool_never_runs(tmp_path: Path, place: str) -> None:
    """In the cache, as current as Python wants it; and alone, in the place of a source."""
    folder = write_tool(tmp_path, "word_count")
    source = folder / "schemas.py"
    planted = tmp_path / "planted.py"
    planted.write_text(SCHEMAS.replace("words: int", "planted: int"))
    target = folder / place.format(tag=sys.implementation.cache_tag)
    target.parent.mkdir(exist_ok=True)
    py_compile.compile(
        str(planted), cfile=str(target), invalidation_mode=PycInvalidationMode.UNCHECKED_HASH
    )
    if target.parent == folder:
        source.unlink()
        (problem,) = load(tmp_path).problems
        assert "No module named" in problem.message
    else:
        (tool,) = describe_tools(load(tmp_path))
        assert [one.name for one in tool.outputs] == ["words"]
    assert not list(folder.rglob("processor.*.pyc"))


def test_a_tool_in_parts_is_loaded_from_sources(tmp_path: Path) -> None:
    folder = write_tool(tmp_path, "word_count")
    for name in ("parts", "plain"):
        (folder / name).mkdir()
        (folder / name / "counting.py").write_text("ONE = 1\n")
    (folder / "parts" / "__init__.py").write_text("from .counting import ONE as ONE\n")
    (folder / "__init__.py").write_text("from .parts import ONE as ONE\n")
    text = (folder / "processor.py").read_text()
    more = "from . import ONE\nfrom .plain.counting import ONE as SAME\nassert ONE == SAME == 1\n"
    (folder / "processor.py").write_text(text.replace("from .schemas", f"{more}from .schemas", 1))
    assert load(tmp_path).problems == ()


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
        run_tool(load(USER_TOOLS), tool, inputs, clock=StoppedClock())
    assert said in caught.value.message
