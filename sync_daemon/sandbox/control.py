"""Steering the sandbox over loopback, and the page on which a person edits a sheet.

No other web page can drive it: a request must be the browser's own (see
:mod:`~sync_daemon.sandbox.own_browser`), and bear a header that browsers do not
send across origins without asking.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from sync_daemon.sandbox import api
from sync_daemon.sandbox.answers import HTML, Answer, html_not_found, json_answer
from sync_daemon.sandbox.api_errors import ApiError
from sync_daemon.sandbox.faults import Fault
from sync_daemon.sandbox.json_body import parse_json
from sync_daemon.sandbox.own_browser import foreign_because
from sync_daemon.sandbox.remote_user import RemoteUsers
from sync_daemon.sandbox.service import HttpRequest, SandboxService

PREFIX = "/_sandbox/"
HEADER = "x-sandbox-control"
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline';"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Control:
    """Answers what is not Google's: the page and ``/_sandbox/…``."""

    def __init__(self, service: SandboxService) -> None:
        self._service = service
        self._users = RemoteUsers(service.workspace)
        self._actions: Mapping[tuple[str, str], Callable[[dict[str, Any]], Any]] = {
            ("GET", "stats"): self._stats,
            ("GET", "log"): lambda _: [asdict(entry) for entry in service.log],
            ("GET", "spreadsheets"): self._spreadsheets,
            ("POST", "spreadsheets"): self._create,
            ("POST", "faults"): self._add_fault,
            ("DELETE", "faults"): lambda _: service.faults.clear(),
            ("POST", "quota"): self._set_quota,
            ("POST", "latency"): self._set_latency,
            ("POST", "share"): self._share,
            ("POST", "expire-tokens"): lambda _: service.accounts.expire_all(),
            ("POST", "withdraw-consents"): lambda _: service.accounts.withdraw_consents(),
            ("POST", "api"): self._set_api,
            ("POST", "api-key"): lambda _: service.accounts.make_api_key(),
            ("POST", "drive-lag"): self._set_drive_lag,
            ("POST", "call"): self._call,
            ("POST", "user"): self._act,
            ("POST", "clock"): lambda raw: service.advance(float(raw["seconds"])),
            ("POST", "reset"): lambda _: service.reset(),
        }

    def takes(self, request: HttpRequest) -> bool:
        """Whether the request is for us rather than for Google."""
        path = urlsplit(request.target).path
        return path == "/" or path.startswith((PREFIX, "/spreadsheets/d/"))

    def answer(self, request: HttpRequest) -> Answer:
        """Answer a request to the control address or for the page."""
        refusal = foreign_because(request.headers)
        if refusal:
            return json_answer({"error": refusal}, 403)
        parts = urlsplit(request.target)
        path = unquote(parts.path)
        if not path.startswith(PREFIX):
            return _page()
        if HEADER not in request.headers:
            return json_answer({"error": f"send the header {HEADER}: 1"}, 403)
        action = self._actions.get((request.method, path.removeprefix(PREFIX)))
        if action is None:
            return html_not_found()
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        try:
            raw = parse_json(request.body) or {}
            return json_answer({"result": action({**query, **raw})})
        except ApiError as error:
            return json_answer(error.body(), error.status)
        except (ValueError, TypeError, KeyError) as error:
            return json_answer({"error": f"{type(error).__name__}: {error}"}, 400)

    def _stats(self, _: dict[str, Any]) -> dict[str, int]:
        return {kind: self._service.count(kind) for kind in ("read", "write", "drive")}

    def _spreadsheets(self, _: dict[str, Any]) -> list[dict[str, Any]]:
        with self._service.workspace.lock:
            return [
                {"id": d.spreadsheet_id, "title": d.title, "version": d.version}
                for d in self._service.workspace.documents()
            ]

    def _create(self, raw: dict[str, Any]) -> str:
        """A spreadsheet with one tab that holds ``rows`` or ``csv``, which ``share`` may edit."""
        rows = list(csv.reader(io.StringIO(raw["csv"]))) if "csv" in raw else raw.get("rows", [])
        return create_spreadsheet(
            self._service,
            str(raw.get("title", "Sandbox")),
            rows,
            tab=str(raw.get("tab", "Sheet1")),
            share=list(raw.get("share", [])),
            locale=str(raw.get("locale", "en_US")),
            time_zone=str(raw.get("time_zone", "Etc/UTC")),
        )

    def _add_fault(self, raw: dict[str, Any]) -> None:
        self._service.faults.add(Fault.from_json(raw))

    def _set_quota(self, raw: dict[str, Any]) -> None:
        quota = self._service.quota
        quota.per_user = int(raw.get("per_user", quota.per_user))
        quota.per_project = int(raw.get("per_project", quota.per_project))

    def _set_latency(self, raw: dict[str, Any]) -> None:
        self._service.latency_s = float(raw["seconds"])

    def _share(self, raw: dict[str, Any]) -> None:
        if raw.get("role") == "none":
            self._service.sharing.unshare(str(raw["id"]), str(raw["email"]))
        else:
            role = str(raw.get("role", "writer"))
            self._service.sharing.share(str(raw["id"]), str(raw["email"]), role)

    def _set_api(self, raw: dict[str, Any]) -> None:
        self._service.sharing.api_disabled = not raw["enabled"]

    def _set_drive_lag(self, raw: dict[str, Any]) -> None:
        self._service.drive.lag = int(raw["readings"])

    def _call(self, raw: dict[str, Any]) -> Any:
        """A Sheets call as the owner in person: what the page does when somebody edits."""
        with self._service.workspace.lock:
            answer = api.call(
                self._service.workspace,
                str(raw["method"]),
                str(raw["path"]),
                [(str(k), str(v)) for k, v in raw.get("query", [])],
                raw.get("body"),
            )
        return json.loads(answer) if isinstance(answer, bytes) else answer

    def _act(self, raw: dict[str, Any]) -> Any:
        """An action of the user in the browser; see :class:`RemoteUsers`."""
        with self._service.workspace.lock:
            return self._users.act(raw)


def create_spreadsheet(
    service: SandboxService,
    title: str,
    rows: list[list[Any]],
    *,
    tab: str = "Sheet1",
    share: list[str] | None = None,
    locale: str = "en_US",
    time_zone: str = "Etc/UTC",
) -> str:
    """Make a spreadsheet whose one tab holds ``rows`` as a user would have typed them."""
    width = max((len(row) for row in rows), default=0)
    grid = {"rowCount": max(1000, len(rows) + 100), "columnCount": max(26, width)}
    body = {
        "properties": {"title": title, "locale": locale, "timeZone": time_zone},
        "sheets": [{"properties": {"title": tab, "gridProperties": grid}}],
    }
    with service.workspace.lock:
        spreadsheet_id = service.workspace.create(title, body).spreadsheet_id
        if rows:
            quoted = "'" + tab.replace("'", "''") + "'"
            api.call(
                service.workspace,
                "PUT",
                f"/v4/spreadsheets/{spreadsheet_id}/values/{quoted}",
                [("valueInputOption", "USER_ENTERED")],
                {"values": rows},
            )
        for email in share or ():
            service.sharing.share(spreadsheet_id, email)
    return spreadsheet_id


def _page() -> Answer:
    page = files("sync_daemon.sandbox").joinpath("page.html").read_bytes()
    headers = {
        "Content-Security-Policy": _POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
    return Answer(200, page, HTML, headers)
