"""The configuration: a TOML file, each key of which the environment can override."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from sync_daemon.errors import ConfigError

ENV_PREFIX = "SHEETD_"
CONFIG_VARIABLE = "SHEETD_CONFIG"

_DURATION = re.compile(r"(?=\d)(?:(\d+)d)?\s*(?:(\d+)h)?\s*(?:(\d+)m)?\s*(?:(\d+(?:\.\d+)?)s)?")
_SPREADSHEET_URL = re.compile(r"https://docs\.google\.com/spreadsheets/(?:u/\d+/)?d/([\w-]+)")
_SPREADSHEET_ID = re.compile(r"[\w-]{10,}")
_API_ROOT = re.compile(r"https://[^/\s]+|http://(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?")


def parse_duration(value: object) -> timedelta:
    """``90s``, ``10m``, ``1h30m``, ``2d`` as a time span; ValueError for anything else.

    >>> parse_duration("1h30m")
    datetime.timedelta(seconds=5400)
    """
    if isinstance(value, timedelta):
        return value
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or not any(match.groups()):
        message = 'write a duration like "60s", "10m" or "1h30m"'
        raise ValueError(message)
    days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
    span = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if not span:
        message = "must be longer than nothing"
        raise ValueError(message)
    return span


def parse_spreadsheet(value: str) -> str:
    """The id in a spreadsheet's address, or the id itself; ValueError if it is neither."""
    match = _SPREADSHEET_URL.match(value.strip())
    if match is not None:
        return match[1]
    if _SPREADSHEET_ID.fullmatch(value.strip()):
        return value.strip()
    message = "paste the spreadsheet's address (https://docs.google.com/spreadsheets/d/…) or its id"
    raise ValueError(message)


def _check_root(value: str) -> str:
    root = value.rstrip("/")
    if not _API_ROOT.fullmatch(root):
        message = "must be https://HOST, or http:// on this machine"
        raise ValueError(message)
    return root


def _check_database_url(value: str) -> str:
    try:
        make_url(value)
    except ArgumentError as error:
        message = 'write a SQLAlchemy URL such as "sqlite:///sheetd.db"'
        raise ValueError(message) from error
    return value


Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
ApiRoot = Annotated[str, AfterValidator(_check_root)]
Header = Annotated[str, Field(min_length=1), AfterValidator(str.strip)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class GoogleSettings(_Section):
    """``[google]``: who we are, and where Google is."""

    auth: Literal["service_account", "oauth", "adc"] = "service_account"
    credentials_file: Path = Path("service-account.json")
    api_root: ApiRoot = "https://sheets.googleapis.com"
    drive_root: ApiRoot = "https://www.googleapis.com"
    reads_per_minute: Annotated[int, Field(ge=1, le=300)] = 60
    writes_per_minute: Annotated[int, Field(ge=1, le=300)] = 60

    @property
    def credentials_path(self) -> Path:
        """The key file; the one that systemd hands in (LoadCredential=) comes first."""
        folder = os.environ.get("CREDENTIALS_DIRECTORY")
        if folder:
            handed_in = Path(folder) / self.credentials_file.name
            if handed_in.exists():
                return handed_in
        return self.credentials_file


class DatabaseSettings(_Section):
    """``[database]``: where the mirror lies."""

    url: Annotated[str, AfterValidator(_check_database_url)] = "sqlite:///sheetd.db"


class ScheduleSettings(_Section):
    """``[schedule]``: how often cycles run."""

    every: Duration = timedelta(seconds=60)
    full_pull_every: Duration = timedelta(minutes=10)


class ToolsSettings(_Section):
    """``[tools]``: folders of tool folders, beside the built-in ones."""

    paths: tuple[Path, ...] = ()


class StepSettings(_Section):
    """``[[sheets.steps]]``: one tool with what it takes and where its results go."""

    tool: Annotated[str, Field(min_length=1)]
    name: Annotated[str, Field(min_length=1, pattern=r"^[^.]+$")] | None = None
    inputs: dict[str, Header] = Field(default_factory=dict)
    outputs: dict[str, Header] = Field(default_factory=dict)
    options: dict[str, Any] = Field(default_factory=dict)


class SheetSettings(_Section):
    """``[[sheets]]``: one tab of one spreadsheet."""

    name: Annotated[str, Field(min_length=1)]
    spreadsheet_id: Annotated[str, AfterValidator(parse_spreadsheet), Field(alias="spreadsheet")]
    worksheet: Annotated[str, Field(min_length=1)]
    header_row: Annotated[int, Field(ge=1)] = 1
    id_column: Header = "sheetd id"
    status_column: Header = "sheetd status"
    create_columns: bool = True
    max_delete_fraction: Annotated[float, Field(ge=0, le=1)] = 0.5
    probe: Literal["drive", "none"] = "drive"
    steps: tuple[StepSettings, ...] = ()

    @model_validator(mode="after")
    def _columns_differ(self) -> SheetSettings:
        if self.id_column == self.status_column:
            message = f"id_column and status_column are both {self.id_column!r}"
            raise ValueError(message)
        return self


class Settings(BaseSettings):
    """The whole configuration; ``path`` is the file it came from."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_prefix=ENV_PREFIX, env_nested_delimiter="__"
    )

    google: GoogleSettings = GoogleSettings()
    database: DatabaseSettings = DatabaseSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    tools: ToolsSettings = ToolsSettings()
    sheets: tuple[SheetSettings, ...] = ()
    path: Path

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file, whose content is given to ``__init__``."""
        del settings_cls, dotenv_settings, file_secret_settings
        return env_settings, init_settings

    @model_validator(mode="after")
    def _sheets_differ(self) -> Settings:
        names = [sheet.name for sheet in self.sheets]
        for name in names:
            if names.count(name) > 1:
                message = f"sheets: two sheets are called {name!r}; give each a name of its own"
                raise ValueError(message)
        places: dict[tuple[str, str], str] = {}
        for sheet in self.sheets:
            place = (sheet.spreadsheet_id, sheet.worksheet)
            if place in places:
                message = f"sheets: {places[place]!r} and {sheet.name!r} are the same tab"
                raise ValueError(message)
            places[place] = sheet.name
        return self


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
    """The configuration that is to be used, or nothing if there is none."""
    if path is not None:
        return path
    if environ.get(CONFIG_VARIABLE):
        return Path(environ[CONFIG_VARIABLE])
    return next((place for place in search_places(environ) if place.is_file()), None)


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
    content = _read_toml(found)
    try:
        return _settings_class(environ)(
            **_with_absolute_paths(content, found), path=found.absolute()
        )
    except ValidationError as error:
        problems = "\n".join(_problem(detail) for detail in error.errors(include_url=False))
        message = f"The configuration {found} is wrong:\n{problems}"
        raise ConfigError(message, hint="The README explains each key.") from None


def _settings_class(environ: Mapping[str, str]) -> type[Settings]:
    """Settings that take ``environ`` for the environment."""

    class Environment(EnvSettingsSource):
        def _load_env_vars(self) -> Mapping[str, str | None]:
            return {
                key.lower(): value
                for key, value in environ.items()
                if key.startswith(ENV_PREFIX) and key != CONFIG_VARIABLE
            }

    class SettingsHere(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            *_: PydanticBaseSettingsSource,
            **__: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return Environment(settings_cls), init_settings

    return SettingsHere


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        message = f"The configuration {path} is not there."
        raise ConfigError(message, hint="Make one with `sheetd init`.") from error
    except OSError as error:
        message = f"The configuration {path} cannot be read: {error.strerror}."
        raise ConfigError(message) from error
    except UnicodeDecodeError as error:
        message = f"The configuration {path} is not UTF-8 text."
        raise ConfigError(message) from error
    except tomllib.TOMLDecodeError as error:
        message = f"The configuration {path} is no valid TOML: {error}."
        raise ConfigError(message, hint='Text values need quotes: name = "jobs".') from error


def _with_absolute_paths(content: dict[str, Any], path: Path) -> dict[str, Any]:
    """Relative paths are relative to the configuration file."""
    folder = path.absolute().parent
    google = content.get("google", {})
    if isinstance(google, dict):
        name = google.get("credentials_file", "service-account.json")
        if isinstance(name, str):
            google = {**google, "credentials_file": folder / Path(name).expanduser()}
    tools = content.get("tools", {})
    if isinstance(tools, dict) and isinstance(tools.get("paths"), list):
        paths = [folder / Path(p).expanduser() if isinstance(p, str) else p for p in tools["paths"]]
        tools = {**tools, "paths": paths}
    database = content.get("database", {})
    if isinstance(database, dict):
        url = database.get("url", "sqlite:///sheetd.db")
        if isinstance(url, str):
            database = {**database, "url": _absolute_url(url, folder)}
    return {**content, "google": google, "tools": tools, "database": database}


def _absolute_url(url: str, folder: Path) -> str:
    prefix = "sqlite:///"
    name = url.removeprefix(prefix)
    if not url.startswith(prefix) or name.startswith((":", "file:")):
        return url
    return f"{prefix}{folder / Path(name).expanduser()}"


def _problem(detail: ErrorDetails) -> str:
    """One problem in one line: the key's path, what is wrong, what may be meant."""
    place = _key_path(detail["loc"])
    message = detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "extra_forbidden":
        known = list(_keys_at(detail["loc"][:-1]))
        close = get_close_matches(str(detail["loc"][-1]), known, n=1)
        meant = f"; did you mean {close[0]!r}?" if close else f"; keys there: {', '.join(known)}"
        message = f"unknown key{meant}"
    elif detail["type"] == "missing":
        message = "is missing"
    return f"  {place}: {message}" if place else f"  {message}"


def _key_path(loc: tuple[int | str, ...]) -> str:
    path = ""
    for part in loc:
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
    return path.removeprefix(".")


def _keys_at(loc: tuple[int | str, ...]) -> Iterator[str]:
    """The keys that a section takes, found by walking the models along ``loc``."""
    model: Any = Settings
    for part in loc:
        if isinstance(part, int):
            continue
        field = next((f for n, f in model.model_fields.items() if part in {n, f.alias}), None)
        if field is None:
            return
        candidates = [field.annotation, *get_args(field.annotation)]
        model = next(
            (c for c in candidates if isinstance(c, type) and issubclass(c, BaseModel)), None
        )
        if model is None:
            return
    for name, field in model.model_fields.items():
        if name != "path":
            yield field.alias or name
