"""The unit in a real systemd: ``make test-systemd``, as root; skipped where that cannot be."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pydantic
import pytest

import sync_daemon
from sync_daemon.sandbox import DEFAULT_ACCOUNT
from tests.systemd.machine import CannotBootError, Machine, booted

pytestmark = [
    pytest.mark.systemd,
    pytest.mark.skipif(
        "SHEETD_TEST_SYSTEMD" not in os.environ, reason="boots a machine: make test-systemd"
    ),
]
UNIT = Path(__file__).parents[2] / "systemd" / "sheetd.service"
FOLDERS = {  # the unit sees neither /root nor /home nor /tmp, where these may lie
    "/opt/python": Path(sys.base_prefix),
    "/opt/packages": Path(pydantic.__file__).parents[1],
    "/opt/checkout": Path(sync_daemon.__file__).parents[1],
}
SHEETD = "/opt/python/bin/python3 -m sync_daemon"
PORT = 8765
CONFIG = """
[google]
credentials_file = "service-account.json"
api_root = "http://127.0.0.1:{port}"
drive_root = "http://127.0.0.1:{port}"

[database]
url = "sqlite:////var/lib/sheetd/sheetd.db"

[schedule]
every = "1s"

[[sheets]]
name = "jobs"
spreadsheet = "{spreadsheet}"
worksheet = "Jobs"

[[sheets.steps]]
tool = "keyword_analyzer"
inputs = {{ text = "Description" }}
outputs = {{ keywords = "Keywords" }}
"""
SANDBOX_UNIT = """
[Service]
Environment=PYTHONPATH=/opt/packages:/opt/checkout
ExecStart={sheetd} sandbox --port {port} --key /etc/sheetd/service-account.json --per-user 0 \\
    --per-project 0
"""
DROP_IN = """
[Service]
Environment=PYTHONPATH=/opt/packages:/opt/checkout
ExecStart=
ExecStart={sheetd} run --config /etc/sheetd/config.toml
WatchdogSec=5s
RestartSec=1s
"""
CONTROL = """
import json, sys, urllib.request
method, path, body = sys.argv[1:]
request = urllib.request.Request(
    "http://127.0.0.1:{port}/_sandbox/" + path, method=method,
    data=body.encode() if body else None,
    headers={{"X-Sandbox-Control": "1", "Content-Type": "application/json"}})
print(urllib.request.urlopen(request, timeout=20).read().decode())
"""


class Service:
    """sheetd and the sandbox as units of a booted machine."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        machine.put("/etc/control.py", CONTROL.format(port=PORT))
        machine.put("/etc/systemd/system/sandbox.service", self._text(SANDBOX_UNIT))
        machine.put("/etc/systemd/system/sheetd.service", UNIT.read_text())
        machine.put("/etc/systemd/system/sheetd.service.d/test.conf", self._text(DROP_IN))
        machine.run("mkdir", "-p", "/etc/sheetd")
        machine.run("systemctl", "daemon-reload")
        machine.run("systemctl", "start", "sandbox")
        machine.run(
            "sh", "-c", "for i in $(seq 200); do test -s /etc/sheetd/service-account.json && exit;"
            " sleep 0.1; done; exit 1",
        )  # fmt: skip
        rows = [["Company", "Description"], ["Acme", "Python and SQL in Oslo"]]
        body = {"title": "Hunt", "tab": "Jobs", "rows": rows, "share": [DEFAULT_ACCOUNT]}
        self.spreadsheet = str(self.control("POST", "spreadsheets", body))
        config = CONFIG.format(port=PORT, spreadsheet=self.spreadsheet)
        machine.put("/etc/sheetd/config.toml", config)

    @staticmethod
    def _text(template: str) -> str:
        return template.format(sheetd=SHEETD, port=PORT)

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Steer the sandbox."""
        text = json.dumps(body) if body is not None else ""
        answer = self.machine.run("/opt/python/bin/python3", "/etc/control.py", method, path, text)
        return json.loads(answer)["result"]

    def rows(self) -> list[list[Any]]:
        """The sheet."""
        path = f"/v4/spreadsheets/{self.spreadsheet}/values/Jobs"
        answer = self.control("POST", "call", {"method": "GET", "path": path})
        found: list[list[Any]] = answer.get("values", [])
        return found

    def wait_for_status(self) -> None:
        """Until a cycle is done, as the status line tells."""
        script = (
            "for i in $(seq 200); do systemctl show sheetd --property=StatusText"
            " | grep -q 'rows, done' && exit; sleep 0.1; done; exit 1"
        )
        self.machine.run("sh", "-c", script)

    def pid(self) -> str:
        return self.machine.show("sheetd", "MainPID")

    def wait_for_new_pid(self, old: str, patience_s: float) -> float:
        """Until another process runs and is ready; returns the seconds."""
        waited = self.machine.seconds_until("sheetd", "ActiveState", "activating", patience_s)
        waited += self.machine.seconds_until("sheetd", "ActiveState", "active", patience_s)
        assert self.pid() not in {old, "0"}
        return waited


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    try:
        with booted(FOLDERS) as machine:
            yield Service(machine)
    except CannotBootError as error:
        pytest.skip(str(error))


def test_it_is_active_when_a_first_request_was_answered_and_not_before(service: Service) -> None:
    machine = service.machine
    service.control("POST", "latency", {"seconds": 2.0})
    machine.run("systemctl", "start", "--no-block", "sheetd")
    machine.seconds_until("sheetd", "ActiveState", "activating", 10)
    waited = machine.seconds_until("sheetd", "ActiveState", "active", 30)
    service.control("POST", "latency", {"seconds": 0.0})
    assert waited > 1, "it did not wait for Google"


def test_it_reads_its_key_as_a_user_who_may_not_read_the_original(service: Service) -> None:
    machine = service.machine
    user = machine.run("stat", "-c", "%u", f"/proc/{service.pid()}")
    assert user != "0"
    assert machine.run("stat", "-c", "%u %a", "/etc/sheetd/service-account.json") == "0 600"
    service.wait_for_status()
    assert "python" in str(service.rows()[1][4:]).lower()


def test_killed_it_is_started_again(service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    old = service.pid()
    service.machine.run("systemctl", "kill", "--signal=KILL", "sheetd")
    waited = service.wait_for_new_pid(old, 30)
    with capsys.disabled():
        sys.stdout.write(f"\nactive again {waited:.1f} s after kill -9 (RestartSec=1s)\n")


def test_a_hang_is_caught_by_the_watchdog(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    old = service.pid()
    service.machine.run("systemctl", "kill", "--signal=STOP", "sheetd")
    waited = service.wait_for_new_pid(old, 120)
    with capsys.disabled():
        sys.stdout.write(f"\nactive again {waited:.1f} s after a hang (WatchdogSec=5s)\n")


def test_it_stops_cleanly_in_the_middle_of_a_cycle(service: Service) -> None:
    machine = service.machine
    service.control("POST", "latency", {"seconds": 1.5})
    typed = {"row": 1, "column": 1, "value": "Rust in Bergen"}
    action = {"id": service.spreadsheet, "action": "type", "arguments": typed}
    service.control("POST", "user", action)
    machine.run("sleep", "2")
    machine.run("systemctl", "stop", "sheetd")
    assert machine.show("sheetd", "Result") == "success"
    assert machine.show("sheetd", "ExecMainStatus") == "0"
    service.control("POST", "latency", {"seconds": 0.0})
    machine.run("systemctl", "start", "sheetd")
    service.wait_for_status()
    assert "rust" in str(service.rows()[1][4:]).lower()
