"""How the service is, as systemd tells it, in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sync_daemon.errors import ExitStatus
from sync_daemon.service.systemd import Systemd, log_command
from sync_daemon.service.units import UnitNames

_PROPERTIES = (
    "LoadState", "FragmentPath", "UnitFileState", "ActiveState", "SubState", "StatusText",
    "ActiveEnterTimestamp", "InactiveEnterTimestamp", "Result", "ExecMainStatus", "NRestarts",
)  # fmt: skip
_TIMER_PROPERTIES = ("ActiveState", "NextElapseUSecRealtime", "LastTriggerUSec")
_ENABLED = {"enabled", "enabled-runtime"}
_TIME = "%a %Y-%m-%d %H:%M:%S UTC"
_RESULTS = {
    "success": "it ended as it was told to",
    "exit-code": "it gave up",
    "signal": "it was killed",
    "core-dump": "it crashed",
    "watchdog": "it hung, and systemd ended it",
    "timeout": "it took too long to start or to stop",
    "oom-kill": "it took more memory than it may",
    "start-limit-hit": "it failed too often; systemd has given up",
    "resources": "systemd could not set it up (a missing key file, for one)",
    "protocol": "it ended before it was ready",
}
_STATUSES = {
    ExitStatus.USAGE: "the configuration is wrong",
    ExitStatus.CREDENTIALS: "the key is missing, wrong or may not be read",
    ExitStatus.MIRROR: "the mirror cannot be used",
    ExitStatus.DEFECT: "a defect in sheetd",
    203: "its program cannot be run",
    226: "a folder that it may write is not there",
    243: "its key file is not there",
}


@dataclass(frozen=True, slots=True)
class ServiceState:
    """What there is to know of the service; times are in UTC."""

    unit: str
    is_user: bool
    path: Path | None
    is_enabled: bool
    activity: str
    since: datetime | None
    telling: str
    result: str
    exit_status: int
    restarts: int
    next_backup: datetime | None
    last_backup: datetime | None
    log: str
    is_dashboard: bool = False

    @property
    def is_installed(self) -> bool:
        """Whether systemd knows a file of it."""
        return self.path is not None

    def plain(self) -> dict[str, object]:
        """For JSON."""
        return {
            "unit": self.unit,
            "installed": self.is_installed,
            "path": str(self.path) if self.path else None,
            "enabled": self.is_enabled,
            "state": self.activity,
            "since": _iso(self.since),
            "telling": self.telling,
            "result": self.result,
            "exit_status": self.exit_status,
            "restarts": self.restarts,
            "next_backup": _iso(self.next_backup),
            "last_backup": _iso(self.last_backup),
            "log": self.log,
        }

    def lines(self) -> list[str]:
        """For people."""
        if not self.is_installed:
            command = "sheetd service install" + (" --dashboard" if self.is_dashboard else "")
            return [f"{self.unit} is not installed. `{command}` installs it."]
        return [
            f"{self.unit} is installed: {self.path}",
            self._start_line(),
            self._activity_line(),
            *([f"It says: {self.telling}"] if self.telling else []),
            *([f"It was started again {self.restarts} times."] if self.restarts else []),
            *([] if self.is_dashboard else [self._backup_line()]),
            f"Its log: {self.log}",
        ]

    def _start_line(self) -> str:
        if self.is_enabled:
            return f"It starts with the {'session of its user' if self.is_user else 'machine'}."
        command = "systemctl --user" if self.is_user else "systemctl"
        return f"It does not start by itself; `{command} enable {self.unit}` changes that."

    def _activity_line(self) -> str:
        since = f" since {_shown(self.since)}" if self.since else ""
        match self.activity:
            case "active" | "reloading":
                return f"It is running{since}."
            case "activating":
                return f"It is starting, or waits to be tried again: {self._reason()}."
            case "deactivating":
                return "It is stopping."
            case "failed":
                return f"It failed{since}: {self._reason()}."
        return f"It is stopped{since}."

    def _reason(self) -> str:
        known = _RESULTS.get(self.result, self.result)
        if self.result == "exit-code":
            why = _STATUSES.get(self.exit_status, "see the log")
            return f"{known} with exit status {self.exit_status} ({why})"
        return "nothing has failed yet" if self.result == "success" else known

    def _backup_line(self) -> str:
        if self.next_backup is None:
            return "No backup is planned."
        last = f"; the last one was at {_shown(self.last_backup)}" if self.last_backup else ""
        return f"The next backup comes at {_shown(self.next_backup)}{last}."


def look(names: UnitNames, systemd: Systemd, *, is_dashboard: bool = False) -> ServiceState:
    """Ask systemd how the service, or its dashboard, is.

    Raises:
        ServiceError: there is no systemd, or it does not answer.
    """
    systemd.check()
    unit = names.dashboard if is_dashboard else names.service
    told = systemd.show(unit, _PROPERTIES)
    timer = {} if is_dashboard else systemd.show(names.timer, _TIMER_PROPERTIES)
    activity = told.get("ActiveState", "")
    entered = "InactiveEnterTimestamp" if activity in {"failed", "inactive"} else None
    return ServiceState(
        unit=unit,
        is_user=systemd.is_user,
        path=Path(told["FragmentPath"]) if told.get("FragmentPath") else None,
        is_enabled=told.get("UnitFileState") in _ENABLED,
        activity=activity,
        since=_time(told.get(entered or "ActiveEnterTimestamp", "")),
        telling=told.get("StatusText", ""),
        result=told.get("Result", ""),
        exit_status=int(told.get("ExecMainStatus") or 0),
        restarts=int(told.get("NRestarts") or 0),
        next_backup=_time(timer.get("NextElapseUSecRealtime", "")),
        last_backup=_time(timer.get("LastTriggerUSec", "")),
        log=log_command(systemd.is_user, unit),
        is_dashboard=is_dashboard,
    )


def _time(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, _TIME).replace(tzinfo=UTC)
    except ValueError:  # never yet
        return None


def _iso(when: datetime | None) -> str | None:
    return when.isoformat() if when else None


def _shown(when: datetime | None) -> str:
    """In the time of this machine."""
    return when.astimezone().strftime("%Y-%m-%d %H:%M:%S") if when else ""
