"""Bad input: the exit status of the contract, and a message that says what and how to mend it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.conftest import Sheetd
from tests.support.loop import HEADERS, Loop, running_loop

ADDRESS = "sheetd@sandbox-project.iam.gserviceaccount.com"


def edit(old: str, new: str) -> Callable[[Loop], None]:
    """Replace a part of the configuration."""

    def change(hunt: Loop) -> None:
        text = hunt.config.read_text()
        assert old in text
        hunt.config.write_text(text.replace(old, new))

    return change


def key(change: Callable[[Path], object]) -> Callable[[Loop], None]:
    """Do something to the key file."""

    def apply(hunt: Loop) -> None:
        change(hunt.folder / "key.json")

    return apply


def of_nobody(path: Path) -> None:
    content = json.loads(path.read_text())
    path.write_text(json.dumps({**content, "client_email": "gone@x.iam.gserviceaccount.com"}))


def damage_key(path: Path) -> None:
    content = json.loads(path.read_text())
    content["private_key"] = "-----BEGIN PRIVATE KEY-----\nHUSHHUSH\n-----END PRIVATE KEY-----\n"
    path.write_text(json.dumps(content))


def make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def share(role: str | None) -> Callable[[Loop], None]:
    def change(hunt: Loop) -> None:
        hunt.server.service.sharing.unshare(hunt.spreadsheet_id, ADDRESS)
        if role:
            hunt.server.service.sharing.share(hunt.spreadsheet_id, ADDRESS, role)

    return change


def disable_api(hunt: Loop) -> None:
    hunt.server.service.sharing.api_disabled = True


def corrupt_mirror(hunt: Loop) -> None:
    (hunt.folder / "sheetd.db").write_bytes(b"this is no database")


def header(*texts: str) -> Callable[[Loop], None]:
    return lambda hunt: hunt.user.type_rows(0, 0, [list(texts)])


CASES: dict[str, tuple[Callable[[Loop], object], int, list[str]]] = {
    "no configuration": (lambda h: h.config.unlink(), 2, ["no configuration", "sheetd init"]),
    "unknown key": (edit("worksheet =", "worksheeet ="), 2, ["sheets[0].worksheeet", "worksheet"]),
    "bad TOML": (edit('name = "jobs"', "name = jobs"), 2, ["sheetd.toml", "line"]),
    "others may write to the folder": (
        lambda h: h.folder.chmod(0o777), 2, ["not safe", "everybody may write", "chmod go-w"],
    ),
    "no key file": (key(Path.unlink), 3, ["key.json", "is not there"]),
    "unreadable key file": (key(make_folder), 3, ["key.json", "cannot be read"]),
    "malformed key file": (key(lambda p: p.write_text("{nope")), 3, ["key.json", "not JSON"]),
    "damaged private key": (key(damage_key), 3, ["key.json", "private key"]),
    "key that others read": (key(lambda p: p.chmod(0o644)), 3, ["chmod 600"]),
    "key of a deleted account": (key(of_nobody), 3, ["account not found", "service account"]),
    "not shared": (share(None), 3, ["denies access", ADDRESS]),
    "shared for reading": (share("reader"), 3, ["denies access", ADDRESS]),
    "API disabled": (disable_api, 3, ["not enabled", "https://console.developers.google.com"]),
    "wrong id": (edit('spreadsheet = "', 'spreadsheet = "x'), 2, ["404", "sheets.spreadsheet"]),
    "missing worksheet": (edit('"Jobs"', '"Jbos"'), 2, ["no tab 'Jbos'", "'Jobs'"]),
    "missing header": (
        header("Company", "Role", "Descripton"), 5,
        ["row 1", "'Description'", "Did you mean 'Descripton'"],
    ),
    "duplicate header": (
        header("Description", "Role", "Description"), 5, ["row 1", "'Description' 2 times"],
    ),
    "blank headers": (header("", "", ""), 5, ["row 1", "no headers"]),
    "unknown tool": (edit('"word_count"', '"word_cuont"'), 2, ["steps[0].tool", "word_count"]),
    "unknown tool input": (edit("{ text =", "{ txet ="), 2, ["steps[0].inputs.txet", "text"]),
    "input mapped to no column": (
        edit('"Description"', '"Posting"'), 5, ["'Posting'", "Company, Role, Description"],
    ),
    "unknown output": (edit("{ words =", "{ wrods ="), 2, ["steps[0].outputs.wrods", "words"]),
    "corrupt mirror": (corrupt_mirror, 6, ["sheetd.db", "not a database"]),
    "folder that cannot be written": (
        edit("[tools]", '[database]\nurl = "sqlite:////proc/nowhere.db"\n[tools]'), 6,
        ["/proc/nowhere.db", "writable"],
    ),
    "sheet that is not configured": (edit('name = "jobs"', 'name = "other"'), 2, ["'jobs'"]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_bad_input(hunt: Loop, sheetd: Sheetd, case: str) -> None:
    prepare, status, said = CASES[case]
    prepare(hunt)
    before = hunt.rows() if "header" not in case else None
    ran = sheetd("sync", "now", "--sheet", "jobs")
    words = " ".join(ran.err.split())
    assert ran.status == status, words
    for part in said:
        assert part in words
    assert "fix:" in words
    assert "Traceback" not in words
    assert "HUSHHUSH" not in words + ran.out
    if before is not None:
        assert hunt.rows() == before


def test_a_server_in_google_s_place_is_named_at_the_start(hunt: Loop, sheetd: Sheetd) -> None:
    ran = sheetd("sync", "now", "--json")
    assert f"takes Google's place and gets its tokens' server='{hunt.server.url}'" in (
        ran.err.replace('"', "'")
    )
    assert ran.json()["status"] == "done"


def test_headers_that_no_tool_needs_may_be_blank_or_doubled(hunt: Loop, sheetd: Sheetd) -> None:
    hunt.user.type_rows(0, 0, [["Company", "Company", "Description"]])
    assert sheetd("sync", "now").status == 0
    row = sheetd("rows", "--json").json()[0]
    assert row["cells"] == {
        "Company": "Acme",
        "Company (2)": "Developer",
        "Description": "Python and SQL",
    }


def test_mass_deletion_is_refused_until_it_is_confirmed(hunt: Loop, sheetd: Sheetd) -> None:
    sheetd("sync", "now")
    hunt.user.delete_rows(1, 3)
    ran = sheetd("sync", "now")
    assert ran.status == 5
    assert "--allow-mass-delete" in ran.err
    assert len(sheetd("rows", "--json").json()) == 3
    assert sheetd("sync", "now", "--allow-mass-delete").status == 0
    assert len(sheetd("rows", "--deleted", "--json").json()) == 2


def test_an_emptied_sheet_deletes_nothing(hunt: Loop, sheetd: Sheetd) -> None:
    sheetd("sync", "now")
    hunt.user.clear(1, 10, 0, 10)
    ran = sheetd("sync", "now")
    assert (ran.status, "is empty" in ran.err) == (5, True)
    assert len(sheetd("rows", "--json").json()) == 3


AWKWARD = [
    "x" * 50_000,
    "😀 emoji and שלום right to left",
    "a NUL \0 in between",
    "a lone \ud800 surrogate",
    "'=1+1",
    "'+49 170 1234567",
    "'0042",
    "'1/2",
    "'TRUE",
    "'12345678901234567890",
    "<script>alert(1)</script> [bold]",
]


@pytest.mark.parametrize("text", AWKWARD, ids=[ascii(text)[:20] for text in AWKWARD])
def test_awkward_cells_keep_their_meaning_and_are_written_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sheetd: Sheetd, text: str
) -> None:
    with running_loop(tmp_path, rows=[]) as hunt:
        monkeypatch.chdir(tmp_path)
        hunt.user.type_rows(0, 0, [HEADERS])
        hunt.user.type(1, 2, text)
        assert sheetd("sync", "now").status == 0
        (row,) = hunt.rows()
        assert row["Shout"] == str(row["Description"]).upper()
        assert sheetd("sync", "now", "--json").json()["sheets"][0]["cells_written"] == 0
        assert sheetd("rows").status == 0
        assert sheetd("show", row["sheetd id"]).status == 0


def test_a_result_that_is_too_long_for_a_cell_is_cut_with_a_note(
    hunt: Loop, sheetd: Sheetd
) -> None:
    hunt.user.type(1, 2, "ß" * 40_000)  # upper case doubles it
    assert sheetd("sync", "now").status == 0
    shown = hunt.rows()[0]["Shout"]
    assert len(shown) <= 50_000
    assert shown.endswith("(cut)")
    assert sheetd("sync", "now", "--json").json()["sheets"][0]["cells_written"] == 0


def test_a_word_that_is_no_command(sheetd: Sheetd) -> None:
    ran = sheetd("sync", "nwo")
    assert (ran.status, "now" in ran.err) == (2, True)


def test_an_unknown_row(hunt: Loop, sheetd: Sheetd) -> None:
    for command in (["show", "x"], ["history", "x"], ["rerun", "x"]):
        ran = sheetd(*command)
        assert (ran.status, "sheetd rows" in ran.err) == (2, True)
    assert hunt.config.exists()


def test_a_damaged_data_file_of_the_sandbox(sheetd: Sheetd, tmp_path: Path) -> None:
    (tmp_path / "data.json").write_text("{nope")
    ran = sheetd("sandbox", "--data", str(tmp_path / "data.json"))
    assert (ran.status, "data.json" in ran.err, "Traceback" in ran.err) == (2, True, False)
