"""Whether the mirror could be written now, and what stands against it, without writing to it."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from sync_daemon.errors import MirrorError
from sync_daemon.mirror.database import LITTLE_SPACE, database_path

_PATIENCE_S = 3.0  # a cycle holds the mirror for less


def find_write_obstacle(url: str) -> MirrorError | None:
    """Why a cycle could not write to the mirror now; None where it could, or there is none yet."""
    path = database_path(url)
    if path is None or not path.exists():
        return None
    return _on_the_disk(path) or (_in_the_way(path) if os.access(path, os.W_OK) else None)


def _on_the_disk(path: Path) -> MirrorError | None:
    folder = path.parent
    try:
        if os.statvfs(folder).f_flag & os.ST_RDONLY:
            message = f"The disk of the mirror {path} can only be read."
            return MirrorError(message, hint="Mount it for writing, or move the mirror.")
        free = shutil.disk_usage(folder).free
    except OSError as error:
        message = f"The folder of the mirror {path} cannot be read: {error.strerror}."
        return MirrorError(message, hint="Check its disk.")
    if free < LITTLE_SPACE:
        message = f"The disk of the mirror {path} is full."
        return MirrorError(message, hint="Free some space; the daemon goes on by itself.")
    is_ours = path.stat().st_uid == os.geteuid()
    if is_ours and not (os.access(path, os.W_OK) and os.access(folder, os.W_OK)):
        message = f"The mirror {path} or its folder is not writable."
        return MirrorError(message, hint=f"chmod u+w {folder} {path}")
    return None


def _in_the_way(path: Path) -> MirrorError | None:
    """Whether another program holds the mirror."""
    address = f"{path.absolute().as_uri()}?mode=rw"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=_PATIENCE_S)) as database:
            database.execute("BEGIN IMMEDIATE")
            database.execute("ROLLBACK")
    except sqlite3.Error as error:
        if "locked" in str(error):
            message = f"Another program holds the mirror {path}."
            return MirrorError(message, hint="Close it; the daemon goes on by itself.")
        return MirrorError(f"The mirror {path} cannot be written: {error}.", hint="sheetd db check")
    return None
