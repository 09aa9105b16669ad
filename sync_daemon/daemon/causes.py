"""Why a cycle failed, in words, whatever kind of error it was."""

from __future__ import annotations

import errno
from dataclasses import dataclass

from sync_daemon.domain.redaction import redact
from sync_daemon.errors import ExitStatus, MirrorError, SheetdError

_HINTS = {
    errno.ENOSPC: "Free some space; sheetd goes on by itself.",
    errno.EDQUOT: "Free some space; sheetd goes on by itself.",
    errno.EMFILE: "Allow more open files (LimitNOFILE= of the service), or restart sheetd.",
    errno.ENFILE: "The machine has too many files open; close some programs.",
    errno.ENOMEM: "The machine is short of memory; sheetd goes on by itself.",
    errno.EROFS: "The disk can only be read; mount it for writing, or move the mirror.",
    errno.EIO: "The disk does not work; check it.",
    errno.EACCES: "The user running sheetd may not do this; check the owner of files and folders.",
}


@dataclass(frozen=True, slots=True)
class Cause:
    """What failed, and whether it lies with this machine rather than with Google."""

    message: str
    hint: str
    exit_status: ExitStatus
    is_local: bool


def cause_of(error: BaseException) -> Cause:
    """What an error means for whoever runs the daemon."""
    if isinstance(error, SheetdError):
        is_local = isinstance(error, MirrorError)
        return Cause(redact(error.message), redact(error.hint), error.exit_status, is_local)
    if isinstance(error, OSError) and error.errno is not None:
        message = f"The system refused something: {(error.strerror or str(error)).lower()}."
        hint = _HINTS.get(error.errno, "The log says more.")
        return Cause(redact(message), hint, ExitStatus.MIRROR, is_local=True)
    if isinstance(error, MemoryError) or "can't start new thread" in str(error):
        message = "The machine has no memory or no threads left for sheetd."
        hint = "Close some programs, or allow the service more (MemoryMax=, TasksMax=)."
        return Cause(message, hint, ExitStatus.MIRROR, is_local=True)
    message = f"A defect in sheetd: {type(error).__name__}."
    hint = "Nothing you typed is lost. Please report it with the lines of the log."
    return Cause(message, hint, ExitStatus.DEFECT, is_local=False)
