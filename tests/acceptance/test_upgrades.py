"""Mirrors of every earlier version, and of a later one: nothing is lost on either way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sync_daemon.mirror.database import backups_before_upgrades, known_revisions
from sync_daemon.sheets.marks import METADATA_KEY
from tests.acceptance.conftest import Sheetd
from tests.support.loop import Loop
from tests.support.old_mirrors import downgrade, revision_of, set_revision
from tests.support.processes import PATIENCE_S, Systemd, started

OLDER = known_revisions()[:-1]
INSTALLATIONS = "0012"  # from then on, tabs bear the mark of who keeps them
TYPED = "corrected by hand"


@pytest.fixture
def mirror(hunt: Loop) -> Path:
    """A mirror with a result that the user typed over, and nothing open on it."""
    hunt.cycle()
    hunt.user.type(1, hunt.column("Shout"), TYPED)
    hunt.settle()
    hunt.application.close()
    return hunt.folder / "sheetd.db"


def unmark(hunt: Loop) -> None:
    """Take the mark of an installation off the tab, as versions without one left it."""
    lookup = {"metadataKey": METADATA_KEY, "locationType": "SHEET"}
    request = {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": lookup}}}
    path = f"/v4/spreadsheets/{hunt.spreadsheet_id}:batchUpdate"
    hunt.server.call("POST", path, {"requests": [request]})


def known(hunt: Loop) -> list[Any]:
    """What the sheet shows, but for the status."""
    return [{k: v for k, v in row.items() if k != "sheetd status"} for row in hunt.rows()]


@pytest.mark.parametrize("revision", OLDER)
def test_an_older_mirror_is_upgraded_after_a_copy_and_loses_nothing(
    hunt: Loop, sheetd: Sheetd, mirror: Path, revision: str
) -> None:
    shown = known(hunt)
    downgrade(mirror, revision)
    if revision < INSTALLATIONS:
        unmark(hunt)
    ran = sheetd("sync", "now")
    assert ran.status == 0, ran.err
    [copy] = backups_before_upgrades(mirror)
    assert copy.path.name in ran.err
    assert copy.revision == revision_of(copy.path) == revision
    assert copy.path.stat().st_mode & 0o777 == 0o600
    for _ in range(2):
        assert sheetd("sync", "now").status == 0
    assert known(hunt) == shown, "rows, ids and the corrected result"
    checked = sheetd("db", "check", "--json")
    assert checked.status == 0, checked.out
    assert [f for f in checked.json()["findings"] if f["is_damage"]] == []
    assert len(backups_before_upgrades(mirror)) == 1, "one upgrade, one copy"


@pytest.mark.parametrize("revision", [OLDER[0], OLDER[len(OLDER) // 2], OLDER[-1]])
def test_commands_that_read_leave_an_older_mirror_as_it_is(
    hunt: Loop, sheetd: Sheetd, mirror: Path, revision: str
) -> None:
    row_id = hunt.rows()[0]["sheetd id"]
    downgrade(mirror, revision)
    if revision < INSTALLATIONS:
        unmark(hunt)
    before = mirror.read_bytes()
    for command in (
        ("status", "--json"), ("rows", "--json"), ("show", row_id), ("history", row_id), ("tools",),
        ("doctor",), ("db", "check"), ("db", "export"), ("export", "rows.csv"),
        ("db", "backup", "copy.db"), ("sync", "now", "--dry-run"),
    ):  # fmt: skip
        ran = sheetd(*command)
        assert ran.status == 0, (command, ran.out, ran.err)
        assert mirror.read_bytes() == before, command
    [row, *_] = sheetd("rows", "--json").json()
    assert row["results"]["Shout"] == TYPED
    assert backups_before_upgrades(mirror) == []


def test_a_repair_of_an_older_mirror_loses_no_correction(
    hunt: Loop, sheetd: Sheetd, mirror: Path
) -> None:
    downgrade(mirror, "0001")
    unmark(hunt)
    ran = sheetd("db", "check", "--repair")
    assert ran.status == 0, ran.err
    assert "before-upgrade" in ran.out
    assert "Lost" not in ran.out
    sheetd("sync", "now")
    assert hunt.rows()[0]["Shout"] == TYPED


def test_upgrading_by_hand_names_the_copy(sheetd: Sheetd, mirror: Path) -> None:
    downgrade(mirror, OLDER[-1])
    ran = sheetd("db", "upgrade")
    assert ran.status == 0
    [copy] = backups_before_upgrades(mirror)
    assert str(copy.path) in ran.out
    assert "before" not in sheetd("db", "upgrade").out, "there was nothing to do"


def test_commands_that_read_make_no_mirror(hunt: Loop, sheetd: Sheetd) -> None:
    for command in (("status",), ("rows",), ("db", "check"), ("sync", "now", "--dry-run")):
        assert sheetd(*command).status == 0, command
    assert sheetd("db", "backup", "copy.db").status == 6
    assert list(hunt.folder.glob("*.db")) == []


COMMANDS = (
    ("sync", "now"), ("sync", "now", "--dry-run"), ("status",), ("rows",), ("show", "ID"),
    ("history", "ID"), ("db", "check"), ("db", "check", "--repair"), ("db", "upgrade"),
    ("db", "export"), ("export", "rows.csv"), ("rerun", "--failed"), ("restore", "ID"),
    ("undo", "1"), ("forget", "ID", "--yes"),
)  # fmt: skip


def test_a_mirror_of_a_newer_sheetd_is_refused_by_all_and_stays(
    hunt: Loop, sheetd: Sheetd, mirror: Path, systemd: Systemd, tmp_path: Path
) -> None:
    row_id = hunt.rows()[0]["sheetd id"]
    set_revision(mirror, "9999")
    before = mirror.read_bytes()
    said = set()
    for command in COMMANDS:
        ran = sheetd(*(row_id if part == "ID" else part for part in command))
        assert ran.status == 6, (command, ran.out, ran.err)
        said.add(ran.err)
        assert mirror.read_bytes() == before, command
    [sentence] = said
    assert "made by a newer sheetd" in sentence
    assert "sheetd db restore" in sentence
    log = tmp_path / "log"
    with started("run", log=log, NOTIFY_SOCKET=systemd.address) as daemon:
        assert daemon.wait(PATIENCE_S) == 6
    assert " ".join(sentence.split()) in " ".join(log.read_text().split())
    assert "Traceback" not in log.read_text()


def test_the_way_back_to_an_older_sheetd_is_named_and_works(
    hunt: Loop, sheetd: Sheetd, mirror: Path
) -> None:
    downgrade(mirror, OLDER[-1])
    sheetd("db", "upgrade")
    set_revision(mirror, "9999")  # by then, it is the newer sheetd's
    hint = sheetd("status").err
    [copy] = backups_before_upgrades(mirror)
    assert f"sheetd db restore {copy.path}" in " ".join(hint.split())
    assert sheetd("db", "restore", str(copy.path)).status == 0
    assert sheetd("sync", "now").status == 0
    assert hunt.rows()[0]["Shout"] == TYPED


def test_a_damaged_mirror_makes_room_for_a_backup(hunt: Loop, sheetd: Sheetd, mirror: Path) -> None:
    sheetd("db", "backup", "copy.db")
    mirror.write_bytes(b"no database any more " * 999)
    assert sheetd("db", "restore", "copy.db").status == 0
    assert sheetd("sync", "now").status == 0
    assert hunt.rows()[0]["Shout"] == TYPED
