"""The named steps of a cycle, and a process that kills itself at one of them.

A step is a place just before or just after the n-th call of something that
matters: ``before:SqlMirror.save_intent:2``, ``after:commit:7``. Steps are met in
the process whose classes were instrumented; `Steps.aim` says what happens there.
"""

from __future__ import annotations

import functools
import inspect
import os
import signal
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy.engine.default import DefaultDialect

from sync_daemon.mirror.store import SqlMirror
from sync_daemon.processing import executor
from sync_daemon.sheets.gateway import GoogleSheetGateway

Call = Callable[..., Any]


class Steps:
    """Counts the steps of this process; at the one aimed at, the process dies."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._target = ""
        self._record: Path | None = None

    def aim(self, target: str, record: Path | None) -> None:
        """Die at the step ``target``, if it is ever met; list every step met in ``record``."""
        self._target = target
        self._record = record

    def instrument(self) -> None:
        """Make steps of all that the mirror, Google, commits and tools are asked for."""
        for owner in (SqlMirror, GoogleSheetGateway):
            for name, function in inspect.getmembers(owner, inspect.isfunction):
                if not name.startswith("_"):
                    setattr(owner, name, self._wrapped(f"{owner.__name__}.{name}", function))
        # The dialect's commit returns when SQLite has written the transaction.
        committing = self._wrapped("commit", DefaultDialect.do_commit)
        DefaultDialect.do_commit = committing  # type: ignore[method-assign]
        executor.run_attempt = self._wrapped("tool", executor.run_attempt)  # type: ignore[attr-defined]

    def _wrapped(self, name: str, function: Call) -> Call:
        @functools.wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            number = self._count(name)
            self._meet(f"before:{name}:{number}")
            answer = function(*args, **kwargs)
            self._meet(f"after:{name}:{number}")
            return answer

        return wrapper

    def _count(self, name: str) -> int:
        with self._lock:
            self._counts[name] += 1
            return self._counts[name]

    def _meet(self, step: str) -> None:
        if self._record is not None:
            with self._record.open("a", encoding="utf-8") as file:
                file.write(f"{step}\n")
        if step == self._target:
            os.kill(os.getpid(), signal.SIGKILL)
