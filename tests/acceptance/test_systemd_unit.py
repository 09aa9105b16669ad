"""The unit files: what systemd itself says of them, and that they start commands that exist."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sync_daemon.cli.command_line import make_app
from sync_daemon.errors import ConfigError, CredentialsError
from sync_daemon.service.units import shipped
from sync_daemon.settings import GoogleSettings

FOLDER = Path(__file__).parents[2] / "systemd"
UNITS = sorted(shipped())
SERVICES = [name for name in UNITS if name.endswith(".service")]
DAEMONS = [name for name in SERVICES if "backup" not in name]
SCORE_LIMIT = 15  # tenths: an exposure of 1.5
USER_SCORE_LIMIT = 20  # a user's systemd cannot do as much; the unit says what, and why
TIMEOUT_S = 60


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    """A folder of copies whose commands exist here: verify warns of one that is not installed."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not here; on Debian: apt install systemd")
    for name in UNITS:
        text = (FOLDER / name).read_text(encoding="utf-8")
        text = re.sub(r"^ExecStart=.*$", "ExecStart=/bin/true", text, flags=re.MULTILINE)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def analyze(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *arguments],
        cwd=folder,
        env={"XDG_RUNTIME_DIR": str(folder), "HOME": str(folder), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )


def verify(folder: Path, name: str) -> subprocess.CompletedProcess[str]:
    manager = "--user" if "user" in name else "--system"
    return analyze(folder, manager, "verify", name)


def read_unit(name: str) -> dict[str, list[str]]:
    """The settings of a unit; a setting may stand there more than once."""
    settings = defaultdict(list)
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            settings[key].append(value)
    return dict(settings)


def test_the_folder_holds_the_units_that_sheetd_installs() -> None:
    assert {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()} == shipped()


@pytest.mark.parametrize("name", UNITS)
def test_systemd_accepts_the_unit_in_silence(copies: Path, name: str) -> None:
    result = verify(copies, name)

    # verify exits with 0 on unknown keys too, but says so
    assert (result.stderr, result.returncode) == ("", 0)


@pytest.mark.parametrize("name", ["sheetd.service", "sheetd@.service", "sheetd-user.service"])
def test_verify_would_complain_of_a_misspelt_setting(copies: Path, name: str) -> None:
    text = (copies / name).read_text(encoding="utf-8")
    (copies / name).write_text(text.replace("WatchdogSec=", "WatchDogSec="), encoding="utf-8")

    assert "WatchDogSec" in verify(copies, name).stderr


@pytest.mark.parametrize("name", [name for name in SERVICES if "user" not in name])
def test_the_services_of_the_machine_are_hardened(copies: Path, name: str) -> None:
    threshold = f"--threshold={SCORE_LIMIT}"
    result = analyze(copies, "security", "--offline=yes", threshold, "--no-pager", name)

    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("name", [name for name in SERVICES if "user" in name])
def test_the_services_of_a_user_are_as_hardened_as_their_systemd_allows(
    copies: Path, name: str
) -> None:
    threshold = f"--threshold={USER_SCORE_LIMIT}"
    result = analyze(copies, "--user", "security", "--offline=yes", threshold, "--no-pager", name)

    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("name", DAEMONS)
def test_a_parser_without_memory_does_not_end_the_daemon(name: str) -> None:
    assert read_unit(name)["OOMPolicy"] == ["continue"]


@pytest.mark.parametrize("name", SERVICES)
def test_the_command_of_the_unit_is_one_that_sheetd_has(name: str) -> None:
    [command] = read_unit(name)["ExecStart"]
    program, *words = shlex.split(command)
    kinds = {"backup": ["db", "backup"], "dashboard": ["dashboard"]}
    subcommands = next((words for kind, words in kinds.items() if kind in name), ["run"])
    help_text = (
        CliRunner().invoke(make_app(), [*subcommands, "--help"], env={"COLUMNS": "200"}).output
    )

    assert program == "/opt/sheetd/bin/sheetd"
    assert words[: len(subcommands)] == subcommands
    assert [each for each in words if each.startswith("--") and each not in help_text] == []


def test_the_key_that_systemd_hands_in_is_the_one_sheetd_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [credential] = read_unit("sheetd.service")["LoadCredential"]
    name, _, original = credential.partition(":")
    (tmp_path / name).write_text("{}")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))

    settings = GoogleSettings(credentials_file=Path(original))

    assert settings.credentials_path == tmp_path / name


@pytest.mark.parametrize("name", DAEMONS)
def test_errors_that_a_new_start_cannot_mend_prevent_it(name: str) -> None:
    [statuses] = read_unit(name)["RestartPreventExitStatus"]

    assert {int(each) for each in statuses.split()} == {
        ConfigError.exit_status,
        CredentialsError.exit_status,
    }


def test_the_exposure_that_the_readme_names_is_what_systemd_says(copies: Path) -> None:
    readme = (FOLDER.parent / "README.md").read_text(encoding="utf-8")
    named = re.search(r"`systemd-analyze security`: ([\d.]+); the user unit: ([\d.]+)", readme)
    assert named is not None
    units = {"--system": "sheetd.service", "--user": "sheetd-user.service"}
    for (manager, unit), number in zip(units.items(), named.groups(), strict=True):
        told = analyze(copies, manager, "security", "--offline=yes", "--no-pager", unit).stdout
        assert f"Overall exposure level for {unit}: {number} " in told


@pytest.mark.parametrize("name", [name for name in SERVICES if "dashboard" in name])
def test_the_dashboard_gets_no_key_and_may_not_touch_the_backups(name: str) -> None:
    unit = read_unit(name)

    assert "LoadCredential" not in unit
    assert all(path.startswith("-") and path.endswith("/backups") for path in unit["ReadOnlyPaths"])
    assert unit["ProtectSystem"] == ["strict"]


@pytest.mark.parametrize("at", ["", "@"])
def test_the_dashboard_runs_as_the_user_whose_mirror_it_reads(at: str) -> None:
    daemon, page = read_unit(f"sheetd{at}.service"), read_unit(f"sheetd-dashboard{at}.service")

    for setting in ("DynamicUser", "User", "StateDirectory", "StateDirectoryMode", "UMask"):
        assert daemon[setting] == page[setting]


@pytest.mark.parametrize("at", ["", "@"])
def test_the_backup_runs_as_the_user_whose_mirror_it_copies(at: str) -> None:
    daemon, backup = read_unit(f"sheetd{at}.service"), read_unit(f"sheetd-backup{at}.service")

    for setting in ("DynamicUser", "User", "StateDirectory", "StateDirectoryMode", "UMask"):
        assert daemon[setting] == backup[setting]
