"""Where a configuration is looked for."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

CONFIG_VARIABLE = "SHEETD_CONFIG"


def search_places(environ: Mapping[str, str]) -> list[Path]:
    """Where a configuration is looked for, in order."""
    named = [Path(environ[CONFIG_VARIABLE])] if environ.get(CONFIG_VARIABLE) else []
    home = Path(environ["HOME"]) if environ.get("HOME") else None
    config_home = environ.get("XDG_CONFIG_HOME")
    user = Path(config_home) if config_home else (home / ".config" if home else None)
    return [
        *named,
        Path("sheetd.toml"),
        *([user / "sheetd" / "config.toml"] if user else []),
        Path("/etc/sheetd/config.toml"),
    ]


def find_config(path: Path | None, environ: Mapping[str, str]) -> Path | None:
    """The configuration that is to be used, or nothing if there is none.

    One that is named, by ``path`` or by the environment, is the answer even if
    it is not there: falling back to another one would surprise.
    """
    if path is not None:
        return path
    if environ.get(CONFIG_VARIABLE):
        return Path(environ[CONFIG_VARIABLE])
    # os.path, because Path.is_file raises where a folder may not be entered (/etc/sheetd)
    return next((p for p in search_places(environ) if os.path.isfile(p)), None)  # noqa: PTH113
