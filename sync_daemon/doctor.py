"""The checks of ``sheetd doctor``: each says how things stand and how to mend them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sync_daemon.bootstrap import Application, make_target
from sync_daemon.domain.headers import find_header_faults
from sync_daemon.errors import ConfigError, ExitStatus, MirrorError, SheetdError, SheetRefusedError
from sync_daemon.mirror.database import check as check_mirror
from sync_daemon.mirror.database import database_path
from sync_daemon.settings import SheetSettings
from sync_daemon.sheets.auth import client_email

_LEAST_FREE_BYTES = 100 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Check:
    """One finding; ``status`` is what the command exits with if it is the first that failed."""

    name: str
    ok: bool
    message: str
    mend: str = ""
    status: ExitStatus = ExitStatus.DONE


def examine(application: Application) -> Iterator[Check]:
    """Every check, in the order in which things depend on each other."""
    settings = application.settings
    yield Check("configuration", ok=True, message=str(settings.path))
    yield _checked("tools", lambda: _look_at_tools(application))
    yield _checked("mirror", lambda: _look_at_mirror(application))
    yield _checked("disk", lambda: _look_at_disk(application))
    key = _checked("key", lambda: _look_at_key(application))
    yield key
    if not key.ok:
        return
    for sheet in settings.sheets:
        yield _checked(f"sheet {sheet.name}", partial(_look_at_sheet, application, sheet))


def _checked(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, ok=True, message=look())
    except SheetdError as error:
        return Check(
            name, ok=False, message=error.message, mend=error.hint, status=error.exit_status
        )


def _look_at_tools(application: Application) -> str:
    steps = application.prepared_steps()
    broken = application.registry.problems
    note = f"; not usable: {'; '.join(p.message for p in broken)}" if broken else ""
    return f"{sum(map(len, steps.values()))} steps in {len(steps)} sheets{note}"


def _look_at_mirror(application: Application) -> str:
    faults = check_mirror(application.database)
    if faults:
        message = f"The mirror is damaged: {faults[0]}."
        raise MirrorError(message, hint="Restore a backup made by `sheetd db backup`.")
    return application.database.url.render_as_string(hide_password=True)


def _look_at_disk(application: Application) -> str:
    path = database_path(application.settings.database.url) or Path()
    free = shutil.disk_usage(path.parent).free
    if free < _LEAST_FREE_BYTES:
        message = f"Only {free // 1024**2} MB are free where the mirror lies."
        raise MirrorError(message, hint=f"Make room on the disk of {path.parent}.")
    return f"{free // 1024**2} MB free"


def _look_at_key(application: Application) -> str:
    google = application.settings.google
    application.transport.authenticate()
    return f"accepted; share spreadsheets with {client_email(google) or 'your own account'}"


def _look_at_sheet(application: Application, sheet: SheetSettings) -> str:
    steps = application.prepared_steps()[sheet.name]
    target = make_target(sheet, steps)
    facts = application.gateway.look_up(target, None)
    snapshot = application.gateway.fetch(target, facts.gid, {}, facts.size).parse()
    configured = next(c for c in application.configured([sheet.name]))
    faults = find_header_faults(
        snapshot.header_row,
        configured.needed_headers(),
        snapshot.columns,
        sheet=sheet.name,
        header_row_number=sheet.header_row,
        create_columns=sheet.create_columns,
    )
    if faults:
        raise SheetRefusedError(faults[0].message, hint=faults[0].hint)
    application.gateway.check_writable(target)
    return f"{len(snapshot.rows)} rows, time zone {facts.time_zone}"


def no_configuration(error: ConfigError) -> Check:
    """The finding where there is no configuration to check anything by."""
    return Check(
        "configuration", ok=False, message=error.message, mend=error.hint, status=error.exit_status
    )
