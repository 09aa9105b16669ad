"""The command line as a whole: what it lists, what it imports, how it answers mistakes."""

from __future__ import annotations

import inspect
import json
import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from sync_daemon import cli
from sync_daemon.cli.command_line import COMMANDS, main, make_app
from sync_daemon.errors import ConfigError

HEAVY = ("sqlalchemy", "httpx", "gspread", "requests", "structlog", "pydantic_settings", "alembic")
SHELL = {"_SHEETD_COMPLETE": "complete_bash", "COMP_CWORD": "2"}


def run(code: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, timeout=60, check=False, env={**os.environ, **environ},
    )  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_listed_with_the_first_line_of_its_own_help(name: str) -> None:
    found = COMMANDS[name].load()
    text = found.info.help if isinstance(found, typer.Typer) else inspect.getdoc(found)
    if not isinstance(text, str):
        text = inspect.getdoc(found.registered_callback.callback)
    assert text is not None
    assert COMMANDS[name].summary == text.splitlines()[0]


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["status", "--help"], ["stat"]])
def test_help_imports_no_more_than_it_needs(arguments: list[str]) -> None:
    code = f"""
import sys
from sync_daemon.cli import main
try:
    main({arguments})
except SystemExit:
    pass
print([name for name in {HEAVY} if name in sys.modules])
"""
    assert run(code).stdout.splitlines()[-1] == "[]"


def test_completion_knows_the_commands_and_their_options() -> None:
    code = "from sync_daemon.cli import main; main([])"
    named = run(code, **{**SHELL, "COMP_CWORD": "1", "COMP_WORDS": "sheetd st"})
    assert named.stdout.split() == ["status"]
    options = run(code, **SHELL, COMP_WORDS="sheetd status --w")
    assert options.stdout.split() == ["--watch"]
    below = run(code, **SHELL, COMP_WORDS="sheetd db ch")
    assert below.stdout.split() == ["check"]


def test_the_version_is_told() -> None:
    assert CliRunner().invoke(make_app(), ["--version"]).output == f"sheetd {version('sheetd')}\n"


def test_the_nearest_command_is_named() -> None:
    ran = CliRunner().invoke(make_app(), ["statsu"])
    assert ran.exit_code == 2
    assert "Did you mean 'status'?" in ran.output


def test_commands_are_listed_by_kind() -> None:
    text = CliRunner().invoke(make_app(), ["--help"], env={"COLUMNS": "200"}).output
    for kind in {entry.kind for entry in COMMANDS.values()}:
        assert kind in text


def test_an_error_is_one_object_for_scripts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = str(tmp_path / "none.toml")
    with pytest.raises(SystemExit) as ended:
        main(["rows", "--json", "--config", missing])
    told = json.loads(capsys.readouterr().out)
    assert (ended.value.code, told["exit_status"]) == (2, 2)
    assert missing in told["error"]
    assert "sheetd init" in told["hint"]


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (["rows", "--json", "--sheets", "jobs"], "--sheets"),
        (["show", "--json"], "ROW_ID"),
        (["sink", "now", "--json"], "sink"),
        (["undo", "twelve", "--json"], "RUN_ID"),
    ],
)
def test_so_is_a_mistake_in_the_options(
    given: list[str], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(given)
    printed = capsys.readouterr()
    told = json.loads(printed.out)
    assert (ended.value.code, told["exit_status"], printed.err) == (2, 2, "")
    assert named in told["error"]
    assert "--help" in told["hint"]


@pytest.mark.parametrize("name", COMMANDS)
def test_help_names_values_and_no_types(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([name, "--help"])
    shown = capsys.readouterr().out
    assert not re.findall(r"<\w+>|\bBOOLEAN\b|\bTEXT\b|\bINTEGER\b", shown)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError("…: KeyboardInterrupt: ")])
def test_ctrl_c_is_no_defect_whoever_tells_of_it(
    error: BaseException, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("sync_daemon.cli.command_line.make_app", lambda: fail)
    with pytest.raises(SystemExit) as ended:
        cli.main(["rows"])
    assert ended.value.code == 130
    assert capsys.readouterr().err == ""


def told(*arguments: str) -> str:
    ran = CliRunner().invoke(make_app(), arguments, env={"COLUMNS": "200"})
    assert ran.exit_code == 0, ran.output
    return ran.output


def test_a_key_of_the_configuration_is_explained() -> None:
    assert told("config", "explain", "schedule.every").startswith("schedule.every  duration")
    assert told("config", "explain", "every").count("default") == 2
    assert "google.auth" in told("config", "explain", "google")
    listed = json.loads(told("config", "explain", "--json"))
    assert {"key", "type", "default", "text"} == listed[0].keys()


@pytest.mark.parametrize(
    ("key", "hint"), [("sched", "'schedule'"), ("qqq", "lists all keys"), ("evry", "'every'")]
)
def test_a_key_that_there_is_not_is_answered_with_the_nearest(key: str, hint: str) -> None:
    ran = CliRunner().invoke(make_app(), ["config", "explain", key])
    assert isinstance(ran.exception, ConfigError)
    assert hint in ran.exception.hint


def test_one_tool_is_shown_in_full() -> None:
    text = told("tools", "show", "link_check")
    assert "link_check v" in text
    assert "(required)" in text
    shown = json.loads(told("tools", "show", "link_check", "--json"))
    assert shown["name"] == "link_check"
    ran = CliRunner().invoke(make_app(), ["tools", "show", "link_chek"])
    assert isinstance(ran.exception, ConfigError)
    assert "link_check" in ran.exception.hint


def test_a_new_tool_runs_and_its_test_passes(tmp_path: Path) -> None:
    text = told("tools", "new", "my_count", "--folder", str(tmp_path / "mine"))
    assert f'paths = ["{tmp_path / "mine"}"]' in text
    folder = tmp_path / "mine" / "my_count"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout
    config = tmp_path / "sheetd.toml"
    config.write_text(f'[tools]\npaths = ["{tmp_path / "mine"}"]\n')
    config.chmod(0o600)
    given = ("--input", "text=one two", "--config", str(config), "--json")
    assert json.loads(told("tools", "run", "my_count", *given)) == {"words": 2}


@pytest.mark.parametrize("name", ["My-Tool", "", "9lives", "../up"])
def test_a_tool_needs_a_name_that_python_can_import(name: str, tmp_path: Path) -> None:
    ran = CliRunner().invoke(make_app(), ["tools", "new", name, "--folder", str(tmp_path)])
    assert isinstance(ran.exception, ConfigError)
    assert not list(tmp_path.iterdir())


def test_a_tool_that_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    ran = CliRunner().invoke(make_app(), ["tools", "new", "mine", "--folder", str(tmp_path)])
    assert isinstance(ran.exception, ConfigError)
    assert "is there already" in ran.exception.message
