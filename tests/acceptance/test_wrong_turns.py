"""Ten wrong turns of a newcomer: each ends with the sentence that mends it."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from sync_daemon.sandbox import DEFAULT_ACCOUNT
from tests.acceptance.conftest import Sheetd
from tests.support.loop import Loop

PERSON = "person@example.com"
SCOPES = ("https://www.googleapis.com/auth/spreadsheets",)


@dataclass(frozen=True)
class WrongTurn:
    """What somebody did wrong, and what sheetd says.

    ``check`` is the line of `sheetd doctor` that fails; ``init`` whether `sheetd init`
    ends there too: at a terminal it waits, and elsewhere it warns.
    """

    name: str
    do: Callable[[Loop], object]
    status: int
    sentence: str
    check: str
    init: bool = True


def no_key(hunt: Loop) -> None:
    (hunt.folder / "key.json").unlink()


def wrong_key(hunt: Loop) -> None:
    """A key of a service account that was deleted since."""
    hunt.server.service.accounts.public_keys.clear()


def not_shared(hunt: Loop) -> None:
    hunt.server.service.sharing.unshare(hunt.spreadsheet_id, DEFAULT_ACCOUNT)


def api_disabled(hunt: Loop) -> None:
    hunt.server.service.sharing.api_disabled = True


def tab_renamed(hunt: Loop) -> None:
    properties = {"sheetId": 0, "title": "Applications 2026"}
    request = {"updateSheetProperties": {"properties": properties, "fields": "title"}}
    path = f"/v4/spreadsheets/{hunt.spreadsheet_id}:batchUpdate"
    sheets = hunt.server.call("GET", f"/v4/spreadsheets/{hunt.spreadsheet_id}")["sheets"]
    properties["sheetId"] = sheets[0]["properties"]["sheetId"]
    hunt.server.call("POST", path, {"requests": [request]})


def no_header(hunt: Loop) -> None:
    path = f"/v4/spreadsheets/{hunt.spreadsheet_id}/values/Jobs:clear"
    hunt.server.call("POST", path, {})


def read_only_share(hunt: Loop) -> None:
    hunt.server.service.sharing.share(hunt.spreadsheet_id, DEFAULT_ACCOUNT, "reader")


def expired_token(hunt: Loop) -> None:
    """Seven days after somebody allowed an application that is in Google's test mode."""
    hunt.server.authorized_user(hunt.folder / "token.json", PERSON, SCOPES)
    hunt.server.service.sharing.share(hunt.spreadsheet_id, PERSON)
    text = hunt.config.read_text(encoding="utf-8")
    text = text.replace('credentials_file = "key.json"', _OAUTH)
    hunt.config.write_text(text, encoding="utf-8")
    hunt.server.service.accounts.withdraw_consents()


_OAUTH = 'auth = "oauth"\ncredentials_file = "token.json"'


def wrong_clock(hunt: Loop) -> None:
    now = hunt.server.service.accounts.now
    hunt.server.service.accounts.now = lambda: now() - 3600  # ours is fast by as much


WRONG_TURNS = [
    WrongTurn("no key", no_key, 3, "sheetd init", "key", init=False),
    WrongTurn("wrong key", wrong_key, 3, "make a new one with a new key", "token"),
    WrongTurn(
        "not shared", not_shared, 3, f"Share → {DEFAULT_ACCOUNT} → Editor", "jobs: tab", init=False
    ),
    WrongTurn("API disabled", api_disabled, 3, "press Enable", "Sheets API", init=False),
    WrongTurn("tab renamed", tab_renamed, 2, "'Applications 2026'", "jobs: tab"),
    WrongTurn("no header", no_header, 5, "Type the headers there", "jobs: headers", init=False),
    WrongTurn(
        "read-only share", read_only_share, 3, f"Share → {DEFAULT_ACCOUNT} → Editor",
        "jobs: sharing", init=False,
    ),
    WrongTurn("expired OAuth token", expired_token, 3, "sheetd login", "token", init=False),
    WrongTurn("clock off by an hour", wrong_clock, 3, "timedatectl set-ntp true", "token"),
]  # fmt: skip


every_turn = pytest.mark.parametrize("turn", WRONG_TURNS, ids=lambda turn: turn.name)
turns_of_init = pytest.mark.parametrize(
    "turn", [turn for turn in WRONG_TURNS if turn.init], ids=lambda turn: turn.name
)


@every_turn
def test_sync_says_how_to_mend_it(turn: WrongTurn, sheetd: Sheetd, hunt: Loop) -> None:
    turn.do(hunt)
    before = hunt.server.workspace.get(hunt.spreadsheet_id).version
    ran = sheetd("sync", "now")
    assert ran.status == turn.status, ran.err
    assert turn.sentence in ran.err
    assert hunt.server.workspace.get(hunt.spreadsheet_id).version == before


@every_turn
def test_doctor_has_one_line_that_says_how_to_mend_it(
    turn: WrongTurn, sheetd: Sheetd, hunt: Loop
) -> None:
    turn.do(hunt)
    ran = sheetd("doctor", "--json")
    failed = [check for check in ran.json() if not check["ok"]]
    assert [check["name"] for check in failed] == [turn.check]
    assert turn.sentence in failed[0]["hint"]
    assert ran.status == turn.status
    shown = sheetd("doctor")
    assert f"fail {turn.check}: " in shown.out
    assert turn.sentence in shown.out


@turns_of_init
def test_init_says_so_too_where_it_comes_first(turn: WrongTurn, sheetd: Sheetd, hunt: Loop) -> None:
    turn.do(hunt)
    ran = sheetd(
        "init", "--config", "new.toml", "--spreadsheet", hunt.spreadsheet_id,
        "--worksheet", "Jobs", "--credentials", "key.json", "--api-root", hunt.server.url,
    )  # fmt: skip
    assert ran.status == turn.status, ran.err
    assert turn.sentence in ran.err
    assert not Path("new.toml").exists()


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A file system of 200 kB on ``folder``, or of no more free space, as root."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        pytest.skip("this user may not mount a file system")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_no_disk(sheetd: Sheetd, hunt: Loop) -> None:
    with small_disk(hunt.folder / "disk"):
        text = hunt.config.read_text(encoding="utf-8")
        database = f'[database]\nurl = "sqlite:///{hunt.folder}/disk/sheetd.db"\n\n[tools]'
        hunt.config.write_text(text.replace("[tools]", database), encoding="utf-8")
        ran = sheetd("sync", "now")
        assert ran.status == 6, ran.err
        assert "Free some space" in ran.err
        told = sheetd("doctor")
        assert told.status == 6
        assert "Free some space" in told.out


def test_a_wrong_clock_that_google_does_not_refuse_is_found_by_comparing(
    sheetd: Sheetd, hunt: Loop
) -> None:
    """With OAuth a wrong clock is not refused: doctor compares it with Google's."""
    hunt.server.authorized_user(hunt.folder / "token.json", PERSON, SCOPES)
    hunt.server.service.sharing.share(hunt.spreadsheet_id, PERSON)
    text = hunt.config.read_text(encoding="utf-8").replace('credentials_file = "key.json"', _OAUTH)
    hunt.config.write_text(text.replace("[[sheets]]", '[[sheets]]\nprobe = "none"', 1))
    assert sheetd("doctor").status == 0
    hunt.server.service.accounts.now = lambda: time.time() + 3600
    ran = sheetd("doctor")
    assert ran.status == 3
    assert "fail clock: This machine's clock is 60 minutes slow." in ran.out
    assert "timedatectl set-ntp true" in ran.out
