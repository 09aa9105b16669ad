"""Ctrl-C, at any moment of any command: status 130, at most one line, and no traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync_daemon.cli.command_line import COMMANDS as ALL
from tests.support.loop import Loop, running_loop

# `make test-interrupt` asks for twenty.
MOMENTS = int(os.environ.get("SHEETD_TEST_MOMENTS", "1"))
LASTS_S = 1.2 if MOMENTS > 1 else 0.6  # most commands are done by then
FIRST_S = 0.01  # so that it is ours
ENDING_S = 1.0  # of the interpreter, on a busy machine; whatever the command did was done
# Closes its end of the pipe where sheetd takes over from the interpreter.
ENTRY = "import os, sys; from sync_daemon.cli import main; os.close({}); main()"

COMMANDS = {
    "--help": "",
    "--version": "",
    "demo": "",
    "demo --serve": "",
    "init": "",
    "login": "",
    "doctor": "",
    "config explain": "",
    "sync now": "",
    "sync now --dry-run": "",
    "sync now --json": "",
    "run": "--log-level error",  # that it began and ended is its log, not what Ctrl-C prints
    "status": "",
    "status --watch": "",
    "service status": "",
    "dashboard --port 0": "",
    "mcp": "",
    "token list": "",
    "rows": "",
    "rows --json": "",
    "show": "{row_id}",
    "history": "{row_id}",
    "rerun": "{row_id}",
    "restore": "{deleted}",
    "undo": "1",
    "export": "rows.xlsx",
    "plot": "funnel -o plot.svg",
    "forget": "{deleted}",
    "db upgrade": "",
    "db backup": "copy.db",
    "db check": "",
    "db export": "",
    "tools": "",
    "tools show": "keyword_analyzer",
    "tools new": "mine --path new-tools",
    "tools run": "keyword_analyzer --input text=Python",
    "sandbox": "",
}


def test_no_command_is_left_out() -> None:
    assert {command.split()[0] for command in COMMANDS} - {"--help", "--version"} == {*ALL}


@pytest.fixture(scope="module")
def hunt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loop]:
    folder = tmp_path_factory.mktemp("hunt")
    rows = [["Acme", "Developer", "Python"], ["Bolt", "Operator", "Go"], ["Cord", "Baker", "Rye"]]
    with running_loop(folder, rows) as loop:
        loop.settle()
        loop.user.delete_rows(3, 4)
        loop.settle()
        loop.close()
        yield loop


@pytest.fixture(scope="module")
def names(hunt: Loop) -> dict[str, str]:
    application = hunt.open()
    try:
        deleted = next(iter(application.reader.rows(only_deleted=True))).row_id
        return {"row_id": next(iter(application.reader.rows())).row_id, "deleted": deleted}
    finally:
        application.close()


def interrupt(arguments: list[str], folder: Path, delay_s: float) -> tuple[bool, int, str]:
    """Run a command and interrupt it so long after it took over.

    Returns:
        Whether it was ending by itself, its status, and what it said on standard error.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # tests that run in the background
        signal.signal(signal.SIGINT, signal.default_int_handler)
    entered, entering = os.pipe()
    command = [sys.executable, "-c", ENTRY.format(entering), *arguments]
    environ = {**os.environ, "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)}
    with subprocess.Popen(
        command, cwd=folder, env=environ, text=True, pass_fds=[entering], start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        os.close(entering)
        os.read(entered, 1)
        os.close(entered)
        time.sleep(FIRST_S + delay_s)
        process.send_signal(signal.SIGINT)
        sent = time.monotonic()
        try:
            _, said = process.communicate(timeout=30)
        finally:
            process.kill()  # one that goes on would hold up all others
        was_ending = process.returncode != 130 and time.monotonic() - sent < ENDING_S
        return was_ending, process.returncode, said


LOST = """
import signal, time, weakref
from sync_daemon.cli import command_line, main
signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background it is ignored
class Thing: pass
def is_gone(_): raise KeyboardInterrupt
def run(_):
    thing = Thing()
    reference = weakref.ref(thing, is_gone)
    del thing
    time.sleep(60)
command_line.main = run
main()
"""


def test_one_that_falls_into_a_callback_of_pythons_own_is_not_lost() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LOST], capture_output=True, text=True, timeout=50, check=False
    )
    assert (ended.returncode, ended.stderr) == (130, "")


@pytest.mark.parametrize("moment", range(MOMENTS))
@pytest.mark.parametrize(
    ("index", "command"),
    list(enumerate(COMMANDS)),
    ids=[name.replace(" ", "-") for name in COMMANDS],
)
def test_it_ends_quietly(
    hunt: Loop, names: dict[str, str], index: int, command: str, moment: int
) -> None:
    share = (index * 0.618 + moment / MOMENTS) % 1  # of the commands' time, spread over them
    arguments = f"{command} {COMMANDS[command]}".format(**names).split()
    was_ending, status, said = interrupt(arguments, hunt.folder, share * LASTS_S)
    assert "Traceback" not in said
    if not was_ending:
        assert status == 130, said
        assert len(said.splitlines()) <= 1
