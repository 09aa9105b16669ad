"""The sample configuration: it works as it stands, shows every key, and tells the defaults."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from sync_daemon.bootstrap import Application
from sync_daemon.settings import (
    DashboardSettings,
    DatabaseSettings,
    FeedSettings,
    GoogleSettings,
    McpSettings,
    ScheduleSettings,
    SheetSettings,
    StepSettings,
    ToolsSettings,
    load_settings,
)

SAMPLE = Path(__file__).parents[2] / "config" / "sheetd.example.toml"
CONTENT: dict[str, Any] = tomllib.loads(SAMPLE.read_text(encoding="utf-8"))
[SHEET] = CONTENT["sheets"]
[STEP] = SHEET["steps"]

SECTIONS: list[tuple[type[BaseModel], dict[str, Any]]] = [
    (GoogleSettings, CONTENT["google"]),
    (DatabaseSettings, CONTENT["database"]),
    (ScheduleSettings, CONTENT["schedule"]),
    (ToolsSettings, CONTENT["tools"]),
    (DashboardSettings, CONTENT["dashboard"]),
    (McpSettings, CONTENT["mcp"]),
    (SheetSettings, SHEET),
    (StepSettings, STEP),
]
# A sample has to say something here
CHOSEN = {"name", "inputs", "outputs", "options", "steps", "feeds"}


def test_its_steps_fit_the_tools_there_are() -> None:
    application = Application(load_settings(SAMPLE, {}))

    steps = application.prepared_steps()

    assert [step.spec.name for step in steps["jobs"]] == ["keywords"]


@pytest.mark.parametrize(
    ("section", "sample"), SECTIONS, ids=lambda each: getattr(each, "__name__", "")
)
def test_it_shows_every_key(section: type[BaseModel], sample: dict[str, Any]) -> None:
    keys = {field.alias or name for name, field in section.model_fields.items()}
    assert set(sample) == keys - {"feeds", "tls_cert", "tls_key"}


def test_the_feed_that_is_commented_out_is_one() -> None:
    text = SAMPLE.read_text(encoding="utf-8")
    commented = text[text.index("# [[sheets.feeds]]") :]
    lines = [line.removeprefix("# ") for line in commented.splitlines() if line.startswith("# ")]
    [feed] = tomllib.loads("\n".join(lines))["sheets"]["feeds"]
    assert set(feed) == set(FeedSettings.model_fields)
    FeedSettings.model_validate(feed)


@pytest.mark.parametrize(
    ("section", "sample"), SECTIONS, ids=lambda each: getattr(each, "__name__", "")
)
def test_it_tells_the_defaults(section: type[BaseModel], sample: dict[str, Any]) -> None:
    given = section.model_validate(sample)
    defaults = {
        name: field.get_default(call_default_factory=True)
        for name, field in section.model_fields.items()
        if not field.is_required() and name not in CHOSEN
    }

    assert {name: getattr(given, name) for name in defaults} == defaults
