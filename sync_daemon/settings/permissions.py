"""Who else may read or change the configuration."""

from __future__ import annotations

import shlex
import stat
from pathlib import Path

from sync_daemon.errors import ConfigError

_OTHERS_MAY_READ = stat.S_IRGRP | stat.S_IROTH


def refuse_if_anybody_may_change(path: Path) -> None:
    """See that the configuration, which names programs and addresses, is not everybody's.

    Raises:
        ConfigError: everybody may write to it.
    """
    mode = path.stat().st_mode
    if mode & stat.S_IWOTH and stat.S_ISREG(mode):
        message = f"The configuration {path} can be changed by everybody (mode {mode & 0o777:o})."
        raise ConfigError(message, hint=f"chmod 600 {shlex.quote(str(path))}")


def find_exposure(path: Path) -> str:
    """Why others learn what the configuration says, in words; empty if they do not."""
    mode = path.stat().st_mode
    if not mode & _OTHERS_MAY_READ:
        return ""
    return f"others can read it (mode {mode & 0o777:o})"
