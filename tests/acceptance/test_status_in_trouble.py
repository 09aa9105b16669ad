"""What is wrong is said in plain words, also where the mirror cannot say it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sync_daemon.daemon_state import StateFile
from sync_daemon.domain.trouble import Trouble
from sync_daemon.mirror import database, writable
from sync_daemon.mirror.database import FILES
from tests.acceptance.conftest import Sheetd
from tests.support.loop import Loop
from tests.support.processes import PATIENCE_S, Systemd, started, wait_until

SINCE = datetime(2026, 5, 1, 12, tzinfo=UTC)
TROUBLE = Trouble("jobs", "The disk is full.", "Free some space.", 6, SINCE, 3)


@pytest.fixture
def daemon_in_trouble(hunt: Loop) -> Iterator[None]:
    """As far as status can tell."""
    hunt.cycle()
    file = StateFile(hunt.application.daemon_state)
    file.tell([TROUBLE])
    yield
    file.close()


@pytest.mark.usefixtures("daemon_in_trouble")
def test_status_says_what_the_daemon_told(sheetd: Sheetd) -> None:
    ran = sheetd("status")
    assert ran.status == 0
    assert "The daemon is running" in ran.out
    assert "jobs, since 2026-05-01 12:00 UTC: The disk is full. Free some space." in ran.out
    told = sheetd("status", "--json").json()
    assert told["daemon"] == "running"
    assert told["troubles"] == [TROUBLE.to_json()]
    assert told["mirror"] is None


@pytest.mark.usefixtures("daemon_in_trouble")
def test_status_says_it_too_where_the_mirror_cannot_be_read(hunt: Loop, sheetd: Sheetd) -> None:
    hunt.application.close()
    (hunt.folder / "sheetd.db").write_bytes(b"no database any more " * 999)
    ran = sheetd("status")
    assert ran.status == 6
    assert "The disk is full. Free some space." in ran.out
    assert "file is not a database" in ran.err
    told = sheetd("status", "--json")
    assert told.status == 6
    assert told.json()["troubles"] == [TROUBLE.to_json()]
    assert told.json()["exit_status"] == 6


def test_status_and_doctor_see_for_themselves_that_the_mirror_is_held(
    hunt: Loop, sheetd: Sheetd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writable, "_PATIENCE_S", 0.1)
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.5)
    hunt.cycle()
    other = sqlite3.connect(hunt.folder / "sheetd.db", isolation_level=None)
    with closing(other):
        other.execute("BEGIN IMMEDIATE")
        told = sheetd("status", "--json").json()
        assert "Another program holds the mirror" in told["mirror"]["error"]
        assert told["daemon"] == "stopped"
        assert sheetd("doctor").status == 6
        other.execute("ROLLBACK")
    assert sheetd("status", "--json").json()["mirror"] is None


def test_a_daemon_whose_mirror_is_away_says_so_and_goes_on_when_it_is_back(
    hunt: Loop, sheetd: Sheetd, systemd: Systemd, tmp_path: Path
) -> None:
    hunt.config.write_text(hunt.config.read_text() + '\n[schedule]\nevery = "1s"\n')
    away = tmp_path / "away"
    away.mkdir()
    with started("run", log=tmp_path / "log", NOTIFY_SOCKET=systemd.address) as daemon:
        wait_until(lambda: hunt.rows()[0].get("Words") == 3)
        for end in FILES:
            (hunt.folder / f"sheetd.db{end}").rename(away / f"sheetd.db{end}")
        systemd.hear("STATUS=jobs, since ")
        assert "is gone. Put it back where it was" in systemd.heard[-1]
        [trouble] = sheetd("status", "--json").json()["troubles"]
        assert "is gone" in trouble["message"]
        for end in FILES:
            (away / f"sheetd.db{end}").rename(hunt.folder / f"sheetd.db{end}")
        hunt.user.type(1, 2, "typed when it was back")
        wait_until(lambda: hunt.rows()[0].get("Words") == 5)
        wait_until(lambda: sheetd("status", "--json").json()["troubles"] == [])
        daemon.terminate()
        assert daemon.wait(PATIENCE_S) == 0
    assert sheetd("status", "--json").json()["daemon"] == "stopped"
