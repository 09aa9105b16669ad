"""Credentials on this machine, and what each file is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from sync_daemon.errors import CredentialsError

_LARGEST = 64 * 1024  # bytes; a key file has some 2,400
_MOST_FILES = 200  # of a folder


class CredentialsKind(Enum):
    """What a file lets sheetd do."""

    SERVICE_ACCOUNT = "a service account's key"
    OAUTH_CLIENT = "an OAuth client, which you allow in the browser"
    OAUTH_TOKEN = "a permission that you gave"  # noqa: S105 - a description


@dataclass(frozen=True, slots=True)
class CredentialsFile:
    """A file with credentials; ``account`` is its e-mail address or client id."""

    path: Path
    kind: CredentialsKind
    account: str


def search(folder: Path, environ: Mapping[str, str]) -> list[CredentialsFile]:
    """Files with credentials where people keep or download them, the likeliest first.

    Looked through are the file that ``GOOGLE_APPLICATION_CREDENTIALS`` names, the
    working folder, ``~/.config/sheetd`` and ``~/Downloads``; nothing is changed.
    """
    found: dict[Path, CredentialsFile] = {}
    for path in _candidates(folder, environ):
        known = _read(path)
        if known is not None:
            found.setdefault(path.resolve(), known)
    return list(found.values())


def examine(path: Path) -> CredentialsFile:
    """What the file is.

    Raises:
        CredentialsError: it is not there, or is not a credentials file.
    """
    if not path.is_file():
        message = f"The key file {path} is not there."
        raise CredentialsError(message, hint="Give the path of the JSON key you downloaded.")
    found = _read(path)
    if found is None:
        message = f"{path} is not a credentials file."
        raise CredentialsError(message, hint="It is a JSON file that you download from Google.")
    return found


def _candidates(folder: Path, environ: Mapping[str, str]) -> Iterator[Path]:
    if environ.get("GOOGLE_APPLICATION_CREDENTIALS"):
        yield Path(environ["GOOGLE_APPLICATION_CREDENTIALS"])
    yield folder / "service-account.json"
    yield from _json_files(folder)
    if environ.get("HOME"):
        home = Path(environ["HOME"])
        yield from _json_files(home / ".config" / "sheetd")
        yield from _json_files(home / "Downloads")


def _json_files(folder: Path) -> list[Path]:
    """The newest first."""
    try:
        files = [(p.stat().st_mtime, p) for p in folder.glob("*.json") if p.is_file()]
    except OSError:
        return []
    return [path for _, path in sorted(files, reverse=True)[:_MOST_FILES]]


def _read(path: Path) -> CredentialsFile | None:
    try:
        if path.stat().st_size > _LARGEST:
            return None
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return _classify(path, content) if isinstance(content, dict) else None


def _classify(path: Path, content: Mapping[str, Any]) -> CredentialsFile | None:
    installed = content.get("installed") or content.get("web")
    match content.get("type"):
        case "service_account":
            kind, account = CredentialsKind.SERVICE_ACCOUNT, content.get("client_email")
        case "authorized_user":
            kind, account = CredentialsKind.OAUTH_TOKEN, content.get("client_id")
        case _ if isinstance(installed, dict):
            kind, account = CredentialsKind.OAUTH_CLIENT, installed.get("client_id")
        case _:
            return None
    return CredentialsFile(path, kind, account) if isinstance(account, str) else None
