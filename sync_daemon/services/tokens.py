"""Tokens: 256 random bits, shown once, kept as a digest (SHA-256; it guards no password)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection

from sync_daemon.bootstrap import Application
from sync_daemon.domain.access import Role, Scope
from sync_daemon.domain.cells import is_blank
from sync_daemon.errors import ConfigError, NotFoundError
from sync_daemon.mirror.token_store import (
    TokenView,
    add_token,
    find_token,
    load_tokens,
    new_token,
    remove_token,
)
from sync_daemon.services.nearest import did_you_mean

_PREFIX = "sheetd_"  # so that scanners for secrets and people know one when they see it
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token, the only time that it is shown."""

    name: str
    role: str
    sheets: Sequence[str]
    token: str


def digest_of(token: str) -> str:
    """What is kept of a token."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def create_token(
    application: Application,
    name: str,
    role: Role,
    sheets: Sequence[str] = (),
    draw: Callable[[], str] = lambda: secrets.token_urlsafe(32),
) -> NewToken:
    """Make a token.

    Raises:
        ConfigError: the name is blank or too long, or a sheet is unknown.
        ConflictError: there is one of that name.
    """
    if is_blank(name) or len(name) > _LONGEST_NAME or not name.isprintable():
        message = f"A token needs a name of 1 to {_LONGEST_NAME} visible characters."
        raise ConfigError(message, hint="Name it after who uses it: phone, n8n, grafana.")
    if sheets:
        application.sheets(list(sheets))
    view = new_token(name, role, list(dict.fromkeys(sheets)), application.clock.now())
    token = _PREFIX + draw()
    add_token(application.database, view, digest_of(token))
    return NewToken(view.name, view.role, view.sheets, token)


def list_tokens(application: Application) -> list[TokenView]:
    """All tokens, without what they are."""
    return load_tokens(application.database)


def revoke_token(application: Application, name: str) -> None:
    """Make a token invalid, from the next request on.

    Raises:
        NotFoundError: there is none of that name.
    """
    if not remove_token(application.database, name):
        known = [token.name for token in load_tokens(application.database)]
        message = f"There is no token {name!r}."
        raise NotFoundError(message, hint=did_you_mean(name, known))


def scope_of(connection: Connection, token: str) -> Scope | None:
    """What a token lets its bearer do; None if it is none."""
    found = find_token(connection, digest_of(token))
    return found.scope if found is not None else None
