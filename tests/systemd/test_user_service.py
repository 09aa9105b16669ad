"""``sheetd service install --user`` in the systemd of a user, by that user alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.systemd.machine import Machine
from tests.systemd.service import (
    CONFIG,
    CYCLE_DONE,
    ENVIRONMENT,
    KEY,
    LIBRARIES,
    POLL,
    PORT,
    PYTHON,
    PYTHONPATH,
    QUICK,
    RESUME,
    Sandbox,
    needs_machine,
)

pytestmark = needs_machine
USER, UID = "carl", "4321"
HOME = f"/home/{USER}"


class UserService:
    """sheetd as a service of a user who has logged in."""

    def __init__(self, machine: Machine, sandbox: Sandbox) -> None:
        self.machine = machine
        self.sandbox = sandbox
        machine.run("useradd", "--create-home", "--uid", UID, USER)
        machine.run("systemctl", "start", f"user@{UID}.service")
        folder = f"{HOME}/.config/sheetd"
        self.run("mkdir", "-p", folder)
        machine.run("install", "-o", USER, "-m", "600", KEY, f"{folder}/key.json")
        self.spreadsheet = sandbox.add_spreadsheet()
        url = "sqlite:///sheetd.db"
        text = CONFIG.format(port=PORT, spreadsheet=self.spreadsheet, url=url, key="key.json")
        machine.put(f"{folder}/config.toml", text)
        machine.put(f"{folder}/resume.txt", RESUME)
        self.run("mkdir", "-m", "700", f"{HOME}/.ssh")
        for unit, more in (("sheetd", QUICK), ("sheetd-backup", ENVIRONMENT)):
            machine.put(f"/etc/systemd/user/{unit}.service.d/test.conf", more)
        self.installed = self.command("install", "--start")

    def run(self, *command: str) -> str:
        """Run a command as the user."""
        environ = [
            f"XDG_RUNTIME_DIR=/run/user/{UID}",
            f"HOME={HOME}",
            PYTHONPATH,
            LIBRARIES,
            "COLUMNS=300",
        ]
        return self.machine.run("runuser", "-u", USER, "--", "env", *environ, *command)

    def command(self, *arguments: str) -> str:
        """Run ``sheetd service`` as the user."""
        return self.run(PYTHON, "-m", "sync_daemon", "service", *arguments, "--user")

    def status(self) -> Any:
        """What ``sheetd service status`` tells."""
        return json.loads(self.command("status", "--json"))


@pytest.fixture(scope="module")
def carl(machine: Machine, sandbox: Sandbox) -> UserService:
    return UserService(machine, sandbox)


def test_it_runs_and_fills_the_sheet(carl: UserService) -> None:
    condition = f"systemctl --user show sheetd --property=StatusText | grep -qE '{CYCLE_DONE}'"
    carl.run("sh", "-c", POLL.format(condition=condition))

    told = carl.status()
    assert (told["state"], told["enabled"]) == ("active", True)
    assert told["path"] == f"{HOME}/.config/systemd/user/sheetd.service"
    assert "Python" in str(carl.sandbox.rows(carl.spreadsheet))


def test_systemd_finds_nothing_odd_in_the_units(carl: UserService) -> None:
    assert "systemd says" not in carl.installed
    log = carl.machine.run("sh", "-c", f"journalctl _UID={UID} | grep -i 'sheetd.*ignor' || true")
    assert log == ""


def test_the_limits_hold_in_a_user_s_systemd(carl: UserService) -> None:
    pid = carl.run("systemctl", "--user", "show", "sheetd", "--property=MainPID", "--value")
    facts = dict(
        line.split(":\t", 1)
        for line in carl.machine.run("cat", f"/proc/{pid}/status").splitlines()
        if ":\t" in line
    )
    mounts = carl.machine.run("cat", f"/proc/{pid}/mountinfo").splitlines()
    options = {line.split()[4]: line.split()[5].split(",") for line in mounts}

    assert (facts["NoNewPrivs"], facts["Seccomp"]) == ("1", "2")
    assert facts["Uid"].split() == [UID] * 4
    assert "ro" in options["/"]
    assert "rw" in options[f"{HOME}/.config/sheetd"]
    assert {f"{HOME}/.ssh", "/dev", "/proc/sys"} <= options.keys()
    assert int(facts["CapBnd"], 16) == 0
    assert carl.run("systemctl", "--user", "show", "sheetd", "-p", "MemoryMax", "--value") == str(
        1 << 30
    )


def test_killed_it_is_started_again(carl: UserService) -> None:
    carl.run("systemctl", "--user", "kill", "--signal=KILL", "sheetd")

    condition = 'test "$(systemctl --user show sheetd -p NRestarts --value)" -ge 1'
    carl.run("sh", "-c", POLL.format(condition=condition))
    carl.run("sh", "-c", POLL.format(condition="systemctl --user is-active -q sheetd"))


def test_its_backup_lies_beside_the_configuration(carl: UserService) -> None:
    carl.run("systemctl", "--user", "start", "sheetd-backup")

    [copy] = carl.run("ls", f"{HOME}/.config/sheetd/backups").splitlines()
    assert Path(copy).suffix == ".db"
    assert carl.status()["next_backup"] is not None


def test_removed_it_is_gone_and_the_data_stay(carl: UserService) -> None:
    carl.command("uninstall")

    assert carl.run("find", f"{HOME}/.config/systemd", "-name", "sheetd*") == ""
    assert carl.status()["installed"] is False
    assert "sheetd.db" in carl.run("ls", f"{HOME}/.config/sheetd").splitlines()
