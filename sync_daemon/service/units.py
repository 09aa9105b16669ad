"""The unit files: from the templates in ``units/`` to what stands in systemd's folder."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib import resources
from pathlib import Path

from sync_daemon.service.systemd import ServiceError

SHIPPED_PROGRAM = "/opt/sheetd/bin/sheetd"
_MARK = "# Written by `sheetd service install`; change it by a drop-in (systemctl edit). Digest: "
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,22}")  # with "sheetd-" before it, a user's name
# What differs in the units of an instance.
_INSTANCE = {
    "/sheetd/config.toml": "/sheetd/%i.toml",
    "service-account.json": "%i.json",
    "Directory=sheetd": "Directory=sheetd-%i",
    "%S/sheetd": "%S/sheetd-%i",
    "%S/private/sheetd": "%S/private/sheetd-%i",
    "/var/lib/sheetd": "/var/lib/sheetd-%i",
    "User=sheetd": "User=sheetd-%i",
    "Description=sheetd": "Description=sheetd %i",
    "of the mirror of sheetd": "of the mirror of sheetd %i",
    "sheetd.service": "sheetd@.service",
    "target sheetd.service": "target sheetd@%i.service",
    "After=sheetd.service": "After=sheetd@%i.service",
    "enable --now sheetd": "enable --now sheetd@%i",
}


@dataclass(frozen=True, slots=True)
class UnitNames:
    """What the units are called.

    Args:
        instance: of the template units; None for the plain ones.
    """

    instance: str | None = None

    def __post_init__(self) -> None:
        if self.instance is not None and not _NAME.fullmatch(self.instance):
            message = f"{self.instance!r} cannot be the name of a service."
            hint = "Up to 23 small letters, digits, - and _; a letter or digit first."
            raise ServiceError(message, hint=hint)

    @property
    def service(self) -> str:
        """The daemon."""
        return f"sheetd{self._at(self.instance)}.service"

    @property
    def timer(self) -> str:
        """What starts the backup."""
        return f"sheetd-backup{self._at(self.instance)}.timer"

    @property
    def dashboard(self) -> str:
        """The page and the API."""
        return f"sheetd-dashboard{self._at(self.instance)}.service"

    @property
    def dashboard_file(self) -> str:
        """The dashboard's file in systemd's folder."""
        return f"sheetd-dashboard{self._at('')}.service"

    @property
    def files(self) -> tuple[str, str, str]:
        """The files in systemd's folder: the daemon, its backup, the timer."""
        at = self._at("")
        return f"sheetd{at}.service", f"sheetd-backup{at}.service", f"sheetd-backup{at}.timer"

    def _at(self, instance: str | None) -> str:
        return "" if self.instance is None else f"@{instance}"


def template(file: str, *, is_user: bool = False) -> str:
    """The text of a unit file as it is shipped, for sheetd in /opt/sheetd."""
    stem, at, kind = file.partition("@")
    plain = stem + kind if at else file
    if is_user and plain.endswith(".service"):
        plain = plain.replace("sheetd", "sheetd-user", 1)
    text = (resources.files("sync_daemon.service") / "units" / plain).read_text(encoding="utf-8")
    return _for_instances(text) if at else text


def shipped() -> dict[str, str]:
    """All unit files as they lie in the folder ``systemd`` of the sources."""
    kinds = UnitNames(), UnitNames("x")
    files = [file for names in kinds for file in (*names.files, names.dashboard_file)]
    units = {file: template(file) for file in files}
    for file in (each for each in files if each.endswith(".service")):
        units[file.replace("sheetd", "sheetd-user", 1)] = template(file, is_user=True)
    return units


def sealed(text: str) -> str:
    """The text under a line by which :func:`is_untouched` knows it."""
    return f"{_MARK}{sha256(text.encode()).hexdigest()}\n{text}"


def is_untouched(content: str) -> bool:
    """Whether a file is one that we wrote and nobody edited."""
    first, _, rest = content.partition("\n")
    return first.startswith(_MARK) and content == sealed(rest)


def without_head(text: str) -> str:
    """A template without the comment that tells how to install it by hand."""
    return text[text.index("[Unit]") :]


def command_words(program: Sequence[str | Path]) -> str:
    """A command as ExecStart wants it."""
    first, *others = program
    return " ".join([path_word(first), *(argument_word(each) for each in others)])


def argument_word(argument: str | Path) -> str:
    """An argument of a command, in which systemd would put variables in place of ``$``."""
    return path_word(str(argument).replace("$", "$$"))


def path_word(path: str | Path) -> str:
    """A path, quoted if need be."""
    text = str(path).replace("%", "%%")
    if re.search(r"[\s\"'\\;]", text):
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return text


def _for_instances(text: str) -> str:
    longest_first = sorted(_INSTANCE, key=len, reverse=True)
    pattern = re.compile("|".join(re.escape(each) for each in longest_first))
    lines = pattern.sub(lambda found: _INSTANCE[found[0]], text).splitlines(keepends=True)
    return "".join(line.replace("%i", "NAME") if line[0] == "#" else line for line in lines)
