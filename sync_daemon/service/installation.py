"""Installing the units of sheetd, and removing them again."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sync_daemon.mirror.database import database_path
from sync_daemon.service.paths import Place, check_visible, this_program
from sync_daemon.service.systemd import ServiceError, Systemd
from sync_daemon.service.units import (
    SHIPPED_PROGRAM,
    UnitNames,
    argument_word,
    command_words,
    is_untouched,
    path_word,
    sealed,
    template,
    without_head,
)
from sync_daemon.settings import Settings

_KEY_LINE = "LoadCredential="
_USER_FOLDER = "%h/.config/sheetd"


@dataclass(frozen=True, slots=True)
class Service:
    """The units that are wanted.

    Args:
        place: of the machine or of the user.
        names: what the units are called.
        config: the configuration that the daemon is to read.
        settings: what it says; None while there is none.
        program: the command that runs sheetd.
        has_dashboard: whether the dashboard is wanted too.
    """

    place: Place
    names: UnitNames
    config: Path
    settings: Settings | None
    program: Sequence[Path | str] = field(default_factory=this_program)
    has_dashboard: bool = False

    def texts(self) -> dict[str, str]:
        """File name → text, as it is to stand in systemd's folder."""
        files = list(self.names.files if self._has_backup else self.names.files[:1])
        files += [self.names.dashboard_file] if self.has_dashboard else []
        return {file: sealed(self._text(file)) for file in files}

    @property
    def units(self) -> list[str]:
        """What is to be enabled."""
        more = [self.names.timer] if self._has_backup else []
        return [self.names.service, *more, *([self.names.dashboard] if self.has_dashboard else [])]

    def check(self) -> None:
        """See that the units would work.

        Raises:
            ServiceError: something lies where the service can neither see nor write it.
        """
        if self.names.instance is not None and self.config != self.place.configuration(self.names):
            message = "A service with a name has its configuration in its own place."
            hint = f"Put it at {self.place.configuration(self.names)}, or leave out --name."
            raise ServiceError(message, hint=hint)
        if self.place.is_user:
            return
        check_visible(Path(self.program[0]), "sheetd")
        check_visible(Path(sys.base_prefix), "The Python that runs sheetd")
        check_visible(self.config, "The configuration")
        if self.settings is not None:
            self._check_key(self.settings)
            self._check_mirror(self.settings)

    @property
    def _has_backup(self) -> bool:
        """Other databases than SQLite have tools of their own for that."""
        return self.settings is None or database_path(self.settings.database.url) is not None

    def _check_key(self, settings: Settings) -> None:
        wanted = f"{self.names.instance}.json"
        found = settings.google.credentials_file.name
        if self.names.instance is not None and found != wanted:
            message = f"The key of this service has to be called {wanted}, not {found}."
            hint = f'Rename it, and say credentials_file = "{wanted}" in {self.config}.'
            raise ServiceError(message, hint=hint)

    def _check_mirror(self, settings: Settings) -> None:
        mirror = database_path(settings.database.url)
        state = Path("/var/lib") / (
            f"sheetd-{self.names.instance}" if self.names.instance else "sheetd"
        )
        if mirror is not None and not mirror.is_relative_to(state):
            message = f"The service can write only {state}, but its mirror would be {mirror}."
            hint = f'Say [database] url = "sqlite:///{state}/sheetd.db" in {self.config}.'
            raise ServiceError(message, hint=hint)

    def _text(self, file: str) -> str:
        text = without_head(template(file, is_user=self.place.is_user))
        text = text.replace(SHIPPED_PROGRAM, command_words(self.program))
        if self.names.instance is None:
            text = self._with_config(text)
        if self.settings is None:
            return text
        if self.place.is_user:
            return self._with_folders(text, self.settings)
        return self._with_key(text, self.settings)

    def _with_config(self, text: str) -> str:
        if self.config == self.place.configuration(self.names):
            return text
        if not self.place.is_user:
            return text.replace("/etc/sheetd/config.toml", argument_word(self.config))
        folder = self.config.parent
        text = text.replace(f"{_USER_FOLDER}/config.toml", argument_word(self.config))
        text = text.replace(f"{_USER_FOLDER}/backups", argument_word(folder / "backups"))
        return text.replace(f"={_USER_FOLDER}", f"={path_word(folder)}")

    def _with_key(self, text: str, settings: Settings) -> str:
        """The key that the configuration names; Google's own defaults need none."""
        if self.names.instance is not None:
            return text
        key = settings.google.credentials_file
        line = f"{_KEY_LINE}{key.name}:{key}\n".replace("%", "%%")  # systemd knows no quotes here
        if settings.google.auth == "adc":
            line = ""
        lines = text.splitlines(keepends=True)
        return "".join(line if each.startswith(_KEY_LINE) else each for each in lines)

    def _with_folders(self, text: str, settings: Settings) -> str:
        """Let a user's service write where its configuration wants the mirror and the figures."""
        wanted = [database_path(settings.database.url), settings.metrics.file]
        folders = {file.parent for file in wanted if file is not None}
        more = sorted(f for f in folders if not f.is_relative_to(self.config.parent))
        lines = "".join(f"ReadWritePaths={path_word(folder)}\n" for folder in more)
        return text.replace("ReadWritePaths=", f"{lines}ReadWritePaths=", 1)


def install(service: Service, systemd: Systemd) -> list[str]:
    """Write the unit files and have systemd read them; returns what systemd finds odd in them.

    Raises:
        ServiceError: this user may not, or a file that is there is not ours to replace.
    """
    service.check()
    check_rights(service.place)
    systemd.check()
    texts = service.texts()
    for file in texts:
        _check_ours(service.place.units / file)
    warnings = _verify(texts, systemd)
    for file, text in texts.items():
        _write(service.place.units / file, text)
    systemd.reload()
    return warnings


def uninstall(
    place: Place, names: UnitNames, systemd: Systemd, *, only_dashboard: bool = False
) -> list[Path]:
    """Stop the service, or its dashboard alone, and remove the unit files that we wrote.

    Returns those that are gone. The template that other instances need as well stays.

    Raises:
        ServiceError: there are none, or somebody edited them.
    """
    check_rights(place)
    systemd.check()
    wanted = [names.dashboard_file] if only_dashboard else [*names.files, names.dashboard_file]
    files = [path for file in wanted if (path := place.units / file).exists()]
    if not files:
        message = f"There is no {wanted[0]} in {place.units}."
        raise ServiceError(message, hint="`sheetd service status` tells what there is.")
    for file in files:
        _check_ours(file)
    units = [names.dashboard, names.service, names.timer]
    systemd.disable([unit for unit in units if _file_of(unit, files)])
    stem = "sheetd-dashboard" if only_dashboard else "sheetd"
    if names.instance is not None and _has_others(place, systemd, stem):
        return []
    for file in files:
        file.unlink()
    systemd.reload()
    return files


def check_rights(place: Place) -> None:
    """See that this user may install there."""
    if not place.is_user and os.geteuid() != 0:
        message = "Only root can install or remove a service of the machine."
        raise ServiceError(message, hint="Use sudo, or --user for a service of your own.")


def _check_ours(path: Path) -> None:
    try:
        content = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path} cannot be read."
        raise ServiceError(message, hint="Move it away.") from error
    if not is_untouched(content):
        message = f"{path} was edited, or written by another program; it stays as it is."
        hint = f"Put changes in a drop-in (systemctl edit {path.name}) and remove the file."
        raise ServiceError(message, hint=hint)


def _verify(texts: dict[str, str], systemd: Systemd) -> list[str]:
    """Ask systemd about the files before they are in their place."""
    with tempfile.TemporaryDirectory(prefix="sheetd-units-") as folder:
        for file, text in texts.items():
            (Path(folder) / file).write_text(text, encoding="utf-8")
        found = systemd.verify([Path(folder) / file for file in texts])
        return [line.replace(f"{folder}/", "") for line in found]


def _write(path: Path, text: str) -> None:
    """Put a file in its place in one piece."""
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8")
        part.chmod(0o644)
        part.replace(path)
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}."
        raise ServiceError(message, hint="Check the folder and its free space.") from error


def _file_of(unit: str, files: Sequence[Path]) -> bool:
    stem, at, rest = unit.partition("@")
    wanted = f"{stem}@.{rest.rpartition('.')[2]}" if at else unit
    return any(file.name == wanted for file in files)


def _has_others(place: Place, systemd: Systemd, stem: str) -> bool:
    is_enabled = any(place.units.glob(f"*.wants/{stem}@*.service"))
    return is_enabled or systemd.is_active(f"{stem}@*.service")
