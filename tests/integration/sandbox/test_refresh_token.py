"""The token endpoint for a person who allowed an application to act for them."""

from __future__ import annotations

import json
from pathlib import Path

import gspread
import pytest
import requests
from google.auth.exceptions import RefreshError
from google.oauth2.credentials import Credentials

from sync_daemon.sandbox import SandboxServer
from tests.support.sandbox import SCOPES, LocalHTTPClient

PERSON = "person@example.com"


@pytest.fixture
def allowed(server: SandboxServer, tmp_path: Path) -> Path:
    return server.authorized_user(tmp_path / "user.json", PERSON, SCOPES)


def load(path: Path) -> Credentials:
    user = json.loads(path.read_text(encoding="utf-8"))
    # Not from_authorized_user_file: that takes Google's address whatever the file says.
    return Credentials(  # type: ignore[no-untyped-call]
        None, **{key: user[key] for key in user.keys() - {"type"}}
    )


def test_a_person_sees_what_is_shared_with_them(server: SandboxServer, allowed: Path) -> None:
    kind = type("_Client", (LocalHTTPClient,), {"root": server.url})
    client = gspread.Client(load(allowed), http_client=kind)
    book = server.add_spreadsheet("Mine", [["x"]], share=PERSON)
    assert client.open_by_key(book).sheet1.get_all_values() == [["x"]]
    with pytest.raises(PermissionError):
        client.open_by_key(server.add_spreadsheet("Not mine"))


def test_the_file_is_its_owner_s_only(allowed: Path) -> None:
    assert allowed.stat().st_mode & 0o777 == 0o600


def test_one_application_cannot_use_what_another_was_allowed(
    server: SandboxServer, allowed: Path
) -> None:
    token = json.loads(allowed.read_text(encoding="utf-8"))["refresh_token"]
    other = server.service.accounts.consent("other@example.com", SCOPES[0])
    form = {**other, "refresh_token": token, "grant_type": "refresh_token"}
    answer = requests.post(f"{server.url}/token", data=form, timeout=10)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_a_withdrawn_consent_ends_with_the_access_token(
    server: SandboxServer, allowed: Path
) -> None:
    kind = type("_Client", (LocalHTTPClient,), {"root": server.url})
    client = gspread.Client(load(allowed), http_client=kind)
    book = server.add_spreadsheet(share=PERSON)
    client.open_by_key(book)
    server.service.accounts.consents.clear()
    client.open_by_key(book)
    server.service.accounts.expire_all()
    with pytest.raises(RefreshError, match="invalid_grant"):
        client.open_by_key(book)


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"client_secret": "guessed"}, 401, "invalid_client"),
        ({"refresh_token": "made-up"}, 400, "invalid_grant"),
        ({"refresh_token": ""}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "invalid_request"),
    ],
)
def test_what_is_wrong_with_a_request_is_said(
    server: SandboxServer, allowed: Path, changed: dict[str, str], status: int, error: str
) -> None:
    user = json.loads(allowed.read_text(encoding="utf-8"))
    form = {key: user[key] for key in ("client_id", "client_secret", "refresh_token")}
    body = {"grant_type": "refresh_token", **form, **changed}
    answer = requests.post(f"{server.url}/token", data=body, timeout=10)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
