"""The line to Google against the sandbox: each fault, bounds, counts, and where it connects to."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from typing import Any

import gspread
import pytest
import requests

from sync_daemon.domain.api_calls import ApiCalls
from sync_daemon.domain.retry import RetryPolicy
from sync_daemon.errors import (
    ConfigError,
    CredentialsError,
    GoogleRejectedError,
    GoogleUnavailableError,
    PermissionDeniedError,
    SheetdError,
)
from sync_daemon.sandbox.faults import FaultKind
from sync_daemon.sheets.transport import Idempotency, RequestKind
from tests.support.line import Line

PASSING = [
    FaultKind.RATE_LIMIT,
    FaultKind.RATE_LIMIT_HTML,
    FaultKind.SERVER_ERROR,
    FaultKind.SERVER_ERROR_HTML,
    FaultKind.RESET_BEFORE,
    FaultKind.RESET_AFTER,
    FaultKind.HANG,
    FaultKind.HANG_AFTER,
    FaultKind.TRUNCATED,
    FaultKind.CUT_JSON,
    FaultKind.GARBAGE,
]
WITHOUT_EFFECT_FOR_SURE = [FaultKind.RATE_LIMIT, FaultKind.RATE_LIMIT_HTML]
TOOK_EFFECT = [
    FaultKind.RESET_AFTER,
    FaultKind.HANG_AFTER,
    FaultKind.TRUNCATED,
    FaultKind.CUT_JSON,
    FaultKind.GARBAGE,
]


def test_the_three_kinds_of_request(line: Line) -> None:
    assert line.read()["values"] == [["Company"], ["Acme"]]
    assert line.write()["updatedCells"] == 1
    assert line.probe()["version"]
    assert line.transport.calls() == ApiCalls(sheets_read=1, sheets_write=1, drive=1)


@pytest.mark.parametrize("kind", PASSING)
def test_a_reading_outlives_any_passing_fault(line: Line, kind: FaultKind) -> None:
    line.fail(kind, times=2)
    assert line.read()["values"] == [["Company"], ["Acme"]]
    assert line.clock.sleeps == [1.0, 2.0]
    assert line.transport.calls().sheets_read == 3


@pytest.mark.parametrize("kind", PASSING)
def test_so_does_a_writing_of_cells(line: Line, kind: FaultKind) -> None:
    line.fail(kind, times=2)
    line.write("Globex")
    assert line.companies() == ["Globex"]


@pytest.mark.parametrize("kind", PASSING)
def test_attempts_are_bounded(line: Line, kind: FaultKind) -> None:
    line.fail(kind, times=0)
    with pytest.raises(GoogleUnavailableError, match="given up after 3 attempts"):
        line.read()
    assert line.transport.calls().sheets_read == 3


@pytest.mark.parametrize("kind", WITHOUT_EFFECT_FOR_SURE)
def test_an_appending_is_sent_again_where_it_had_no_effect(line: Line, kind: FaultKind) -> None:
    line.fail(kind, times=2)
    line.append()
    assert line.companies() == ["Acme", "Initech"]


@pytest.mark.parametrize("kind", [kind for kind in PASSING if kind not in WITHOUT_EFFECT_FOR_SURE])
def test_an_appending_that_may_have_had_its_effect_is_not(line: Line, kind: FaultKind) -> None:
    line.fail(kind)
    with pytest.raises(GoogleUnavailableError, match="may have taken effect"):
        line.append()
    assert line.companies() == (["Acme", "Initech"] if kind in TOOK_EFFECT else ["Acme"])
    assert line.clock.sleeps == []


def test_an_answer_that_is_not_whole_is_no_answer_without_being_parsed_either(line: Line) -> None:
    line.fail(FaultKind.CUT_JSON)
    response = line.transport.request(
        "GET", line.path, idempotency=Idempotency.SAFE, kind=RequestKind.READ
    )
    assert json.loads(response.content)["values"]
    assert line.transport.calls().sheets_read == 2


def test_what_the_server_asks_for_is_waited(line: Line) -> None:
    line.fail(FaultKind.RATE_LIMIT, retry_after="40")
    line.read()
    assert line.clock.sleeps == [41.0]


def test_the_deadline_ends_it_sooner_than_the_attempts(line: Line) -> None:
    line.fail(FaultKind.RATE_LIMIT, times=0, retry_after="60")
    with pytest.raises(GoogleUnavailableError, match="given up after 61 s"):
        line.read()
    assert line.transport.calls().sheets_read == 2


def test_a_token_that_died_early_is_renewed_once(line: Line) -> None:
    line.read()
    line.server.service.accounts.expire_all()
    line.write()
    assert line.companies() == ["Globex"]
    assert line.transport.calls() == ApiCalls(sheets_read=1, sheets_write=2)
    assert line.clock.sleeps == []


def test_a_token_that_is_never_taken_is_not_renewed_for_ever(line: Line) -> None:
    line.fail(FaultKind.EXPIRED_TOKEN, times=0)
    with pytest.raises(CredentialsError, match="token"):
        line.read()
    assert line.transport.calls().sheets_read == 2


def test_permission_says_whom_to_share_with(line: Line) -> None:
    line.fail(FaultKind.NO_PERMISSION)
    with pytest.raises(PermissionDeniedError) as caught:
        line.read()
    assert "sheetd@sandbox-project.iam.gserviceaccount.com → Editor" in caught.value.hint


def test_an_api_that_is_not_enabled(line: Line) -> None:
    line.server.service.sharing.api_disabled = True
    with pytest.raises(PermissionDeniedError, match="not enabled") as caught:
        line.read()
    assert "https://console.developers.google.com/apis/api/sheets" in caught.value.hint


def test_a_spreadsheet_that_is_not_there(line: Line) -> None:
    with pytest.raises(ConfigError, match="1NoSuchSheetHere"):
        line.read("/v4/spreadsheets/1NoSuchSheetHere/values/Jobs")


def test_a_refused_request_keeps_googles_words(line: Line) -> None:
    with pytest.raises(GoogleRejectedError, match="Unable to parse range: Nope!A1"):
        line.read(f"/v4/spreadsheets/{line.id}/values/Nope!A1")


def test_a_request_that_no_json_can_hold_is_refused_at_once(line: Line) -> None:
    with pytest.raises(GoogleRejectedError, match="could not be made"):
        line.transport.json(
            "PUT",
            f"{line.path}!A2",
            json={"values": [[float("nan")]]},
            idempotency=Idempotency.SAFE,
            kind=RequestKind.WRITE,
        )
    assert line.clock.sleeps == []


def test_reads_and_writes_have_a_limit_each_and_threads_share_it(line: Line) -> None:
    line.transport = line.open(reads_per_minute=4, writes_per_minute=1)
    threads = [threading.Thread(target=line.read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    line.write()
    line.probe()
    assert line.clock.sleeps == []
    line.read()
    assert line.clock.sleeps == [60.0]
    line.transport.close()


def test_repeated_attempts_count_against_the_limit(line: Line) -> None:
    line.transport = line.open(reads_per_minute=2)
    line.fail(FaultKind.SERVER_ERROR, times=2)
    line.read()
    assert sum(line.clock.sleeps) == 60.0  # pauses of 1 and 2 s, and 57 for the third
    line.transport.close()


def test_an_answer_that_drips_has_an_end(line: Line) -> None:
    """Each part comes in time, so that only the time for the whole can end it."""
    line.fail(FaultKind.DRIP, times=0, seconds=1.0)
    with pytest.raises(GoogleUnavailableError, match="answer was lost"):
        line.append()
    line.read_for(30.0)
    assert line.read()["values"] == [["Company"], ["Acme"], ["Initech"]]


def test_a_connection_is_used_again(line: Line) -> None:
    ports = set()
    real = line.server._server.verify_request

    def note(request: Any, address: Any) -> bool:
        ports.add(address)
        return bool(real(request, address))

    line.server._server.verify_request = note  # type: ignore[assignment,method-assign]
    line.fail(FaultKind.SERVER_ERROR_HTML)
    for _ in range(3):
        line.read()
        line.write("x" * 20_000)  # long enough to come back compressed
        line.probe()
    assert len(ports) == 2  # one for tokens, one for everything else


def test_nobody_listens(line: Line) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        line.transport = line.open(api_root=f"http://127.0.0.1:{unused.getsockname()[1]}")
        with pytest.raises(GoogleUnavailableError, match="cannot be reached"):
            line.append()  # it never left, so it may be sent again
    assert line.transport.calls().sheets_write == 3
    line.transport.close()


def test_authenticate_asks_for_a_token_and_nothing_else(line: Line) -> None:
    line.transport.authenticate()
    assert [entry.path for entry in line.server.service.log] == ["/token"]
    assert line.transport.calls() == ApiCalls()


def test_a_deleted_account(line: Line) -> None:
    line.server.service.accounts.public_keys.clear()
    with pytest.raises(CredentialsError, match="account not found") as caught:
        line.transport.authenticate()
    assert "deleted" in caught.value.hint
    assert line.clock.sleeps == []


def test_a_clock_that_is_wrong(line: Line) -> None:
    late = line.server.service.accounts.now() + 7200
    line.server.service.accounts.now = lambda: late
    with pytest.raises(CredentialsError) as caught:
        line.read()
    assert "clock" in caught.value.hint


def test_no_proxy_stands_between_us_and_this_machine(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert line.read()["values"]


def test_a_password_for_every_host_does_not_take_the_tokens_place(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = line.folder / "netrc"
    netrc.write_text("default login mallory password hunter2\n", encoding="utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    assert line.read()["values"]
    assert [request.headers.get("authorization") for request in line.tokens_asked] == [None]


def test_no_connection_leaves_the_machine(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """google-auth would look up a regional access boundary at a Google host of its own."""
    sought: list[object] = []
    real_lookup, real_connect = socket.getaddrinfo, socket.socket.connect

    def look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        sought.append(host)
        return real_lookup(host, *args, **kwargs)

    def connect(self: socket.socket, address: Any) -> None:
        sought.append(address[0])
        real_connect(self, address)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket.socket, "connect", connect)
    threads = {thread.ident for thread in threading.enumerate()}
    line.transport.authenticate()
    line.read()
    line.write()
    line.probe()
    line.server.service.accounts.expire_all()
    line.read()
    served = {"process_request_thread"}
    for thread in threading.enumerate():
        if thread.ident not in threads and not any(name in thread.name for name in served):
            thread.join(5.0)  # whatever a library does behind our back is over before we look
    assert set(sought) == {"127.0.0.1"}


# What the libraries raise never gets past the transport.


@pytest.mark.parametrize("kind", FaultKind)
@pytest.mark.parametrize("act", [Line.read, Line.append, Line.probe])
def test_no_foreign_exception_escapes(
    line: Line, kind: FaultKind, act: Callable[[Line], object]
) -> None:
    line.transport._policy = RetryPolicy(attempts=1)
    line.fail(kind, times=0, seconds=0.5)
    with pytest.raises(SheetdError) as caught:
        act(line)
    assert type(caught.value).__module__ == "sync_daemon.errors"


def test_gspread_itself_runs_on_the_transports_client(line: Line) -> None:
    client = gspread.Client(auth=None, http_client=lambda *_: line.transport._client)  # type: ignore[arg-type]
    assert client.open_by_key(line.id).worksheet("Jobs").get_all_values() == [["Company"], ["Acme"]]
    assert isinstance(line.transport._client.session, requests.Session)
