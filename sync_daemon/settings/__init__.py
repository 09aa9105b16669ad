"""The configuration: a TOML file, each key of which the environment can override."""

from sync_daemon.settings.loading import load_settings
from sync_daemon.settings.models import (
    DashboardSettings,
    DatabaseSettings,
    FeedSettings,
    GoogleSettings,
    McpSettings,
    ScheduleSettings,
    Settings,
    SheetSettings,
    StepSettings,
    ToolsSettings,
)
from sync_daemon.settings.search import find_config, search_places
from sync_daemon.settings.values import parse_duration, parse_spreadsheet

__all__ = [
    "DashboardSettings",
    "DatabaseSettings",
    "FeedSettings",
    "GoogleSettings",
    "McpSettings",
    "ScheduleSettings",
    "Settings",
    "SheetSettings",
    "StepSettings",
    "ToolsSettings",
    "find_config",
    "load_settings",
    "parse_duration",
    "parse_spreadsheet",
    "search_places",
]
