"""The tests' own line to Google: sheetd's client, and refusals in Google's own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from sync_daemon.errors import SheetdError
from sync_daemon.ports import RequestLog
from sync_daemon.settings import GoogleSettings
from sync_daemon.sheets.auth import DRIVE_SCOPE, SHEETS_SCOPE, load_credentials
from sync_daemon.sheets.transport import Idempotency, RequestKind, SheetsTransport

_READINGS = (":getByDataFilter", ":batchGetByDataFilter", "/developerMetadata:search")
SPREADSHEETS = "/v4/spreadsheets/"


@dataclass(frozen=True)
class Refusal:
    """A request that was refused.

    Attributes:
        status: the HTTP status.
        body: what Google answered, under ``error``.
        error: what sheetd's client makes of it.
    """

    status: int
    body: Mapping[str, Any]
    error: SheetdError


class Line:
    """Sends requests through :class:`SheetsTransport`, within the quota that the journal shows.

    Args:
        settings: who we are, where Google is, and how many requests a minute it takes.
        journal: what others have sent with the same account; None if nobody minds.
    """

    def __init__(self, settings: GoogleSettings, journal: RequestLog | None) -> None:
        credentials = load_credentials(settings, (SHEETS_SCOPE, DRIVE_SCOPE))
        self.transport = SheetsTransport(settings, credentials, journal=journal)

    def ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The answer to a request; a writing whose answer is lost is not sent again."""
        kind = kind_of(method, path)
        often = Idempotency.ONCE if kind is RequestKind.WRITE else Idempotency.SAFE
        self.transport.recall()
        return self.transport.json(
            method, path, json=body, params=params, idempotency=often, kind=kind
        )

    def refusal(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> Refusal:
        """How a request is refused; the test fails if it is not."""
        answers: list[requests.Response] = []
        hooks = self.transport._session.hooks["response"]
        hooks.append(keep := lambda response, **_: answers.append(response))
        try:
            with pytest.raises(SheetdError) as caught:
                self.ask(method, path, body, params)
        finally:
            hooks.remove(keep)
        return Refusal(answers[-1].status_code, answers[-1].json()["error"], caught.value)

    def close(self) -> None:
        self.transport.close()


def kind_of(method: str, path: str) -> RequestKind:
    """Which quota a request counts against."""
    if path.startswith("/drive/"):
        return RequestKind.DRIVE
    is_reading = method == "GET" or path.endswith(_READINGS)
    return RequestKind.READ if is_reading else RequestKind.WRITE
