"""``sheetd service`` as a user gives it, with a systemd that writes down what it is told."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from sync_daemon.cli import main
from tests.unit.service.conftest import FakeSystemd

CONFIG = """
[[sheets]]
name = "jobs"
spreadsheet = "1mN0pQrStUvWxYz-paste_yours_here"
worksheet = "Jobs"
"""
RUNNING = """\
LoadState=loaded
FragmentPath=/home/anna/.config/systemd/user/sheetd.service
UnitFileState=enabled
ActiveState=active
SubState=running
StatusText=jobs: 3 rows, done; next in 60 s
ActiveEnterTimestamp=Mon 2026-11-23 20:36:13 UTC
Result=success
ExecMainStatus=0
NRestarts=2"""
TIMER = """\
ActiveState=active
NextElapseUSecRealtime=Tue 2026-11-24 00:12:00 UTC
LastTriggerUSec=Mon 2026-11-23 00:30:00 UTC"""


def run(*arguments: str) -> int:
    try:
        main(["service", *arguments])
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


@pytest.fixture
def config(home: Path) -> Path:
    file = home / ".config" / "sheetd" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text(CONFIG, encoding="utf-8")
    return file


def test_install_for_a_user_writes_the_units_and_says_how_to_start_them(
    home: Path, config: Path, systemd: FakeSystemd, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("install", "--user") == 0

    units = home / ".config" / "systemd" / "user"
    assert len(list(units.iterdir())) == 3
    out = capsys.readouterr().out
    assert f"Wrote {units}/sheetd.service." in out
    assert "systemctl --user enable --now sheetd.service sheetd-backup.timer" in out
    assert "loginctl enable-linger" in out
    assert not any("enable" in call for call in systemd.calls)


def test_install_with_the_dashboard_writes_and_starts_it_too(
    home: Path, config: Path, systemd: FakeSystemd, capsys: pytest.CaptureFixture[str]
) -> None:
    systemd.answer("is-active", status=3)

    assert run("install", "--user", "--dashboard", "--start") == 0

    file = home / ".config" / "systemd" / "user" / "sheetd-dashboard.service"
    text = file.read_text(encoding="utf-8").replace("%h", str(home))
    assert f"dashboard --config {config}" in text
    [started] = [call for call in systemd.calls if "enable --now" in call]
    assert started.endswith("sheetd.service sheetd-backup.timer sheetd-dashboard.service")
    assert "journalctl --user -u sheetd-dashboard.service" in capsys.readouterr().out


def test_uninstall_of_the_dashboard_leaves_the_daemon(
    home: Path, config: Path, systemd: FakeSystemd, capsys: pytest.CaptureFixture[str]
) -> None:
    run("install", "--user", "--dashboard")

    assert run("uninstall", "--user", "--dashboard") == 0

    units = home / ".config" / "systemd" / "user"
    assert sorted(file.name for file in units.iterdir()) == [
        "sheetd-backup.service", "sheetd-backup.timer", "sheetd.service",
    ]  # fmt: skip
    assert "sheetd-dashboard.service is stopped." in capsys.readouterr().out
    [stopped] = [call for call in systemd.calls if "disable" in call]
    assert stopped.endswith("disable --now sheetd-dashboard.service")
    assert run("uninstall", "--user", "--dashboard") == 2


def test_uninstall_takes_the_dashboard_along(
    home: Path, config: Path, systemd: FakeSystemd
) -> None:
    run("install", "--user", "--dashboard")

    assert run("uninstall", "--user") == 0

    assert list((home / ".config" / "systemd" / "user").iterdir()) == []


def test_status_of_the_dashboard_tells_of_no_backups(
    home: Path, systemd: FakeSystemd, capsys: pytest.CaptureFixture[str]
) -> None:
    systemd.answer("show sheetd-dashboard.service", RUNNING)

    assert run("status", "--user", "--dashboard") == 0

    out = capsys.readouterr().out
    assert "sheetd-dashboard.service is installed" in out
    assert "backup" not in out


def test_install_with_start_enables_the_units_after_systemd_has_read_them(
    config: Path, systemd: FakeSystemd
) -> None:
    systemd.answer("is-active", status=3)

    assert run("install", "--user", "--start") == 0

    orders = [call for call in systemd.calls if "is-active" not in call]
    assert orders[-2:] == [
        "systemctl --user --no-pager daemon-reload",
        "systemctl --user --no-pager enable --now sheetd.service sheetd-backup.timer",
    ]


def test_what_runs_already_is_restarted_with_its_new_file(
    config: Path, systemd: FakeSystemd
) -> None:
    systemd.answer("is-active --quiet sheetd-backup.timer", status=3)

    assert run("install", "--user", "--start") == 0

    assert systemd.calls[-1] == "systemctl --user --no-pager restart sheetd.service"


def test_the_unit_starts_the_sheetd_that_wrote_it(
    home: Path, config: Path, systemd: FakeSystemd
) -> None:
    run("install", "--user")

    text = (home / ".config" / "systemd" / "user" / "sheetd.service").read_text(encoding="utf-8")
    [command] = [line for line in text.splitlines() if line.startswith("ExecStart=")]
    program = command.removeprefix("ExecStart=").partition(" run ")[0].split()
    ended = subprocess.run([*program, "--help"], capture_output=True, text=True, check=False)
    assert "Google Sheet" in ended.stdout


def test_before_there_is_a_configuration_it_says_where_to_write_one(
    home: Path, systemd: FakeSystemd, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("install", "--user") == 0

    assert f"Write {home}/.config/sheetd/config.toml next" in capsys.readouterr().out


def test_without_a_configuration_nothing_is_started_or_written(
    home: Path, systemd: FakeSystemd, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("install", "--user", "--start") == 2

    assert "config.toml is not there" in capsys.readouterr().err
    assert not (home / ".config" / "systemd").exists()


def test_a_wrong_configuration_is_told_of_before_anything_is_written(
    home: Path, config: Path, systemd: FakeSystemd
) -> None:
    config.write_text(CONFIG + "colour = 1\n", encoding="utf-8")

    assert run("install", "--user") == 2
    assert not (home / ".config" / "systemd").exists()


def test_a_start_that_fails_is_an_error_that_names_the_log(
    config: Path, systemd: FakeSystemd, capsys: pytest.CaptureFixture[str]
) -> None:
    systemd.answer("enable --now", err="Job for sheetd.service failed.", status=1)

    assert run("install", "--user", "--start") == 2

    err = capsys.readouterr().err
    assert "Job for sheetd.service failed." in err
    assert "journalctl --user -u sheetd.service -e" in err


def test_uninstall_removes_what_install_wrote(
    home: Path, config: Path, systemd: FakeSystemd, capsys: pytest.CaptureFixture[str]
) -> None:
    run("install", "--user")

    assert run("uninstall", "--user") == 0
    assert list((home / ".config" / "systemd" / "user").iterdir()) == []
    assert config.exists()
    assert "sheetd.service is stopped." in capsys.readouterr().out


def test_uninstall_of_one_of_several_says_why_the_files_stay(
    home: Path, systemd: FakeSystemd, capsys: pytest.CaptureFixture[str]
) -> None:
    run("install", "--user", "--name", "anna")
    systemd.answer("is-active", status=0)

    assert run("uninstall", "--user", "--name", "anna") == 0
    assert "so they stay" in capsys.readouterr().out


def test_status_says_how_a_running_service_is(
    home: Path, systemd: FakeSystemd, capsys: pytest.CaptureFixture[str]
) -> None:
    systemd.answer("show sheetd.service", RUNNING)
    systemd.answer("show sheetd-backup.timer", TIMER)

    assert run("status", "--user") == 0

    out = capsys.readouterr().out
    assert "is installed: /home/anna" in out
    assert "It is running since 2026-11-2" in out
    assert "It says: jobs: 3 rows, done; next in 60 s" in out
    assert "started again 2 times" in out
    assert "The next backup comes at 2026-11-2" in out
    assert "journalctl --user -u sheetd.service -e" in out


def test_status_as_json(
    home: Path, systemd: FakeSystemd, capsys: pytest.CaptureFixture[str]
) -> None:
    systemd.answer("show sheetd.service", RUNNING)
    systemd.answer("show sheetd-backup.timer", TIMER)

    assert run("status", "--user", "--json") == 0

    assert json.loads(capsys.readouterr().out) == {
        "unit": "sheetd.service",
        "installed": True,
        "path": "/home/anna/.config/systemd/user/sheetd.service",
        "enabled": True,
        "state": "active",
        "since": "2026-11-23T20:36:13+00:00",
        "telling": "jobs: 3 rows, done; next in 60 s",
        "result": "success",
        "exit_status": 0,
        "restarts": 2,
        "next_backup": "2026-11-24T00:12:00+00:00",
        "last_backup": "2026-11-23T00:30:00+00:00",
        "log": "journalctl --user -u sheetd.service -e",
    }


@pytest.mark.parametrize(
    ("state", "result", "status", "said"),
    [
        ("failed", "exit-code", 3, "exit status 3 (the key is missing"),
        ("failed", "exit-code", 243, "its key file is not there"),
        ("failed", "watchdog", 0, "it hung, and systemd ended it"),
        ("failed", "start-limit-hit", 0, "systemd has given up"),
        ("failed", "something-new", 0, "It failed: something-new."),
        ("activating", "signal", 9, "waits to be tried again: it was killed"),
        ("activating", "success", 0, "nothing has failed yet"),
        ("deactivating", "success", 0, "It is stopping."),
        ("inactive", "success", 0, "It is stopped."),
    ],
)
def test_status_says_why_a_service_does_not_run(
    home: Path, systemd: FakeSystemd, capsys: pytest.CaptureFixture[str],
    state: str, result: str, status: int, said: str,
) -> None:  # fmt: skip
    told = RUNNING.replace("=active", f"={state}").replace("Result=success", f"Result={result}")
    told = told.replace("MainStatus=0", f"MainStatus={status}")
    systemd.answer("show sheetd.service", told)

    run("status", "--user")

    out = capsys.readouterr().out
    assert said in out
    assert "No backup is planned." in out


def test_status_says_that_nothing_is_installed(
    home: Path, systemd: FakeSystemd, capsys: pytest.CaptureFixture[str]
) -> None:
    systemd.answer("show sheetd@ben.service", "LoadState=not-found\nFragmentPath=")

    assert run("status", "--user", "--name", "ben") == 0
    assert "sheetd@ben.service is not installed." in capsys.readouterr().out


def test_without_systemd_status_says_so(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("PATH", str(tmp_path))

    assert run("status") == 2
    assert "this machine has no systemd" in capsys.readouterr().err
