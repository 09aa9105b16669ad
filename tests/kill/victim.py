"""Runs ``sheetd`` again and again in processes that are meant to be killed.

Importing takes longer than a cycle. So this program imports everything once and
forks a child for each line on standard input, a JSON object::

    {"arguments": ["sync", "now", …], "errors": PATH,
     "kill_at": STEP or "", "kill_after": SECONDS or null, "record": PATH or null}

It answers with a line ``{"status": …, "duration_s": …}``; the status is that of
`os.waitstatus_to_exitcode`, -9 for a process that was killed.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import time
from pathlib import Path
from typing import Any

import alembic.command
import alembic.runtime.environment
import sqlalchemy.dialects.sqlite

from sync_daemon.cli import main
from sync_daemon.tls import make_context
from tests.kill.steps import Steps

LIMIT_S = 60.0  # a process that is not killed has to end by itself within this time

PRELOADED = (alembic.command, alembic.runtime.environment, sqlalchemy.dialects.sqlite)


def serve() -> None:
    """Answer commands until standard input ends."""
    steps = Steps()
    steps.instrument()
    make_context()  # kept, for all children
    for line in sys.stdin:
        command = json.loads(line)
        started = time.monotonic()
        child = os.fork()
        if child == 0:
            _be_sheetd(steps, command)
        status = _wait(child, command["kill_after"])
        answer = {"status": status, "duration_s": time.monotonic() - started}
        print(json.dumps(answer), flush=True)  # noqa: T201 - the answer to the driver


def _be_sheetd(steps: Steps, command: dict[str, Any]) -> None:
    """Become the command line; does not return."""
    status = 70
    try:
        _redirect(command["errors"])
        record = command["record"]
        steps.aim(command["kill_at"], Path(record) if record else None)
        main(command["arguments"])
        status = 0
    except SystemExit as ended:
        status = int(ended.code or 0)
    finally:
        os._exit(status)


def _redirect(errors: str) -> None:
    """Standard input and output go nowhere, standard error to a file."""
    nothing = os.open(os.devnull, os.O_RDWR)
    file = os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for source, target in ((nothing, 0), (nothing, 1), (file, 2)):
        os.dup2(source, target)


def _wait(child: int, kill_after: float | None) -> int:
    """Wait for the end of a child, which comes after ``kill_after`` seconds at the latest."""
    handle = os.pidfd_open(child)
    try:
        limit = LIMIT_S if kill_after is None else kill_after
        ended, _, _ = select.select([handle], [], [], limit)
        if not ended:
            os.kill(child, signal.SIGKILL)
    finally:
        os.close(handle)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    serve()
