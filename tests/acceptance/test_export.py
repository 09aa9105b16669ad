"""`sheetd export` and `sheetd forget`: one's data goes along, or goes for good."""

from __future__ import annotations

import csv
import json
import stat
import zipfile
from pathlib import Path

import pytest

from tests.acceptance.conftest import Sheetd
from tests.support.loop import Loop


@pytest.fixture
def row_id(hunt: Loop, sheetd: Sheetd) -> str:
    """A row that was edited and then deleted; two are left."""
    sheetd("sync", "now")
    made = str(hunt.rows()[0]["sheetd id"])
    hunt.user.type(1, 2, "Python, SQL and canaries")
    sheetd("sync", "now")
    hunt.user.delete_rows(1, 2)
    sheetd("sync", "now")
    return made


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", ["rows.csv", "rows.json", "rows.xlsx", "rows.CSV"])
def test_the_ending_names_the_form_and_only_the_owner_can_read_the_file(
    row_id: str, sheetd: Sheetd, tmp_path: Path, name: str
) -> None:
    ran = sheetd("export", name)
    assert (ran.status, ran.out) == (0, "")
    assert f"2 rows written to {name}" in ran.err
    assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_deleted_rows_and_all_versions_are_there_if_asked_for(
    row_id: str, sheetd: Sheetd, tmp_path: Path
) -> None:
    assert sheetd("export", "rows.csv", "--deleted", "--history").status == 0
    story = [line for line in lines(tmp_path / "rows.csv") if line["row_id"] == row_id]
    assert [(line["change"], line["Description"]) for line in story] == [
        ("inserted", "Python and SQL"),
        ("updated", "Python, SQL and canaries"),
        ("deleted", "Python, SQL and canaries"),
    ]
    assert [line["Words"] for line in story] == ["", "", "4"]


def test_without_them_only_the_rows_in_the_sheet_are_there(
    row_id: str, sheetd: Sheetd, tmp_path: Path
) -> None:
    sheetd("export", "rows.csv")
    found = [(line["Company"], line["Words"]) for line in lines(tmp_path / "rows.csv")]
    assert found == [("Bolt", "4"), ("Cord", "")]


def test_db_export_writes_the_same(row_id: str, sheetd: Sheetd, tmp_path: Path) -> None:
    sheetd("export", "rows.json")
    assert sheetd("db", "export").out == (tmp_path / "rows.json").read_text()
    assert sheetd("db", "export", "rows.xlsx", "--format", "xlsx").status == 0
    assert zipfile.is_zipfile(tmp_path / "rows.xlsx")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["rows.txt"], "csv, json or xlsx"),
        (["rows.csv", "--sheet", "others"], "no sheet 'others'"),
        (["missing/rows.csv"], "No such file"),
    ],
)
def test_what_cannot_be_exported_is_told(
    row_id: str, sheetd: Sheetd, arguments: list[str], told: str
) -> None:
    ran = sheetd("export", *arguments)
    assert ran.status == 2
    assert told in ran.err


def test_a_sheet_that_left_the_configuration_can_still_be_exported(
    row_id: str, hunt: Loop, sheetd: Sheetd, tmp_path: Path
) -> None:
    text = hunt.config.read_text(encoding="utf-8")
    hunt.config.write_text(text.replace('name = "jobs"', 'name = "other"'), encoding="utf-8")
    assert sheetd("export", "rows.csv", "--sheet", "jobs").status == 0
    assert len(lines(tmp_path / "rows.csv")) == 2


def test_a_forgotten_row_is_in_no_command_s_answer_and_no_export(
    row_id: str, sheetd: Sheetd, tmp_path: Path
) -> None:
    told = sheetd("forget", row_id[:7], "--yes", "--json").json()
    assert told["row_id"] == row_id, "a unique beginning names a row"
    assert told["erased"]["row_versions"] == 3
    assert sheetd("rows", "--deleted", "--json").json() == []
    assert sheetd("show", row_id).status == sheetd("history", row_id).status == 2
    assert sheetd("restore", row_id).status == 2
    sheetd("export", "rows.json", "--deleted", "--history")
    assert "canaries" not in (tmp_path / "rows.json").read_text()
    assert len(json.loads((tmp_path / "rows.json").read_text())) == 2
    assert sheetd("sync", "now", "--json").json()["sheets"][0]["inserted"] == 0


def test_a_row_is_forgotten_only_on_a_clear_word(row_id: str, sheetd: Sheetd) -> None:
    ran = sheetd("forget", row_id)
    assert ran.status == 2
    assert "--yes" in ran.err
    assert sheetd("show", row_id).status == 0


def test_what_a_failure_left_of_a_row_is_erased_by_its_whole_id(
    row_id: str, sheetd: Sheetd
) -> None:
    assert sheetd("forget", row_id, "--yes").status == 0
    assert sheetd("forget", row_id, "--yes").status == 0
    assert sheetd("forget", row_id[:7], "--yes").status == 2


def test_a_row_in_the_sheet_is_not_forgotten(row_id: str, hunt: Loop, sheetd: Sheetd) -> None:
    ran = sheetd("forget", hunt.rows()[0]["sheetd id"], "--yes")
    assert ran.status == 2
    assert "Delete it there" in ran.err


@pytest.mark.parametrize("command", ["export", "forget"])
def test_the_commands_help_with_an_example(sheetd: Sheetd, command: str) -> None:
    ran = sheetd(command, "--help")
    assert "Example" in ran.out
    assert "--log-level" in ran.out
