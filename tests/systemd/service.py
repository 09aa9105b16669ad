"""sheetd and the sandbox as units of a booted machine."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pydantic
import pytest

import sync_daemon
from sync_daemon.sandbox import DEFAULT_ACCOUNT
from tests.support.processes import wait_until
from tests.systemd.machine import Machine

needs_machine = [
    pytest.mark.systemd,
    pytest.mark.skipif(
        "SHEETD_TEST_SYSTEMD" not in os.environ, reason="boots a machine: make test-systemd"
    ),
]
FOLDERS = {  # the unit sees neither /root nor /home nor /tmp, where these may lie
    "/opt/python": Path(sys.base_prefix),
    "/opt/packages": Path(pydantic.__file__).parents[1],
    "/opt/checkout": Path(sync_daemon.__file__).parents[1],
}
PYTHONPATH = "PYTHONPATH=/opt/packages:/opt/checkout"
PYTHON = "/opt/python/bin/python3"
# A Python that lay in somebody's home would find the distribution's library in place of its own.
LIBRARIES = "LD_LIBRARY_PATH=/opt/python/lib"
KEY = "/etc/sandbox.json"
PORT = 8765
CONFIG = """
[google]
credentials_file = "{key}"
api_root = "http://127.0.0.1:{port}"
drive_root = "http://127.0.0.1:{port}"

[database]
url = "{url}"

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
options = {{ resume = "resume.txt" }}
"""
RESUME = "Python\n"  # read in a process of its own, under all that the unit forbids
SANDBOX_UNIT = f"""
[Service]
Environment={PYTHONPATH} {LIBRARIES}
ExecStart={PYTHON} -m sync_daemon sandbox --port {PORT} --key {KEY} --per-user 0 --per-project 0
"""
ENVIRONMENT = f"""
[Service]
Environment={PYTHONPATH} {LIBRARIES}
"""
QUICK = f"""
[Service]
Environment={PYTHONPATH} {LIBRARIES}
WatchdogSec=5s
RestartSec=1s
"""
CONTROL = f"""
import sys, urllib.request
method, path, body = sys.argv[1:]
request = urllib.request.Request(
    "http://127.0.0.1:{PORT}/_sandbox/" + path, method=method,
    data=body.encode() if body else None,
    headers={{"X-Sandbox-Control": "1", "Content-Type": "application/json"}})
print(urllib.request.urlopen(request, timeout=20).read().decode())
"""
CYCLE_DONE = "rows?, done|nothing new"
POLL = (  # what the machine's journal says last, if it never comes true
    "for i in $(seq 300); do {condition} && exit; sleep 0.1; done;"
    " journalctl --no-pager -n 30 >&2; exit 1"
)


class Sandbox:
    """The sandbox on the machine's loopback."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        machine.put("/etc/control.py", CONTROL)
        machine.put("/etc/systemd/system/sandbox.service", SANDBOX_UNIT)
        machine.run("systemctl", "daemon-reload")
        machine.run("systemctl", "start", "sandbox")
        machine.run("sh", "-c", POLL.format(condition=f"test -s {KEY}"))

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Steer it."""
        text = json.dumps(body) if body is not None else ""
        answer = self._machine.run(PYTHON, "/etc/control.py", method, path, text)
        return json.loads(answer)["result"]

    def add_spreadsheet(self) -> str:
        """A sheet with one row to work on."""
        rows = [["Company", "Description"], ["Acme", "Python and SQL in Oslo"]]
        body = {"title": "Hunt", "tab": "Jobs", "rows": rows, "share": [DEFAULT_ACCOUNT]}
        return str(self.control("POST", "spreadsheets", body))

    def rows(self, spreadsheet: str) -> list[list[Any]]:
        """The cells of a sheet."""
        path = f"/v4/spreadsheets/{spreadsheet}/values/Jobs"
        answer = self.control("POST", "call", {"method": "GET", "path": path})
        found: list[list[Any]] = answer.get("values", [])
        return found

    def slow_down(self, seconds: float) -> None:
        """Let every answer take so long."""
        self.control("POST", "latency", {"seconds": seconds})


class Service:
    """One sheetd in the machine, installed by its own command, and its sheet."""

    def __init__(self, machine: Machine, sandbox: Sandbox, name: str | None = None) -> None:
        self.machine = machine
        self.sandbox = sandbox
        self.unit = f"sheetd@{name}" if name else "sheetd"
        self.backup = f"sheetd-backup@{name}" if name else "sheetd-backup"
        self.state = f"/var/lib/sheetd-{name}" if name else "/var/lib/sheetd"
        self.config = f"/etc/sheetd/{name or 'config'}.toml"
        self.key = f"/etc/sheetd/{name or 'service-account'}.json"
        self.spreadsheet = sandbox.add_spreadsheet()
        machine.run("install", "-D", "-m", "600", KEY, self.key)
        self.write_config()
        self._name = ["--name", name] if name else []
        self.installed = self.command("install")
        at = "@" if name else ""
        machine.put(f"/etc/systemd/system/sheetd{at}.service.d/test.conf", QUICK)
        machine.put(f"/etc/systemd/system/sheetd-backup{at}.service.d/test.conf", ENVIRONMENT)
        machine.run("systemctl", "daemon-reload")

    def write_config(self, more: str = "") -> None:
        """Write the configuration anew."""
        url = f"sqlite:///{self.state}/sheetd.db"
        text = CONFIG.format(
            port=PORT, spreadsheet=self.spreadsheet, url=url, key=Path(self.key).name
        )
        self.machine.put(self.config, more + text)
        self.machine.put(str(Path(self.config).with_name("resume.txt")), RESUME)

    def command(self, *arguments: str) -> str:
        """Run ``sheetd service`` for it."""
        words = [PYTHON, "-m", "sync_daemon", "service", *arguments, *self._name]
        return self.machine.run("env", PYTHONPATH, LIBRARIES, "COLUMNS=300", *words)

    def status(self) -> Any:
        """What ``sheetd service status`` tells."""
        return json.loads(self.command("status", "--json"))

    def start(self) -> None:
        """Have it run, and wait until a cycle is done, as its status line tells."""
        self.machine.run("systemctl", "start", self.unit)
        condition = f"systemctl show {self.unit} --property=StatusText | grep -qE '{CYCLE_DONE}'"
        self.machine.run("sh", "-c", POLL.format(condition=condition))

    def rows(self) -> list[list[Any]]:
        """The sheet."""
        return self.sandbox.rows(self.spreadsheet)

    def type(self, text: str) -> None:
        """The user types another description."""
        typed = {"row": 1, "column": 1, "value": text}
        action = {"id": self.spreadsheet, "action": "type", "arguments": typed}
        self.sandbox.control("POST", "user", action)

    def do(self, text: str, keyword: str) -> None:
        """Type a description, and wait for its keyword."""
        self.type(text)
        wait_until(lambda: keyword in str(self.rows()[1][4:]))

    def pid(self) -> str:
        """The daemon's process."""
        return self.machine.show(self.unit, "MainPID")

    def user(self) -> str:
        """The number of the user that it runs as."""
        return self.machine.run("stat", "-c", "%u", f"/proc/{self.pid()}")

    def wait_for_new_pid(self, old: str, patience_s: float) -> float:
        """Until another process runs and is ready; returns the seconds."""
        waited = self.machine.seconds_until(self.unit, "ActiveState", "activating", patience_s)
        waited += self.machine.seconds_until(self.unit, "ActiveState", "active", patience_s)
        assert self.pid() not in {old, "0"}
        return waited
