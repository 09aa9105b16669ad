"""The configuration as frozen models, one a section."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from sync_daemon.domain.feeding import FeedField
from sync_daemon.settings.values import (
    ApiRoot,
    ConfigPath,
    DatabaseUrl,
    Duration,
    Keeping,
    Name,
    Origin,
    Sources,
    SpreadsheetId,
)

ENV_PREFIX = "SHEETD_"
ENV_DELIMITER = "__"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class GoogleSettings(_Section):
    """``[google]``: who we are, and where Google is."""

    auth: Literal["service_account", "oauth", "adc"] = "service_account"
    credentials_file: ConfigPath = Path("service-account.json")
    api_root: ApiRoot = "https://sheets.googleapis.com"
    drive_root: ApiRoot = "https://www.googleapis.com"
    reads_per_minute: Annotated[int, Field(ge=1, le=300)] = 60
    writes_per_minute: Annotated[int, Field(ge=1, le=300)] = 60

    @property
    def other_roots(self) -> tuple[str, ...]:
        """The roots that are not Google's: they get its tokens, so a person should know."""
        roots = {self.api_root: "sheets.googleapis.com", self.drive_root: "www.googleapis.com"}
        return tuple(root for root, host in roots.items() if root != f"https://{host}")

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

    url: DatabaseUrl = "sqlite:///sheetd.db"
    keep_history: Keeping = timedelta(days=365)  # old versions and results; None for ever
    keep_runs: Keeping = timedelta(days=14)  # of runs that changed nothing


class ScheduleSettings(_Section):
    """``[schedule]``: how often cycles run."""

    every: Duration = timedelta(seconds=60)
    quick_every: Duration = timedelta(seconds=20)  # while somebody edits; at most every
    idle_every: Duration = timedelta(seconds=60)  # after an hour without a change; at least every
    full_pull_every: Duration = timedelta(minutes=10)


class ToolsSettings(_Section):
    """``[tools]``: folders of tool folders, beside the built-in ones, and what tools may reach.

    ``allow_origins`` are those that are not on the public web, such as a job page of an
    intranet or a language model on this machine.
    """

    paths: tuple[ConfigPath, ...] = ()
    allow_origins: frozenset[Origin] = frozenset()


class MetricsSettings(_Section):
    """``[metrics]``: figures for Prometheus, if a file is named."""

    file: ConfigPath | None = None


class StepSettings(_Section):
    """``[[sheets.steps]]``: one tool with what it takes and where its results go.

    Of an input's sources the first that is not blank counts.
    """

    tool: Name
    name: Annotated[Name, Field(pattern=r"^[^.]+$")] | None = None
    inputs: dict[str, Sources] = Field(default_factory=dict)
    outputs: dict[str, Name] = Field(default_factory=dict)
    options: dict[str, Any] = Field(default_factory=dict)


class FeedSettings(_Section):
    """``[[sheets.feeds]]``: a source whose postings become rows."""

    source: Name
    name: Name | None = None  # the source, if it is left out
    columns: dict[FeedField, Name]
    match: dict[FeedField, tuple[Name, ...]] = Field(default_factory=dict)
    exclude: dict[FeedField, tuple[Name, ...]] = Field(default_factory=dict)
    every: Duration = timedelta(hours=6)
    at_most: Annotated[int, Field(ge=1, le=100)] = 25

    @field_validator("columns")
    @classmethod
    def _columns_fit(cls, columns: dict[FeedField, str]) -> dict[FeedField, str]:
        if not {FeedField.TITLE, FeedField.LINK} & columns.keys():
            raise ValueError("must have a column for title or link")
        if len(set(columns.values())) < len(columns):
            raise ValueError("must have its own column for each field")
        return columns

    @field_validator("every")
    @classmethod
    def _is_polite(cls, every: timedelta) -> timedelta:
        if every < timedelta(minutes=10):
            raise ValueError("must be at least 10m: boards are other people's")
        return every


class SheetSettings(_Section):
    """``[[sheets]]``: one tab of one spreadsheet."""

    name: Name
    spreadsheet_id: Annotated[SpreadsheetId, Field(alias="spreadsheet")]
    worksheet: Annotated[str, Field(min_length=1)]
    header_row: Annotated[int, Field(ge=1)] = 1
    id_column: Name = "sheetd id"
    status_column: Name = "sheetd status"
    create_columns: bool = True
    max_delete_fraction: Annotated[float, Field(ge=0, le=1)] = 0.5
    probe: Literal["drive", "none"] = "drive"
    decorate: bool = True  # columns that are created are made fit to be looked at
    adopt: tuple[Name, ...] = ()  # filled columns of the user's that may become result columns
    status_tab: str = ""  # the title of a tab that sheetd makes and keeps, to tell how it is
    steps: tuple[StepSettings, ...] = ()
    feeds: tuple[FeedSettings, ...] = ()

    @field_validator("status_tab")
    @classmethod
    def _tabs_differ(cls, status_tab: str, info: ValidationInfo) -> str:
        if status_tab and status_tab == info.data.get("worksheet"):
            raise ValueError(f"worksheet is {status_tab!r} too; it needs its own tab")
        return status_tab

    @field_validator("status_column")
    @classmethod
    def _columns_differ(cls, status_column: str, info: ValidationInfo) -> str:
        if status_column == info.data.get("id_column"):
            raise ValueError(f"id_column is {status_column!r} too; the two need a column each")
        return status_column

    @field_validator("adopt")
    @classmethod
    def _results_only(cls, adopt: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        kept = {info.data.get("id_column"), info.data.get("status_column")}
        if taken := [header for header in adopt if header in kept]:
            raise ValueError(f"cannot cover the id or status column: {taken[0]!r}")
        return adopt


class ConfigFile(BaseSettings):
    """What a file may say, relative paths still as they stand there."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_prefix=ENV_PREFIX, env_nested_delimiter=ENV_DELIMITER
    )

    google: GoogleSettings = GoogleSettings()
    database: DatabaseSettings = DatabaseSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    tools: ToolsSettings = ToolsSettings()
    metrics: MetricsSettings = MetricsSettings()
    sheets: tuple[SheetSettings, ...] = ()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is handed over: the environment has been merged into it before."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole configuration, every path absolute; ``path`` is the file it came from."""

    path: Path
    google: GoogleSettings
    database: DatabaseSettings
    schedule: ScheduleSettings
    tools: ToolsSettings
    metrics: MetricsSettings
    sheets: tuple[SheetSettings, ...]
