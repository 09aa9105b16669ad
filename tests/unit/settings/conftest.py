"""A configuration in a folder of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sync_daemon.errors import ConfigError
from sync_daemon.settings import Settings, load_settings

SHEET = """
[[sheets]]
name = "jobs"
spreadsheet = "https://docs.google.com/spreadsheets/d/1mN0pQrStUvWxYz/edit#gid=0"
worksheet = "Jobs"
"""

Load = Callable[..., Settings]
Problems = Callable[..., list[str]]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Load a text as ``sheetd.toml`` with the environment given as keywords."""

    def load_text(text: str, **environ: str) -> Settings:
        path = tmp_path / "sheetd.toml"
        path.write_text(text, encoding="utf-8")
        return load_settings(path, environ)

    return load_text


@pytest.fixture
def problems(load: Load) -> Problems:
    """What is wrong with a text: the lines under the first one of the error's message."""

    def problems_of(text: str, **environ: str) -> list[str]:
        with pytest.raises(ConfigError) as caught:
            load(text, **environ)
        first, *lines = caught.value.message.splitlines()
        assert "sheetd.toml is wrong:" in first
        assert caught.value.hint
        return [line.strip() for line in lines]

    return problems_of
