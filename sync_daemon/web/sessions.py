"""Sessions of the page: a code that works once, then a cookie. Both live in this process."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest

from sync_daemon.domain.access import Role, Scope

COOKIE = "sheetd_session"
LASTS_S = 12 * 3_600.0
CODE_LASTS_S = 15 * 60.0
_AT_MOST = 200  # sessions; the oldest end first


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody at the page."""

    scope: Scope
    csrf: str
    ends_at: float  # by the monotonic clock


class Sessions:
    """Codes and sessions, by digest: what a memory dump or a log could tell opens nothing.

    Args:
        monotonic: seconds on a clock that never steps.
        draw: 256 random bits as text.
    """

    def __init__(
        self,
        monotonic: Callable[[], float],
        draw: Callable[[], str] = lambda: secrets.token_urlsafe(32),
    ) -> None:
        self._monotonic = monotonic
        self._draw = draw
        self._codes: dict[str, float] = {}
        self._sessions: dict[str, Session] = {}

    def make_code(self) -> str:
        """A code for ``/login?code=…`` that works once."""
        code = self._draw()
        self._codes[_digest(code)] = self._monotonic() + CODE_LASTS_S
        return code

    def redeem(self, code: str) -> str | None:
        """The cookie for a code; None if it was used, is too old, or never was one."""
        ends_at = self._codes.pop(_digest(code), None)
        if ends_at is None or ends_at < self._monotonic():
            return None
        return self.open(Scope("page", Role.OPERATE))

    def open(self, scope: Scope) -> str:
        """Begin a session; returns its cookie."""
        cookie = self._draw()
        session = Session(scope, self._draw(), self._monotonic() + LASTS_S)
        self._sessions[_digest(cookie)] = session
        while len(self._sessions) > _AT_MOST:
            del self._sessions[next(iter(self._sessions))]
        return cookie

    def find(self, cookie: str) -> Session | None:
        """The session of a cookie, while it lasts."""
        session = self._sessions.get(_digest(cookie))
        if session is None:
            return None
        if session.ends_at < self._monotonic():
            self.close(cookie)
            return None
        return session

    def close(self, cookie: str) -> None:
        """End a session."""
        self._sessions.pop(_digest(cookie), None)


def is_csrf_token(session: Session, given: str | None) -> bool:
    """Whether a change comes from the session's own page."""
    return given is not None and compare_digest(given.encode(), session.csrf.encode())


def _digest(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
