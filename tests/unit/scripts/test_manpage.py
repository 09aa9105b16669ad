"""The man page says what the help says."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from scripts.manpage import PAGE, render
from sync_daemon.cli.command_line import COMMANDS


def test_the_page_in_the_repository_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(), "`make man` writes it"


def test_it_names_every_command() -> None:
    page = render().replace("\\-", "-")
    for name in COMMANDS:
        assert f".B sheetd {name}" in page
    assert ".B sheetd show ROW_ID" in page
    assert ".B sheetd tools show NAME" in page


def test_the_formatter_finds_nothing_wrong() -> None:
    groff = shutil.which("groff")
    if groff is None:
        pytest.skip("there is no groff on this machine")
    command = [groff, "-man", "-Tutf8", "-Kutf8", "-ww"]
    ran = subprocess.run(command, input=render(), capture_output=True, text=True, check=True)
    assert ran.stderr == ""
    assert "sheetd sync now" in re.sub(".\b", "", ran.stdout)  # bold is struck twice
