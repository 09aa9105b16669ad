"""Errors in the form of the API that was asked, as recorded from Google."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from sync_daemon.sandbox.answers import Answer, Refusal
from sync_daemon.sandbox.auth import DRIVE_READ, SHEETS_WRITE, Accounts, drive_scopes, require_scope
from sync_daemon.sandbox.faults import Fault, FaultKind
from sync_daemon.sandbox.faulty_answers import faulty_answer
from sync_daemon.sandbox.quota import Quota

SHEETS_PATH = "/v4/spreadsheets/abc"
DRIVE_PATH = "/drive/v3/files/abc"


def error(answer: Answer | None) -> dict[str, Any]:
    assert answer is not None
    described: dict[str, Any] = json.loads(answer.body)["error"]
    assert described["code"] == answer.status
    return described


@pytest.mark.parametrize(
    ("fault", "status", "code", "reason"),
    [
        (Fault(FaultKind.RATE_LIMIT), 429, "RESOURCE_EXHAUSTED", "rateLimitExceeded"),
        (Fault(FaultKind.SERVER_ERROR), 500, "INTERNAL", "backendError"),
        (Fault(FaultKind.SERVER_ERROR, status=503), 503, "UNAVAILABLE", "backendError"),
        (Fault(FaultKind.EXPIRED_TOKEN), 401, "UNAUTHENTICATED", "authError"),
        (Fault(FaultKind.NO_PERMISSION), 403, "PERMISSION_DENIED", "insufficientFilePermissions"),
    ],
)
def test_each_api_has_its_form(fault: Fault, status: int, code: str, reason: str) -> None:
    on_sheets = error(faulty_answer(fault, SHEETS_PATH, is_write=False))
    assert (on_sheets["code"], on_sheets["status"]) == (status, code)
    on_drive = error(faulty_answer(fault, DRIVE_PATH, is_write=False))
    assert on_drive["code"] == status
    assert on_drive["errors"][0]["reason"] == reason


@pytest.mark.parametrize(("is_write", "kind"), [(False, "Read"), (True, "Write")])
def test_a_rate_limit_names_what_was_limited(kind: str, *, is_write: bool) -> None:
    fault = Fault(FaultKind.RATE_LIMIT, retry_after="7")
    answer = faulty_answer(fault, SHEETS_PATH, is_write=is_write)
    assert answer is not None
    assert answer.headers == {"Retry-After": "7"}
    assert error(answer)["details"][0]["metadata"]["quota_limit"].startswith(kind)


@pytest.mark.parametrize(
    ("kind", "status", "said"),
    [
        (FaultKind.RATE_LIMIT_HTML, 429, b"automated queries"),
        (FaultKind.SERVER_ERROR_HTML, 502, b"temporary error"),
    ],
)
def test_pages_instead_of_json(kind: FaultKind, status: int, said: bytes) -> None:
    answer = faulty_answer(Fault(kind), SHEETS_PATH, is_write=False)
    assert answer is not None
    assert (answer.status, answer.content_type) == (status, "text/html; charset=UTF-8")
    assert said in answer.body


@pytest.mark.parametrize("kind", [kind for kind in FaultKind if kind.takes_effect])
def test_what_takes_effect_has_the_real_answer(kind: FaultKind) -> None:
    assert faulty_answer(Fault(kind), SHEETS_PATH, is_write=True) is None


@pytest.mark.parametrize(
    ("header", "sheets", "drive"),
    [
        (None, "CREDENTIALS_MISSING", "required"),
        ("Basic abc", "CREDENTIALS_MISSING", "required"),
        ("Bearer made-up", "ACCESS_TOKEN_INVALID", "authError"),
    ],
)
def test_who_is_unknown(header: str | None, sheets: str, drive: str) -> None:
    accounts = Accounts(lambda: 0.0)
    with pytest.raises(Refusal) as refused:
        accounts.authenticate(header)
    assert error(refused.value.answer)["details"][0]["reason"] == sheets
    assert refused.value.answer.headers["WWW-Authenticate"].startswith("Bearer realm=")
    with pytest.raises(Refusal) as refused:
        accounts.authenticate(header, on_drive=True)
    assert error(refused.value.answer)["errors"][0] == {
        "domain": "global",
        "reason": drive,
        "message": {"required": "Login Required", "authError": "Invalid Credentials"}[drive],
        "locationType": "header",
        "location": "Authorization",
    }


def test_scopes_that_do_not_suffice() -> None:
    accounts = Accounts(lambda: 0.0)
    scope = "https://www.googleapis.com/auth/drive.metadata.readonly"
    issued = accounts.issue("a@example.com", scope)
    token = accounts.authenticate(f"Bearer {issued['access_token']}")
    require_scope(token, DRIVE_READ, "drive.googleapis.com", "files.get")
    with pytest.raises(Refusal) as refused:
        require_scope(token, SHEETS_WRITE, "sheets.googleapis.com", "batchUpdate")
    details = error(refused.value.answer)["details"]
    assert details[0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"
    for method, path in (("GET", DRIVE_PATH + "/export"), ("PATCH", DRIVE_PATH)):
        with pytest.raises(Refusal) as refused:
            require_scope(token, drive_scopes(method, path), "drive.googleapis.com", "files")
        assert error(refused.value.answer)["errors"][0]["reason"] == "insufficientPermissions"
    require_scope(token, drive_scopes("GET", DRIVE_PATH), "drive.googleapis.com", "files.get")


def test_a_token_ends_with_its_lifetime() -> None:
    moments = [0.0]
    accounts = Accounts(lambda: moments[0])
    issued = accounts.issue("a@example.com", "s")
    header = f"Bearer {issued['access_token']}"
    moments[0] = issued["expires_in"] - 1
    assert accounts.authenticate(header).email == "a@example.com"
    moments[0] = issued["expires_in"]
    with pytest.raises(Refusal):
        accounts.authenticate(header)


def test_no_thread_gets_more_than_the_quota() -> None:
    quota = Quota(lambda: 0.0, per_user=60, per_project=0)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: quota.take("a", is_write=False), range(200)))
    assert answers.count(None) == 60
