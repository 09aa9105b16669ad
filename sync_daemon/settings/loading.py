"""From a file and the environment to settings."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy import make_url

from sync_daemon.errors import ConfigError
from sync_daemon.settings.environment import override
from sync_daemon.settings.models import ConfigFile, Settings
from sync_daemon.settings.permissions import refuse_if_others_may_change
from sync_daemon.settings.problems import clashes, describe, unknown_keys, unknown_variables
from sync_daemon.settings.search import find_config, search_places


def load_settings(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """Read and check the configuration.

    Raises:
        ConfigError: there is none, or it is wrong; every problem with its key's path.
    """
    found = find_config(path, environ)
    if found is None:
        places = ", ".join(str(place) for place in search_places(environ))
        message = f"There is no configuration. Looked for {places}."
        raise ConfigError(message, hint="Make one with `sheetd init`, or name it with --config.")
    content = override(_read_toml(found), environ)
    problems = [*unknown_keys(content), *unknown_variables(environ)]
    problems += clashes(content.get("sheets"))
    known = {key: value for key, value in content.items() if key in ConfigFile.model_fields}
    try:
        config = ConfigFile.model_validate(known)
    except ValidationError as error:
        problems += [describe(detail, environ) for detail in error.errors(include_url=False)]
    if problems:
        message = "\n  ".join([f"The configuration {found} is wrong:", *problems])
        raise ConfigError(message, hint="`sheetd config explain` explains each key.")
    return _with_absolute_paths(config, found.absolute())


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        path.stat()  # is it there, and may we look?
        refuse_if_others_may_change(path)
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))  # editors may add a mark
    except FileNotFoundError as error:
        message = f"The configuration {path} is not there."
        raise ConfigError(message, hint="Make one with `sheetd init`.") from error
    except OSError as error:
        message = f"The configuration {path} cannot be read: {error.strerror}."
        hint = "sheetd needs a text file that its user may read."
        raise ConfigError(message, hint=hint) from error
    except UnicodeDecodeError as error:
        message = f"The configuration {path} is not UTF-8 text (byte {error.start})."
        raise ConfigError(message, hint="Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        message = f"The configuration {path} is not valid TOML: {error}."
        raise ConfigError(message, hint='Text values need quotes: name = "jobs".') from error


def _with_absolute_paths(config: ConfigFile, path: Path) -> Settings:
    """Relative paths are relative to the configuration file."""
    folder = path.parent
    key_file = folder / config.google.credentials_file
    tool_folders = tuple(folder / tools for tools in config.tools.paths)
    return Settings(
        path=path,
        google=config.google.model_copy(update={"credentials_file": key_file}),
        database=config.database.model_copy(
            update={"url": _absolute_url(config.database.url, folder)}
        ),
        schedule=config.schedule,
        tools=config.tools.model_copy(update={"paths": tool_folders}),
        metrics=config.metrics.model_copy(
            update={"file": config.metrics.file and folder / config.metrics.file}
        ),
        dashboard=config.dashboard.model_copy(
            update={
                "tls_cert": config.dashboard.tls_cert and folder / config.dashboard.tls_cert,
                "tls_key": config.dashboard.tls_key and folder / config.dashboard.tls_key,
            }
        ),
        mcp=config.mcp,
        sheets=config.sheets,
    )


def _absolute_url(text: str, folder: Path) -> str:
    url = make_url(text)
    name = url.database or ""
    if url.get_backend_name() != "sqlite" or not name or name.startswith((":", "file:")):
        return text
    database = str(folder / Path(name).expanduser())
    return url.set(database=database).render_as_string(hide_password=False)
