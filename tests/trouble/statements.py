"""Statements of the database that fail, as SQLite's own would."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event


class Statements:
    """Between SQLAlchemy and SQLite: each statement, commit and connect can be made to fail."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self._fault: Callable[[str], None] | None = None

    def watch(self, engine: Engine) -> None:
        """Stand between an engine and its driver."""
        event.listen(engine, "do_execute", self._execute)
        event.listen(engine, "do_executemany", self._execute)
        event.listen(engine, "do_execute_no_params", self._execute_plain)
        event.listen(engine, "do_connect", self._connect)
        commit = engine.dialect.do_commit

        def do_commit(connection: Any) -> None:
            self._meet("COMMIT")
            commit(connection)
            self._meet("COMMITTED")

        engine.dialect.do_commit = do_commit  # type: ignore[method-assign,assignment]

    def fail(self, pattern: str, act: Callable[[], None]) -> None:
        """From now on ``act`` is called, and may raise, where a statement fits."""
        fits = re.compile(pattern, re.IGNORECASE)

        def fault(statement: str) -> None:
            if fits.search(statement):
                act()

        self._fault = fault

    def fail_from(self, number: int, act: Callable[[], None]) -> None:
        """The same from the n-th statement on that comes now."""
        left = [number]

        def fault(_statement: str) -> None:
            left[0] -= 1
            if left[0] < 0:
                act()

        self._fault = fault

    @property
    def is_failing(self) -> bool:
        """Whether the trouble lasts."""
        return self._fault is not None

    def heal(self) -> None:
        """All statements work again."""
        self._fault = None

    def _meet(self, statement: str) -> None:
        self.seen.append(statement)
        if self._fault is not None:
            self._fault(statement)

    def _execute(self, _cursor: Any, statement: str, _parameters: Any, _context: Any) -> None:
        self._meet(statement)

    def _execute_plain(self, _cursor: Any, statement: str, _context: Any) -> None:
        self._meet(statement)

    def _connect(self, *_: Any) -> None:
        self._meet("CONNECT")
