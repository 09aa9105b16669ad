"""Signing in by the address that the command printed, or with a token; and out."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from sync_daemon.services.tokens import scope_of
from sync_daemon.web.dependencies import Dashboard, TheCaller, TheDashboard, form_of
from sync_daemon.web.pages import render_problem, show
from sync_daemon.web.problems import Problem
from sync_daemon.web.sessions import COOKIE, LASTS_S

router = APIRouter()


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
