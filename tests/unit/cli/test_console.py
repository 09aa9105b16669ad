"""What commands print cannot steer the terminal, whoever wrote it."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.text import Text

from sync_daemon.cli import console
from sync_daemon.cli.console import SafeConsole, make_table

FOREIGN = "x\x1b]52;c;aGk=\x1b[2J\u202ey [red]z[/] :bomb:"
SHOWN = "x\\x1b]52;c;aGk=\\x1b[2J\\u202ey [red]z[/] :bomb:"
OURS = ("\x1b]52", "\x1b[2J", "\u202e", "\x1b[31m")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> SafeConsole:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr("sys.stdout", Terminal())  # while it finds out what colours there are
    made = SafeConsole()
    made.file = Terminal()
    return made


def seen(terminal: SafeConsole) -> str:
    assert isinstance(terminal.file, io.StringIO)
    return terminal.file.getvalue()


@pytest.mark.parametrize(
    "renderable",
    [
        FOREIGN,
        Text(FOREIGN),
        Panel(FOREIGN, title="a panel"),
        make_table(FOREIGN, [FOREIGN], [[FOREIGN], [FOREIGN * 20]]),
    ],
    ids=["str", "Text", "Panel", "Table"],
)
def test_text_is_shown_and_not_obeyed(terminal: SafeConsole, renderable: RenderableType) -> None:
    assert terminal.is_terminal
    terminal.print(renderable, soft_wrap=isinstance(renderable, str))
    assert SHOWN in seen(terminal)
    assert not [code for code in OURS if code in seen(terminal)]


def test_what_is_kept_up_to_date_is_no_way_around(terminal: SafeConsole) -> None:
    with (
        Live(Text(FOREIGN), console=terminal, auto_refresh=False) as live,
        terminal.status("waiting"),
    ):
        live.update(make_table("", ["a"], [[FOREIGN]]), refresh=True)
    assert "\x1b[?25l" in seen(terminal)  # rich's own codes pass: it hides the cursor
    assert SHOWN in seen(terminal)
    assert not [code for code in OURS[:1] + OURS[2:3] if code in seen(terminal)]


def test_a_failure_quotes_what_others_wrote(
    terminal: SafeConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console, "errors", terminal)
    console.print_failure(FOREIGN, FOREIGN)
    assert seen(terminal).count(SHOWN) == 2
    assert "\x1b[1;31merror:" in seen(terminal)
    assert not [code for code in OURS if code in seen(terminal)]


def test_json_holds_no_control_character(capsys: pytest.CaptureFixture[str]) -> None:
    console.print_json({"cell": f"{FOREIGN}\x7f\x9b"})
    printed = capsys.readouterr().out
    assert printed.isascii()
    assert all(c.isprintable() or c == "\n" for c in printed)
    assert json.loads(printed) == {"cell": f"{FOREIGN}\x7f\x9b"}
