"""What routes are given: who asks, the mirror, the use-cases."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from hashlib import blake2b
from typing import Annotated, TypeAlias
from urllib.parse import parse_qs

from fastapi import Depends, Request, Response

from sync_daemon.bootstrap import Application
from sync_daemon.daemon_state import DaemonState, load_state
from sync_daemon.domain.access import Scope
from sync_daemon.errors import AccessError, QueryError
from sync_daemon.mirror.live import LiveMirror
from sync_daemon.services.requests import Asking, check_role
from sync_daemon.services.tokens import scope_of
from sync_daemon.settings import Settings
from sync_daemon.web.events import Broadcaster
from sync_daemon.web.problems import NotModifiedError
from sync_daemon.web.sessions import COOKIE, Session, Sessions, is_csrf_token

FRAGMENT = "x-fragment"
_FORM = "application/x-www-form-urlencoded"
_HOW = (
    "Send a token of `sheetd token create` as bearer (header Authorization), or open the address"
    " that `sheetd dashboard` prints."
)


@dataclass(frozen=True)
class Dashboard:
    """What the process holds: settings, the mirror for reading and for requests, sessions."""

    application: Application
    mirror: LiveMirror
    sessions: Sessions
    broadcaster: Broadcaster

    @property
    def settings(self) -> Settings:
        """The configuration."""
        return self.application.settings

    @property
    def names(self) -> list[str]:
        """The configured sheets."""
        return [sheet.name for sheet in self.settings.sheets]

    @property
    def hidden(self) -> list[str]:
        """The columns that hold ids and statuses."""
        return [c for s in self.settings.sheets for c in (s.id_column, s.status_column)]

    def daemon(self) -> DaemonState:
        """What the daemon tells beside the mirror."""
        return load_state(self.application.daemon_state)

    def asking(self) -> Asking:
        """Where requests go; opens the mirror for writing, which may block."""
        application = self.application
        return Asking(application.database, application.settings, application.clock.now)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and the page's session if that is how they are known.

    Attributes:
        wants_fragment: whether the page is there already, and only its content is asked for.
    """

    scope: Scope
    session: Session | None = None
    wants_fragment: bool = False


def get_dashboard(request: Request) -> Dashboard:
    """The process's own."""
    found = request.app.state.dashboard
    assert isinstance(found, Dashboard)  # noqa: S101 - create_app put it there
    return found


TheDashboard: TypeAlias = Annotated[Dashboard, Depends(get_dashboard)]


async def get_caller(request: Request, dashboard: TheDashboard) -> Caller:
    """Whoever asks; changes of the page's session need its CSRF token.

    Raises:
        AccessError: nobody known.
    """
    authorization = request.headers.get("authorization")
    if authorization is not None:
        return Caller(await _scope_of(request, dashboard, authorization))
    session = dashboard.sessions.find(request.cookies.get(COOKIE, ""))
    if session is None:
        raise AccessError("You are not signed in.", hint=_HOW, is_known=False)
    if request.method not in {"GET", "HEAD"}:
        given = request.headers.get("x-csrf-token") or await _form_field(request, "csrf_token")
        if not is_csrf_token(session, given):
            message = "The page's own token is missing from this change (CSRF)."
            raise AccessError(message, hint="Reload the page, and do it again.")
    return Caller(session.scope, session, request.headers.get(FRAGMENT) == "main")


async def get_scope(caller: Annotated[Caller, Depends(get_caller)]) -> Scope:
    """What whoever asks may see and do."""
    return caller.scope


TheCaller: TypeAlias = Annotated[Caller, Depends(get_caller)]
TheScope: TypeAlias = Annotated[Scope, Depends(get_scope)]


async def get_operator(scope: TheScope) -> Scope:
    """Whoever asks, if they may ask for changes.

    Raises:
        AccessError: they may not.
    """
    check_role(scope)
    return scope


Operator: TypeAlias = Annotated[Scope, Depends(get_operator)]


async def conditional(
    request: Request, response: Response, dashboard: TheDashboard, scope: TheScope
) -> None:
    """Tag the answer; whoever has it already gets 304.

    Raises:
        NotModifiedError: they have it.
    """
    await _tag(request, response, dashboard, scope, "")


async def conditional_now(
    request: Request, response: Response, dashboard: TheDashboard, scope: TheScope
) -> None:
    """The same for an answer that changes with the time, too.

    Raises:
        NotModifiedError: they have it.
    """
    second = int(dashboard.application.clock.now().timestamp())
    await _tag(request, response, dashboard, scope, f"|{second}")


async def _tag(
    request: Request, response: Response, dashboard: Dashboard, scope: Scope, more: str
) -> None:
    state = dashboard.daemon()
    version = await dashboard.mirror.version()
    about = f"{version}|{state}|{scope}|{request.url.path}?{request.url.query}{more}"
    about += f"|{request.headers.get('accept', '')}"
    tag = f'"{blake2b(about.encode(), digest_size=12).hexdigest()}"'
    asked = [part.strip() for part in request.headers.get("if-none-match", "").split(",")]
    if tag in asked or f"W/{tag}" in asked or "*" in asked:
        raise NotModifiedError(tag)
    response.headers["ETag"] = tag


def where_pairs(request: Request) -> list[tuple[str, str]]:
    """The ``where[Column]=value`` of a query: the column is between the first [ and the last ].

    Raises:
        QueryError: a bracket is missing.
    """
    pairs = []
    for key, value in request.query_params.multi_items():
        if not key.startswith("where"):
            continue
        start, end = key.find("["), key.rfind("]")
        if start != len("where") or end != len(key) - 1:
            message = f"{key[:60]!r} is not a filter."
            raise QueryError(message, hint="Write where[Column]=value.")
        pairs.append((key[start + 1 : end], value))
    return pairs


async def _scope_of(request: Request, dashboard: Dashboard, authorization: str) -> Scope:
    kind, _, given = authorization.partition(" ")
    token = given.strip()
    if kind.lower() == "basic" and request.url.path.endswith("/calendar.ics"):
        token = _password_of(token)
    elif kind.lower() != "bearer":
        token = ""
    scope = await dashboard.mirror.read(lambda connection: scope_of(connection, token))
    if scope is None:
        raise AccessError(
            "This token is not valid: it was revoked, or mistyped.", hint=_HOW, is_known=False
        )
    return scope


def _password_of(basic: str) -> str:
    try:
        return base64.b64decode(basic, validate=True).decode().partition(":")[2]
    except (ValueError, binascii.Error):
        return ""


async def _form_field(request: Request, name: str) -> str | None:
    if not request.headers.get("content-type", "").startswith(_FORM):
        return None
    return (await form_of(request)).get(name)


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a form, the last of each name."""
    body = (await request.body()).decode("utf-8", "replace")
    return {name: values[-1] for name, values in parse_qs(body, keep_blank_values=True).items()}
