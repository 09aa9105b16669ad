"""Finding files of credentials, and telling them apart."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from sync_daemon.errors import CredentialsError
from sync_daemon.onboarding.credentials import CredentialsKind, examine, search

KEY = {"type": "service_account", "client_email": "robot@p.iam.gserviceaccount.com"}
CLIENT = {"installed": {"client_id": "id.apps.googleusercontent.com"}}
TOKEN = {"type": "authorized_user", "client_id": "id", "refresh_token": "1//x"}


def put(path: Path, content: object, age_s: float = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))
    os.utime(path, (1e9 - age_s, 1e9 - age_s))
    return path


@pytest.mark.parametrize(
    ("content", "kind", "account"),
    [
        (KEY, CredentialsKind.SERVICE_ACCOUNT, "robot@p.iam.gserviceaccount.com"),
        (CLIENT, CredentialsKind.OAUTH_CLIENT, "id.apps.googleusercontent.com"),
        (TOKEN, CredentialsKind.OAUTH_TOKEN, "id"),
    ],
)
def test_each_kind_is_known(
    tmp_path: Path, content: object, kind: CredentialsKind, account: str
) -> None:
    found = examine(put(tmp_path / "file.json", content))
    assert (found.kind, found.account) == (kind, account)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"type": "service_account"}', "[" * 9999])
def test_what_is_no_credentials_is_said_to_be_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "file.json").write_text(text)
    with pytest.raises(CredentialsError, match="not a credentials file"):
        examine(tmp_path / "file.json")


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(CredentialsError, match="is not there"):
        examine(tmp_path / "file.json")


def test_the_likeliest_come_first_and_each_once(tmp_path: Path) -> None:
    named = put(tmp_path / "named.json", KEY)
    here = put(tmp_path / "work" / "service-account.json", KEY)
    older = put(tmp_path / "Downloads" / "older.json", KEY, age_s=10)
    newer = put(tmp_path / "Downloads" / "newer.json", CLIENT)
    put(tmp_path / "Downloads" / "recipe.json", {"cake": 1})
    environ = {"HOME": str(tmp_path), "GOOGLE_APPLICATION_CREDENTIALS": str(named)}
    found = search(tmp_path / "work", environ)
    assert [file.path for file in found] == [named, here, newer, older]


def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    assert search(tmp_path / "nowhere", {}) == []
