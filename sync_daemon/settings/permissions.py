"""Who else may read or change the configuration."""

from __future__ import annotations

import stat
from pathlib import Path

from sync_daemon.errors import ConfigError
from sync_daemon.file_permissions import PermissionFault, Trust, find_fault, find_own_fault

_OTHERS_MAY_READ = stat.S_IRGRP | stat.S_IROTH


def refuse_if_others_may_change(path: Path, trust: Trust | None = None) -> None:
    """See that nobody but the user and root can change the configuration, or plant one.

    It names programs, addresses and a key, and what it names lies beside it: so the
    folder must be safe too, also where it is sticky as ``/tmp`` is. A pipe has no folder.

    Raises:
        ConfigError: it belongs to somebody else, or others may write to it or its folder.
    """
    trust = trust or Trust.of_process()
    is_file = path.is_file()
    fault = find_fault(path, trust) if is_file else find_own_fault(path, trust)
    if fault is None and is_file:
        fault = _folder_fault(path, trust)
    if fault is not None:
        message = f"The configuration {path} is not safe to use: {fault.message}"
        raise ConfigError(message, hint=fault.hint)


def refuse_if_others_may_plant(path: Path, trust: Trust | None = None) -> None:
    """See that a configuration that is to be written to ``path`` would be used there.

    Raises:
        ConfigError: others may write to its folder, or to one that leads there.
    """
    trust = trust or Trust.of_process()
    folder = path.absolute().parent
    fault = find_fault(folder, trust) or _folder_fault(path, trust)
    if fault is not None:
        message = f"A configuration in {folder} is not safe from others: {fault.message}"
        raise ConfigError(message, hint=fault.hint)


def _folder_fault(path: Path, trust: Trust) -> PermissionFault | None:
    folders = dict.fromkeys([path.absolute().parent, path.resolve().parent])
    faults = (find_own_fault(folder, trust) for folder in folders)
    return next(filter(None, faults), None)


def find_exposure(path: Path) -> str:
    """Why others learn what the configuration says, in words; empty if they do not."""
    mode = path.stat().st_mode
    if not mode & _OTHERS_MAY_READ:
        return ""
    return f"others can read it (mode {mode & 0o777:o})"
