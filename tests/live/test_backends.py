"""That the tests against Google are safe to run, shown without Google."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sync_daemon.sandbox import DEFAULT_ACCOUNT, SandboxServer
from sync_daemon.sheets.auth import DRIVE_SCOPE, SHEETS_SCOPE
from tests.live.backends import (
    ADC,
    CREDENTIALS,
    PER_MINUTE,
    ROOT,
    SPREADSHEET,
    live_settings,
    real,
    what_is_not_set,
)
from tests.live.hunt import hunting
from tests.live.tab import add_tab


@dataclass
class Place:
    """A sandbox that plays Google, with a spreadsheet of somebody's."""

    server: SandboxServer
    spreadsheet_id: str
    environ: dict[str, str]

    def titles(self) -> list[str]:
        """Of the tabs there are."""
        answer = self.server.call("GET", f"/v4/spreadsheets/{self.spreadsheet_id}")
        return [sheet["properties"]["title"] for sheet in answer["sheets"]]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with SandboxServer() as server:
        book = server.add_spreadsheet("Mine", [["keep me"]], tab="Mine")
        key = server.service_account(tmp_path / "key.json")
        address = f"https://docs.google.com/spreadsheets/d/{book}/edit#gid=0"
        environ = {CREDENTIALS: str(key), SPREADSHEET: address, ROOT: server.url}
        yield Place(server, book, environ)


@pytest.mark.parametrize("name", [CREDENTIALS, SPREADSHEET])
def test_what_is_not_set_is_named_with_what_it_should_be(name: str) -> None:
    environ = {CREDENTIALS: "key.json", SPREADSHEET: "1abc"}
    assert what_is_not_set(environ) is None
    missing = what_is_not_set({**environ, name: ""})
    assert missing is not None
    assert missing.startswith(f"{name} not set. ")
    assert "service account's key" in missing


def test_credentials_may_be_a_key_a_token_or_the_machine_s(place: Place, tmp_path: Path) -> None:
    scopes = (SHEETS_SCOPE, DRIVE_SCOPE)
    token = place.server.authorized_user(tmp_path / "token.json", "me@example.com", scopes)
    found = {
        given: live_settings({CREDENTIALS: given}).auth
        for given in (place.environ[CREDENTIALS], str(token), ADC)
    }
    assert list(found.values()) == ["service_account", "oauth", "adc"]


@pytest.mark.parametrize("kind", ["key", "token"])
def test_tabs_that_were_made_are_deleted_and_no_others(
    place: Place, tmp_path: Path, kind: str
) -> None:
    if kind == "token":
        scopes = (SHEETS_SCOPE, DRIVE_SCOPE)
        place.server.authorized_user(tmp_path / "token.json", DEFAULT_ACCOUNT, scopes)
        place.environ[CREDENTIALS] = str(tmp_path / "token.json")
    with real(tmp_path, place.environ) as google:
        add_tab(google).put([["x"]])
        add_tab(google, "a tab with a title")
        gone = add_tab(google)
        gone.change("deleteSheet", sheetId=gone.gid)
        assert "a tab with a title" in place.titles()
    assert place.titles() == ["Mine"]


def test_tabs_are_deleted_after_a_failure_too(place: Place, tmp_path: Path) -> None:
    def fail() -> None:
        with real(tmp_path, place.environ) as google:
            add_tab(google)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert place.titles() == ["Mine"]


def test_what_sheetd_and_the_tests_send_is_counted_together(place: Place, tmp_path: Path) -> None:
    with real(tmp_path, place.environ) as google:
        assert google.settings.writes_per_minute == google.settings.reads_per_minute == PER_MINUTE
        with hunting(add_tab(google), tmp_path) as hunt:
            hunt.settle()
            hunt.tab.values()
            line, theirs = google.line.transport, hunt.application.transport
            for transport in (line, theirs):
                transport._look_up_what_was_sent()
            seen = [
                [len(limiter._free_again) for limiter in transport._limiters.values()]
                for transport in (line, theirs)
            ]
    sent = [place.server.service.count(kind) for kind in ("read", "write")]
    assert seen[0] == seen[1]
    assert [sent[0] - 1, sent[1] - 1] == seen[0]  # one each to delete the tabs


def test_a_request_that_is_not_refused_fails_a_test_that_says_it_is(
    place: Place, tmp_path: Path
) -> None:
    with real(tmp_path, place.environ) as google:
        with pytest.raises(pytest.fail.Exception):
            google.line.refusal("GET", google.path)
        refusal = google.line.refusal("GET", google.path + "/values/nowhere!A1")
        assert (refusal.status, refusal.body["code"]) == (400, 400)
