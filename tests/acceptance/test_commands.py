"""The commands of the contract, as a user or a script gives them."""

from __future__ import annotations

import csv
import json
import sqlite3
from pathlib import Path

import pytest

from tests.acceptance.conftest import Sheetd
from tests.support.loop import Loop

REPORT = {"run_id", "status", "duration_s", "api_calls", "sheets"}
SHEET = {
    "name", "rows", "inserted", "updated", "deleted", "moved", "ids_assigned", "ids_repaired",
    "jobs", "cells_written", "cells_repaired", "error",
}  # fmt: skip
ROW = {
    "row_id", "sheet", "row_number", "state", "reason", "cells", "results", "error", "first_seen",
    "last_changed",
}  # fmt: skip


def test_sync_now_fills_the_columns_and_prints_the_report(hunt: Loop, sheetd: Sheetd) -> None:
    ran = sheetd("sync", "now", "--json")
    report = ran.json()
    assert ran.status == 0
    assert set(report) == REPORT
    (sheet,) = report["sheets"]
    assert set(sheet) == SHEET
    assert set(sheet["jobs"]) == {"done", "failed", "retrying", "skipped"}
    assert set(report["api_calls"]) == {"sheets_read", "sheets_write", "drive"}
    assert (sheet["rows"], sheet["inserted"], sheet["jobs"]["done"]) == (3, 3, 2)
    hunt.assert_right()


def test_a_second_run_does_no_write_and_no_job(hunt: Loop, sheetd: Sheetd) -> None:
    sheetd("sync", "now")
    report = sheetd("sync", "now", "--json").json()
    assert report["api_calls"]["sheets_write"] == 0
    assert report["sheets"][0]["jobs"]["done"] == 0
    hunt.assert_right()


def test_after_one_edit_that_row_s_job_runs_and_no_other(hunt: Loop, sheetd: Sheetd) -> None:
    sheetd("sync", "now")
    hunt.user.type(2, 2, "Rust")
    report = sheetd("sync", "now", "--json").json()
    assert report["sheets"][0]["jobs"]["done"] == 1
    assert report["sheets"][0]["updated"] == 1
    hunt.assert_right()


def test_a_dry_run_says_what_it_would_do_and_does_nothing(hunt: Loop, sheetd: Sheetd) -> None:
    before = hunt.rows()
    ran = sheetd("sync", "now", "--dry-run")
    assert ran.status == 0
    assert "run word_count on 2 rows" in ran.out
    assert "create column 'sheetd id'" in ran.out
    assert hunt.rows() == before
    assert sheetd("rows", "--json").json() == []


@pytest.mark.parametrize("strict", [False, True])
def test_failed_rows_are_fatal_only_if_asked(hunt: Loop, sheetd: Sheetd, strict: bool) -> None:
    processor = hunt.folder / "my-tools" / "word_count" / "processor.py"
    kept = processor.read_text().partition("        return ")[0]
    processor.write_text(kept + "        raise ValueError")
    ran = sheetd("sync", "now", *(["--strict"] if strict else []))
    assert ran.status == (1 if strict else 0)
    assert hunt.rows()[0]["sheetd status"].startswith("Something unexpected went wrong. The log")
    failed = sheetd("rows", "--failed", "--json").json()
    assert len(failed) == 2
    assert failed[0]["reason"] in hunt.rows()[0]["sheetd status"]


def test_rows_show_and_history(hunt: Loop, sheetd: Sheetd) -> None:
    sheetd("sync", "now")
    rows = sheetd("rows", "--json").json()
    assert [set(row) for row in rows] == [ROW] * 3
    assert [row["state"] for row in rows] == ["done", "done", "waiting"]
    assert rows[0]["cells"]["Company"] == "Acme"
    assert rows[0]["results"] == {"Words": 3, "Shout": "PYTHON AND SQL"}
    row_id = rows[0]["row_id"]
    shown = sheetd("show", row_id, "--json").json()
    assert {p["column"]: p["tool"] for p in shown["provenance"]} == {
        "Words": "word_count",
        "Shout": "word_count",
    }
    events = sheetd("history", row_id, "--json").json()
    assert events[0]["what"] == "inserted"
    for command in (["rows"], ["show", row_id], ["history", row_id]):
        ran = sheetd(*command)
        assert (ran.status, "Acme" in ran.out) == (0, True)


def test_an_id_may_be_shortened_while_no_other_begins_so(hunt: Loop, sheetd: Sheetd) -> None:
    sheetd("sync", "now")
    first, second, _ = (row["row_id"] for row in sheetd("rows", "--json").json())
    length = next(n for n in range(1, len(first)) if first[:n] != second[:n]) + 6
    for command in ("show", "history"):
        assert sheetd(command, first[:length]).out == sheetd(command, first).out
    assert sheetd("rerun", first[:length].upper(), "--json").json() == {"jobs": 1}
    unknown = sheetd("show", "-")
    assert (unknown.status, "no row with the id '-'" in unknown.err) == (2, True)
    assert sheetd("show", "").status == 2


def test_an_id_that_is_short_for_several_names_them(hunt: Loop, sheetd: Sheetd) -> None:
    sheetd("sync", "now")
    ids = [row["row_id"] for row in sheetd("rows", "--json").json()]
    with sqlite3.connect(hunt.folder / "sheetd.db") as mirror:
        mirror.execute("PRAGMA foreign_keys = OFF")
        names = [(f"abc{index}", row_id) for index, row_id in enumerate(ids)]
        mirror.executemany("UPDATE rows SET row_id = ? WHERE row_id = ?", names)
        mirror.executemany("UPDATE row_versions SET row_id = ? WHERE row_id = ?", names)
    ran = sheetd("show", "ab")
    assert ran.status == 2
    assert "abc0, abc1, abc2" in ran.err


def test_columns_are_shown_in_the_sheet_s_order_and_whole(hunt: Loop, sheetd: Sheetd) -> None:
    long = "word " * 400 + "end"
    hunt.user.type(1, 2, long)
    sheetd("sync", "now")
    places = hunt.user.texts()[0]
    hunt.user.move_columns(2, 3, 0)
    hunt.user.move_columns(places.index("Shout"), places.index("Shout") + 1, 1)
    sheetd("sync", "now")
    row = sheetd("rows", "--json").json()[0]
    assert list(row["cells"]) == ["Description", "Company", "Role"]
    assert list(row["results"]) == ["Shout", "Words"]
    shown = sheetd("show", row["row_id"])
    provenance = sheetd("show", row["row_id"], "--json").json()["provenance"]
    assert [result["column"] for result in provenance] == ["Shout", "Words"]
    assert shown.out.index("Description") < shown.out.index("Company")
    assert "".join(shown.out.split()).count("end") == 1
    assert shown.out.lower().count("word") >= 800
    path = hunt.folder / "rows.csv"
    sheetd("export", str(path))
    header, line = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))[:2]
    assert header[4:] == ["Description", "Company", "Role", "Shout", "Words"]
    assert line[4] == long


def test_status(hunt: Loop, sheetd: Sheetd) -> None:
    sheetd("sync", "now")
    status = sheetd("status", "--json").json()
    assert status["runs"][0]["status"] == "done"
    assert status["sheets"][0]["rows"] == {"done": 2, "waiting": 1}
    assert status["calls_last_minute"] == {"sheets_read": 2, "sheets_write": 2, "drive": 0}
    assert "2 done, 1 waiting" in sheetd("status").out
    assert hunt.rows()


def test_rerun(hunt: Loop, sheetd: Sheetd) -> None:
    sheetd("sync", "now")
    row_id = hunt.rows()[0]["sheetd id"]
    hunt.user.type(1, hunt.column("Shout"), "typed over")
    sheetd("sync", "now")
    assert hunt.rows()[0]["Shout"] == "typed over"
    assert sheetd("rerun", row_id, "--json").json() == {"jobs": 1}
    report = sheetd("sync", "now", "--json").json()
    assert report["sheets"][0]["jobs"]["done"] == 1
    hunt.assert_right()
    assert sheetd("rerun", "--tool", "word_count", "--json").json() == {"jobs": 2}
    assert sheetd("rerun", "--failed", "--json").json() == {"jobs": 0}


def test_tools(hunt: Loop, sheetd: Sheetd, tmp_path: Path) -> None:
    tools = {tool["name"]: tool for tool in sheetd("tools", "--json").json()}
    assert {"keyword_analyzer", "word_count"} <= set(tools)
    assert "word_count" in sheetd("tools").out
    ran = sheetd("tools", "run", "word_count", "--input", "text=one two three", "--json")
    assert ran.json() == {"words": 3, "shout": "ONE TWO THREE"}
    (tmp_path / "posting.txt").write_text("Python, Python and SQL")
    ran = sheetd(
        "tools", "run", "keyword_analyzer", "--input", "text=@posting.txt", "--option", "top=2",
        "--json",
    )  # fmt: skip
    assert sorted(ran.json()["keywords"]) == ["Python", "SQL"]
    assert ran.json()["counts"]["Python"] == 2
    assert hunt.config.exists()


def test_the_mirror_file(hunt: Loop, sheetd: Sheetd, tmp_path: Path) -> None:
    assert sheetd("db", "upgrade").status == 0
    sheetd("sync", "now")
    sheetd("sync", "now")
    assert sheetd("db", "check", "--json").json() == {"ok": True, "findings": []}
    assert sheetd("db", "backup", "copy.db").status == 0
    with sqlite3.connect(tmp_path / "copy.db") as copy:
        found = copy.execute('SELECT "Company", "Words" FROM sheet_jobs ORDER BY 1').fetchall()
    copy.close()
    assert found == [("Acme", 3), ("Bolt", 4), ("Cord", None)]
    exported = json.loads(sheetd("db", "export").out)
    assert [row["cells"]["Company"] for row in exported] == ["Acme", "Bolt", "Cord"]
    hunt.user.type(1, 0, "'=HYPERLINK(1)")
    sheetd("sync", "now")
    assert sheetd("db", "export", "rows.csv", "--format", "csv").status == 0
    with (tmp_path / "rows.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["Company"] == "'=HYPERLINK(1)", "a spreadsheet must not run it"


def test_doctor(hunt: Loop, sheetd: Sheetd) -> None:
    ran = sheetd("doctor", "--json")
    assert ran.status == 0
    assert all(check["ok"] for check in ran.json())
    hunt.server.service.sharing.unshare(
        hunt.spreadsheet_id, "sheetd@sandbox-project.iam.gserviceaccount.com"
    )
    ran = sheetd("doctor")
    assert ran.status == 3
    assert "Share → sheetd@sandbox-project.iam.gserviceaccount.com → Editor" in ran.out


def test_init_writes_a_configuration_that_works(hunt: Loop, sheetd: Sheetd, tmp_path: Path) -> None:
    arguments = [
        "init", "--config", "new.toml", "--spreadsheet", hunt.spreadsheet_id,
        "--worksheet", "Jobs", "--credentials", "key.json", "--api-root", hunt.server.url,
    ]  # fmt: skip
    ran = sheetd(*arguments)
    assert ran.status == 0
    assert "sheetd@sandbox-project.iam.gserviceaccount.com" in ran.out
    assert (tmp_path / "new.toml").stat().st_mode & 0o077 == 0
    assert sheetd("sync", "now", "--config", "new.toml").status == 0
    assert set(str(hunt.rows()[0]["Keywords"]).split(", ")) == {"Python", "SQL"}
    assert sheetd(*arguments).status == 2, "it does not replace a file unasked"


def test_init_without_a_terminal_names_the_option_it_lacks(hunt: Loop, sheetd: Sheetd) -> None:
    ran = sheetd("init", "--config", "new.toml")
    assert ran.status == 2
    assert "--spreadsheet" in ran.err
    assert hunt.config.exists()


def test_demo(sheetd: Sheetd) -> None:
    shown = sheetd("demo", "--json").json()
    typed = shown["before"]
    assert [row[: len(typed[0])] for row in shown["after"]] == [
        [*row, *[""] * (len(typed[0]) - len(row))] for row in typed
    ], "what was typed stays"
    assert shown["after"][0][len(typed[0]) :][:2] == ["sheetd id", "sheetd status"]
    assert shown["run"]["status"] == "done"
    ran = sheetd("demo")
    text = ran.out
    assert "takes Google's place" not in ran.err, "the demo started that server itself"
    assert "Orrery" in text
    assert "sheetd init" in text


COMMANDS = [
    ["demo"], ["init"], ["login"], ["doctor"], ["sync", "now"], ["run"], ["status"], ["rows"],
    ["show"], ["history"], ["rerun"], ["restore"], ["undo"], ["tools"], ["tools", "run"],
    ["tools", "show"], ["tools", "new"], ["config", "explain"],
    ["db", "upgrade"], ["db", "backup"], ["db", "restore"], ["db", "check"], ["db", "export"],
    ["export"], ["forget"],
    ["service", "install"], ["service", "uninstall"], ["service", "status"], ["sandbox"],
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_helps_with_an_example(sheetd: Sheetd, command: list[str]) -> None:
    ran = sheetd(*command, "--help")
    assert ran.status == 0
    assert "Example" in ran.out
    assert "--log-level" in ran.out
    assert "--config" in ran.out


class TestRestoreAndUndo:
    def test_a_deleted_row_comes_back(self, hunt: Loop, sheetd: Sheetd) -> None:
        sheetd("sync", "now")
        row_id = hunt.rows()[0]["sheetd id"]
        hunt.user.delete_rows(1, 2)
        sheetd("sync", "now")
        ended = sheetd("restore", row_id)
        assert (ended.status, ended.out) == (0, f"{row_id} is row 4 of jobs again.\n")
        hunt.assert_right()
        again = sheetd("restore", row_id)
        assert again.status == 2
        assert "is not deleted: it is row 4" in again.err

    def test_restore_tells_scripts_where_the_row_is(self, hunt: Loop, sheetd: Sheetd) -> None:
        sheetd("sync", "now")
        row_id = hunt.rows()[0]["sheetd id"]
        hunt.user.delete_rows(1, 2)
        sheetd("sync", "now")
        told = sheetd("restore", row_id, "--json").json()
        assert (told["row_id"], told["row_number"], told["status"]) == (row_id, 4, "done")

    def test_an_unknown_row_cannot_be_restored(self, hunt: Loop, sheetd: Sheetd) -> None:
        sheetd("sync", "now")
        ended = sheetd("restore", "nothing")
        assert ended.status == 2
        assert "no row with the id 'nothing'" in ended.err

    def test_undo_says_how_many_cells_it_took_back(self, hunt: Loop, sheetd: Sheetd) -> None:
        run_id = sheetd("sync", "now", "--json").json()["run_id"]
        hunt.user.type(1, hunt.column("Words"), 99)
        ended = sheetd("undo", str(run_id))
        assert ended.status == 0
        assert f"restored 3 cells to what they were before run {run_id}; left 1 " in ended.out
        assert [row["Words"] for row in hunt.rows()] == [99, "", ""]
        told = sheetd("history", hunt.rows()[1]["sheetd id"]).out
        assert f"(undo {run_id})" in told

    def test_a_run_that_is_not_there_or_wrote_nothing_cannot_be_undone(
        self, hunt: Loop, sheetd: Sheetd
    ) -> None:
        sheetd("sync", "now")
        quiet = sheetd("sync", "now", "--json").json()["run_id"]
        assert "There is no run 99" in sheetd("undo", "99").err
        assert "There is no run" in sheetd("undo", str(2**70)).err
        ended = sheetd("undo", str(quiet))
        assert ended.status == 2
        assert "wrote to no sheet" in ended.err
