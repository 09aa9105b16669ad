"""A newcomer's way from nothing to a filled row, at a terminal."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sync_daemon.sandbox import DEFAULT_ACCOUNT, SandboxServer
from tests.support.terminal import at_terminal

ROWS = [
    ["Company", "Role", "Status", "Description"],
    ["Acme", "Developer", "Applied", "Python and SQL, Python again"],
]
PERSON = "person@example.com"
BROWSER = """\
import re, sys, urllib.parse, urllib.request
page = urllib.request.urlopen(sys.argv[1]).read().decode()
assert "Allow" in page, page
form = urllib.parse.urlencode({"answer": "ANSWER", "email": "PERSON"}).encode()
print(urllib.request.urlopen(sys.argv[1], form).read().decode(), file=open("page.html", "w"))
"""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[SandboxServer]:
    """Without limits: several commands in a minute would wait for the next one."""
    for limit in ("READS", "WRITES"):
        monkeypatch.setenv(f"SHEETD_GOOGLE__{limit}_PER_MINUTE", "300")
    with SandboxServer(per_user=0, per_project=0) as server:
        yield server


def values(server: SandboxServer, spreadsheet_id: str) -> list[dict[str, object]]:
    rows = server.call("GET", f"/v4/spreadsheets/{spreadsheet_id}/values/Jobs")["values"]
    return [dict(zip(rows[0], row, strict=False)) for row in rows[1:]]


def browser(folder: Path, answer: str = "allow") -> str:
    """A browser whose person answers at once; returns what BROWSER is to be."""
    script = folder / "browser.py"
    script.write_text(BROWSER.replace("ANSWER", answer).replace("PERSON", PERSON))
    program = folder / "browser"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} {script} "$1"\n')
    program.chmod(0o700)
    return f"{program} %s"


def test_a_newcomer_gets_from_a_downloaded_key_to_a_filled_row(
    server: SandboxServer, tmp_path: Path
) -> None:
    (tmp_path / "Downloads").mkdir()
    server.service_account(tmp_path / "Downloads" / "project-1a2b3c.json").chmod(0o644)
    book = server.add_spreadsheet("My hunt", ROWS, tab="Jobs", share=None)
    (tmp_path / "resume.md").write_text("I know Python.")
    with at_terminal("init", "--api-root", server.url, folder=tmp_path) as person:
        person.wait_for("Found ")
        person.answer("Use it?")
        person.answer("Move it to")
        person.wait_for(f"Share the spreadsheet with: {DEFAULT_ACCOUNT}")
        person.answer("address in the browser", "the one with my jobs")
        person.wait_for("is not a spreadsheet address")
        person.answer("address in the browser", f"{server.url}/spreadsheets/d/{book}/edit#gid=0")
        person.wait_for(f"Share → {DEFAULT_ACCOUNT} → Editor")
        server.service.sharing.share(book, DEFAULT_ACCOUNT)
        person.wait_for("This is “My hunt”")
        person.answer("Your résumé")
        person.wait_for("'Description' (description)")
        person.answer("Use these?")
        person.answer("Write this to sheetd.toml?")
        person.answer("Fill in the sheet now?")
        assert person.finish() == 0, person.seen
        assert "sheetd service install --user --start" in person.seen
    row = values(server, book)[0]
    assert row["sheetd status"].startswith("done")  # type: ignore[attr-defined]
    assert "Python" in str(row["Keywords"])
    assert row["Company"] == "Acme"
    for name in ("sheetd.toml", "service-account.json"):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    assert not list((tmp_path / "Downloads").iterdir())


def test_a_person_allows_it_in_the_browser(server: SandboxServer, tmp_path: Path) -> None:
    server.installed_application(tmp_path / "client_secret_1.json")
    book = server.add_spreadsheet("My hunt", ROWS, tab="Jobs", share=PERSON)
    arguments = ["init", "--api-root", server.url, "--spreadsheet", book, "--yes"]
    with at_terminal(*arguments, folder=tmp_path, BROWSER=browser(tmp_path)) as person:
        assert person.finish() == 0, person.seen
    token = tmp_path / "google-token.json"
    assert token.stat().st_mode & 0o777 == 0o600
    assert json.loads(token.read_text())["type"] == "authorized_user"
    google = tomllib.loads((tmp_path / "sheetd.toml").read_text())["google"]
    assert (google["auth"], google["credentials_file"]) == ("oauth", str(token))
    assert values(server, book)[0]["Keywords"]
    assert "You can close this page" in (tmp_path / "page.html").read_text()
    secret = json.loads(token.read_text())["refresh_token"]
    assert secret not in person.seen


def test_application_default_credentials_need_no_file(
    server: SandboxServer, tmp_path: Path
) -> None:
    (tmp_path / "of-the-machine").mkdir()
    key = server.service_account(tmp_path / "of-the-machine" / "adc.json")
    book = server.add_spreadsheet("My hunt", ROWS, tab="Jobs")
    arguments = ["init", "--adc", "--api-root", server.url, "--spreadsheet", book, "--yes"]
    environ = {"GOOGLE_APPLICATION_CREDENTIALS": str(key)}
    with at_terminal(*arguments, folder=tmp_path, **environ) as person:
        assert person.finish() == 0, person.seen
    google = tomllib.loads((tmp_path / "sheetd.toml").read_text())["google"]
    assert google["auth"] == "adc"
    assert "credentials_file" not in google
    assert values(server, book)[0]["Keywords"]


def test_an_expired_permission_is_renewed_by_login(server: SandboxServer, tmp_path: Path) -> None:
    server.installed_application(tmp_path / "client_secret_1.json")
    book = server.add_spreadsheet("My hunt", ROWS, tab="Jobs", share=PERSON)
    opened = browser(tmp_path)
    arguments = ["init", "--api-root", server.url, "--spreadsheet", book, "--yes"]
    with at_terminal(*arguments, folder=tmp_path, BROWSER=opened) as person:
        assert person.finish() == 0, person.seen
    server.service.accounts.withdraw_consents()
    with at_terminal("sync", "now", folder=tmp_path) as person:
        assert person.finish() == 3
        assert "sheetd login" in person.seen
        assert "seven days" in person.seen
    with at_terminal("login", folder=tmp_path, BROWSER=opened) as person:
        assert person.finish() == 0, person.seen
    with at_terminal("sync", "now", folder=tmp_path) as person:
        assert person.finish() == 0, person.seen


def test_a_person_who_says_no_is_told_how_to_say_yes(server: SandboxServer, tmp_path: Path) -> None:
    server.installed_application(tmp_path / "client_secret_1.json")
    arguments = ["init", "--api-root", server.url, "--yes"]
    with at_terminal(*arguments, folder=tmp_path, BROWSER=browser(tmp_path, "deny")) as person:
        assert person.finish() == 3
    assert "access_denied" in person.seen
    assert "choose Allow" in person.seen
    assert not (tmp_path / "google-token.json").exists()


def test_it_waits_until_somebody_has_mended_what_is_wrong(
    server: SandboxServer, tmp_path: Path
) -> None:
    server.service_account(tmp_path / "service-account.json")
    book = server.add_spreadsheet("My hunt", [], tab="Jobs", share=None)
    server.service.sharing.api_disabled = True
    arguments = ["init", "--api-root", server.url, "--spreadsheet", book, "--yes"]
    with at_terminal(*arguments, folder=tmp_path) as person:
        person.wait_for("press Enable")
        server.service.sharing.api_disabled = False
        person.wait_for(f"Share → {DEFAULT_ACCOUNT} → Editor")
        server.service.sharing.share(book, DEFAULT_ACCOUNT, "reader")
        person.wait_for(f"Share → {DEFAULT_ACCOUNT} → Editor")
        server.service.sharing.share(book, DEFAULT_ACCOUNT, "writer")
        person.wait_for("Type titles into its first row")
        path = f"/v4/spreadsheets/{book}/values/Jobs"
        server.call("PUT", path, {"values": ROWS}, [("valueInputOption", "RAW")])
        assert person.finish() == 0, person.seen
    assert values(server, book)[0]["Keywords"]


def test_a_table_that_begins_further_down_is_found(server: SandboxServer, tmp_path: Path) -> None:
    server.service_account(tmp_path / "service-account.json")
    rows = [["My hunt, begun in May"], [], *ROWS]
    book = server.add_spreadsheet("My hunt", rows, tab="Jobs")
    arguments = ["init", "--api-root", server.url, "--spreadsheet", book, "--yes"]
    with at_terminal(*arguments, folder=tmp_path) as person:
        assert person.finish() == 0, person.seen
    assert tomllib.loads((tmp_path / "sheetd.toml").read_text())["sheets"][0]["header_row"] == 3


def test_ctrl_c_while_it_waits_leaves_nothing_behind(server: SandboxServer, tmp_path: Path) -> None:
    server.service_account(tmp_path / "service-account.json")
    book = server.add_spreadsheet("My hunt", ROWS, tab="Jobs", share=None)
    arguments = ["init", "--api-root", server.url, "--spreadsheet", book, "--yes"]
    with at_terminal(*arguments, folder=tmp_path) as person:
        person.wait_for("Waiting for that")
        os.killpg(person.process.pid, 2)
        assert person.finish() == 130
    assert not (tmp_path / "sheetd.toml").exists()


def written(folder: Path) -> dict[str, Any]:
    """The sheet in the configuration that was written."""
    sheet: dict[str, Any] = tomllib.loads((folder / "sheetd.toml").read_text())["sheets"][0]
    return sheet


def column(server: SandboxServer, book: str, title: str) -> list[object]:
    """What stands below a title."""
    return [row.get(title, "") for row in values(server, book)]


def in_a_script(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """The command where nobody can answer."""
    return subprocess.run(
        [sys.executable, "-m", "sync_daemon", *arguments],
        cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        env={**os.environ, "HOME": str(folder), "COLUMNS": "200"},
    )  # fmt: skip


def test_a_wrong_character_in_the_address_is_asked_about_again(
    server: SandboxServer, tmp_path: Path
) -> None:
    server.service_account(tmp_path / "service-account.json")
    book = server.add_spreadsheet("My hunt", ROWS, tab="Jobs")
    wrong = f"{book[:-1]}{'x' if book[-1] != 'x' else 'y'}"
    arguments = ["init", "--api-root", server.url, "--yes"]
    with at_terminal(*arguments, "--spreadsheet", wrong, folder=tmp_path) as person:
        person.wait_for("One character may be wrong")
        person.answer("address in the browser", "not an address")
        person.wait_for("is not a spreadsheet address")
        person.answer("address in the browser", book)
        assert person.finish() == 0, person.seen
    assert written(tmp_path)["spreadsheet"] == book
    (tmp_path / "sheetd.toml").unlink()
    ran = in_a_script(*arguments, "--spreadsheet", wrong, folder=tmp_path)
    assert (ran.returncode, "One character may be wrong" in ran.stderr) == (2, True), ran.stderr
    assert not (tmp_path / "sheetd.toml").exists()


def test_a_column_that_an_option_names_has_to_be_there(
    server: SandboxServer, tmp_path: Path
) -> None:
    server.service_account(tmp_path / "service-account.json")
    book = server.add_spreadsheet("My hunt", ROWS, tab="Jobs")
    arguments = ["init", "--api-root", server.url, "--spreadsheet", book]
    arguments += ["--description-column", "Text", "--yes"]
    ran = in_a_script(*arguments, folder=tmp_path)
    assert ran.returncode == 2
    assert "The column 'Text' of --description-column is not there." in ran.stderr
    assert "'Company', 'Role', 'Status', 'Description'" in ran.stderr
    assert not (tmp_path / "sheetd.toml").exists()
    with at_terminal(*arguments, folder=tmp_path) as person:
        person.wait_for("The column 'Text' of --description-column is not there.")
        person.answer("Which one is it?", "Description")
        assert person.finish() == 0, person.seen
    assert "Description" in str(written(tmp_path)["steps"][0]["inputs"])


def test_a_title_that_stands_twice_is_waited_for(server: SandboxServer, tmp_path: Path) -> None:
    server.service_account(tmp_path / "service-account.json")
    twice = [["Company", "Link", "Link"], ["Acme", "", ""]]
    book = server.add_spreadsheet("My hunt", twice, tab="Jobs")
    arguments = ["init", "--api-root", server.url, "--spreadsheet", book, "--yes"]
    ran = in_a_script(*arguments, folder=tmp_path)
    assert ran.returncode == 5
    assert "Several columns have the title 'Link': B and C" in ran.stderr
    assert not (tmp_path / "sheetd.toml").exists()
    with at_terminal(*arguments, folder=tmp_path) as person:
        person.wait_for("Several columns have the title 'Link': B and C")
        path = f"/v4/spreadsheets/{book}/values/Jobs!C1"
        server.call("PUT", path, {"values": [["Old link"]]}, [("valueInputOption", "RAW")])
        assert person.finish() == 0, person.seen
    assert "Link" in str(written(tmp_path)["steps"][0]["inputs"])


def test_columns_that_say_nothing_are_asked_about(server: SandboxServer, tmp_path: Path) -> None:
    server.service_account(tmp_path / "service-account.json")
    book = server.add_spreadsheet("Weather", [["Weather", "Mood"], ["wet", "fair"]], tab="Jobs")
    arguments = ["init", "--api-root", server.url, "--spreadsheet", book]
    ran = in_a_script(*arguments, folder=tmp_path)
    assert ran.returncode == 5
    assert "nothing to do with the columns of 'Jobs': 'Weather', 'Mood'" in ran.stderr
    assert "--link-column or --description-column" in ran.stderr
    with at_terminal(*arguments, "--yes", folder=tmp_path) as person:
        person.answer("Which column holds the link to the posting?", "none of them")
        person.answer("Which column holds the text of the posting?", "none of them")
        assert person.finish() == 5, person.seen
    assert not (tmp_path / "sheetd.toml").exists()
    with at_terminal(*arguments, "--yes", folder=tmp_path) as person:
        person.answer("Which column holds the link to the posting?", "none of them")
        person.answer("Which column holds the text of the posting?", "Mood")
        assert person.finish() == 0, person.seen
    assert "Mood" in str(written(tmp_path)["steps"][0]["inputs"])


def test_content_tells_what_titles_do_not(server: SandboxServer, tmp_path: Path) -> None:
    server.service_account(tmp_path / "service-account.json")
    rows = [
        ["Who", "Seen at", "JD (pasted)", "Where am I"],
        ["Acme", "https://jobs.example.com/1", "Python and SQL. " * 30, "HR call"],
        ["Bolt", "https://jobs.example.com/2", "Docker and Go. " * 30, "Rejected after OA"],
    ]
    book = server.add_spreadsheet("My hunt", rows, tab="Jobs")
    ran = in_a_script("init", "--api-root", server.url, "--spreadsheet", book, folder=tmp_path)
    assert ran.returncode == 0, ran.stderr
    inputs = {step["tool"]: step["inputs"] for step in written(tmp_path)["steps"]}
    assert inputs["link_check"] == {"link": "Seen at"}
    assert "JD (pasted)" in str(inputs)
    assert inputs["follow_up"]["status"] == "Where am I"


OWN_WORDS = [
    [*ROWS[0], "Keywords", "Due", "Next action"],
    [*ROWS[1], "my own words", "", "call Bob"],
]


def test_a_filled_column_of_the_user_is_asked_about_by_name(
    server: SandboxServer, tmp_path: Path
) -> None:
    server.service_account(tmp_path / "service-account.json")
    book = server.add_spreadsheet("My hunt", OWN_WORDS, tab="Jobs")
    arguments = ["init", "--api-root", server.url, "--spreadsheet", book]
    with at_terminal(*arguments, folder=tmp_path) as person:
        person.answer("Use it?")
        person.answer("Your résumé")
        person.answer('There is already a column "Keywords". Use "Keywords (sheetd)" for results?')
        person.answer('There is already a column "Next action".', "n")
        person.answer("What instead?", "2")
        person.answer("Use these?")
        person.answer("Write this to sheetd.toml?")
        person.answer("Fill in the sheet now?")
        assert person.finish() == 0, person.seen
    outputs = {step["tool"]: step["outputs"] for step in written(tmp_path)["steps"]}
    assert outputs["keyword_analyzer"] == {"keywords": "Keywords (sheetd)"}
    assert outputs["follow_up"] == {"due": "Due"}, "a blank column may be used as it is"
    assert column(server, book, "Keywords") == ["my own words"]
    assert column(server, book, "Next action") == ["call Bob"]
    assert "Python" in str(column(server, book, "Keywords (sheetd)"))


def test_in_a_script_a_filled_column_is_left_alone_and_said(
    server: SandboxServer, tmp_path: Path
) -> None:
    server.service_account(tmp_path / "service-account.json")
    book = server.add_spreadsheet("My hunt", OWN_WORDS, tab="Jobs")
    arguments = ["init", "--api-root", server.url, "--spreadsheet", book]
    configurations = set()
    for force in ([], ["--force"], ["--force"]):
        ran = in_a_script(*arguments, *force, folder=tmp_path)
        assert ran.returncode == 0, ran.stderr
        configurations.add((tmp_path / "sheetd.toml").read_text())
        assert 'There is already a column "Keywords". Results go to "Keywords (sh' in ran.stderr
        assert in_a_script("sync", "now", folder=tmp_path).returncode == 0
        assert column(server, book, "Keywords") == ["my own words"]
        assert column(server, book, "Next action") == ["call Bob"]
    assert len(configurations) == 1, "its own columns are used again, and not taken for the user's"


def test_a_filled_column_may_be_filled_in_where_the_user_says_so(
    server: SandboxServer, tmp_path: Path
) -> None:
    server.service_account(tmp_path / "service-account.json")
    rows = [
        [*ROWS[0], "Keywords"],
        [*ROWS[1], "my own words"],
        ["Bolt", "Dev", "", "Go and SQL", ""],
    ]
    book = server.add_spreadsheet("My hunt", rows, tab="Jobs")
    arguments = ["init", "--api-root", server.url, "--spreadsheet", book]
    with at_terminal(*arguments, folder=tmp_path) as person:
        person.answer("Use it?")
        person.answer("Your résumé")
        person.answer('There is already a column "Keywords".', "n")
        person.answer("What instead?", "1")
        person.answer("Use these?")
        person.answer("Write this to sheetd.toml?")
        person.answer("Fill in the sheet now?")
        assert person.finish() == 0, person.seen
    assert written(tmp_path)["adopt"] == ["Keywords"]
    mine, other = column(server, book, "Keywords")
    assert mine == "my own words"
    assert "SQL" in str(other)


def test_a_tab_that_another_installation_keeps_is_taken_over_only_when_told(
    server: SandboxServer, tmp_path: Path
) -> None:
    book = server.add_spreadsheet("My hunt", ROWS, tab="Jobs")
    key = server.service_account(tmp_path / "key.json")
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        shutil.copy(key, tmp_path / name / "service-account.json")
    init = ["init", "--api-root", server.url, "--spreadsheet", book]
    assert in_a_script(*init, folder=tmp_path / "first").returncode == 0
    assert in_a_script("sync", "now", folder=tmp_path / "first").returncode == 0
    for answer in ("n", "y"):
        with at_terminal(*init, "--force", folder=tmp_path / "second") as person:
            person.answer("Use it?")
            person.answer("Your résumé")
            person.answer("Use these?")
            person.answer("Write this to sheetd.toml?")
            person.answer("Fill in the sheet now?")
            person.wait_for("is kept by another sheetd installation")
            person.answer("Take it over", answer)
            assert person.finish() == 0, person.seen
        refused = "first" if answer == "y" else "second"
        assert in_a_script("sync", "now", folder=tmp_path / refused).returncode == 5
    assert in_a_script("sync", "now", folder=tmp_path / "second").returncode == 0
