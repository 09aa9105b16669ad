"""What a person is told where another installation keeps the tab, or a backup came back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.acceptance.conftest import Sheetd
from tests.support.loop import Loop


def check(sheetd: Sheetd, name: str, *arguments: str) -> dict[str, Any]:
    """One finding of doctor, by the end of its name."""
    found = sheetd("doctor", "--json", *arguments).json()
    (only,) = [one for one in found if one["name"].endswith(name)]
    return dict(only)


@pytest.fixture
def elsewhere(hunt: Loop, sheetd: Sheetd) -> str:
    """The configuration of a second installation; the first one keeps the tab."""
    assert sheetd("sync", "now").status == 0
    hunt.install_elsewhere("server").close()
    return str(hunt.folder / "server" / "sheetd.toml")


def test_sync_and_doctor_refuse_with_the_same_sentence(elsewhere: str, sheetd: Sheetd) -> None:
    for arguments in (["sync", "now"], ["sync", "now", "--dry-run"], ["doctor"]):
        ran = sheetd(*arguments, "--config", elsewhere)
        assert ran.status == 5
        told = " ".join(f"{ran.out} {ran.err}".split())
        assert "is kept by another sheetd installation, on" in told
        assert "sheetd sync now --take-over" in told
    assert check(sheetd, "keeper")["message"] == "the tab is kept by this installation"


def test_taking_over_is_planned_done_and_told_on_both_sides(elsewhere: str, sheetd: Sheetd) -> None:
    planned = sheetd("sync", "now", "--take-over", "--dry-run", "--config", elsewhere)
    assert planned.status == 0
    assert "take the tab over from the installation on" in planned.out
    assert sheetd("sync", "now").status == 0, "nothing was taken over yet"
    done = sheetd("sync", "now", "--take-over", "--config", elsewhere)
    assert done.status == 0
    assert "was taken over from the installation on" in done.out
    assert sheetd("sync", "now").status == 5
    assert not check(sheetd, "keeper")["ok"], "doctor looks at the marks each time"


def test_a_restored_backup_is_told_of(hunt: Loop, sheetd: Sheetd) -> None:
    assert sheetd("sync", "now").status == 0
    assert sheetd("db", "backup", "yesterday.db").status == 0
    hunt.user.type_rows(4, 0, [["Dell", "Tester", "Java"]])
    assert sheetd("sync", "now").status == 0
    assert sheetd("db", "restore", "yesterday.db").status == 0
    sentence = "1 row has an id that the mirror does not know"
    assert sentence in check(sheetd, "headers")["message"]
    assert sentence in sheetd("sync", "now", "--dry-run").out
    assert sentence in sheetd("sync", "now").out
    assert sentence not in sheetd("sync", "now").out


def test_a_filled_column_is_named_by_doctor_too(hunt: Loop, sheetd: Sheetd) -> None:
    hunt.user.type(0, 3, "Shout")
    hunt.user.type(2, 3, "my own")
    for arguments in (["sync", "now"], ["sync", "now", "--dry-run"], ["doctor"]):
        ran = sheetd(*arguments)
        assert ran.status == 5
        assert 'adopt = ["Shout"]' in " ".join(f"{ran.out} {ran.err}".split())
        assert "would:" not in ran.out


def test_init_leaves_columns_of_the_users_that_are_called_as_its_own(
    hunt: Loop, sheetd: Sheetd
) -> None:
    hunt.user.type_rows(0, 3, [["Sheetd ID", "sheetd status"], ["A-1", ""], ["A-2", "my own"]])
    before = [[row["Sheetd ID"], row["sheetd status"]] for row in hunt.rows()]
    ran = sheetd(
        "init", "--config", "new.toml", "--spreadsheet", hunt.spreadsheet_id, "--worksheet",
        "Jobs", "--credentials", "key.json", "--api-root", hunt.server.url,
    )  # fmt: skip
    assert ran.status == 0
    assert 'uses "sheetd status (sheetd)" for its own' in " ".join(ran.err.split())
    assert sheetd("sync", "now", "--config", "new.toml").status == 0
    rows = hunt.rows()
    assert [[row["Sheetd ID"], row["sheetd status"]] for row in rows] == before
    assert all(row["sheetd status (sheetd)"] for row in rows[:2])
