"""A folder of dated copies of the mirror."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path

from sync_daemon.errors import MirrorError

_TIME = "%Y-%m-%dT%H%M%SZ"
_TIME_PATTERN = r"\d{4}-\d\d-\d\dT\d{6}Z"
_PART = ".part"  # of a copy that is being made


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
        """Where a copy made now belongs: a name that no other copy has, or is about to have.

        The folder is made if need be, for its owner alone.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            message = f"The folder {self.folder} cannot be made: {error.strerror}."
            raise MirrorError(message, hint="Choose another folder for the backups.") from error
        stem = f"{self.stem}-{now.astimezone(UTC):{_TIME}}"
        names = chain([f"{stem}.db"], (f"{stem}-{number}.db" for number in count(2)))
        files = (self.folder / name for name in names)
        return next(f for f in files if not (f.exists() or f.with_name(f.name + _PART).exists()))

    def remove_old(self, keep: int) -> list[Path]:
        """Remove all copies but the newest; returns those that are gone."""
        name = re.compile(rf"{re.escape(self.stem)}-({_TIME_PATTERN})(?:-(\d+))?\.db")
        try:
            found = [(name.fullmatch(file.name), file) for file in self.folder.iterdir()]
            copies = sorted((each[1], int(each[2] or 1), file) for each, file in found if each)
            old = [file for _, _, file in copies[:-keep]]
            for file in old:
                file.unlink(missing_ok=True)
        except OSError as error:
            message = f"Old backups in {self.folder} cannot be removed: {error.strerror}."
            raise MirrorError(message, hint="Check who owns the folder.") from error
        return old
