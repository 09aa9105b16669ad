"""The pages on which a person lets an installed application act for them.

As Google's: OAuth 2.0 for desktop apps with a loopback address to return to
(RFC 8252) and a proof that the one who began also ends it (PKCE, RFC 7636).
Instead of a password the page asks which account it is.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit

from sync_daemon.sandbox.answers import HTML, Answer, Refusal, oauth_refused

CONSENT_PATHS = ("/o/oauth2/auth", "/o/oauth2/v2/auth")
CODE_LIFETIME_S = 600.0
DEFAULT_PERSON = "you@example.com"
_ADDRESS = re.compile(r"[A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=%]+")  # no fragment: RFC 6749, 3.1.2
_POLICY = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_NEEDED = ("client_id", "redirect_uri", "response_type", "scope")


@dataclass(frozen=True, slots=True)
class Code:
    """What a person allowed, until the application asks for its tokens."""

    email: str
    scopes: str
    client_id: str
    redirect_uri: str
    challenge: str
    method: str
    expires_at: float


@dataclass(slots=True)
class Applications:
    """Installed applications, and the codes that wait to be redeemed; ``now`` in seconds."""

    now: Callable[[], float]
    secrets: dict[str, str] = field(default_factory=dict)  # by client id
    _codes: dict[str, Code] = field(default_factory=dict)

    def register(self) -> tuple[str, str]:
        """A new desktop application: its id and its secret."""
        number = secrets.randbelow(10**12)
        client_id = f"{number:012}-{secrets.token_hex(16)}.apps.googleusercontent.com"
        self.secrets[client_id] = f"GOCSPX-{secrets.token_urlsafe(21)}"
        return client_id, self.secrets[client_id]

    def answer(self, method: str, query: str, body: bytes) -> Answer:
        """The page (GET), and what follows a press on one of its buttons (POST)."""
        asked = dict(parse_qsl(query))
        problem = self._problem(asked)
        if problem:
            return _page("Access blocked: Authorization Error", f"<p>{html.escape(problem)}", 400)
        if method != "POST":
            return _page("Sign in", _form(asked))
        pressed = dict(parse_qsl(body.decode("utf-8", "replace")))
        return self._return_to(asked, pressed)

    def redeem(self, form: Mapping[str, str]) -> Code:
        """The code of a token request, which is worth something once.

        Raises:
            Refusal: with Google's answer.
        """
        secret = self.secrets.get(form.get("client_id", ""))
        if secret is None:
            raise Refusal(oauth_refused("invalid_client", "The OAuth client was not found.", 401))
        if form.get("client_secret") != secret:
            wrong = "The provided client secret is invalid."
            raise Refusal(oauth_refused("invalid_client", wrong, 401))
        code = self._codes.pop(form.get("code", ""), None)
        if code is None or code.expires_at <= self.now() or code.client_id != form["client_id"]:
            raise Refusal(oauth_refused("invalid_grant", "Malformed auth code."))
        if form.get("redirect_uri") != code.redirect_uri:
            raise Refusal(oauth_refused("redirect_uri_mismatch", "Bad Request"))
        if code.challenge and not _proves(form.get("code_verifier", ""), code):
            raise Refusal(oauth_refused("invalid_grant", "Invalid code verifier."))
        return code

    def _problem(self, asked: Mapping[str, str]) -> str:
        missing = [name for name in _NEEDED if not asked.get(name)]
        if missing:
            return f"Error 400: invalid_request. Missing required parameter: {missing[0]}"
        if asked["client_id"] not in self.secrets:
            return "Error 401: invalid_client. The OAuth client was not found."
        if not _leads_back(asked["redirect_uri"]):
            return "Error 400: redirect_uri_mismatch"
        if asked["response_type"] != "code":
            return "Error 400: unsupported_response_type"
        return ""

    def _return_to(self, asked: Mapping[str, str], pressed: Mapping[str, str]) -> Answer:
        told = {"state": asked["state"]} if "state" in asked else {}
        if pressed.get("answer") != "allow":
            return _redirect(asked["redirect_uri"], {"error": "access_denied", **told})
        code = f"4/0A{secrets.token_urlsafe(50)}"
        self._codes[code] = Code(
            email=pressed.get("email") or DEFAULT_PERSON,
            scopes=pressed.get("scope") or asked["scope"],
            client_id=asked["client_id"],
            redirect_uri=asked["redirect_uri"],
            challenge=asked.get("code_challenge", ""),
            method=asked.get("code_challenge_method", "plain"),
            expires_at=self.now() + CODE_LIFETIME_S,
        )
        granted = {"code": code, "scope": self._codes[code].scopes}
        return _redirect(asked["redirect_uri"], {**told, **granted})


def _leads_back(address: str) -> bool:
    """Whether it is an address of this machine, of characters that an address has (RFC 3986)."""
    if not _ADDRESS.fullmatch(address):
        return False
    try:
        target = urlsplit(address)
        target.port  # noqa: B018 - reading it checks it
    except ValueError:
        return False
    return target.scheme == "http" and target.hostname in _LOOPBACK and "@" not in target.netloc


def client_file(client_id: str, secret: str, token_uri: str) -> dict[str, dict[str, object]]:
    """What Google's console lets one download for a desktop application."""
    return {
        "installed": {
            "client_id": client_id,
            "project_id": "sandbox-project",
            "auth_uri": token_uri.removesuffix("/token") + CONSENT_PATHS[0],
            "token_uri": token_uri,
            "client_secret": secret,
            "redirect_uris": ["http://localhost"],
        }
    }


def _proves(verifier: str, code: Code) -> bool:
    """RFC 7636, 4.6."""
    if code.method == "plain":
        return verifier == code.challenge
    digest = hashlib.sha256(verifier.encode("ascii", "replace")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == code.challenge


def _redirect(target: str, parameters: Mapping[str, str]) -> Answer:
    joint = "&" if urlsplit(target).query else "?"
    return Answer(302, b"", HTML, {"Location": target + joint + urlencode(parameters)})


def _form(asked: Mapping[str, str]) -> str:
    scopes = "".join(f"<li><code>{html.escape(s)}</code>" for s in asked["scope"].split())
    return (
        f"<p>{html.escape(asked['client_id'])} wants to:<ul>{scopes}</ul>"
        f'<form method="post"><label>Account <input name="email" value="{DEFAULT_PERSON}"></label>'
        '<p><button name="answer" value="allow">Allow</button> '
        '<button name="answer" value="deny">Cancel</button></form>'
    )


def _page(title: str, body: str, status: int = 200) -> Answer:
    text = (
        f"<!DOCTYPE html><html lang=en><meta charset=utf-8><title>{title}</title>"
        f"<h1>{title}</h1>{body}"
    )
    headers = {
        "Content-Security-Policy": _POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
    return Answer(status, text.encode(), HTML, headers)
