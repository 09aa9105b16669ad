"""Service accounts, the token endpoint and access tokens."""

from __future__ import annotations

import base64
import binascii
import json
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from sync_daemon.sandbox.answers import (
    Answer,
    Refusal,
    drive_error,
    google_error,
    json_answer,
    oauth_refused,
)
from sync_daemon.sandbox.consent import Applications

JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
GOOGLE_AUDIENCE = "https://oauth2.googleapis.com/token"  # what google-auth always claims
TOKEN_LIFETIME_S = 3599
MAX_ASSERTION_LIFETIME_S = 3600
CLOCK_SKEW_S = 300  # Google's tolerance between the caller's clock and its own


def _scopes(*names: str) -> set[str]:
    return {f"https://www.googleapis.com/auth/{name}" for name in names}


SHEETS_READ = _scopes(
    "spreadsheets", "spreadsheets.readonly", "drive", "drive.readonly", "drive.file"
)
SHEETS_WRITE = _scopes("spreadsheets", "drive", "drive.file")
DRIVE_READ = _scopes(
    "drive", "drive.readonly", "drive.file", "drive.metadata", "drive.metadata.readonly"
)
DRIVE_CONTENT_READ = _scopes("drive", "drive.readonly", "drive.file")
DRIVE_WRITE = _scopes("drive", "drive.file")
_CONTENTS = ("/export", "/comments")  # what the scopes for metadata do not open


def drive_scopes(method: str, path: str) -> set[str]:
    """The scopes any of which a Drive request needs, as Drive's reference lists them."""
    if method != "GET":
        return DRIVE_WRITE
    return DRIVE_CONTENT_READ if path.endswith(_CONTENTS) else DRIVE_READ


def draw_key() -> rsa.RSAPrivateKey:
    """A service account's key, of the size that Google's have."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(frozen=True, slots=True)
class Token:
    """An access token's meaning."""

    email: str
    scopes: frozenset[str]
    expires_at: float


@dataclass(frozen=True, slots=True)
class Consent:
    """What a person allowed an application to do."""

    email: str
    scopes: str
    client_id: str


@dataclass(slots=True)
class Accounts:
    """Who may ask for tokens, and the tokens given out.

    ``now`` is the server's clock in seconds since the epoch.
    """

    now: Callable[[], float]
    public_keys: dict[str, str] = field(default_factory=dict)  # e-mail → PEM
    consents: dict[str, Consent] = field(default_factory=dict)  # by refresh token
    api_keys: set[str] = field(default_factory=set)
    applications: Applications = field(init=False)
    _tokens: dict[str, Token] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.applications = Applications(self._time)

    def _time(self) -> float:
        return self.now()  # whichever clock it is by then: it can be put forward

    def make_key(self, email: str, token_uri: str) -> dict[str, str]:
        """Register a service account; returns its key file as Google gives it out."""
        key = draw_key()
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        public = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self.public_keys[email] = public.decode()
        return {
            "type": "service_account",
            "project_id": email.partition("@")[2].partition(".")[0],
            "private_key_id": secrets.token_hex(20),
            "private_key": pem.decode(),
            "client_email": email,
            "client_id": str(secrets.randbelow(10**21)),
            "auth_uri": token_uri.replace("/token", "/o/oauth2/auth"),
            "token_uri": token_uri,
        }

    def make_api_key(self) -> str:
        """An API key, with which anybody reads what is shared with anyone."""
        key = "AIza" + secrets.token_urlsafe(27)[:35]
        self.api_keys.add(key)
        return key

    def check_api_key(self, key: str, *, is_write: bool) -> None:
        """A Refusal for a key that nobody was given, and for writing, which no key allows."""
        if key not in self.api_keys:
            raise Refusal(_unknown_api_key())
        if is_write:
            raise Refusal(_unauthenticated(_NO_API_KEYS, "CREDENTIALS_MISSING", _CHALLENGE))

    def consent(self, email: str, scopes: str) -> dict[str, str]:
        """A person allows an application something; returns its "authorized user" file.

        Args:
            email: the person's address.
            scopes: separated by blanks.
        """
        client_id, secret = self.applications.register()
        return {
            "type": "authorized_user",
            "client_id": client_id,
            "client_secret": secret,
            "refresh_token": self._make_refresh_token(Consent(email, scopes, client_id)),
        }

    def withdraw_consents(self) -> None:
        """As if every person had taken it back, or seven days of Google's test mode were over."""
        self.consents.clear()
        self.expire_all()

    def _make_refresh_token(self, consent: Consent) -> str:
        token = f"1//0{secrets.token_urlsafe(60)}"
        self.consents[token] = consent
        return token

    def grant(self, body: bytes, token_uri: str) -> Answer:
        """Answer a request to the token endpoint (RFC 6749, RFC 7523)."""
        form = {key: values[0] for key, values in parse_qs(body.decode("latin-1")).items()}
        match form.get("grant_type"):
            case None:
                return oauth_refused("invalid_request", "Required parameter is missing: grant_type")
            case grant if grant == JWT_GRANT:
                return self._grant_assertion(form.get("assertion", ""), token_uri)
            case "refresh_token":
                return self._grant_refresh(form)
            case "authorization_code":
                return self._grant_code(form)
            case grant:
                return oauth_refused("unsupported_grant_type", f"Invalid grant_type: {grant}")

    def authenticate(self, header: str | None, *, on_drive: bool = False) -> Token:
        """Who sends a request; a Refusal with Google's 401 for anybody unknown."""
        kind, _, value = (header or "").partition(" ")
        if kind.lower() != "bearer" or not value:
            raise Refusal(_missing_token(on_drive=on_drive))
        token = self._tokens.get(value.strip())
        if token is None or token.expires_at <= self.now():
            raise Refusal(invalid_token(on_drive=on_drive))
        return token

    def expire_all(self) -> None:
        """Make every access token worthless, as after an hour."""
        self._tokens.clear()

    def issue(self, email: str, scopes: str) -> dict[str, Any]:
        """A fresh access token, as the token endpoint answers it."""
        value = "ya29." + secrets.token_urlsafe(40)
        expires_at = self.now() + TOKEN_LIFETIME_S
        self._tokens[value] = Token(email, frozenset(scopes.split()), expires_at)
        return {"access_token": value, "expires_in": TOKEN_LIFETIME_S, "token_type": "Bearer"}

    def _grant_assertion(self, assertion: str, token_uri: str) -> Answer:
        try:
            header, claims, signed, signature = _split_jwt(assertion)
        except ValueError:
            return oauth_refused("invalid_grant", "Bad Request")
        email = str(claims.get("iss", ""))
        public_key = self.public_keys.get(email)
        if public_key is None:
            return oauth_refused("invalid_grant", "Invalid grant: account not found")
        if header.get("alg") != "RS256" or not _is_signed_by(public_key, signed, signature):
            return oauth_refused("invalid_grant", "Invalid JWT Signature.")
        problem = self._claims_problem(claims, token_uri)
        if problem:
            return oauth_refused(*problem)
        return json_answer(self.issue(email, str(claims.get("scope", ""))))

    def _claims_problem(self, claims: Mapping[str, Any], token_uri: str) -> tuple[str, str] | None:
        if claims.get("aud") not in {token_uri, GOOGLE_AUDIENCE}:
            return "invalid_grant", "Invalid JWT: Failed audience check."
        issued, expires = claims.get("iat"), claims.get("exp")
        if not isinstance(issued, int) or not isinstance(expires, int):
            return "invalid_grant", "Invalid JWT: iat and exp must be integers."
        now = self.now()
        in_time = issued - CLOCK_SKEW_S <= now < expires + CLOCK_SKEW_S
        if not in_time or expires - issued > MAX_ASSERTION_LIFETIME_S:
            return "invalid_grant", (
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a"
                " reasonable timeframe. Check your iat and exp values in the JWT claim."
            )
        if not claims.get("scope"):
            return "invalid_scope", "Empty or missing scope not allowed."
        return None

    def _grant_refresh(self, form: Mapping[str, str]) -> Answer:
        """Google asks who the application is before it looks at the refresh token."""
        client_id = form.get("client_id", "")
        secret = self.applications.secrets.get(client_id)
        if secret is None:
            return oauth_refused("invalid_client", "The OAuth client was not found.", 401)
        if form.get("client_secret") != secret:
            return oauth_refused("invalid_client", "Unauthorized", 401)
        if not form.get("refresh_token"):
            return oauth_refused("invalid_request", "Missing required parameter: refresh_token")
        consent = self.consents.get(form["refresh_token"])
        if consent is None or consent.client_id != client_id:
            return oauth_refused("invalid_grant", "Token has been expired or revoked.")
        issued = self.issue(consent.email, consent.scopes)
        return json_answer({**issued, "scope": consent.scopes})

    def _grant_code(self, form: Mapping[str, str]) -> Answer:
        """Tokens for the code that a person's consent gave (RFC 6749, 4.1.3)."""
        code = self.applications.redeem(form)
        consent = Consent(code.email, code.scopes, code.client_id)
        issued = self.issue(consent.email, consent.scopes)
        refresh_token = self._make_refresh_token(consent)
        return json_answer({**issued, "scope": code.scopes, "refresh_token": refresh_token})


def require_scope(token: Token, accepted: set[str], service: str, method: str) -> None:
    """Refuse with Google's 403 if the token was given out for other things only."""
    if token.scopes & accepted:
        return
    challenge = _CHALLENGE + ', error="insufficient_scope"'
    message = "Request had insufficient authentication scopes."
    if service.startswith("drive."):
        message = f"Insufficient Permission: {message}"
        body = drive_error(403, "insufficientPermissions", message)
        raise Refusal(json_answer(body, 403, **{"WWW-Authenticate": challenge}))
    detail = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
        "domain": "googleapis.com",
        "metadata": {"service": service, "method": method},
    }
    body = google_error(403, "PERMISSION_DENIED", message, [detail])
    raise Refusal(json_answer(body, 403, **{"WWW-Authenticate": challenge}))


def write_key_file(path: Path, key: Mapping[str, object]) -> None:
    """Write a key file that only its owner can read."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(key, file, indent=2)


_MISSING = (
    "Request is missing required authentication credential. Expected OAuth 2 access token, login"
    " cookie or other valid authentication credential. See"
    " https://developers.google.com/identity/sign-in/web/devconsole-project."
)
_INVALID = (
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie"
    " or other valid authentication credential. See"
    " https://developers.google.com/identity/sign-in/web/devconsole-project."
)


_NO_API_KEYS = (
    "API keys are not supported by this API. Expected OAuth2 access token or other authentication"
    " credentials that assert a principal. See https://cloud.google.com/docs/authentication"
)
_CHALLENGE = 'Bearer realm="https://accounts.google.com/"'


def invalid_token(*, on_drive: bool) -> Answer:
    """Google's 401 for an access token that is expired, revoked or made up."""
    challenge = _CHALLENGE + ', error="invalid_token"'
    if on_drive:
        return _unauthenticated_on_drive("authError", "Invalid Credentials", challenge)
    return _unauthenticated(_INVALID, "ACCESS_TOKEN_INVALID", challenge)


def _missing_token(*, on_drive: bool) -> Answer:
    if on_drive:
        return _unauthenticated_on_drive("required", "Login Required", _CHALLENGE)
    return _unauthenticated(_MISSING, "CREDENTIALS_MISSING", _CHALLENGE)


def _unknown_api_key() -> Answer:
    message = "API key not valid. Please pass a valid API key."
    details: list[dict[str, Any]] = [
        {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": "API_KEY_INVALID",
            "domain": "googleapis.com",
            "metadata": {"service": "sheets.googleapis.com"},
        },
        {
            "@type": "type.googleapis.com/google.rpc.LocalizedMessage",
            "locale": "en-US",
            "message": message,
        },
    ]
    return json_answer(google_error(400, "INVALID_ARGUMENT", message, details), 400)


def _unauthenticated(message: str, reason: str, challenge: str) -> Answer:
    detail = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": reason,
        "domain": "googleapis.com",
        "metadata": {"service": "sheets.googleapis.com"},
    }
    body = google_error(401, "UNAUTHENTICATED", message, [detail])
    return json_answer(body, 401, **{"WWW-Authenticate": challenge})


def _unauthenticated_on_drive(reason: str, message: str, challenge: str) -> Answer:
    body = drive_error(401, reason, message, "Authorization", "header")
    return json_answer(body, 401, **{"WWW-Authenticate": challenge})


def _split_jwt(assertion: str) -> tuple[dict[str, Any], dict[str, Any], bytes, bytes]:
    """Header, claims, signed part and signature (RFC 7515); ValueError if it is no JWT."""
    try:
        header, claims, signature = assertion.split(".")
        parsed = json.loads(_decode(header)), json.loads(_decode(claims))
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ValueError from error
    if not all(isinstance(part, dict) for part in parsed):
        raise ValueError
    return *parsed, f"{header}.{claims}".encode(), _decode(signature)


def _decode(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _is_signed_by(public_key: str, signed: bytes, signature: bytes) -> bool:
    key = serialization.load_pem_public_key(public_key.encode())
    if not isinstance(key, rsa.RSAPublicKey):
        return False
    try:
        key.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True
