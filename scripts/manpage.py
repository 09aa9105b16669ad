"""Write docs/sheetd.1 from the help of the commands (`make man`).

The form is that of man(7): https://man7.org/linux/man-pages/man7/man.7.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import Any

import typer

from sync_daemon.cli.command_line import COMMANDS, make_app

PAGE = Path(__file__).parent.parent / "docs" / "sheetd.1"

_DESCRIPTION = """
sheetd keeps the result columns of a Google Sheet filled in: somebody types a row, and within a
minute the tools of the configuration have read it and their results stand beside it. A mirror on
this machine holds all rows with their history. Nothing that was typed is overwritten.

`sheetd demo` shows it without an account; `sheetd init` sets it up for a sheet of yours.
"""
_EVERYWHERE = {
    "--config PATH": "The configuration; otherwise the first of those under FILES.",
    "--log-level LEVEL": "How much the log on standard error tells: debug, info, warning or error.",
    "-h, --help": "What the command does, its options and an example.",
}
_FILES = {
    "sheetd.toml, ~/.config/sheetd/config.toml, /etc/sheetd/config.toml": (
        "The configuration, the first that there is. `sheetd config explain` explains each key."
    ),
    "sheetd.db": "The mirror, an SQLite file beside the configuration unless it says otherwise.",
}
_STATUS = {
    "0": "Done. Rows that failed are reported; with `--strict` they give 1.",
    "2": "A mistake in the command or the configuration.",
    "3": "Credentials or permission.",
    "4": "Google cannot be reached, or the quota is used up, also after several attempts.",
    "5": "Refused for safety: headers, a mass deletion, a tab that another installation keeps.",
    "6": "The mirror: locked, damaged, or the disk is full.",
    "70": "A defect in sheetd.",
    "130": "Ended by Ctrl-C.",
}


def render() -> str:
    """The page."""
    root: Any = typer.main.get_command(make_app())
    context = typer.Context(root, info_name="sheetd")
    lines = [
        f'.TH SHEETD 1 "" "sheetd {version("sheetd")}" "User Commands"',
        ".SH NAME",
        f"sheetd \\- {_roff(_first_small(root.help)).removesuffix('.')}",
        ".SH SYNOPSIS",
        ".B sheetd",
        "COMMAND [OPTIONS] [ARGUMENTS]",
        ".SH DESCRIPTION",
        *_paragraphs(_DESCRIPTION),
        ".SH COMMANDS",
    ]
    for kind, names in groupby(COMMANDS, key=lambda name: COMMANDS[name].kind):
        lines.append(f".SS {_roff(kind)}")
        for name in names:
            _, command, _ = root.resolve_command(context, [name])
            lines += _command(f"sheetd {name}", command)
    lines += [".SH OPTIONS OF EVERY COMMAND", *_terms(_EVERYWHERE)]
    lines += [".SH EXIT STATUS", *_terms(_STATUS), ".SH FILES", *_terms(_FILES)]
    return "\n".join(lines) + "\n"


def _command(name: str, command: Any) -> Iterator[str]:
    below = getattr(command, "commands", {})
    if not below or command.invoke_without_command:
        arguments = [p.metavar for p in command.params if p.param_type_name == "argument"]
        yield from (".TP", f".B {_roff(' '.join([name, *arguments]))}")
        yield from _paragraphs(command.help, then=".IP")
        options = {
            " ".join(filter(None, (", ".join(p.opts), p.metavar))): p.help
            for p in command.params
            if p.param_type_name == "option" and p.name not in {"config", "log_level"}
        }
        yield from (".RS", *_terms(options), ".RE")
    for part, one in below.items():
        yield from _command(f"{name} {part}", one)


def _terms(texts: dict[str, str]) -> Iterator[str]:
    for term, text in texts.items():
        yield from (".TP", f".B {_roff(term)}", _roff(text))


def _paragraphs(text: str, then: str = ".PP") -> Iterator[str]:
    for index, paragraph in enumerate(text.strip().split("\n\n")):
        yield from (*([then] if index else []), _roff(" ".join(paragraph.split())))


def _roff(text: str) -> str:
    """Text for a line of its own: commands in bold, nothing read as a request."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    bold = re.sub(r"`([^`]+)`", r"\\fB\1\\fR", escaped)
    return f"\\&{bold}" if bold.startswith((".", "'")) else bold


def _first_small(text: str) -> str:
    return text[:1].lower() + text[1:]


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
