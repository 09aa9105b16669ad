"""Every command on a sheet whose cells and headers want to steer the terminal."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.acceptance.conftest import Ran, Sheetd
from tests.support.loop import HEADERS, Loop

EVIL = "\x1b]52;c;cm0=\x07\x1b]0;t\x07\x1b]8;;http://evil.example\x1b\\\x9b2J\u202e\u2066"
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def is_harmless(ran: Ran) -> bool:
    return not STEERING.search(ran.out) and not STEERING.search(ran.err)


@pytest.fixture
def evil(hunt: Loop, sheetd: Sheetd) -> Loop:
    headers = [*HEADERS[:2], *HEADERS[2:], f"{EVIL}header"]
    hunt.user.type_rows(0, 0, [headers[: len(HEADERS)]])
    hunt.user.type_rows(1, 0, [[f"{EVIL}Acme", f"{EVIL}Dev", f"{EVIL}Python"]])
    assert sheetd("sync", "now").status == 0
    return hunt


def test_commands_show_it_as_escapes(evil: Loop, sheetd: Sheetd) -> None:
    row_id = str(evil.rows()[0]["sheetd id"])
    for command in (["rows"], ["show", row_id], ["history", row_id], ["status"], ["doctor"]):
        ran = sheetd(*command)
        assert ran.status == 0
        assert is_harmless(ran), command
    assert "\\x1b]52;c;cm0=\\x07" in sheetd("show", row_id).out
    evil.user.type_rows(1, 0, [[f"{EVIL}Bolt"]])
    assert is_harmless(sheetd("sync", "now", "--dry-run"))
    evil.user.delete_rows(1, 2)
    assert sheetd("sync", "now", "--allow-mass-delete").status == 0
    assert is_harmless(sheetd("restore", row_id))


def test_an_error_that_lists_headers_is_no_way_around(hunt: Loop, sheetd: Sheetd) -> None:
    hunt.user.type_rows(0, 0, [[f"{EVIL}Company", f"{EVIL}Role", f"{EVIL}Descripton"]])
    ran = sheetd("sync", "now")
    assert ran.status == 5
    assert "Descripton" in ran.err
    assert is_harmless(ran)


def test_an_export_to_a_terminal_is_no_way_around(
    evil: Loop, sheetd: Sheetd, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda _: True, raising=False)
    ran = sheetd("db", "export", "--format", "csv")
    assert (ran.status, "Acme" in ran.out, is_harmless(ran)) == (0, True, True)
