"""The unit file: what systemd itself says of it, and that it starts a command that exists."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sync_daemon.cli.main import app
from sync_daemon.errors import ConfigError, CredentialsError
from sync_daemon.settings import GoogleSettings

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "systemd" / "sheetd.service"
SCORE_LIMIT = 15  # tenths: an exposure of 1.5
TIMEOUT_S = 60


@pytest.fixture
def unit_for_analysis(tmp_path: Path) -> Path:
    """A copy whose command exists here: verify warns of one that is not installed."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not here; on Debian: apt install systemd")
    copy = tmp_path / UNIT.name
    text = UNIT.read_text(encoding="utf-8")
    copy.write_text(re.sub(r"^ExecStart=.*$", "ExecStart=/bin/true", text, flags=re.MULTILINE))
    return copy


def analyze(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *arguments],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )


def read_unit() -> dict[str, list[str]]:
    """The settings of the unit; a setting may stand there more than once."""
    settings = defaultdict(list)
    for line in UNIT.read_text(encoding="utf-8").splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            settings[key].append(value)
    return dict(settings)


def test_systemd_accepts_the_unit_in_silence(unit_for_analysis: Path) -> None:
    result = analyze("verify", unit_for_analysis)

    # verify exits with 0 on unknown keys too, but says so
    assert (result.stderr, result.returncode) == ("", 0)


def test_verify_would_complain_of_a_misspelt_setting(unit_for_analysis: Path) -> None:
    text = unit_for_analysis.read_text(encoding="utf-8")
    unit_for_analysis.write_text(text.replace("WatchdogSec=", "WatchDogSec="))

    assert "WatchDogSec" in analyze("verify", unit_for_analysis).stderr


def test_the_service_is_hardened(unit_for_analysis: Path) -> None:
    result = analyze(
        "security", "--offline=yes", f"--threshold={SCORE_LIMIT}", "--no-pager", unit_for_analysis
    )

    assert result.returncode == 0, result.stdout


def test_the_command_of_the_unit_is_one_that_sheetd_has() -> None:
    [command] = read_unit()["ExecStart"]
    program, subcommand, *options = shlex.split(command)
    help_text = CliRunner().invoke(app, [subcommand, "--help"], env={"COLUMNS": "200"}).output

    assert program == "/opt/sheetd/bin/sheetd"
    assert [each for each in options if each.startswith("--") and each not in help_text] == []


def test_the_key_that_systemd_hands_in_is_the_one_sheetd_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [credential] = read_unit()["LoadCredential"]
    name, _, original = credential.partition(":")
    (tmp_path / name).write_text("{}")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))

    settings = GoogleSettings(credentials_file=Path(original))

    assert settings.credentials_path == tmp_path / name


def test_errors_that_a_new_start_cannot_mend_prevent_it() -> None:
    [statuses] = read_unit()["RestartPreventExitStatus"]

    assert {int(each) for each in statuses.split()} == {
        ConfigError.exit_status,
        CredentialsError.exit_status,
    }
