"""The sandbox as a server: in a thread for tests and the demo, or on its own."""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self

from sync_daemon.sandbox import api
from sync_daemon.sandbox.api_errors import ApiError
from sync_daemon.sandbox.auth import Accounts, write_key_file
from sync_daemon.sandbox.consent import client_file
from sync_daemon.sandbox.control import Control, create_spreadsheet
from sync_daemon.sandbox.http import LoopbackServer
from sync_daemon.sandbox.persistence import CorruptDataError, Saver, load_state
from sync_daemon.sandbox.quota import Quota
from sync_daemon.sandbox.remote_user import RemoteUsers
from sync_daemon.sandbox.service import SandboxService
from sync_daemon.sandbox.user import SheetUser
from sync_daemon.sandbox.workspace import Workspace

DEFAULT_ACCOUNT = "sheetd@sandbox-project.iam.gserviceaccount.com"


class SandboxServer:
    """A running sandbox; use it in a ``with`` statement.

    Args:
        port: on 127.0.0.1; 0 chooses a free one.
        data: keep the state in this file; in memory if not given.
        per_user, per_project: requests a minute, for reads and for writes; 0 for no limit.
        now: the wall clock in seconds since the epoch, for tokens.
        monotonic: the clock of quotas, in seconds.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        data: Path | None = None,
        per_user: int = 60,
        per_project: int = 300,
        now: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.data = data
        self.service = self._load(data, Accounts(now), Quota(monotonic, per_user, per_project))
        self._server = LoopbackServer(port, self.service, Control(self.service))
        self.service.token_uri = f"{self.url}/token"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="sandbox", daemon=True
        )
        self._saver: Saver | None = None
        if data is not None:
            self._saver = Saver(data, self._state, self._revision)

    @property
    def url(self) -> str:
        """The address of everything: both API roots, the token endpoint and the page."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def workspace(self) -> Workspace:
        """The spreadsheets."""
        return self.service.workspace

    def start(self) -> None:
        """Begin to answer, and to save what changes."""
        self._thread.start()
        if self._saver is not None:
            self._saver.start()

    def stop(self) -> None:
        """Stop answering, let go of requests that hang, and save."""
        self.service.stopping.set()
        self.service.faults.clear()
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
        self._server.close_connections()
        if self._saver is not None:
            self._saver.close()

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop."""
        self.stop()

    def add_spreadsheet(
        self,
        title: str = "Sandbox",
        rows: list[list[Any]] | None = None,
        *,
        tab: str = "Sheet1",
        share: str | None = DEFAULT_ACCOUNT,
        **properties: str,
    ) -> str:
        """Make a spreadsheet with one tab that holds ``rows``; returns its id."""
        shared = [share] if share else []
        return create_spreadsheet(
            self.service, title, rows or [], tab=tab, share=shared, **properties
        )

    def call(
        self, method: str, path: str, body: object = None, query: Sequence[tuple[str, str]] = ()
    ) -> dict[str, Any]:
        """A Sheets call as the owner in person, without HTTP; see :func:`api.call`."""
        with self.workspace.lock:
            answer = api.call(self.workspace, method, path, query, body)
        parsed: dict[str, Any] = json.loads(answer) if isinstance(answer, bytes) else answer
        return parsed

    def user(self, spreadsheet_id: str, tab: str | None = None) -> SheetUser:
        """Somebody who has a tab open, the first one if it is not named; hold the lock to act."""
        return RemoteUsers(self.workspace).user(spreadsheet_id, tab)

    def service_account(self, path: Path, email: str = DEFAULT_ACCOUNT) -> Path:
        """Make a service account and write its key file, readable by its owner only."""
        write_key_file(path, self.service.accounts.make_key(email, self.service.token_uri))
        return path

    def authorized_user(self, path: Path, email: str, scopes: Sequence[str]) -> Path:
        """Let a person allow ``scopes``; writes the file that gcloud and gspread call so."""
        user = self.service.accounts.consent(email, " ".join(scopes))
        write_key_file(path, {**user, "token_uri": self.service.token_uri})
        return path

    def installed_application(self, path: Path) -> Path:
        """Make an application that people can let act for them; writes its client file."""
        client_id, secret = self.service.accounts.applications.register()
        write_key_file(path, client_file(client_id, secret, self.service.token_uri))
        return path

    def _load(self, data: Path | None, accounts: Accounts, quota: Quota) -> SandboxService:
        state = load_state(data) if data is not None else None
        if state is None:
            return SandboxService(Workspace(), accounts, quota)
        try:
            workspace = Workspace.from_json(state["workspace"])
        except (ApiError, KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            message = f"{data} is damaged: {type(error).__name__}: {error}"
            raise CorruptDataError(message) from error
        service = SandboxService(workspace, accounts, quota)
        service.sharing.roles = state["roles"]
        accounts.public_keys.update(state["public_keys"])
        return service

    def _state(self) -> dict[str, Any]:
        with self.service.workspace.lock:
            return {
                "workspace": self.service.workspace.to_json(),
                "roles": self.service.sharing.roles,
                "public_keys": self._public_keys,
            }

    def _revision(self) -> object:
        with self.service.workspace.lock:
            documents = [(d.spreadsheet_id, d.version) for d in self.workspace.documents()]
            return documents, repr(self.service.sharing.roles), list(self._public_keys.items())

    @property
    def _public_keys(self) -> dict[str, str]:
        return self.service.accounts.public_keys


def serve(
    *,
    port: int,
    data: Path | None,
    key: Path | None,
    client: Path | None = None,
    on_ready: Callable[[str], None],
    per_user: int = 60,
    per_project: int = 300,
) -> None:
    """Serve until SIGTERM or SIGINT, which is raised as KeyboardInterrupt at the end.

    Args:
        port: 0 chooses a free one.
        data: where to keep the state.
        key: where to write a service account's key file.
        client: where to write the client file of an application that people can allow.
        on_ready: called with the address once the sandbox answers.
        per_user: requests a minute, for reads and for writes; 0 for no limit.
        per_project: the same for all users together.

    Raises:
        OSError: the port is taken.
        CorruptDataError: the data file is damaged.
    """
    ended = threading.Event()
    received: list[int] = []

    def end(number: int, _frame: FrameType | None) -> None:
        received.append(number)
        ended.set()

    for name in (signal.SIGTERM, signal.SIGINT):  # first: raised in a finaliser, it would be lost
        signal.signal(name, end)
    server = SandboxServer(port, data=data, per_user=per_user, per_project=per_project)
    with server:
        if key is not None:
            server.service_account(key)
        if client is not None:
            server.installed_application(client)
        if not ended.is_set():
            on_ready(server.url)
        ended.wait()
    if signal.SIGINT in received:
        raise KeyboardInterrupt
