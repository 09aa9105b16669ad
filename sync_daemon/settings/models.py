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
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class GoogleSettings(_Section):
    """``[google]``: who we are, and where Google is."""

    auth: Literal["service_account", "oauth", "adc"] = "service_account"
    """How sheetd signs in to Google: with a service account's key, as yourself (`sheetd login`),
    or with the application-default credentials of this machine."""
    credentials_file: ConfigPath = Path("service-account.json")
    """The key file, or the token that `sheetd login` saved. Keep it private: chmod 600."""
    api_root: ApiRoot = "https://sheets.googleapis.com"
    """Where the Sheets API is; another address only for a local server (`sheetd sandbox`)."""
    drive_root: ApiRoot = "https://www.googleapis.com"
    """The same for the Drive API."""
    reads_per_minute: Annotated[int, Field(ge=1, le=300)] = 60
    """At most this many reads a minute. Lower it if something else uses the same key."""
    writes_per_minute: Annotated[int, Field(ge=1, le=300)] = 60
    """At most this many writes a minute."""

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
    """The mirror: all rows with their history, in a file of SQLite."""
    keep_history: Keeping = timedelta(days=365)
    """How long old versions, results and finished requests are kept; or "forever"."""
    keep_runs: Keeping = timedelta(days=14)
    """How long runs that changed nothing are remembered; or "forever"."""


class ScheduleSettings(_Section):
    """``[schedule]``: how often cycles run."""

    every: Duration = timedelta(seconds=60)
    """How often a cycle runs: "90s", "10m", "1h30m"."""
    quick_every: Duration = timedelta(seconds=20)
    """How often while the sheet is being edited; never more often than the quota allows."""
    idle_every: Duration = timedelta(seconds=60)
    """How often after an hour without a change."""
    full_pull_every: Duration = timedelta(minutes=10)
    """How often everything is read, whatever the probe says."""


class ToolsSettings(_Section):
    """``[tools]``: folders of tool folders, beside the built-in ones, and what tools may reach.

    ``allow_origins`` are those that are not on the public web, such as a job page of an
    intranet or a language model on this machine.
    """

    paths: tuple[ConfigPath, ...] = ()
    """Folders of your own tools, for example ["my-tools"]."""
    allow_origins: frozenset[Origin] = frozenset()
    """What tools may fetch outside the public web: ["http://localhost:11434"]."""


class MetricsSettings(_Section):
    """``[metrics]``: figures for Prometheus, if a file is named."""

    file: ConfigPath | None = None
    """Where to write figures for Prometheus (node_exporter's textfile collector), if anywhere."""


class DashboardSettings(_Section):
    """``[dashboard]``: the web page and the API, served by `sheetd dashboard`."""

    host: Name = "127.0.0.1"
    """The address it listens on. Any other than this machine's own needs tls_cert and tls_key, or
    behind_proxy."""
    port: Annotated[int, Field(ge=0, le=65535)] = 8787
    """The port it listens on; 0 for one that is free."""
    allow_origins: frozenset[Origin] = frozenset()
    """Web pages of other origins that may call the API (CORS): ["https://me.example"]."""
    behind_proxy: bool = False
    """Whether a reverse proxy with TLS stands before it, which checks the name of the host."""
    tls_cert: ConfigPath | None = None
    """The certificate with its chain (PEM), to serve HTTPS."""
    tls_key: ConfigPath | None = None
    """The key of that certificate (PEM)."""

    @property
    def is_local(self) -> bool:
        """Whether only this machine can connect."""
        return self.host in LOOPBACK_HOSTS or self.host.startswith("127.")

    @property
    def has_tls(self) -> bool:
        """Whether it serves HTTPS itself."""
        return self.tls_cert is not None and self.tls_key is not None


class McpSettings(_Section):
    """``[mcp]``: what assistants may do through `sheetd mcp`; they may always read."""

    allow: frozenset[Literal["rerun", "restore", "undo"]] = frozenset()
    """What they may ask the daemon for: "rerun", "restore", "undo". They can never write a cell."""


class StepSettings(_Section):
    """``[[sheets.steps]]``: one tool with what it takes and where its results go.

    Of an input's sources the first that is not blank counts.
    """

    tool: Name
    """The tool: `sheetd tools` lists them."""
    name: Annotated[Name, Field(pattern=r"^[^.]+$")] | None = None
    """What other steps call it; the tool's name if left out. Two of one tool need two names."""
    inputs: dict[str, Sources] = Field(default_factory=dict)
    """Input of the tool = column of the sheet, or "step.output". Of several, the first that is
    not blank counts: text = ["Description", "posting.description"]."""
    outputs: dict[str, Name] = Field(default_factory=dict)
    """Output of the tool = column to fill."""
    options: dict[str, Any] = Field(default_factory=dict)
    """Options of the tool: `sheetd tools show NAME` lists them."""


class FeedSettings(_Section):
    """``[[sheets.feeds]]``: a source whose postings become rows."""

    source: Name
    """A Greenhouse, Lever or Ashby board, or the address of an RSS feed."""
    name: Name | None = None
    """What logs call it; the source if left out."""
    columns: dict[FeedField, Name]
    """Field of a posting (title, company, location, link, description) = column to fill."""
    match: dict[FeedField, tuple[Name, ...]] = Field(default_factory=dict)
    """Only postings that have one of these words in that field."""
    exclude: dict[FeedField, tuple[Name, ...]] = Field(default_factory=dict)
    """No postings that have one of these words in that field."""
    every: Duration = timedelta(hours=6)
    """How often the source is read; at least 10m apart."""
    at_most: Annotated[int, Field(ge=1, le=100)] = 25
    """At most this many new rows at a time."""

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
    """What logs and `--sheet` call the sheet."""
    spreadsheet_id: Annotated[SpreadsheetId, Field(alias="spreadsheet")]
    """The address of the spreadsheet in the browser, or its id."""
    worksheet: Annotated[str, Field(min_length=1)]
    """The title of the tab."""
    header_row: Annotated[int, Field(ge=1)] = 1
    """The row with the titles of the columns."""
    id_column: Name = "sheetd id"
    """The column in which sheetd keeps the ids of rows."""
    status_column: Name = "sheetd status"
    """The column that says how each row stands."""
    create_columns: bool = True
    """Whether missing result columns are added, at the right end."""
    max_delete_fraction: Annotated[float, Field(ge=0, le=1)] = 0.5
    """Nothing is changed if more of the rows than this are gone at once."""
    probe: Literal["drive", "none"] = "drive"
    """Whether Drive is asked first if anything changed."""
    decorate: bool = True
    """Whether columns that sheetd adds get a colour, a note and a width, once."""
    adopt: tuple[Name, ...] = ()
    """Columns of yours that hold something and may become result columns."""
    status_tab: str = ""
    """The title of a tab in which sheetd shows how it is doing; none if blank."""
    steps: tuple[StepSettings, ...] = ()
    """What is done with a row: one step for each tool."""
    feeds: tuple[FeedSettings, ...] = ()
    """Sources whose postings become rows."""

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
    dashboard: DashboardSettings = DashboardSettings()
    mcp: McpSettings = McpSettings()
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
    dashboard: DashboardSettings
    mcp: McpSettings
    sheets: tuple[SheetSettings, ...]
