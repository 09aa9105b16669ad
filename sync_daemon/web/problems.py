"""Errors as answers: ``application/problem+json`` (RFC 9457), or a page for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.routing import compile_path
from starlette.types import Scope

from sync_daemon.domain.redaction import redact
from sync_daemon.errors import (
    AccessError,
    ConflictError,
    ExitStatus,
    MirrorError,
    NotFoundError,
    QueryError,
    SheetdError,
)
from sync_daemon.log import redact_traceback

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
_TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}
_HINTS = {
    400: "Use the address that `sheetd dashboard` prints.",
    403: "Open the page itself, or name that origin in dashboard.allow_origins.",
    404: "GET /api/v1/openapi.json tells the addresses there are.",
    408: "Send it again, in one go.",
    413: "Send less at a time.",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, for programs."""

    title: str
    detail: str
    status: int
    hint: str = ""
    exit_status: int = int(ExitStatus.USAGE)


class NotModifiedError(Exception):
    """What they have is what there is."""

    def __init__(self, etag: str) -> None:
        super().__init__(etag)
        self.etag = etag


def problem_of(error: SheetdError) -> Problem:
    """An error of sheetd's as an answer."""
    status = _status_of(error)
    return Problem(
        title=_title(status),
        detail=redact(error.message),
        status=status,
        hint=redact(error.hint),
        exit_status=int(error.exit_status),
    )


def problem_response(scope: Scope, status: int, title: str, detail: str) -> Response:
    """An answer for a request that no route sees."""
    return render(scope, Problem(title, detail, status, _HINTS.get(status, "")))


def render(scope: Scope, problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """JSON for programs, a page for people."""
    given = dict(headers or {})
    if problem.status == HTTPStatus.UNAUTHORIZED:
        is_calendar = scope["path"].endswith("/calendar.ics")  # programs for these ask people
        given["WWW-Authenticate"] = 'Basic realm="sheetd", Bearer' if is_calendar else "Bearer"
    if _is_for_programs(scope["path"]):
        content: dict[str, Any] = {
            "type": "about:blank",
            "title": problem.title,
            "detail": problem.detail,
            "status": problem.status,
            "hint": problem.hint,
            "exit_status": problem.exit_status,
        }
        return JSONResponse(content, problem.status, given, MEDIA_TYPE)
    if problem.status == HTTPStatus.UNAUTHORIZED and scope["method"] == "GET":
        return RedirectResponse("/login", 303)
    from sync_daemon.web.pages import render_problem  # noqa: PLC0415 - which raises some itself

    return render_problem(problem, given)


def install_handlers(app: FastAPI) -> None:
    """Have every error of every route answered here."""
    app.add_exception_handler(SheetdError, _on_sheetd_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(NotModifiedError, _on_not_modified)
    app.add_exception_handler(Exception, _on_defect)


def _status_of(error: SheetdError) -> int:
    match error:
        case NotFoundError():
            return 404
        case ConflictError():
            return 409
        case QueryError():
            return 422
        case AccessError():
            return 403 if error.is_known else 401
        case MirrorError():
            return 503
    return 422 if error.exit_status is ExitStatus.USAGE else 500


async def _on_sheetd_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, SheetdError)  # noqa: S101 - as it was registered
    problem = problem_of(error)
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.warning("a request failed", path=request.url.path, error=problem.detail)
    headers = {"Retry-After": "5"} if problem.status == HTTPStatus.SERVICE_UNAVAILABLE else None
    return render(request.scope, problem, headers)


async def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as it was registered
    told = [
        f"{'.'.join(str(part) for part in each['loc'][1:]) or each['loc'][0]}: {each['msg']}"
        for each in error.errors()[:5]
    ]
    detail = redact("; ".join(told))[:1_000]
    hint = "See /api/v1/openapi.json."
    return render(request.scope, Problem(_title(422), detail, 422, hint))


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - as it was registered
    status, headers = error.status_code, dict(error.headers or {})
    details = {404: "There is nothing at this address.", 405: "This address takes other methods."}
    detail, hint = details.get(status, str(error.detail)), _HINTS.get(status, "")
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = _allowed(request, headers.get("Allow", ""))
        hint = f"It takes {headers['Allow']}."
    return render(request.scope, Problem(_title(status), detail, status, hint), headers)


async def _on_not_modified(_request: Request, error: Exception) -> Response:
    assert isinstance(error, NotModifiedError)  # noqa: S101 - as it was registered
    return Response(status_code=304, headers={"ETag": error.etag})


async def _on_defect(request: Request, error: Exception) -> Response:
    log.error("a defect in sheetd", path=request.url.path, traceback=redact_traceback(error))
    problem = Problem("Internal Server Error", "A defect in sheetd.", 500, "The log says more.", 70)
    return render(request.scope, problem)


def _allowed(request: Request, known: str) -> str:
    """The methods of an address: a router names those of the first route that fits."""
    methods = set(known.replace(",", " ").split())
    for path, described in request.app.openapi()["paths"].items():
        if compile_path(path)[0].match(request.url.path):
            methods |= {name.upper() for name in described}
    if "GET" in methods:
        methods.add("HEAD")
    return ", ".join(sorted(methods))


def _title(status: int) -> str:
    """Its name in RFC 9110; older Pythons know earlier ones."""
    return _TITLES.get(status) or HTTPStatus(status).phrase


def _is_for_programs(path: str) -> bool:
    return path.startswith("/api/") or path in {"/metrics", "/api"}
