"""A sandbox that a client talks to over HTTP, and the proof that its answers are Google's."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import gspread
import requests
from google.auth.transport.requests import Request
from google.oauth2.service_account import Credentials
from gspread.http_client import FileType, ParamsType

from sync_daemon.sandbox import DEFAULT_ACCOUNT, HttpRequest, SandboxServer, api
from sync_daemon.sandbox.answers import Answer
from tests.unit.sandbox.discovery import methods, problems

GOOGLE_ROOTS = ("https://sheets.googleapis.com", "https://www.googleapis.com")
SCOPES = tuple(
    f"https://www.googleapis.com/auth/{name}" for name in ("spreadsheets", "drive")
)  # fmt: skip


class LocalHTTPClient(gspread.HTTPClient):
    """gspread's own client with Google's addresses replaced by the sandbox's."""

    root = ""

    def request(
        self,
        method: str,
        endpoint: str,
        params: ParamsType | None = None,
        data: bytes | None = None,
        json: Mapping[str, Any] | None = None,
        files: FileType = None,
        headers: MutableMapping[str, str] | None = None,
    ) -> requests.Response:
        for google in GOOGLE_ROOTS:
            endpoint = endpoint.replace(google, self.root)
        assert endpoint.startswith(self.root)
        return super().request(method, endpoint, params, data, json, files, headers)


def credentials(
    server: SandboxServer,
    folder: Path,
    email: str = DEFAULT_ACCOUNT,
    scopes: tuple[str, ...] = SCOPES,
) -> Credentials:
    """A service account's credentials from a key file that the sandbox wrote."""
    path = server.service_account(folder / f"{email}.json", email)
    make: Callable[..., Credentials] = Credentials.from_service_account_file
    return make(str(path), scopes=scopes)


def session(
    server: SandboxServer,
    folder: Path,
    email: str = DEFAULT_ACCOUNT,
    scopes: tuple[str, ...] = SCOPES,
) -> requests.Session:
    """An HTTP session that sends a service account's access token.

    google-auth gets the token. Its own session is not used: that one asks a host of
    Google's where the account may be used from.
    """
    made = requests.Session()
    made.trust_env = False
    account = credentials(server, folder, email, scopes)
    refresh: Callable[[Request], None] = account.refresh
    refresh(Request(made))
    made.headers["Authorization"] = f"Bearer {account.token}"
    return made


def gspread_client(
    server: SandboxServer,
    folder: Path,
    email: str = DEFAULT_ACCOUNT,
    scopes: tuple[str, ...] = SCOPES,
) -> gspread.Client:
    """gspread, authorized by a service account's key through the token endpoint."""
    kind = type("_Client", (LocalHTTPClient,), {"root": server.url})
    open_client: Callable[..., gspread.Client] = gspread.Client  # it takes None, untold
    client = open_client(None, session(server, folder, email, scopes), kind)
    client.http_client.set_timeout(10)
    return client


class Examiner:
    """Compares every answer of a sandbox with Google's discovery documents."""

    def __init__(self, server: SandboxServer) -> None:
        self.seen: list[str] = []
        self.faults: list[str] = []
        server.service.observers.append(self.look)

    def look(self, request: HttpRequest, answer: Answer) -> None:
        """Note what was asked, and what in the answer is not Google's."""
        path = unquote(urlsplit(request.target).path)
        if path.startswith("/v4/"):
            self._check("sheets.v4", _method("sheets.v4", request.method, path), answer)
        elif path.startswith("/drive/"):
            self._check("drive.v3", _method("drive.v3", request.method, path), answer)

    def _check(self, document: str, name: str, answer: Answer) -> None:
        self.seen.append(name)
        if answer.status >= 400:
            self.faults += error_problems(name, answer)
            return
        described = methods(document)[name]
        if described.get("supportsMediaDownload") and "response" not in described:
            return  # the file itself
        if "response" not in described:
            self.faults += [f"{name}: a body where Google sends none"] if answer.body else []
            return
        found = problems(described["response"]["$ref"], json.loads(answer.body), document)
        self.faults += [f"{name}: {problem}" for problem in found]


def error_problems(name: str, answer: Answer) -> list[str]:
    """What is wrong with an error body; the discovery documents do not describe these."""
    error = json.loads(answer.body)["error"]
    keys = {"code", "message", "status", "details"}
    if name.startswith("drive."):
        keys = {"code", "message", "errors"}
    found = [f"{name}: unknown {key} in an error" for key in error.keys() - keys]
    if error["code"] != answer.status:
        found.append(f"{name}: error {error['code']} sent as {answer.status}")
    return found


def _method(document: str, http: str, path: str) -> str:
    if document == "sheets.v4":
        return api.method_name(http, path)
    parts = path.removeprefix("/drive/v3/").removesuffix("/").split("/")
    shape = "/".join(
        "{fileId}" if place == 1 else "{permissionId}" if place == 3 else part
        for place, part in enumerate(parts)
    )
    return next(
        name
        for name, method in methods(document).items()
        if (method["httpMethod"], method["path"]) == (http, shape)
    )
