"""What an idle daemon holds in memory: what it needs, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from sqlalchemy import Connection, event

from tests.support.loop import Loop

ROOT = Path(__file__).resolve().parents[2]
UNNEEDED = (
    "sync_daemon.sandbox", "sync_daemon.demo", "sync_daemon.onboarding", "sync_daemon.doctor",
    "sync_daemon.export", "sync_daemon.feeds.reading", "sync_daemon.service", "alembic", "mako",
    "feedparser", "pypdf", "docx", "trafilatura", "readability", "apprise", "icalendar",
    "rapidfuzz", "xlsxwriter", "pytest", "httpx", "httpcore",
)  # fmt: skip
IDLE = """
import json, sys
from pathlib import Path

from sync_daemon.bootstrap import Application
from sync_daemon.cli.command_line import COMMANDS
from sync_daemon.daemon.rounds import Rounds, Watcher
from sync_daemon.notify import ServiceNotifier
from sync_daemon.schedule import Schedule
from sync_daemon.settings import load_settings

COMMANDS["run"].load()
application = Application(load_settings(Path(sys.argv[1]), {}))
schedule = Schedule(application.settings, application.clock)
watcher = Watcher(lambda: None, lambda: None)
rounds = Rounds(application, schedule, ServiceNotifier({}), watcher)
rounds.begin()
for _ in range(2):
    rounds.run("jobs")
rounds.end()
application.close()
print(json.dumps(sorted(sys.modules)))
"""


def test_an_idle_daemon_imports_what_it_needs(hunt: Loop) -> None:
    hunt.settle()
    hunt.close()
    ran = subprocess.run(
        [sys.executable, "-c", IDLE, str(hunt.config)],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    loaded = json.loads(ran.stdout.splitlines()[-1])
    unneeded = [
        name for name in loaded if any(name == u or name.startswith(f"{u}.") for u in UNNEEDED)
    ]
    assert unneeded == []


def test_an_edited_row_is_synced_three_times(hunt: Loop) -> None:
    """The change, its results, and the intent to write them; the rest goes with the next sync."""
    hunt.settle()
    synced: list[str] = []

    def count(connection: Connection) -> None:
        synced.append(connection.info.get("sqlite_sync", "FULL"))

    event.listen(hunt.application.database, "commit", count)
    hunt.user.type(1, 2, "edited by the user")
    assert hunt.cycle(may_skip=True).cells_written == 2
    assert synced.count("FULL") == 3
    assert len(synced) > 3


def test_cycles_in_which_nothing_happened_leave_no_byte(hunt: Loop) -> None:
    """Not in the mirror, its log, or what lies beside them."""
    hunt.configure('worksheet = "Jobs"', 'worksheet = "Jobs"\nprobe = "drive"')
    hunt.settle()
    for _ in range(2):
        hunt.run(may_skip=True)
    before = {path: path.read_bytes() for path in hunt.folder.glob("sheetd.db*")}
    runs = hunt.application.reader.runs(100)
    for _ in range(3):
        report = hunt.run(may_skip=True)
        assert report.is_quiet
    assert {path: path.read_bytes() for path in hunt.folder.glob("sheetd.db*")} == before
    assert hunt.application.reader.runs(100) == runs
