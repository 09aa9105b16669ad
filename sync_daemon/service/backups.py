"""A folder of dated copies of the mirror."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sync_daemon.errors import MirrorError

_TIME = "%Y-%m-%dT%H%M%SZ"
_TIME_PATTERN = r"\d{4}-\d\d-\d\dT\d{6}Z"


@dataclass(frozen=True, slots=True)
class BackupFolder:
    """Copies of one mirror, each named by its time in UTC.

    Args:
        folder: where they lie; other files in it are left alone.
        stem: of the mirror, with which their names begin.
    """

    folder: Path
    stem: str

    def new_file(self, now: datetime) -> Path:
        """Where a copy made now belongs; the folder is made if need be, for its owner alone."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            message = f"The folder {self.folder} cannot be made: {error.strerror}."
            raise MirrorError(message, hint="Choose another folder for the backups.") from error
        return self.folder / f"{self.stem}-{now.astimezone(UTC):{_TIME}}.db"

    def remove_old(self, keep: int) -> list[Path]:
        """Remove all copies but the newest; returns those that are gone."""
        name = re.compile(rf"{re.escape(self.stem)}-{_TIME_PATTERN}\.db")
        try:
            copies = sorted(f for f in self.folder.iterdir() if name.fullmatch(f.name))
            old = copies[:-keep]
            for file in old:
                file.unlink(missing_ok=True)
        except OSError as error:
            message = f"Old backups in {self.folder} cannot be removed: {error.strerror}."
            raise MirrorError(message, hint="Check who owns the folder.") from error
        return old
