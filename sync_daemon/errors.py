"""Everything sheetd raises on purpose.

Each error says what failed, which sheet, row or key, and (in ``hint``) what to
do about it. Its class decides the exit status of the command that met it::

    SheetdError                    70  a defect in sheetd, if nothing more precise applies
    ├── ConfigError                 2  configuration or usage
    │   ├── NotFoundError              no such row, run, request, sheet or tool
    │   ├── ConflictError              asked of something that is in no state for it
    │   └── QueryError                 a filter, column, field, sort or cursor that is unknown
    ├── AccessError                 3  nobody known, or one who may not do that
    ├── CredentialsError            3  key file, token
    ├── PermissionDeniedError       3  not shared, read-only
    │   └── ApiDisabledError           the API is not enabled in the key's project
    ├── GoogleUnavailableError      4  network, 5xx, quota, after bounded retries
    ├── SheetRefusedError           5  refused for safety; nothing was changed
    │   ├── HeaderError                missing, blank or duplicated headers
    │   ├── ColumnTakenError           a column holds what the user typed
    │   ├── KeptElsewhereError         another installation keeps the tab
    │   ├── MassDeleteError            too many rows would become tombstones
    │   └── TornReadError              an answer of Google that is not one state of the sheet
    │       └── GarbledAnswerError  4  … because it is cut off: Google is not well
    ├── StoppedError                0  told to stop: what is left follows in the next cycle
    ├── MirrorError                 6  locked, corrupt, read-only, disk full
    │   └── NewerMirrorError           a newer sheetd made it
    └── GoogleRejectedError        70  Google refused a request as malformed (400)

A sheet or tab that is not there (404) is a ConfigError: the configuration names it.
"""

from __future__ import annotations

from enum import IntEnum


class ExitStatus(IntEnum):
    """Exit statuses of the ``sheetd`` command."""

    DONE = 0
    FAILED_ROWS = 1  # only with --strict
    USAGE = 2
    CREDENTIALS = 3
    UNAVAILABLE = 4
    REFUSED = 5
    MIRROR = 6
    DEFECT = 70


class SheetdError(Exception):
    """Root of all errors that sheetd raises on purpose.

    Args:
        message: what failed, naming the sheet, row, column or key.
        hint: what the user can do about it; empty if nothing.
    """

    exit_status: ExitStatus = ExitStatus.DEFECT

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class ConfigError(SheetdError):
    """The configuration or the command line cannot be used as it is."""

    exit_status = ExitStatus.USAGE


class NotFoundError(ConfigError):
    """There is no such thing, or none that whoever asks may know of."""


class ConflictError(ConfigError):
    """What was asked for does not fit how things are."""


class QueryError(ConfigError):
    """A question about rows, runs or figures that cannot be answered as it stands."""


class AccessError(SheetdError):
    """Whoever asks is unknown (``is_known`` false), or may not do that."""

    exit_status = ExitStatus.CREDENTIALS

    def __init__(self, message: str, *, hint: str = "", is_known: bool = True) -> None:
        super().__init__(message, hint=hint)
        self.is_known = is_known


class CredentialsError(SheetdError):
    """The key or token is missing, unreadable, malformed or not accepted."""

    exit_status = ExitStatus.CREDENTIALS


class PermissionDeniedError(SheetdError):
    """Google knows who we are and says no."""

    exit_status = ExitStatus.CREDENTIALS


class ApiDisabledError(PermissionDeniedError):
    """The API is not enabled in the project that the key belongs to."""


class GoogleUnavailableError(SheetdError):
    """Google could not be reached, or is out of quota, after bounded retries."""

    exit_status = ExitStatus.UNAVAILABLE


class SheetRefusedError(SheetdError):
    """Going on could lose something of the user's, so nothing was changed."""

    exit_status = ExitStatus.REFUSED


class HeaderError(SheetRefusedError):
    """A header that is needed is missing, blank or there twice."""


class ColumnTakenError(SheetRefusedError):
    """A column that results would go to holds something of the user's."""


class KeptElsewhereError(SheetRefusedError):
    """Another installation of sheetd keeps the tab."""


class MassDeleteError(SheetRefusedError):
    """More rows vanished at once than the configuration allows."""


class TornReadError(SheetRefusedError):
    """What was read is not one state of the sheet."""


class GarbledAnswerError(TornReadError):
    """What was read is no JSON, as far as it could be told only when it was parsed."""

    exit_status = ExitStatus.UNAVAILABLE


class StoppedError(SheetdError):
    """Somebody asked sheetd to stop while it worked; nothing is lost."""

    exit_status = ExitStatus.DONE


class MirrorError(SheetdError):
    """The mirror database is locked, corrupt, read-only or out of space."""

    exit_status = ExitStatus.MIRROR


class NewerMirrorError(MirrorError):
    """A newer sheetd made the mirror: this one cannot know what is in it."""


class GoogleRejectedError(SheetdError):
    """Google refused a request as invalid (400): the sheet changed under it, or a defect."""
