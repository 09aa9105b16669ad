"""What `sheetd config explain` says is what the models and the sample configuration say."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from sync_daemon.settings.explanations import explain_keys

SAMPLE = Path(__file__).resolve().parents[3] / "config" / "sheetd.example.toml"
NO_DEFAULT = {"sheets.name", "sheets.spreadsheet", "sheets.worksheet", "sheets.steps.tool"}
FILLED_IN = {"sheets.steps.name", "sheets.steps.inputs", "sheets.steps.outputs"}
KEYS = {one.key: one for one in explain_keys()}


def keys_in(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        key = f"{prefix}{name}"
        if key in KEYS or not isinstance(value, (dict, list)):
            yield key, value
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict) and key not in FILLED_IN | {"sheets.steps.options"}:
                yield from keys_in(part, f"{key}.")


IN_SAMPLE = list(keys_in(tomllib.loads(SAMPLE.read_text(encoding="utf-8"))))


@pytest.mark.parametrize(("key", "value"), IN_SAMPLE, ids=[key for key, _ in IN_SAMPLE])
def test_a_key_of_the_sample_is_explained_with_the_default_that_stands_there(
    key: str, value: object
) -> None:
    explained = KEYS[key]
    assert explained.text
    if key in NO_DEFAULT:
        assert explained.default is None
    elif isinstance(value, str | int | float) and key not in FILLED_IN:
        shown = str(value).lower() if isinstance(value, bool) else value
        assert explained.default in {f'"{value}"', str(shown), "none"}


@pytest.mark.parametrize(
    ("key", "type_", "default"),
    [
        ("google.auth", "service_account | oauth | adc", '"service_account"'),
        ("schedule.full_pull_every", "duration", '"10m"'),
        ("database.keep_history", "duration", '"365d"'),
        ("metrics.file", "path", "none"),
        ("sheets.max_delete_fraction", "number", "0.5"),
        ("sheets.decorate", "true or false", "true"),
        ("sheets.steps.inputs", "table", "{}"),
        ("sheets.feeds.at_most", "whole number", "25"),
        ("tools.allow_origins", "list", "[]"),
    ],
)
def test_a_key_has_its_type_and_default(key: str, type_: str, default: str) -> None:
    assert (KEYS[key].type, KEYS[key].default) == (type_, default)
