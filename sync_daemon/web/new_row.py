"""The page on which a new row is confirmed, and the bookmarklet that leads to it."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from sync_daemon.mirror.work_requests import RequestState
from sync_daemon.services.new_rows import Found, new_row_form
from sync_daemon.services.requests import see_request
from sync_daemon.web.dependencies import Caller, Operator, TheDashboard, form_of, get_caller
from sync_daemon.web.pages import show, told_of

router = APIRouter()

BOOKMARKLET = (
    "javascript:void(window.open('ORIGIN/new?link='+encodeURIComponent(location.href)"
    "+'&title='+encodeURIComponent(document.title)"
    "+'&text='+encodeURIComponent(String(getSelection()).slice(0,4000))))"
)


@router.get("/new")
async def new_row(  # noqa: PLR0913 - a parameter of the query each
    request: Request,
    dashboard: TheDashboard,
    sheet: str | None = None,
    link: str = "",
    title: str = "",
    text: str = "",
    asked: str | None = None,
    again: str | None = None,
) -> Response:
    """A new row to be confirmed; the bookmarklet leads here. Nothing is changed by looking."""
    if request.headers.get("sec-fetch-site") == "cross-site" and again is None:
        # The session's cookie comes along only where our own page leads here.
        here = f"/new?{urlencode([*request.query_params.multi_items(), ('again', '1')])}"
        return show("onward.html", "Save a posting", None, here=here)
    caller = await get_caller(request, dashboard)

    def load(connection: Connection) -> dict[str, Any]:
        found = Found(link, title, text)
        return {
            "form": new_row_form(connection, caller.scope, dashboard.settings, sheet, found),
            "notice": told_of(connection, caller, asked),
            "added": _added(connection, caller, asked),
        }

    found = await dashboard.mirror.read(load)
    key, live = secrets.token_urlsafe(16), "request" if asked else ""
    origin = str(request.base_url).rstrip("/")
    found |= {"key": key, "live": live, "bookmarklet": BOOKMARKLET.replace("ORIGIN", origin)}
    return show("new.html", "New row", caller, "/rows", **found)


@router.post("/new")
async def add_row(request: Request, dashboard: TheDashboard, scope: Operator) -> Response:
    """Ask for the new row."""
    form = await form_of(request)
    prefix = "cell."
    cells = {k.removeprefix(prefix): v.strip() for k, v in form.items() if k.startswith(prefix)}
    sheet, key = form.get("sheet", ""), form.get("key")
    made = await run_in_threadpool(lambda: dashboard.asking().add_row(scope, sheet, cells, key))
    return RedirectResponse(f"/new?{urlencode({'sheet': sheet, 'asked': made.request_id})}", 303)


def _added(connection: Connection, caller: Caller, asked: str | None) -> str | None:
    """The row that a request added."""
    request = see_request(connection, caller.scope, asked) if asked else None
    return request.row_id if request and request.state == RequestState.DONE else None
