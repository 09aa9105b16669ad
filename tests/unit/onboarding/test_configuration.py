"""The configuration that is written can be read, whatever somebody calls their columns."""

from __future__ import annotations

import tomllib
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.onboarding.configuration import InitialConfig, render_config
from sync_daemon.onboarding.pipeline import ProposedStep
from sync_daemon.settings import load_settings

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
SPREADSHEET = "1AbCdEfGhIjKlMnOp"


def config(**changes: object) -> InitialConfig:
    step = ProposedStep("keyword_analyzer", {"text": ("Text",)}, {"keywords": "Keywords"}, "ranks")
    told = {
        "name": "jobs",
        "spreadsheet": SPREADSHEET,
        "worksheet": "Jobs",
        "auth": "service_account",
        "credentials": Path("/keys/key.json"),
        "steps": [step],
    }
    return InitialConfig(**{**told, **changes})  # type: ignore[arg-type]


@given(TEXT, TEXT, TEXT)
def test_any_text_comes_back_as_it_was(name: str, worksheet: str, column: str) -> None:
    step = ProposedStep(
        "t",
        {"text": (column,), "both": (column, "step.output")},
        {"out": "Out"},
        "does it",
        {"resume": column},
    )
    text = render_config(config(name=name, worksheet=worksheet, steps=[step]))
    sheet = tomllib.loads(text)["sheets"][0]
    assert (sheet["name"], sheet["worksheet"]) == (name, worksheet)
    assert sheet["steps"][0]["inputs"] == {"text": column, "both": [column, "step.output"]}
    assert sheet["steps"][0]["options"] == {"resume": column}


def test_it_is_a_configuration(tmp_path: Path) -> None:
    path = tmp_path / "sheetd.toml"
    path.write_text(render_config(config(api_root="http://127.0.0.1:1", header_row=3)))
    settings = load_settings(path, {})
    assert settings.google.credentials_file == Path("/keys/key.json")
    assert settings.google.drive_root == "http://127.0.0.1:1"
    assert settings.sheets[0].header_row == 3
    assert settings.sheets[0].steps[0].inputs == {"text": ("Text",)}


def test_without_a_file_none_is_named(tmp_path: Path) -> None:
    path = tmp_path / "sheetd.toml"
    path.write_text(render_config(config(auth="adc", credentials=None, steps=[])))
    assert "credentials_file" not in path.read_text()
    assert load_settings(path, {}).google.auth == "adc"
