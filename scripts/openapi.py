"""Write docs/openapi.json, the description of the API (OpenAPI 3.1)."""

from __future__ import annotations

import json
from pathlib import Path

from sync_daemon.bootstrap import Application
from sync_daemon.settings import load_settings
from sync_daemon.web import create_app
from sync_daemon.web.application import openapi_of

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "docs" / "openapi.json"


def describe() -> str:
    """The description as text; it does not depend on the configuration."""
    settings = load_settings(ROOT / "config" / "sheetd.example.toml", {})
    described = openapi_of(create_app(Application(settings, may_upgrade=False)))
    return json.dumps(described, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    TARGET.write_text(describe(), encoding="utf-8")
