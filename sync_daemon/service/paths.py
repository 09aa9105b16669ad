"""Where things lie for a service of the machine, and for one of a user."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sync_daemon.service.systemd import ServiceError
from sync_daemon.service.units import UnitNames

_HIDDEN = tuple(map(Path, ("/home", "/root", "/run/user", "/tmp", "/var/tmp")))  # noqa: S108


@dataclass(frozen=True, slots=True)
class Place:
    """Folders of a service.

    Args:
        units: where systemd looks for unit files.
        configurations: where the configuration lies unless told otherwise.
        is_user: whether it is a service of one user.
    """

    units: Path
    configurations: Path
    is_user: bool

    def configuration(self, names: UnitNames) -> Path:
        """The configuration that the units as shipped use."""
        return self.configurations / f"{names.instance or 'config'}.toml"


def machine() -> Place:
    """The place of a service of the machine, which root alone can install."""
    return Place(Path("/etc/systemd/system"), Path("/etc/sheetd"), is_user=False)


def user(environ: Mapping[str, str] = os.environ) -> Place:
    """The place of a service of the user that runs this."""
    home = Path(environ.get("HOME") or Path.home())
    config = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    return Place(config / "systemd" / "user", home / ".config" / "sheetd", is_user=True)


def this_program() -> list[Path | str]:
    """The command that runs this sheetd, by its absolute path."""
    script = Path(sys.executable).with_name("sheetd")
    if script.is_file():
        return [script]
    return [Path(sys.executable), "-m", "sync_daemon"]


def check_visible(path: Path, what: str) -> None:
    """See that a service of the machine sees a path: people's folders are hidden from it.

    Raises:
        ServiceError: it does not.
    """
    for folder in _HIDDEN:
        if path.resolve().is_relative_to(folder):
            message = f"{what} is in {folder}, which a system-wide service cannot see."
            hint = "Move it (sheetd to /opt/sheetd, the rest to /etc/sheetd), or use --user."
            raise ServiceError(message, hint=hint)
