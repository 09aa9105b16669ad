"""Starts the process that forks victims, and tells it what to do with each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

REPOSITORY = Path(__file__).parents[2]
KILLED = -9


@dataclass(frozen=True)
class Ending:
    """How one process ended."""

    status: int
    duration_s: float
    errors: str

    @property
    def was_killed(self) -> bool:
        """Whether SIGKILL ended it."""
        return self.status == KILLED


class Nursery:
    """A running ``tests.kill.victim``; use it in a ``with`` statement."""

    def __init__(self, folder: Path) -> None:
        self._errors = folder / "victim.err"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.kill.victim"],
            cwd=REPOSITORY,
            env={name: value for name, value in os.environ.items() if "COVERAGE" not in name},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(
        self,
        *arguments: str,
        kill_at: str = "",
        kill_after: float | None = None,
        record: Path | None = None,
    ) -> Ending:
        """One process with these arguments, from its start to its end.

        Args:
            arguments: of the command ``sheetd``.
            kill_at: the step at which it dies.
            kill_after: seconds after which it is killed from outside.
            record: a file that is to list the steps it met.
        """
        command = {
            "arguments": arguments,
            "errors": str(self._errors),
            "kill_at": kill_at,
            "kill_after": kill_after,
            "record": str(record) if record else None,
        }
        self._input.write(json.dumps(command) + "\n")
        self._input.flush()
        answer = json.loads(self._output.readline())
        return Ending(answer["status"], answer["duration_s"], self._errors.read_text())

    @property
    def _input(self) -> IO[str]:
        assert self._process.stdin is not None
        return self._process.stdin

    @property
    def _output(self) -> IO[str]:
        assert self._process.stdout is not None
        return self._process.stdout

    def __enter__(self) -> Self:
        """It was started when it was made."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End it."""
        self._process.communicate(timeout=90)
