"""The page: Today, Rows, Pipeline, Keywords, Runs, Tools; and signing in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection

from sync_daemon.domain.access import Role
from sync_daemon.domain.trouble import in_words
from sync_daemon.mirror.job_search import JobSearchEntry
from sync_daemon.mirror.queries import MirrorReader, RowView
from sync_daemon.services import due, runs
from sync_daemon.services.tokens import scope_of
from sync_daemon.web.dependencies import (
    Caller,
    Dashboard,
    TheCaller,
    TheDashboard,
    form_of,
)
from sync_daemon.web.lists import pipelines_of
from sync_daemon.web.problems import Problem
from sync_daemon.web.sessions import COOKIE, LASTS_S
from sync_daemon.web.templating import render

router = APIRouter()

_ATTENTION = 25
_DUE_WITHIN = timedelta(days=14)


def show(
    template: str, title: str, caller: Caller | None, place: str = "", **values: Any
) -> Response:
    """A page of the dashboard."""
    common = {
        "title": title,
        "caller": caller,
        "place": place,
        "live": "",
        "notice": "",
        "may_operate": caller is not None
        and caller.session is not None
        and caller.scope.role is Role.OPERATE,
    }
    return render(template, {**common, **values})


def render_problem(problem: Problem, headers: Mapping[str, str]) -> Response:
    """What went wrong, for people."""
    values = {
        "title": problem.title, "problem": problem, "caller": None, "place": "", "live": "",
        "notice": "",
    }  # fmt: skip
    return render("problem.html", values, problem.status, headers)


@router.get("/login")
async def login(dashboard: TheDashboard, code: str | None = None) -> Response:
    """Sign in by the address that the command printed, or ask for a token."""
    if code is None:
        return show("login.html", "Sign in", None)
    cookie = dashboard.sessions.redeem(code)
    if cookie is None:
        message = "This address was used already, or is too old."
        hint = "Start `sheetd dashboard` again for a new one, or sign in with a token."
        problem = Problem("Forbidden", message, 403, hint)
        return render_problem(problem, {})
    return _signed_in(dashboard, cookie)


@router.post("/login")
async def login_with_token(request: Request, dashboard: TheDashboard) -> Response:
    """Sign in with a token: the session may do what the token may."""
    token = (await form_of(request)).get("token", "").strip()
    scope = await dashboard.mirror.read(lambda connection: scope_of(connection, token))
    if scope is None:
        problem = Problem("Forbidden", "This token does not count.", 403, "Make another one.")
        return render_problem(problem, {})
    return _signed_in(dashboard, dashboard.sessions.open(scope))


@router.post("/logout")
async def logout(request: Request, dashboard: TheDashboard, caller: TheCaller) -> Response:
    """End the session."""
    del caller
    dashboard.sessions.close(request.cookies.get(COOKIE, ""))
    response = RedirectResponse("/login", 303)
    response.delete_cookie(COOKIE)
    return response


@router.get("/")
async def today(dashboard: TheDashboard, caller: TheCaller) -> Response:
    """Is the daemon alive, what needs somebody, what is due."""
    now, scope = dashboard.application.clock.now(), caller.scope
    pipelines = await pipelines_of(dashboard)
    state = dashboard.daemon()

    def load(connection: Connection) -> dict[str, Any]:
        sheets = runs.overview(connection, scope, dashboard.settings, now)
        return {
            "sheets": sheets,
            "attention": _attention(connection, [sheet.name for sheet in sheets]),
            "due": [
                each
                for each in due.load_due(connection, scope, pipelines)
                if each.day <= (now + _DUE_WITHIN).date()
            ],
        }

    found = await dashboard.mirror.read(load)
    told = [trouble for trouble in state.troubles if scope.sees(trouble.sheet)]
    return show(
        "today.html", "Today", caller, "/", **found,
        daemon=state, troubles=in_words(told), today=now.date(), live="row run request",
    )  # fmt: skip


def _attention(connection: Connection, sheets: list[str]) -> list[dict[str, Any]]:
    reader = MirrorReader(connection)
    found = [row for sheet in sheets for row in reader.attention(sheet, _ATTENTION)]
    return [brief(row) for row in found[:_ATTENTION]]


def brief(row: RowView) -> dict[str, Any]:
    """A row in a list."""
    headline = JobSearchEntry.from_cells(row.cells).headline
    if not headline:
        headline = next((str(v)[:80] for v in row.cells.values() if v != ""), row.row_id)
    return {
        "row_id": row.row_id,
        "sheet": row.sheet,
        "row_number": row.row_number,
        "state": row.state,
        "reason": row.reason,
        "headline": headline,
        "results": row.results,
        "last_changed": row.last_changed,
    }


def _signed_in(dashboard: Dashboard, cookie: str) -> Response:
    settings = dashboard.settings.dashboard
    response = RedirectResponse("/", 303)
    response.set_cookie(
        COOKIE,
        cookie,
        max_age=int(LASTS_S),
        httponly=True,
        samesite="strict",
        secure=settings.has_tls or settings.behind_proxy,
        path="/",
    )
    return response
