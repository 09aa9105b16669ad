"""A person lets sheetd act for them, in the browser: OAuth for installed applications.

The flow is Google's "OAuth 2.0 for Mobile & Desktop Apps": the browser comes back
to an address on this machine (RFC 8252), and the code it brings is worth nothing
without a verifier that never left this process (PKCE, RFC 7636).
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import requests

from sync_daemon.errors import CredentialsError, GoogleUnavailableError
from sync_daemon.sheets.auth import GOOGLE_TOKEN_URI, check_address, read_key_file
from sync_daemon.sheets.session import TOKEN_TIMEOUT_S, DirectSession

GOOGLE_AUTH_URI = "https://accounts.google.com/o/oauth2/auth"
_LATER = "Check the network and try again."
_CLIENTS = "https://console.cloud.google.com/auth/clients"


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """An application as Google knows it; ``client_secret`` is none that could be kept."""

    client_id: str
    client_secret: str = field(repr=False)
    auth_uri: str = GOOGLE_AUTH_URI
    token_uri: str = GOOGLE_TOKEN_URI


@dataclass(frozen=True, slots=True)
class ConsentRequest:
    """What is asked of the person.

    Attributes:
        client: which application asks.
        redirect_uri: where the browser comes back to, on this machine.
        scopes: what it wants to be allowed.
        state: comes back unchanged, so that no other page can send us an answer.
        verifier: 43 to 128 characters; only its hash is sent before the code is redeemed.
    """

    client: OAuthClient
    redirect_uri: str
    scopes: Sequence[str]
    state: str = field(repr=False)
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(64), repr=False)

    @property
    def address(self) -> str:
        """The page to open in the browser."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        parameters = {
            "client_id": self.client.client_id,
            "redirect_uri": self.redirect_uri,
            "response_type": "code",
            "scope": " ".join(self.scopes),
            "state": self.state,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            "access_type": "offline",
            "prompt": "consent",
        }
        return f"{self.client.auth_uri}?{urlencode(parameters)}"


def read_client(path: Path) -> OAuthClient:
    """The application in a client file of Google's console, or in a token file of ours.

    Raises:
        CredentialsError: it is neither, or others can read it.
    """
    return parse_client(path, read_key_file(path))


def parse_client(path: Path, content: dict[str, Any]) -> OAuthClient:
    """The same for a file that was read; ``path`` is for the message."""
    if "web" in content:
        message = f"The client in {path} is one of a web application."
        hint = f"Make one of the type “Desktop app”: {_CLIENTS}"
        raise CredentialsError(message, hint=hint)
    inner = content.get("installed", content)
    names = ("client_id", "client_secret")
    if not isinstance(inner, dict) or not all(isinstance(inner.get(n), str) for n in names):
        message = f"{path} is not an OAuth client file."
        raise CredentialsError(message, hint=f"Download one of a “Desktop app”: {_CLIENTS}")
    client = OAuthClient(
        inner["client_id"],
        inner["client_secret"],
        str(inner.get("auth_uri") or GOOGLE_AUTH_URI),
        str(inner.get("token_uri") or GOOGLE_TOKEN_URI),
    )
    check_address(path, "auth_uri", client.auth_uri)
    check_address(path, "token_uri", client.token_uri)
    return client


def redeem(asked: ConsentRequest, code: str) -> dict[str, Any]:
    """The content of a token file, for the code that the browser brought.

    It is Google's "authorized user" form, so that other programs can read it too.

    Raises:
        CredentialsError: Google refuses the code, or the person left something out.
        GoogleUnavailableError: Google cannot be reached.
    """
    answer = _ask_for_tokens(asked, code)
    if not isinstance(answer.get("refresh_token"), str):
        what = answer.get("error_description") or answer.get("error") or "no token came"
        message = f"Google gives no permission: {str(what).rstrip('.')}."
        raise CredentialsError(message, hint="Begin again: sheetd login.")
    granted = str(answer.get("scope", "")).split()
    missing = [scope for scope in asked.scopes if scope not in granted]
    if missing:
        message = f"Not everything was allowed: {', '.join(missing)} is missing."
        raise CredentialsError(message, hint="Tick every box of the page: sheetd login.")
    return {
        "type": "authorized_user",
        "client_id": asked.client.client_id,
        "client_secret": asked.client.client_secret,
        "refresh_token": answer["refresh_token"],
        "token_uri": asked.client.token_uri,
        "auth_uri": asked.client.auth_uri,
        "scopes": granted,
    }


def _ask_for_tokens(asked: ConsentRequest, code: str) -> dict[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": asked.client.client_id,
        "client_secret": asked.client.client_secret,
        "redirect_uri": asked.redirect_uri,
        "code_verifier": asked.verifier,
    }
    try:
        with DirectSession() as session:
            answer = session.post(
                asked.client.token_uri, data=form, timeout=TOKEN_TIMEOUT_S, allow_redirects=False
            )
        content = answer.json()
    except requests.exceptions.RequestException as error:
        message = f"Google's token endpoint cannot be reached ({type(error).__name__})."
        raise GoogleUnavailableError(message, hint=_LATER) from None
    if not isinstance(content, dict):
        message = "Google's token endpoint gave an answer of no known form."
        raise GoogleUnavailableError(message, hint=_LATER)
    return content


def token_text(permission: dict[str, Any]) -> str:
    """What :func:`redeem` gave, as a file holds it."""
    return json.dumps(permission, indent=2) + "\n"
