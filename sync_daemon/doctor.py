"""The checks of ``sheetd doctor``: each says how things stand and what to do."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import make_url

from sync_daemon.bootstrap import Application, make_target
from sync_daemon.cycle import CycleOptions, SheetReport
from sync_daemon.domain.keeper import Keeping
from sync_daemon.domain.sentence import counted
from sync_daemon.domain.sheet_state import SheetFacts, SheetTarget
from sync_daemon.errors import (
    ApiDisabledError,
    ConfigError,
    CredentialsError,
    ExitStatus,
    KeptElsewhereError,
    MirrorError,
    PermissionDeniedError,
    SheetdError,
)
from sync_daemon.mirror.database import check as check_mirror
from sync_daemon.mirror.database import database_path
from sync_daemon.mirror.writable import find_write_obstacle
from sync_daemon.settings import SheetSettings
from sync_daemon.settings.permissions import find_exposure
from sync_daemon.sheets.auth import client_email

_LEAST_FREE_BYTES = 100 * 1024 * 1024
_TOLERATED_CLOCK_ERROR_S = 60.0  # Google refuses tokens that are minutes off
_SET_CLOCK = "Set this machine's clock: timedatectl set-ntp true"


@dataclass(frozen=True, slots=True)
class Check:
    """One finding; ``status`` is what the command exits with if it is the first that failed.

    One that is ``ok`` and has a ``hint`` is a warning.
    """

    name: str
    ok: bool
    message: str
    hint: str = ""
    status: ExitStatus = ExitStatus.DONE


@dataclass(slots=True)
class _Examination:
    """The checks of one application; what one finds out, later ones use."""

    application: Application
    facts: dict[str, SheetFacts] = field(default_factory=dict)
    rehearsals: dict[str, SheetReport] = field(default_factory=dict)

    def tools(self) -> str:
        self.application.registry.check_built_in()
        steps = self.application.prepared_steps()
        broken = self.application.registry.problems
        note = f"; not usable: {'; '.join(p.message for p in broken)}" if broken else ""
        number = counted(sum(map(len, steps.values())), "step")
        return f"{number} in {counted(len(steps), 'sheet')}{note}"

    def mirror(self) -> str:
        faults = check_mirror(self.application.database)
        if faults:
            message = f"The mirror is damaged: {faults[0]}."
            hint = "sheetd db check --repair, or restore a backup made by `sheetd db backup`."
            raise MirrorError(message, hint=hint)
        url = self.application.settings.database.url
        obstacle = find_write_obstacle(url)
        if obstacle is not None:
            raise obstacle
        return make_url(url).render_as_string(hide_password=True)

    def disk(self) -> str:
        path = database_path(self.application.settings.database.url) or Path()
        free = shutil.disk_usage(path.parent).free
        if free < _LEAST_FREE_BYTES:
            message = f"Only {free // 1024**2} MB are free on the mirror's disk."
            raise MirrorError(message, hint=f"Make room on the disk of {path.parent}.")
        return f"{free // 1024**2} MB free"

    def key(self) -> str:
        """That the file is there, whole, and nobody else's; nothing is asked of Google."""
        google = self.application.settings.google
        self.application.transport  # noqa: B018 - reads and checks the file
        if google.auth == "adc":
            return "the application-default credentials of this machine"
        mode = google.credentials_path.stat().st_mode & 0o777
        return f"{google.credentials_path} (mode {mode:o})"

    def token(self) -> str:
        self.application.transport.authenticate()
        who = client_email(self.application.settings.google)
        return f"Google accepts {who or 'what you allowed'}"

    def sheets_api(self) -> str:
        for sheet in self.application.settings.sheets:
            self._ask(partial(self._look_up, sheet))
        instead = " and ".join(self.application.settings.google.other_roots)
        return f"enabled at {instead}, which takes Google's place" if instead else "enabled"

    def drive_api(self) -> str:
        probing = [s for s in self.application.settings.sheets if s.probe == "drive"]
        for sheet in probing:
            self._ask(partial(self.application.gateway.fetch_version, self._target(sheet)))
        return "enabled" if probing else 'not used (probe = "none")'

    def quota(self) -> str:
        """How much of the last minute's is used; what other programs use is not known."""
        google = self.application.settings.google
        since = self.application.clock.now() - timedelta(minutes=1)
        used = self.application.reader.calls_since(since)
        return (
            f"{used['sheets_read']} of {google.reads_per_minute} reads and {used['sheets_write']}"
            f" of {google.writes_per_minute} writes were used in the last minute"
        )

    def clock(self) -> str:
        offset = self.application.transport.clock_offset_s
        if offset is None:
            return "Google sent no time"
        if abs(offset) > _TOLERATED_CLOCK_ERROR_S:
            way = "slow" if offset > 0 else "fast"
            message = f"This machine's clock is {abs(offset) / 60:.0f} minutes {way}."
            raise CredentialsError(message, hint=_SET_CLOCK)
        return f"{abs(offset):.0f} s from Google's"

    def tab(self, sheet: SheetSettings) -> str:
        facts = self._look_up(sheet)
        return f"{sheet.worksheet!r} is there, time zone {facts.time_zone}"

    def sharing(self, sheet: SheetSettings) -> str:
        self.application.gateway.check_writable(self._target(sheet))
        return "sheetd may edit the spreadsheet"

    def keeper(self, sheet: SheetSettings) -> str:
        """Whether this installation may write to the tab; another one may keep it."""
        report = self._rehearse(sheet)
        if isinstance(report.failure, KeptElsewhereError):
            raise report.failure
        keeping = report.keeping or Keeping.OURS
        return f"the tab is kept by {keeping.value}"

    def headers(self, sheet: SheetSettings) -> str:
        """Whether a cycle would go on, as the cycle itself finds it."""
        report = self._rehearse(sheet)
        if report.failure is not None:
            raise report.failure
        found = f"all there, above {counted(report.rows, 'row')}"
        return ". ".join([found, *report.notes])

    def _rehearse(self, sheet: SheetSettings) -> SheetReport:
        """A cycle that changes nothing; one for all questions about a sheet."""
        if sheet.name not in self.rehearsals:
            options = CycleOptions(dry_run=True, look_again=True)
            report = self.application.run_once([sheet.name], trigger="doctor", options=options)
            self.rehearsals[sheet.name] = report.sheets[0]
        return self.rehearsals[sheet.name]

    def _target(self, sheet: SheetSettings) -> SheetTarget:
        return make_target(sheet, self.application.prepared_steps()[sheet.name])

    def _look_up(self, sheet: SheetSettings) -> SheetFacts:
        if sheet.name not in self.facts:
            target = self._target(sheet)
            record = self.application.mirror.load_sheet(sheet.name)
            gid = record.gid if record is not None and record.is_of(target) else None
            self.facts[sheet.name] = self.application.gateway.look_up(target, gid)
        return self.facts[sheet.name]

    @staticmethod
    def _ask(request: Callable[[], object]) -> None:
        """Whether the API is enabled; that one sheet is not shared is a matter of its own."""
        try:
            request()
        except ApiDisabledError:
            raise
        except (ConfigError, PermissionDeniedError):
            return


def examine(application: Application) -> Iterator[Check]:
    """Every check, in the order in which things depend on each other."""
    look = _Examination(application)
    yield _look_at_configuration(application.settings.path)
    yield _checked("tools", look.tools)
    yield _checked("mirror", look.mirror)
    yield _checked("disk", look.disk)
    key = _checked("key", look.key)
    yield key
    if not key.ok:
        return
    token = _checked("token", look.token)
    yield token
    if not token.ok:
        return
    api = _checked("Sheets API", look.sheets_api)
    yield api
    if not api.ok:
        return
    yield _checked("Drive API", look.drive_api)
    yield _checked("clock", look.clock)
    for sheet in application.settings.sheets:
        yield from _look_at_sheet(look, sheet)
    yield _checked("quota", look.quota)


def _look_at_sheet(look: _Examination, sheet: SheetSettings) -> Iterator[Check]:
    """What is wrong with one sheet; what depends on a failed check is not tried."""
    checks = (
        ("tab", look.tab),
        ("sharing", look.sharing),
        ("keeper", look.keeper),
        ("headers", look.headers),
    )
    for name, check in checks:
        found = _checked(f"{sheet.name}: {name}", partial(check, sheet))
        yield found
        if not found.ok:
            return


def _look_at_configuration(path: Path) -> Check:
    exposure = find_exposure(path)
    hint = f"chmod 600 {shlex.quote(str(path))}" if exposure and _is_ours(path) else ""
    return Check(
        "configuration", ok=True, message=f"{path}{exposure and ': ' + exposure}", hint=hint
    )


def _is_ours(path: Path) -> bool:
    """Whether we may change its permissions; what lies in /etc is for root to decide."""
    return path.stat().st_uid == os.getuid() and not path.is_relative_to("/etc")


def _checked(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, ok=True, message=look())
    except SheetdError as error:
        return Check(
            name, ok=False, message=error.message, hint=error.hint, status=error.exit_status
        )


def no_configuration(error: ConfigError) -> Check:
    """The finding where there is no configuration to check anything by."""
    return Check(
        "configuration", ok=False, message=error.message, hint=error.hint, status=error.exit_status
    )
