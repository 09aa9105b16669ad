"""The two Googles that the tests run on: the sandbox in this process, and the real one."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sync_daemon.mirror.database import open_engine, upgrade
from sync_daemon.mirror.request_log import SqlRequestLog
from sync_daemon.sandbox import SandboxServer
from sync_daemon.settings import GoogleSettings, parse_spreadsheet
from tests.live.line import SPREADSHEETS, Line

CREDENTIALS = "SHEETD_LIVE_CREDENTIALS"
SPREADSHEET = "SHEETD_LIVE_SPREADSHEET"
LOCKED_TAB = "SHEETD_LIVE_LOCKED_TAB"
PRIVATE = "SHEETD_LIVE_PRIVATE"
READ_ONLY = "SHEETD_LIVE_READ_ONLY"
ROOT = "SHEETD_LIVE_ROOT"
ADC = "adc"
# The sample of Google's own guides ("Class Data"), which everybody may read and nobody write.
EVERYBODYS = "1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms"
PER_MINUTE = 50  # of the 60 that Google grants to a user, for reads and for writes
_UNLIMITED = 10**6


@dataclass
class Google:
    """Where the tests run.

    Attributes:
        line: to send requests by.
        settings: who we are and where Google is.
        spreadsheet_id: a spreadsheet that the tests add tabs to.
        read_only: one that we may read and not write.
        private: one that we may not even read, if there is any.
        locked_tab: the title of a tab in ours that we may not edit, if there is any.
        mirror: the one mirror of all tests, so that none forgets what others sent; None if
            there is no quota.
        made: ids of the tabs that were added.
        spare: ids and titles of those that no test has taken yet.
    """

    line: Line
    settings: GoogleSettings
    spreadsheet_id: str
    read_only: str
    private: str | None
    locked_tab: str | None
    mirror: Path | None = None
    made: list[int] = field(default_factory=list)
    spare: list[tuple[int, str]] = field(default_factory=list)

    @property
    def path(self) -> str:
        """Of the spreadsheet."""
        return SPREADSHEETS + self.spreadsheet_id

    def batch(self, *requests: Mapping[str, Any], **more: Any) -> dict[str, Any]:
        """One atomic update of the spreadsheet."""
        return self.line.ask("POST", f"{self.path}:batchUpdate", {"requests": requests, **more})

    def get(self, fields: str, **params: Any) -> dict[str, Any]:
        """What Google tells of the spreadsheet."""
        return self.line.ask("GET", self.path, params={"fields": fields, **params})

    def tabs(self) -> dict[int, str]:
        """The titles of the tabs there are, by id."""
        sheets = self.get("sheets(properties(sheetId,title))")["sheets"]
        return {s["properties"].get("sheetId", 0): s["properties"]["title"] for s in sheets}

    def delete_made(self) -> None:
        """Delete the tabs that the tests added, and no other."""
        left = self.tabs().keys() & set(self.made)
        if left:
            self.batch(*({"deleteSheet": {"sheetId": gid}} for gid in left))


def what_is_not_set(environ: Mapping[str, str]) -> str | None:
    """What keeps the tests from running against Google, and what to do about it."""
    missing = [name for name in (CREDENTIALS, SPREADSHEET) if not environ.get(name)]
    if not missing:
        return None
    return (
        f"{' and '.join(missing)} not set. {CREDENTIALS}: path of a service account's key or of"
        f" the token file of `sheetd login`, or `{ADC}`. {SPREADSHEET}: address of a spreadsheet"
        " made for this, which that account may edit."
    )


def live_settings(environ: Mapping[str, str]) -> GoogleSettings:
    """What ``[google]`` would say: a file tells by itself whose it is."""
    told: dict[str, Any] = {"reads_per_minute": PER_MINUTE, "writes_per_minute": PER_MINUTE}
    if ROOT in environ:  # a sandbox somewhere else, to rehearse on
        told |= {"api_root": environ[ROOT], "drive_root": environ[ROOT]}
    if environ[CREDENTIALS] == ADC:
        return GoogleSettings.model_validate({"auth": "adc", **told})
    path = Path(environ[CREDENTIALS]).expanduser().absolute()
    is_key = json.loads(path.read_text(encoding="utf-8")).get("type") == "service_account"
    auth = "service_account" if is_key else "oauth"
    return GoogleSettings.model_validate({"auth": auth, "credentials_file": path, **told})


@contextmanager
def real(folder: Path, environ: Mapping[str, str] = os.environ) -> Iterator[Google]:
    """Google itself, as the environment says."""
    settings = live_settings(environ)
    mirror = folder / "sheetd.db"
    database = open_engine(f"sqlite:///{mirror}")
    upgrade(database)
    google = Google(
        Line(settings, SqlRequestLog(database)),
        settings,
        parse_spreadsheet(environ[SPREADSHEET]),
        read_only=environ.get(READ_ONLY, EVERYBODYS),
        private=environ.get(PRIVATE),
        locked_tab=environ.get(LOCKED_TAB),
        mirror=mirror,
    )
    try:
        with _tidied_up(google):
            yield google
    finally:
        database.dispose()


@contextmanager
def sandbox(folder: Path) -> Iterator[Google]:
    """The stand-in, with no limits but those of time."""
    with SandboxServer(per_user=0, per_project=0) as server:
        found: dict[str, Any] = {
            "credentials_file": server.service_account(folder / "key.json"),
            "api_root": server.url,
            "drive_root": server.url,
        }
        settings = GoogleSettings.model_validate(
            {**found, "reads_per_minute": 300, "writes_per_minute": 300}
        )
        free = {"reads_per_minute": _UNLIMITED, "writes_per_minute": _UNLIMITED}
        spreadsheet_id = server.add_spreadsheet("Live", tab="Locked")
        with server.workspace.lock:
            server.user(spreadsheet_id).protect(0, 1000, 0, 26)
        google = Google(
            Line(settings.model_copy(update=free), None),
            settings,
            spreadsheet_id,
            read_only=_shown_to_everybody(server),
            private=server.add_spreadsheet("Private", share=None),
            locked_tab="Locked",
        )
        with _tidied_up(google):
            yield google


def _shown_to_everybody(server: SandboxServer) -> str:
    spreadsheet_id = server.add_spreadsheet("Class Data", [["Student Name"]], share=None)
    server.service.sharing.share(spreadsheet_id, "anyone", "reader")
    return spreadsheet_id


@contextmanager
def _tidied_up(google: Google) -> Iterator[None]:
    try:
        yield
    finally:
        try:
            google.delete_made()
        finally:
            google.line.close()
