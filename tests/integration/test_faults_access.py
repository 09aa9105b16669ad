"""Tokens, permissions and quotas that end in the middle of a cycle of 1,000 rows."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytest_mock import MockerFixture

from sync_daemon.errors import CredentialsError, GoogleUnavailableError
from sync_daemon.sandbox import DEFAULT_ACCOUNT, HttpRequest
from sync_daemon.sandbox.answers import HTML, Answer
from sync_daemon.sandbox.auth import Accounts
from sync_daemon.sandbox.faults import FaultKind
from sync_daemon.sandbox.quota import Quota
from tests.integration.test_faults import (
    EDITED,
    IMPATIENT,
    READ,
    ROWS,
    SIX_ATTEMPTS,
    STORMS,
    WRITE,
    Ending,
    Storm,
    open_storm,
)

DENIED = STORMS[FaultKind.NO_PERMISSION]
NO_TOKENS = {
    "busy": Answer(503, b'{"error": "temporarily_unavailable"}'),
    "page": Answer(502, b"<!DOCTYPE html><title>Error 502</title>", HTML),
    "portal": Answer(200, b"<!DOCTYPE html><title>Welcome</title>", HTML),
    "limited": Answer(429, b"{}"),
}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storm]:
    with open_storm(tmp_path_factory.mktemp("kept")) as storm:
        storm.assert_converged(storm.run())
        yield storm


@pytest.fixture
def known(kept: Storm) -> Iterator[Storm]:
    """A sheet that sheetd keeps, the same through one trouble after the other."""
    yield kept
    kept.end()


@pytest.mark.parametrize("path", [READ, WRITE])
class TestTokenThatDies:
    def test_it_is_renewed_at_once(self, known: Storm, path: str) -> None:
        inputs = known.edit()
        with known.loop.user_acts_before(path, known.service.accounts.expire_all):
            report = known.run()
        known.assert_converged(report)
        assert known.clock.sleeps == []
        known.calm_down(inputs)

    @pytest.mark.parametrize("trouble", NO_TOKENS)
    def test_a_token_endpoint_in_lasting_trouble_ends_the_cycle(
        self, known: Storm, mocker: MockerFixture, trouble: str, path: str
    ) -> None:
        inputs = known.edit()
        grants = mocker.patch.object(Accounts, "grant", return_value=NO_TOKENS[trouble])
        with known.loop.user_acts_before(path, known.service.accounts.expire_all):
            report = known.run()
        known.assert_ended(report, SIX_ATTEMPTS)
        assert "token endpoint" in str(report.sheets[0].error)
        assert grants.call_count == 6
        mocker.stopall()
        known.calm_down(inputs)

    def test_a_key_that_is_deleted_meanwhile_ends_it(self, known: Storm, path: str) -> None:
        inputs = known.edit()
        accounts = known.service.accounts
        keys = dict(accounts.public_keys)

        def delete_key() -> None:
            accounts.expire_all()
            accounts.public_keys.clear()

        with known.loop.user_acts_before(path, delete_key):
            report = known.run()
        known.assert_ended(report, Ending(CredentialsError, 3, "account not found", 0.0))
        accounts.public_keys.update(keys)
        known.calm_down(inputs)


class TestPermissionThatIsLost:
    @pytest.mark.parametrize("path", [READ, WRITE])
    def test_the_sheet_is_not_shared_any_more(self, known: Storm, path: str) -> None:
        inputs = known.edit()
        sharing, sheet = known.service.sharing, known.loop.spreadsheet_id
        with known.loop.user_acts_before(path, lambda: sharing.unshare(sheet, DEFAULT_ACCOUNT)):
            known.assert_ended(known.run(), DENIED)
        report = known.run()
        known.assert_ended(report, DENIED)
        assert DEFAULT_ACCOUNT in str(report.sheets[0].error)
        sharing.share(sheet, DEFAULT_ACCOUNT)
        known.calm_down(inputs)

    def test_it_may_only_be_read_from_the_middle_on(self, known: Storm) -> None:
        """The ids of new rows are written, their results are not: these are kept."""
        known.edit()
        known.loop.user.type_rows(ROWS + 1, 0, [["New", "Role 9999", "a new row"]])
        inputs = known.inputs()
        sharing, sheet = known.service.sharing, known.loop.spreadsheet_id
        with known.loop.user_acts_before(
            WRITE, lambda: None, lambda: sharing.share(sheet, DEFAULT_ACCOUNT, "reader")
        ):
            report = known.run()
        known.assert_ended(report, DENIED)
        assert report.sheets[0].jobs.done == EDITED + 1
        new_row = next(row for row in known.loop.rows() if row["Company"] == "New")
        assert (bool(new_row["sheetd id"]), new_row["Words"]) == (True, "")
        sharing.share(sheet, DEFAULT_ACCOUNT)
        assert known.calm_down(inputs).sheets[0].jobs.done == 0
        known.loop.user.delete_rows(new_row["#"] - 1, new_row["#"])

    def test_it_is_lost_while_columns_are_created(self, tmp_path: Path) -> None:
        with open_storm(tmp_path) as new:
            inputs = new.inputs()
            sharing, sheet = new.service.sharing, new.loop.spreadsheet_id
            with new.loop.user_acts_before(
                ":batchUpdate?", lambda: sharing.share(sheet, DEFAULT_ACCOUNT, "reader")
            ):
                new.assert_ended(new.run(), DENIED)
            sharing.share(sheet, DEFAULT_ACCOUNT)
            new.calm_down(inputs)


class TestQuota:
    @pytest.mark.parametrize("path", [READ, WRITE])
    def test_google_is_given_the_time_it_asks_for(self, known: Storm, path: str) -> None:
        inputs = known.edit()
        known.fail(FaultKind.RATE_LIMIT, path, times=3, retry_after="30")
        known.assert_converged(known.run())
        assert known.clock.sleeps == [31.0, 32.0, 34.0]
        known.calm_down(inputs)

    @pytest.mark.parametrize("path", [READ, WRITE])
    @pytest.mark.parametrize(
        ("retry_after", "takes_s"), [("100", 203.0), ("200", 201.0), ("3600", 0.0)]
    )
    def test_but_not_beyond_the_deadline(
        self, known: Storm, path: str, retry_after: str, takes_s: float
    ) -> None:
        inputs = known.edit()
        known.fail(FaultKind.RATE_LIMIT, path, times=0, retry_after=retry_after)
        says = f"given up after {takes_s:.0f} s"
        known.assert_ended(known.run(), Ending(GoogleUnavailableError, 4, says, takes_s))
        known.calm_down(inputs)

    def test_a_minute_that_others_have_used_up_is_waited_for(self, known: Storm) -> None:
        """Google sends no Retry-After with a 429 of the Sheets API."""
        known.edit()
        free = known.service.quota
        known.service.quota = used_up = Quota(known.clock.monotonic, per_user=1, per_project=0)
        with known.loop.user_acts_before(
            READ, lambda: used_up.take(DEFAULT_ACCOUNT, is_write=True)
        ):
            report = known.run()
        known.service.quota = free
        known.assert_converged(report)


class TestDrive:
    @pytest.mark.parametrize("kind", STORMS)
    def test_the_probe_is_only_a_hint(self, known: Storm, kind: FaultKind) -> None:
        inputs = known.edit()
        known.fail(kind, "/drive/", times=0)
        report = known.run(may_skip=True)
        known.assert_converged(report)
        assert report.sheets[0].jobs.done == EDITED
        assert report.api_calls.drive == (2 if kind is FaultKind.EXPIRED_TOKEN else 1)
        assert known.clock.sleeps == []
        known.calm_down(inputs)


@contextmanager
def a_write_held_back(storm: Storm) -> Iterator[Callable[[], None]]:
    """Hold the next write back beyond sheetd's time-out; yields what carries it out at last."""
    held: list[HttpRequest] = []
    go, gone = threading.Event(), threading.Event()

    def hold(request: HttpRequest) -> None:
        if WRITE in request.target and not held:
            held.append(request)
            go.wait(10.0)

    def tell(request: HttpRequest) -> None:
        if held and request is held[0]:  # its repetition is equal
            gone.set()

    def let_go() -> None:
        go.set()
        assert gone.wait(10.0)

    storm.service.before.append(hold)
    storm.service.after.append(tell)
    storm.wait(IMPATIENT)
    try:
        yield let_go
    finally:
        go.set()
        storm.service.before.remove(hold)
        storm.service.after.remove(tell)


class TestWriteThatComesLate:
    """Google carries a write out when sheetd has long given it up and repeated it."""

    def test_it_lands_on_rows_that_were_sorted_since(self, known: Storm) -> None:
        known.edit()
        with a_write_held_back(known) as let_go:
            known.assert_converged(known.run())
            known.sort()
            let_go()
        rows = known.loop.rows()
        assert any(row["Shout"] != row["Description"].upper() for row in rows), "it did not land"
        assert known.calm_down(known.inputs()).sheets[0].jobs.done == 0
