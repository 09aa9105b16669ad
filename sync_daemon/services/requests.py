"""Asking for what changes something: checked here, kept in the mirror, carried out by cycles."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy import Engine as DatabaseEngine

from sync_daemon.domain.access import Role, Scope
from sync_daemon.domain.cells import MAX_CELL_CHARACTERS, CellValue, is_blank
from sync_daemon.domain.jobs import JsonValue
from sync_daemon.domain.status import RowStanding
from sync_daemon.errors import AccessError, ConflictError, NotFoundError, QueryError
from sync_daemon.mirror.codec import encode_time
from sync_daemon.mirror.database import translated
from sync_daemon.mirror.work_requests import (
    RequestKind,
    RequestState,
    WorkRequest,
    add_request,
    find_by_key,
    find_request,
)
from sync_daemon.services.rows import Columns, check_name, choose_sheets, find_row, load_columns
from sync_daemon.services.runs import find_run, written_sheets
from sync_daemon.settings import Settings

_LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Asking:
    """Where requests go: the mirror, for whoever asks.

    Attributes:
        engine: of the mirror, for writing.
        settings: the configuration.
        now: the time.
        draw: an id that nobody can guess.
    """

    engine: DatabaseEngine
    settings: Settings
    now: Callable[[], datetime]
    draw: Callable[[], str] = lambda: secrets.token_hex(8)

    @property
    def names(self) -> list[str]:
        """The configured sheets."""
        return [sheet.name for sheet in self.settings.sheets]

    def sync(self, scope: Scope, sheet: str | None = None) -> WorkRequest:
        """A cycle of one sheet, or of all that they may see."""
        check_role(scope)
        chosen = choose_sheets(scope, sheet, self.names)
        names = [name for name in self.names if chosen is None or name in chosen]
        if not names:
            raise NotFoundError("No sheet is configured.", hint="Add one to the configuration.")
        return self._keep(scope, RequestKind.SYNC, names, {})

    def rerun(self, scope: Scope, row_id: str) -> WorkRequest:
        """All steps of a row again; values typed over its results give way."""
        check_role(scope)
        with self._reading() as connection:
            row = find_row(connection, scope, row_id)
        if row.state == RowStanding.DELETED.value:
            message = f"Row {row_id} is deleted."
            raise ConflictError(message, hint="Restore it first.")
        self._check_configured(row.sheet)
        return self._keep(scope, RequestKind.RERUN, [row.sheet], {}, row_id)

    def restore(self, scope: Scope, row_id: str) -> WorkRequest:
        """A deleted row back in its sheet, below all others."""
        check_role(scope)
        with self._reading() as connection:
            row = find_row(connection, scope, row_id)
        if row.state != RowStanding.DELETED.value:
            message = f"Row {row_id} is not deleted: it is row {row.row_number} of {row.sheet!r}."
            raise ConflictError(message, hint="GET /api/v1/rows?state=deleted lists deleted rows.")
        self._check_configured(row.sheet)
        return self._keep(scope, RequestKind.RESTORE, [row.sheet], {}, row_id)

    def undo(self, scope: Scope, run_id: int) -> WorkRequest:
        """What a run wrote taken back, except what was changed since."""
        check_role(scope)
        with self._reading() as connection:
            find_run(connection, scope, run_id)
            written = written_sheets(connection, run_id)
        if not scope.sees_all(written):
            message = f"Run {run_id} wrote to sheets that this token may not see."
            raise AccessError(message, hint="Undo it with a token for all its sheets.")
        names = [name for name in self.names if name in written]
        if not names:
            message = f"Run {run_id} wrote to no sheet of the configuration."
            raise ConflictError(message, hint="There is nothing to undo.")
        return self._keep(scope, RequestKind.UNDO, names, {"run_id": run_id})

    def add_row(
        self, scope: Scope, sheet: str, cells: Mapping[str, CellValue], key: str | None
    ) -> WorkRequest:
        """A new row below all others, once for a key.

        Raises:
            QueryError: there is no key, or a column is unknown or not theirs to fill.
            ConflictError: the key was used for something else.
        """
        check_role(scope)
        if not key or is_blank(key) or len(key) > _LONGEST_KEY or not key.isprintable():
            message = f"POST /rows needs an Idempotency-Key of 1 to {_LONGEST_KEY} characters."
            raise QueryError(message, hint="Send a UUID: the same again for the same row.")
        choose_sheets(scope, sheet, self.names)
        with self._reading() as connection:
            known = load_columns(connection, ())
        filled = self._checked_cells(sheet, cells, known)
        payload: dict[str, JsonValue] = {"cells": dict(filled)}
        return self._keep(scope, RequestKind.ADD, [sheet], payload, key=key)

    def _checked_cells(
        self, sheet: str, cells: Mapping[str, CellValue], known: Columns
    ) -> dict[str, CellValue]:
        owned = owned_columns(self.settings, sheet)
        theirs = [column for column in known.of([sheet]) if column not in owned]
        filled = {header: value for header, value in cells.items() if value != ""}
        for header, value in cells.items():
            if header in owned:
                message = f"The column {header!r} is one that sheetd fills."
                raise QueryError(message, hint=f"Yours are: {', '.join(theirs)}.")
            check_name("column", header, theirs)
            _check_value(header, value)
        if not filled:
            raise QueryError("The row is blank.", hint=f"Fill one of {', '.join(theirs)}.")
        return filled

    def _check_configured(self, sheet: str) -> None:
        if sheet not in self.names:
            message = f"The sheet {sheet!r} is not in the configuration any more."
            raise ConflictError(message, hint="Add it again, then ask again.")

    def _keep(
        self,
        scope: Scope,
        kind: RequestKind,
        sheets: Sequence[str],
        payload: Mapping[str, JsonValue],
        row_id: str | None = None,
        *,
        key: str | None = None,
    ) -> WorkRequest:
        at = encode_time(self.now())
        request = WorkRequest(
            self.draw(), kind.value, RequestState.QUEUED.value, "", None, row_id, list(sheets),
            payload, has_begun=False, asked_by=scope.name, attempts=0, created_at=at, updated_at=at,
        )  # fmt: skip
        engine = self.engine.execution_options(sqlite_begin="IMMEDIATE")
        with translated(engine), engine.begin() as connection:
            before = find_by_key(connection, scope.name, key) if key is not None else None
            if before is None:
                add_request(connection, request, key)
                return request
        if (before.kind, list(before.sheets), before.payload) != (kind, list(sheets), payload):
            message = "This Idempotency-Key was used for another row."
            raise ConflictError(message, hint="Send a new key for a new row.")
        return before

    def _reading(self) -> AbstractContextManager[Connection]:
        return self.engine.connect()


def owned_columns(settings: Settings, sheet: str) -> set[str]:
    """The columns of a configured sheet that sheetd fills."""
    [found] = [each for each in settings.sheets if each.name == sheet]
    results = {header for step in found.steps for header in step.outputs.values()}
    return {found.id_column, found.status_column} | results


def _check_value(header: str, value: CellValue) -> None:
    """Raise QueryError for what no cell of a sheet can hold."""
    if isinstance(value, str):
        if len(value) > MAX_CELL_CHARACTERS:
            message = f"{header!r} has more than {MAX_CELL_CHARACTERS:,} characters."
            raise QueryError(message, hint="A cell holds no more.")
        if not value.isascii() and any("\ud800" <= sign <= "\udfff" for sign in value):
            message = f"{header!r} holds half of a character (a lone surrogate)."
            raise QueryError(message, hint="Send whole characters.")
    elif not abs(value) <= sys.float_info.max:  # infinite, not a number, or longer than any
        message = f"{header!r} is not a number that a cell can hold."
        raise QueryError(message, hint="Send a finite number, or the text.")


def check_role(scope: Scope) -> None:
    """Raise AccessError unless they may ask for changes."""
    if scope.role is not Role.OPERATE:
        message = "This token may read, and not ask for changes."
        raise AccessError(message, hint="sheetd token create NAME --role operate makes one.")


def see_request(connection: Connection, scope: Scope, request_id: str) -> WorkRequest:
    """A request.

    Raises:
        NotFoundError: no such request, or none that they may see.
    """
    found = find_request(connection, request_id)
    if found is None or not scope.sees_all(found.sheets):
        message = f"There is no request {request_id!r}."
        raise NotFoundError(message, hint="The id is in the answer to the request itself.")
    return found
