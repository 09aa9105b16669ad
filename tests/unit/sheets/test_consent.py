"""What a person is asked for in the browser, and by which application."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from sync_daemon.errors import CredentialsError
from sync_daemon.sheets.consent import GOOGLE_AUTH_URI, ConsentRequest, OAuthClient, parse_client

INSTALLED = {"client_id": "id", "client_secret": "GOCSPX-secret"}


def test_the_page_is_asked_with_a_hash_of_the_verifier() -> None:
    client = OAuthClient("id", "GOCSPX-secret")
    asked = ConsentRequest(client, "http://127.0.0.1:5", ("a", "b"), "state", "v" * 43)
    parts = urlsplit(asked.address)
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    digest = hashlib.sha256(b"v" * 43).digest()
    assert asked.address.startswith(GOOGLE_AUTH_URI + "?")
    assert query["code_challenge"] == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    assert (query["code_challenge_method"], query["access_type"]) == ("S256", "offline")
    assert (query["scope"], query["state"]) == ("a b", "state")
    assert "v" * 43 not in asked.address
    assert "GOCSPX-secret" not in asked.address


def test_two_requests_share_no_verifier() -> None:
    client = OAuthClient("id", "secret")
    made = [ConsentRequest(client, "http://127.0.0.1:5", ("a",), "state") for _ in range(2)]
    assert made[0].verifier != made[1].verifier
    assert all(43 <= len(request.verifier) <= 128 for request in made)


def test_secrets_are_not_shown() -> None:
    asked = ConsentRequest(OAuthClient("id", "GOCSPX-secret"), "http://127.0.0.1:5", (), "state1")
    assert not {"GOCSPX-secret", asked.verifier, "state1"} & set(repr(asked).split("'"))


@pytest.mark.parametrize("content", [{"installed": INSTALLED}, INSTALLED])
def test_a_client_is_read_from_either_file(content: dict[str, object]) -> None:
    client = parse_client(Path("client.json"), content)
    assert (client.client_id, client.client_secret) == ("id", "GOCSPX-secret")
    assert client.token_uri == "https://oauth2.googleapis.com/token"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"web": INSTALLED}, "Desktop app"),
        ({"type": "service_account"}, "not an OAuth client file"),
        ({"installed": {"client_id": "id"}}, "not an OAuth client file"),
        ({"installed": 5}, "not an OAuth client file"),
        ({"installed": {**INSTALLED, "token_uri": "http://evil.example/token"}}, "token_uri"),
        ({"installed": {**INSTALLED, "auth_uri": "ftp://evil.example"}}, "auth_uri"),
    ],
)
def test_a_file_that_is_no_desktop_client_is_refused(content: dict[str, object], said: str) -> None:
    with pytest.raises(CredentialsError, match=said) as caught:
        parse_client(Path("client.json"), content)
    assert "GOCSPX-secret" not in str(caught.value)
