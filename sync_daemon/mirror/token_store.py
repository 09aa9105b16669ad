"""Tokens of the API: their digests, roles and sheets."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, RowMapping, delete, insert, select

from sync_daemon.domain.access import Role, Scope
from sync_daemon.errors import ConflictError
from sync_daemon.mirror.codec import encode_json, encode_time
from sync_daemon.mirror.database import translated
from sync_daemon.mirror.tables import api_tokens


@dataclass(frozen=True, slots=True)
class TokenView:
    """A token as ``sheetd token list`` shows it."""

    name: str
    role: str
    sheets: Sequence[str]  # none for all
    created_at: str

    @property
    def scope(self) -> Scope:
        """What it lets its bearer do."""
        return Scope(self.name, Role(self.role), frozenset(self.sheets) or None)


def add_token(engine: Engine, token: TokenView, digest: str) -> None:
    """Keep a token by its digest.

    Raises:
        ConflictError: there is one of that name.
    """
    with translated(engine), engine.begin() as connection:
        query = select(api_tokens.c.name).where(api_tokens.c.name == token.name)
        if connection.scalar(query) is not None:
            message = f"There is a token {token.name!r} already."
            hint = f"Take another name, or `sheetd token revoke {token.name}` first."
            raise ConflictError(message, hint=hint)
        connection.execute(
            insert(api_tokens).values(
                name=token.name,
                digest=digest,
                role=token.role,
                sheets=encode_json(list(token.sheets)),
                created_at=token.created_at,
            )
        )


def load_tokens(engine: Engine) -> list[TokenView]:
    """All tokens, by name."""
    with translated(engine), engine.connect() as connection:
        query = select(api_tokens).order_by(api_tokens.c.name)
        return [_view(found) for found in connection.execute(query).mappings()]


def find_token(connection: Connection, digest: str) -> TokenView | None:
    """The token with a digest, if there is one."""
    query = select(api_tokens).where(api_tokens.c.digest == digest)
    found = connection.execute(query).mappings().one_or_none()
    return _view(found) if found is not None else None


def remove_token(engine: Engine, name: str) -> bool:
    """Forget a token; returns whether there was one."""
    with translated(engine), engine.begin() as connection:
        query = delete(api_tokens).where(api_tokens.c.name == name)
        return bool(connection.execute(query).rowcount)


def new_token(name: str, role: Role, sheets: Sequence[str], now: datetime) -> TokenView:
    """A token that is about to be made."""
    return TokenView(name, role.value, tuple(sheets), encode_time(now))


def _view(found: RowMapping) -> TokenView:
    sheets = tuple(json.loads(found["sheets"]))
    return TokenView(found["name"], found["role"], sheets, found["created_at"])
