"""Key files, good and bad. No message ever holds what is in one."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import google.auth.credentials
import google.oauth2.credentials
import google.oauth2.service_account
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)

from sync_daemon.errors import CredentialsError
from sync_daemon.settings import Settings, load_settings
from sync_daemon.sheets import auth
from sync_daemon.sheets.auth import (
    DRIVE_SCOPE,
    SHEETS_SCOPE,
    client_email,
    load_credentials,
    needed_scopes,
)

EMAIL = "sheetd@project.iam.gserviceaccount.com"
SECRET = "c2VjcmV0c2VjcmV0c2VjcmV0"


def pem(
    key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey,
    encryption: KeySerializationEncryption | None = None,
) -> str:
    form = PrivateFormat.PKCS8
    return key.private_bytes(Encoding.PEM, form, encryption or NoEncryption()).decode()


RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
KEY: dict[str, Any] = {
    "type": "service_account",
    "client_email": EMAIL,
    "private_key": pem(RSA_KEY),
    "token_uri": "https://oauth2.googleapis.com/token",
}
TOKEN_FILE: dict[str, Any] = {
    "refresh_token": f"1//{SECRET}",
    "client_id": "id",
    "client_secret": SECRET,
}


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "key.json"
    path.touch(mode=0o600)
    return path


def settings_for(path: Path, *, kind: str = "service_account", probe: str = "drive") -> Settings:
    config = path.with_name("sheetd.toml")
    config.write_text(
        f'[google]\nauth = "{kind}"\ncredentials_file = {json.dumps(str(path))}\n'
        '[[sheets]]\nname = "jobs"\nspreadsheet = "1AbCdEfGhIjKl"\nworksheet = "Jobs"\n'
        f'probe = "{probe}"\n',
        encoding="utf-8",
    )
    return load_settings(config, {})


def load(path: Path, content: object, **kwargs: str) -> google.auth.credentials.Credentials:
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return credentials_of(settings_for(path, **kwargs))


def credentials_of(settings: Settings) -> google.auth.credentials.Credentials:
    return load_credentials(settings.google, needed_scopes(settings.sheets))


@pytest.mark.parametrize(
    ("probe", "scopes"), [("drive", [SHEETS_SCOPE, DRIVE_SCOPE]), ("none", [SHEETS_SCOPE])]
)
def test_a_service_account_gets_the_scopes_that_the_sheets_need(
    key_file: Path, probe: str, scopes: list[str]
) -> None:
    credentials = load(key_file, KEY, probe=probe)
    assert isinstance(credentials, google.oauth2.service_account.Credentials)
    assert credentials.service_account_email == EMAIL
    assert credentials.scopes == scopes


def test_an_oauth_token_file_says_itself_where_tokens_are_renewed(key_file: Path) -> None:
    here = "http://127.0.0.1:1/token"
    credentials = load(key_file, {**TOKEN_FILE, "token_uri": here}, kind="oauth")
    assert isinstance(credentials, google.oauth2.credentials.Credentials)
    assert (credentials.token_uri, credentials.refresh_token) == (here, f"1//{SECRET}")
    assert not credentials.valid


def test_an_oauth_token_file_as_google_makes_it(key_file: Path) -> None:
    credentials = load(key_file, TOKEN_FILE, kind="oauth")
    assert isinstance(credentials, google.oauth2.credentials.Credentials)
    assert credentials.token_uri == auth.GOOGLE_TOKEN_URI


BAD_KEYS: list[tuple[object, str]] = [
    (f'{{"private_key": "{SECRET}', "not JSON (line 1)"),
    ("[]", "JSON object"),
    ({**KEY, "type": "authorized_user"}, "authorized_user"),
    ({k: v for k, v in KEY.items() if k != "private_key"}, "lacks private_key"),
    ({**KEY, "client_email": None}, "lacks client_email"),
    ({"type": "service_account"}, "client_email, private_key, token_uri"),
    ({**KEY, "private_key": SECRET}, "private key"),
    ({**KEY, "private_key": KEY["private_key"][:500]}, "private key"),
    ({**KEY, "private_key": ""}, "private key"),
    ({**KEY, "private_key": pem(RSA_KEY, BestAvailableEncryption(b"x"))}, "private key"),
    ({**KEY, "private_key": pem(ed25519.Ed25519PrivateKey.generate())}, "private key"),
    ({**KEY, "token_uri": "http://oauth2.googleapis.com/token"}, "token_uri"),
    ({**KEY, "token_uri": "token"}, "token_uri"),
    ({**KEY, "token_uri": "https:///token"}, "token_uri"),
    ({**KEY, "token_uri": "https://[::1/token"}, "token_uri"),
    ({**KEY, "token_uri": "https://oauth2.googleapis.com:https/token"}, "token_uri"),
]


@pytest.mark.parametrize(("content", "said"), BAD_KEYS)
def test_a_bad_key_is_named_and_never_shown(key_file: Path, content: object, said: str) -> None:
    with pytest.raises(CredentialsError) as caught:
        load(key_file, content)
    shown = f"{caught.value} {caught.value.__cause__!r}"
    assert str(key_file) in shown
    assert said in shown
    assert caught.value.hint
    assert SECRET not in shown
    assert "PRIVATE KEY" not in shown


@pytest.mark.parametrize("missing", TOKEN_FILE)
def test_an_oauth_token_file_that_lacks_something(key_file: Path, missing: str) -> None:
    with pytest.raises(CredentialsError, match=f"lacks {missing}") as caught:
        load(key_file, {**TOKEN_FILE, missing: 5}, kind="oauth")
    assert SECRET not in str(caught.value)


def make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (Path.unlink, "is not there"),
        (make_folder, "cannot be read"),
        (lambda path: path.write_bytes(b"\xff\xfe"), "it is not text"),
    ],
)
def test_a_key_file_that_cannot_be_read(
    key_file: Path, make: Callable[[Path], object], said: str
) -> None:
    settings = settings_for(key_file)
    make(key_file)
    with pytest.raises(CredentialsError, match=said) as caught:
        credentials_of(settings)
    assert str(key_file) in str(caught.value)
    assert caught.value.hint


def owned_by(monkeypatch: pytest.MonkeyPatch, path: Path, owner: int, mode: int) -> None:
    """Make the file seem to be somebody's; only root could really give it away."""
    path.chmod(mode)
    real = Path.stat

    def stat(self: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        facts = real(self, follow_symlinks=follow_symlinks)
        if self != path:
            return facts
        return os.stat_result([*facts[:4], owner, *facts[5:]])

    monkeypatch.setattr(Path, "stat", stat)


@pytest.mark.parametrize(
    ("owner", "mode", "is_refused"),
    [
        (1000, 0o600, False),
        (1000, 0o400, False),
        (1000, 0o640, True),
        (1000, 0o604, True),
        (1000, 0o644, True),
        (0, 0o640, False),  # root shares it with the service's group
        (0, 0o660, True),
        (0, 0o644, True),
    ],
)
def test_a_key_that_others_can_read_is_refused(
    monkeypatch: pytest.MonkeyPatch, key_file: Path, owner: int, mode: int, is_refused: bool
) -> None:
    key_file.write_text(json.dumps(KEY), encoding="utf-8")
    settings = settings_for(key_file)
    owned_by(monkeypatch, key_file, owner, mode)
    if not is_refused:
        credentials_of(settings)
        return
    with pytest.raises(CredentialsError, match=f"mode {mode:o}") as caught:
        credentials_of(settings)
    assert caught.value.hint == f"chmod 600 {key_file}"


def test_what_systemd_hands_in_is_systemds_to_guard(
    monkeypatch: pytest.MonkeyPatch, key_file: Path
) -> None:
    key_file.write_text(json.dumps(KEY), encoding="utf-8")
    key_file.chmod(0o444)
    settings = settings_for(key_file)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(key_file.parent))
    assert credentials_of(settings).service_account_email == EMAIL  # type: ignore[attr-defined]


def test_application_default_credentials_that_are_not_there(
    monkeypatch: pytest.MonkeyPatch, key_file: Path
) -> None:
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(key_file.parent / "none"))
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    with pytest.raises(CredentialsError, match="application-default") as caught:
        credentials_of(settings_for(key_file, kind="adc"))
    assert "gcloud auth" in caught.value.hint


def test_application_default_credentials(monkeypatch: pytest.MonkeyPatch, key_file: Path) -> None:
    key_file.write_text(json.dumps(KEY), encoding="utf-8")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(key_file))
    credentials = credentials_of(settings_for(key_file, kind="adc"))
    assert isinstance(credentials, google.oauth2.service_account.Credentials)
    assert SHEETS_SCOPE in credentials.scopes


@pytest.mark.parametrize(
    ("content", "email"), [(json.dumps(KEY), EMAIL), ("{", None), ("[]", None), ("{}", None)]
)
def test_whom_to_share_with(key_file: Path, content: str, email: str | None) -> None:
    key_file.write_text(content, encoding="utf-8")
    assert client_email(settings_for(key_file).google) == email


@pytest.mark.parametrize("kind", ["oauth", "adc"])
def test_a_key_file_that_is_not_used_does_not_say_whom_to_share_with(
    key_file: Path, kind: str
) -> None:
    key_file.write_text(json.dumps(KEY), encoding="utf-8")
    assert client_email(settings_for(key_file, kind=kind).google) is None


def test_loading_credentials_talks_to_nobody(
    monkeypatch: pytest.MonkeyPatch, key_file: Path
) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError(args)

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    load(key_file, KEY)
    load(key_file, TOKEN_FILE, kind="oauth")
