"""The installation that a mirror is: drawn once, and again for a copy on another machine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine, delete, insert, select

from sync_daemon.domain.keeper import Installation
from sync_daemon.host import Host
from sync_daemon.mirror.codec import encode_time
from sync_daemon.mirror.database import database_path, translated
from sync_daemon.mirror.tables import installation, sheets


def load_installation(
    engine: Engine, host: Host, now: datetime, draw_key: Callable[[], str]
) -> Installation:
    """Which installation the mirror is.

    A file that was copied to another machine is another installation: both
    would write to the same sheets. It is known by name and machine-id, which
    both have to differ: either alone may change where nothing was copied (a
    container's name, a system without a lasting machine-id). A database server
    is used from several machines, and is one installation.
    """
    is_file = database_path(engine.url.render_as_string(hide_password=False)) is not None
    with translated(engine), engine.begin() as connection:
        found = connection.execute(select(installation)).first()
        if found is not None and not (is_file and _is_elsewhere(found.host, found.machine, host)):
            return Installation(found.key, host.name, found.copied_from)
        made = Installation(draw_key(), host.name, found.key if found is not None else "")
        connection.execute(delete(installation))
        connection.execute(sheets.update().values(looked_at=None, settled=""))  # who keeps them?
        connection.execute(
            insert(installation).values(
                key=made.key,
                host=host.name,
                machine=host.machine,
                copied_from=made.copied_from,
                at=encode_time(now),
            )
        )
    return made


def _is_elsewhere(name: str, machine: str, host: Host) -> bool:
    return name != host.name and bool(machine and host.machine) and machine != host.machine
