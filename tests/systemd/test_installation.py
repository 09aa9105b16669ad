"""What ``sheetd service`` installs: several services, their backups, and their removal."""

from __future__ import annotations

import re

import pytest

from sync_daemon.service.units import shipped
from tests.systemd.service import CYCLE_DONE, PYTHON, Service, needs_machine

pytestmark = needs_machine
COUNT = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
print(connection.execute("PRAGMA integrity_check").fetchone()[0],
      connection.execute('SELECT count(*) FROM sheet_jobs').fetchone()[0])
"""


def test_status_tells_what_systemd_knows(service: Service) -> None:
    told = service.status()

    assert (told["installed"], told["state"]) == (True, "active")
    assert told["path"] == "/etc/systemd/system/sheetd.service"
    assert told["since"] is not None
    assert re.search(CYCLE_DONE, told["telling"])


def test_installed_with_start_it_begins_with_the_machine(service: Service) -> None:
    old = service.pid()

    service.command("install", "--start")

    told = service.status()
    assert (told["enabled"], told["state"]) == (True, "active")
    assert told["next_backup"] is not None
    assert service.pid() != old, "it does not run by the new file"


def test_a_backup_is_made_while_the_service_runs_and_goes_on(service: Service) -> None:
    machine, pid = service.machine, service.pid()

    machine.run("systemctl", "start", service.backup)
    service.do("Elixir in Bergen", "Elixir")

    found = machine.run("find", f"{service.state}/backups/", "-type", "f").splitlines()
    copy = max(found)  # its name is the time
    assert machine.run(PYTHON, "-c", COUNT, copy) == "ok 1"
    assert machine.run("stat", "-c", "%u %a", copy) == f"{service.user()} 600"
    assert service.pid() == pid


def test_two_services_run_side_by_side_each_with_what_is_its_own(
    service: Service, anna: Service
) -> None:
    anna.start()

    machine = service.machine
    assert service.user() != anna.user()
    for each in (service, anna):
        owner = machine.run("stat", "-L", "-c", "%u %a", f"{each.state}/sheetd.db")
        assert owner == f"{each.user()} 600"
        each.do("Haskell in Malmö", "Haskell")
    machine.run("systemctl", "restart", "sheetd")
    service.start()
    assert anna.status()["state"] == "active"


def test_each_has_backups_of_its_own(anna: Service) -> None:
    anna.start()

    anna.machine.run("systemctl", "start", anna.backup)

    copies = anna.machine.run("find", f"{anna.state}/backups/", "-type", "f").splitlines()
    assert len(copies) == 1


@pytest.mark.parametrize("name", [name for name in shipped() if "user" not in name])
def test_systemd_itself_verifies_the_installed_files_in_silence(
    service: Service, anna: Service, name: str
) -> None:
    service.command("install", "--dashboard")
    anna.command("install", "--dashboard")
    told = service.machine.run(
        "sh", "-c", f"systemd-analyze verify /etc/systemd/system/{name} 2>&1 | grep sheetd",
        is_checked=False,
    )  # fmt: skip

    assert told == ""


def test_removed_nothing_is_left_but_the_data(service: Service, anna: Service) -> None:
    machine = service.machine
    anna.start()

    anna.command("uninstall")
    service.command("uninstall")

    left = machine.run("find", "/etc/systemd/system", "-name", "sheetd*", "-not", "-name", "*.d")
    told = service.status()
    service.command("install")
    anna.command("install")
    assert left == ""
    assert (told["installed"], told["state"]) == (False, "inactive")
    assert machine.run("test", "-s", f"{anna.state}/sheetd.db") == ""
