"""A transport on a sandbox of its own, with a clock that does not keep anybody waiting."""

from __future__ import annotations

import functools
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sync_daemon.domain.retry import RetryPolicy
from sync_daemon.sandbox import DEFAULT_ACCOUNT, HttpRequest, SandboxServer
from sync_daemon.sandbox.auth import Accounts, write_key_file
from sync_daemon.sandbox.faults import Fault, FaultKind
from sync_daemon.settings import Settings, load_settings
from sync_daemon.sheets.auth import load_credentials, needed_scopes
from sync_daemon.sheets.transport import Idempotency, RequestKind, SheetsTransport
from tests.support.fake_clock import FakeClock

POLICY = RetryPolicy(attempts=3, attempts_at_quota=3, deadline_s=100.0)
PATIENT, IMPATIENT = (5.0, 30.0), (5.0, 0.4)  # seconds to connect, and to wait for an answer
SLOW = {FaultKind.HANG, FaultKind.HANG_AFTER, FaultKind.SLOW}


@functools.cache
def service_account() -> tuple[dict[str, str], str]:
    """One key for all tests, because a new one takes long: the key file and the public key."""
    accounts = Accounts(time.time)
    return accounts.make_key(DEFAULT_ACCOUNT, ""), accounts.public_keys[DEFAULT_ACCOUNT]


class Line:
    """A transport on a sandbox with one spreadsheet."""

    def __init__(self, folder: Path, server: SandboxServer) -> None:
        self.folder = folder
        self.server = server
        self.clock = FakeClock()
        self.id = server.add_spreadsheet("Hunt", [["Company"], ["Acme"]], tab="Jobs")
        self.path = f"/v4/spreadsheets/{self.id}/values/Jobs"
        self.key = folder / "key.json"
        content, server.service.accounts.public_keys[DEFAULT_ACCOUNT] = service_account()
        write_key_file(self.key, {**content, "token_uri": server.service.token_uri})
        self.transport = self.open()
        self.tokens_asked: list[HttpRequest] = []
        server.service.before.append(self._note)

    def _note(self, request: HttpRequest) -> None:
        if request.target == "/token":
            self.tokens_asked.append(request)

    def settings(self, **google: object) -> Settings:
        keys = {"credentials_file": "key.json", "api_root": self.server.url, **google}
        keys.setdefault("drive_root", self.server.url)
        lines = [f"{key} = {json.dumps(value)}" for key, value in keys.items()]
        sheet = f'[[sheets]]\nname = "jobs"\nspreadsheet = "{self.id}"\nworksheet = "Jobs"'
        config = self.folder / "sheetd.toml"
        config.write_text("\n".join(["[google]", *lines, sheet]), encoding="utf-8")
        return load_settings(config, {})

    def open(self, *, token_timeout_s: float = 30.0, **google: object) -> SheetsTransport:
        settings = self.settings(**google)
        return SheetsTransport(
            settings.google,
            load_credentials(settings.google, needed_scopes(settings.sheets)),
            clock=self.clock,
            draw=lambda: 1.0,
            policy=POLICY,
            timeouts=PATIENT,
            token_timeout_s=token_timeout_s,
        )

    def fail(self, kind: FaultKind, times: int = 1, **more: Any) -> None:
        self.server.service.faults.add(Fault(kind, path="/v4/|/drive/", times=times, **more))
        if kind in SLOW:
            self.transport._client.set_timeout(IMPATIENT)
        if kind is FaultKind.DRIP:
            self.read_for(0.1)

    def read_for(self, seconds: float) -> None:
        """How long an answer may take as a whole."""
        self.transport._session._answer_timeout_s = seconds

    def read(self, path: str | None = None) -> dict[str, Any]:
        return self.transport.json(
            "GET", path or self.path, idempotency=Idempotency.SAFE, kind=RequestKind.READ
        )

    def write(self, value: str = "Globex") -> dict[str, Any]:
        """Write a cell at a fixed place."""
        return self.transport.json(
            "PUT",
            f"{self.path}!A2",
            params={"valueInputOption": "RAW"},
            json={"values": [[value]]},
            idempotency=Idempotency.SAFE,
            kind=RequestKind.WRITE,
        )

    def append(self) -> dict[str, Any]:
        """Add a row: a second effect would be another one."""
        return self.transport.json(
            "POST",
            f"{self.path}:append",
            params={"valueInputOption": "RAW"},
            json={"values": [["Initech"]]},
            idempotency=Idempotency.ONCE,
            kind=RequestKind.WRITE,
        )

    def probe(self) -> dict[str, Any]:
        return self.transport.json(
            "GET",
            f"/drive/v3/files/{self.id}",
            params={"fields": "version"},
            idempotency=Idempotency.SAFE,
            kind=RequestKind.DRIVE,
        )

    def companies(self) -> list[str]:
        return [row[0] for row in self.server.call("GET", self.path)["values"][1:]]


@contextmanager
def open_line(folder: Path) -> Iterator[Line]:
    """A line to a sandbox that ends with the ``with`` statement."""
    with SandboxServer(per_user=0, per_project=0) as server:
        line = Line(folder, server)
        try:
            yield line
        finally:
            server.service.faults.clear()
            line.transport.close()
