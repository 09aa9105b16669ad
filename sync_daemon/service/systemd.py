"""systemd's commands, all of them through one function, and what they answer."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sync_daemon.errors import ConfigError

Run = Callable[[Sequence[str]], "subprocess.CompletedProcess[str]"]
_PATIENCE_S = 300  # a start waits for Google's first answer, a stop for the cycle in hand
_NOT_FOUND = 127  # as shells have it


class ServiceError(ConfigError):
    """The service cannot be installed, removed or asked as it was wanted."""


def run_command(arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a command of systemd, times told in UTC; one that is not there has the status 127."""
    program = shutil.which(arguments[0])
    if program is None:
        return subprocess.CompletedProcess(list(arguments), _NOT_FOUND, "", "it is not there")
    environ = {**os.environ, "TZ": "UTC", "LC_ALL": "C", "SYSTEMD_COLORS": "0"}
    try:
        return subprocess.run(  # noqa: S603 - fixed commands, names checked
            [program, *arguments[1:]],
            capture_output=True,
            text=True,
            env=environ,
            timeout=_PATIENCE_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        message = f"`{' '.join(arguments)}` has not ended after {_PATIENCE_S} s."
        raise ServiceError(
            message, hint="See `systemctl list-jobs` for what it waits for."
        ) from error


@dataclass(frozen=True, slots=True)
class Systemd:
    """The systemd of the machine, or that of the user."""

    is_user: bool = False
    run: Run = run_command

    def check(self) -> None:
        """See that there is a systemd that answers.

        Raises:
            ServiceError: there is none.
        """
        answer = self._systemctl("show", "--property=Version")
        if answer.returncode == 0:
            return
        if answer.returncode == _NOT_FOUND:
            message = "There is no systemctl here: this machine has no systemd."
            raise ServiceError(message, hint="Have your own supervisor run `sheetd run`.")
        message = f"systemd does not answer: {_last_line(answer)}."
        hint = "This machine was not started by systemd. Have your own supervisor run `sheetd run`."
        if self.is_user:
            hint = "Log in as the user themselves: `su` and `sudo` start no systemd of the user."
        raise ServiceError(message, hint=hint)

    def reload(self) -> None:
        """Have the unit files read again."""
        self._order("daemon-reload")

    def start(self, units: Sequence[str]) -> None:
        """Start units, now and with the machine; those that run go on by their new files."""
        running = [unit for unit in units if self.is_active(unit)]
        self._order("enable", "--now", *units)
        if running:
            self._order("restart", *running)

    def disable(self, units: Sequence[str]) -> None:
        """Stop units, now and for the future."""
        self._order("disable", "--now", *units)

    def is_active(self, pattern: str) -> bool:
        """Whether any unit of that name runs."""
        return self._systemctl("is-active", "--quiet", pattern).returncode == 0

    def show(self, unit: str, properties: Sequence[str]) -> dict[str, str]:
        """Properties of a unit; systemd knows the name of every unit, even of one that is not."""
        answer = self._systemctl("show", unit, f"--property={','.join(properties)}")
        if answer.returncode != 0:
            message = f"systemd tells nothing of {unit}: {_last_line(answer)}."
            raise ServiceError(message, hint="Run `systemctl status` to see how systemd is.")
        pairs = (line.partition("=") for line in answer.stdout.splitlines())
        return {key: value for key, _, value in pairs}

    def verify(self, files: Sequence[Path]) -> list[str]:
        """What systemd finds wrong with unit files; nothing where it cannot be asked."""
        manager = "--user" if self.is_user else "--system"
        answer = self.run(["systemd-analyze", manager, "verify", *(str(file) for file in files)])
        if answer.returncode == _NOT_FOUND:
            return []
        names = [file.name for file in files]
        found = [line for line in answer.stderr.splitlines() if any(n in line for n in names)]
        return found or ([_last_line(answer)] if answer.returncode != 0 else [])

    def _order(self, verb: str, *arguments: str) -> None:
        answer = self._systemctl(verb, *arguments)
        if answer.returncode != 0:
            message = f"`systemctl {verb}` failed: {' '.join(answer.stderr.split())}"
            services = [each for each in arguments if each.endswith(".service")]
            hint = "The log says why: " + log_command(self.is_user, *services[:1])
            raise ServiceError(message, hint=hint)

    def _systemctl(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        manager = "--user" if self.is_user else "--system"
        return self.run(["systemctl", manager, "--no-pager", *arguments])


def log_command(is_user: bool, unit: str = "sheetd") -> str:  # noqa: FBT001 - whose, said once
    """What to type to see the log of a unit."""
    return f"journalctl {'--user ' if is_user else ''}-u {unit} -e"


def _last_line(answer: subprocess.CompletedProcess[str]) -> str:
    lines = (answer.stderr or answer.stdout).strip().splitlines()
    return lines[-1].rstrip(".") if lines else f"exit status {answer.returncode}"
