"""The dashboard's unit in a real systemd: it serves, asks, cannot touch backups, ends cleanly."""

from __future__ import annotations

import json

from tests.support.processes import wait_until
from tests.systemd.machine import Machine
from tests.systemd.service import ENVIRONMENT, PYTHON, Service, needs_machine

pytestmark = needs_machine
UNIT = "sheetd-dashboard"
ASK = """
import http.cookiejar, json, re, sys, urllib.request
opener = urllib.request.build_opener(
    urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
base = sys.argv[1].partition("/login")[0]
page = opener.open(sys.argv[1], timeout=20).read().decode()
token = re.search('name="csrf_token" value="([^"]+)"', page)[1]
ask = urllib.request.Request(
    base + "/api/v1/sync", method="POST", headers={"X-CSRF-Token": token})
request = json.load(opener.open(ask, timeout=20))
health = json.load(opener.open(base + "/api/v1/health", timeout=20))
print(json.dumps([request, health]))
"""


def login_of(machine: Machine) -> str:
    """The link in the journal."""

    def told() -> str:
        lines = machine.run("journalctl", "-u", UNIT, "-o", "cat", "--no-pager").splitlines()
        return next((line for line in lines if "/login?code=" in line), "")

    wait_until(lambda: bool(told()))
    return told()


def test_it_serves_and_asks_but_cannot_touch_the_backups(service: Service) -> None:
    machine = service.machine
    service.command("install", "--dashboard")
    machine.put(f"/etc/systemd/system/{UNIT}.service.d/test.conf", ENVIRONMENT)
    machine.put("/etc/ask.py", ASK)
    machine.run("systemctl", "start", service.backup)  # makes the folder
    machine.run("systemctl", "daemon-reload")
    machine.run("systemctl", "start", UNIT)

    request, health = json.loads(machine.run(PYTHON, "/etc/ask.py", login_of(machine)))

    assert request["state"] == "queued"
    assert health["status"] == "ok"
    pid = machine.show(UNIT, "MainPID")
    assert machine.run("stat", "-c", "%u", f"/proc/{pid}") == service.user() != "0"
    inside = ["nsenter", "-m", "-t", pid, "touch"]
    folder = service.state.replace("/var/lib/", "/var/lib/private/")
    machine.run(*inside, f"{folder}/sheetd.db-probe")
    refused = machine.run(
        "sh", "-c", f"{' '.join(inside)} {folder}/backups/probe 2>&1", is_checked=False
    )
    assert "Read-only file system" in refused
    machine.run("systemctl", "stop", UNIT)
    assert machine.show(UNIT, "Result") == "success"
    assert machine.show(UNIT, "ExecMainStatus") == "0", "15 where the signal ended it"
