"""The installation that a mirror is: drawn once, and again for a copy on another machine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, delete, insert, select

from sync_daemon.domain.keeper import Installation
from sync_daemon.host import Host
from sync_daemon.mirror.codec import encode_time
from sync_daemon.mirror.database import translated
from sync_daemon.mirror.tables import installation, sheets


def load_installation(
    engine: Engine, host: Host, now: datetime, draw_key: Callable[[], str], path: Path | None
) -> Installation:
    """Which installation the mirror is.

    A file that was copied is another installation: both would write to the same
    sheets. A copy on another machine is known by name and machine-id, one on
    the same machine by path and inode. Of each pair both have to differ: either
    alone changes where nothing was copied (a container's name, a system without
    a lasting machine-id, a folder that was moved, a file that was put back). A
    database server is used from several machines, and is one installation: ``path`` is
    the file of a mirror that has one.
    """
    file = "" if path is None else str(path.resolve())
    inode = "" if path is None else _inode(path)
    with translated(engine), engine.begin() as connection:
        found = connection.execute(select(installation)).first()
        if found is not None and not (
            path is not None
            and (
                _both_differ((found.host, found.machine), (host.name, host.machine))
                or _both_differ((found.file, found.inode), (file, inode))
            )
        ):
            return Installation(found.key, host.name, found.copied_from)
        made = Installation(draw_key(), host.name, found.key if found is not None else "")
        connection.execute(delete(installation))
        connection.execute(sheets.update().values(looked_at=None, settled=""))  # who keeps them?
        connection.execute(
            insert(installation).values(
                key=made.key,
                host=host.name,
                machine=host.machine,
                file=file,
                inode=inode,
                copied_from=made.copied_from,
                at=encode_time(now),
            )
        )
    return made


def _inode(path: Path) -> str:
    try:
        return str(path.stat().st_ino)
    except OSError:
        return ""


def _both_differ(known: tuple[str, str], now: tuple[str, str]) -> bool:
    """Whether both are known, and neither is what it was."""
    return all(
        before and after and before != after for before, after in zip(known, now, strict=True)
    )
