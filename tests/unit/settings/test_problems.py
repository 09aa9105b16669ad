"""What is wrong with a configuration is told at once, each with its key's path."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Problems = Callable[..., list[str]]

SHEET = """
[[sheets]]
name = "jobs"
spreadsheet = "https://docs.google.com/spreadsheets/d/1mN0pQrStUvWxYz/edit"
worksheet = "Jobs"
"""
STEP = '\n[[sheets.steps]]\ntool = "keyword_analyzer"\n'
DURATION = 'write a duration like "60s", "10m" or "1h30m"'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[gogle]\n", "gogle: unknown key; did you mean 'google'?"),
        (
            "colour = 1\n",
            "colour: unknown key; keys there: google, database, schedule, tools, metrics, dash",
        ),
        ('path = "x"\n', "path: unknown key; keys there: "),
        ('_env_file = "x"\n', "_env_file: unknown key; keys there: "),
        ('[google]\ncredential_file = "k"\n', "google.credential_file: unknown key; did you mean"),
        ('[google]\nauth = "magic"\n', "google.auth: must be 'service_account', 'oauth' or 'adc'"),
        ("[google]\nreads_per_minute = 0\n", "google.reads_per_minute: must be greater than or"),
        ('[google]\nwrites_per_minute = "many"\n', "google.writes_per_minute: must be a valid int"),
        ('[google]\napi_root = "http://x.org"\n', "google.api_root: must be https://HOST, or"),
        ('[google]\napi_root = "https://u:p@x.org"\n', "google.api_root: must be https://HOST"),
        ('[google]\ndrive_root = "ftp://x"\n', "google.drive_root: must be https://HOST, or http"),
        ('[google]\ncredentials_file = "a\\u0000"\n', "google.credentials_file: a path holds no"),
        (
            '[google]\ncredentials_file = "~nobody-of-that-name/k"\n',
            "google.credentials_file: begins with ~ and a name that is not a user",
        ),
        ("google = 5\n", "google: must be a table"),
        ('[database]\nurl = "hunt.db"\n', "database.url: write a SQLAlchemy URL such as"),
        ('[database]\nurl = "nosuch://x/y"\n', "database.url: write a SQLAlchemy URL such as"),
        ("[schedule]\nevery = 60\n", f"schedule.every: {DURATION}"),
        ('[schedule]\nfull_pull_every = "soon"\n', f"schedule.full_pull_every: {DURATION}"),
        ('[tools]\npaths = "my-tools"\n', 'tools.paths: must be a list: ["…"]'),
        ("[tools]\npaths = [5]\n", "tools.paths[0]: must be"),
        ('[sheets]\nname = "jobs"\n', "sheets: must be a list: head each with [[sheets]]"),
        ('[[sheets]]\nname = "a"\nworksheet = "b"\n', "sheets[0].spreadsheet: is missing"),
        (SHEET.replace("https://docs", "https://dogs"), "sheets[0].spreadsheet: paste the"),
        (SHEET.replace('"jobs"', '" "'), "sheets[0].name: must not be blank"),
        (SHEET + "header_row = 0\n", "sheets[0].header_row: must be greater than or equal to 1"),
        (SHEET + "max_delete_fraction = 1.5\n", "sheets[0].max_delete_fraction: must be less"),
        (SHEET + "max_delete_fraction = nan\n", "sheets[0].max_delete_fraction: must be"),
        (SHEET + 'probe = "sometimes"\n', "sheets[0].probe: must be 'drive' or 'none'"),
        (SHEET + 'status_column = "sheetd id"\n', "sheets[0].status_column: id_column is 'sheetd"),
        (SHEET + 'id_column = "  "\n', "sheets[0].id_column: must not be blank"),
        (SHEET + 'steps = "x"\n', "sheets[0].steps: must be a list: head each with [[sheets.st"),
        (
            SHEET + STEP + 'outptus = { a = "A" }\n',
            "sheets[0].steps[0].outptus: unknown key; did you mean 'outputs'?",
        ),
        (SHEET + STEP + STEP.replace("tool =", "tol ="), "sheets[0].steps[1].tool: is missing"),
        (
            SHEET + STEP + 'inputs = { text = "" }\n',
            "sheets[0].steps[0].inputs.text: must not be blank",
        ),
        (SHEET + STEP + "inputs = { text = [] }\n", "sheets[0].steps[0].inputs.text: must name"),
        (SHEET + STEP + 'inputs = { text = ["A", ""] }\n', "sheets[0].steps[0].inputs.text: must"),
        (SHEET + STEP + "inputs = { text = 5 }\n", "sheets[0].steps[0].inputs.text: must be a"),
        (
            SHEET + STEP + 'inputs = { text = ["A", "A"] }\n',
            "sheets[0].steps[0].inputs.text: must name each source once",
        ),
        (SHEET + STEP + 'inputs = "text"\n', "sheets[0].steps[0].inputs: must be a table"),
        (SHEET + STEP + 'name = "a.b"\n', "sheets[0].steps[0].name: must match pattern"),
    ],
)
def test_a_problem_names_its_key(problems: Problems, text: str, expected: str) -> None:
    found = problems(text)

    assert any(line.startswith(expected) for line in found), found


def test_all_problems_are_told_at_once(problems: Problems) -> None:
    found = problems(
        '[google]\nauth = "magic"\n[schedule]\nevery = "now"\n[colours]\n'
        + SHEET
        + STEP.replace("tool", "tol")
        + SHEET
    )

    assert [line.partition(":")[0] for line in sorted(found)] == [
        "colours",
        "google.auth",
        "schedule.every",
        "sheets[0].steps[0].tol",
        "sheets[0].steps[0].tool",
        "sheets[1].name",
        "sheets[1].worksheet",
    ]


@pytest.mark.parametrize("name", [" JOBS", "jobs!", "-jobs"])
def test_two_sheets_of_one_name(problems: Problems, name: str) -> None:
    other = SHEET.replace('"Jobs"', '"Archive"').replace('"jobs"', f'"{name}"')

    assert problems(SHEET + other) == ["sheets[1].name: sheets[0] has the same name"]


def test_two_sheets_at_one_tab(problems: Problems) -> None:
    other = SHEET.replace('name = "jobs"', 'name = "other"').replace(
        "https://docs.google.com/spreadsheets/d/1mN0pQrStUvWxYz/edit", "1mN0pQrStUvWxYz"
    )

    assert problems(SHEET + other) == [
        "sheets[1].worksheet: sheets[0] has the same worksheet of the same spreadsheet"
    ]


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("SHEETD_SCHEDULE__EVERY", "now", f"schedule.every: {DURATION} (from {{}})"),
        ("SHEETD_GOOGLE__AUHT", "adc", "google.auht: unknown key; did you mean 'auth'? (from {})"),
        ("SHEETD_GOGLE__AUTH", "adc", "{}: unknown key; did you mean 'google'?"),
        ("SHEETD_TOOLS__PATHS", "my-tools", 'tools.paths: must be a list: ["…"] (from {})'),
        ("SHEETD_SHEETS", "[oops", "sheets: must be a list: head each with [[sheets]] (from {})"),
        ("SHEETD_SHEETS__0__PROBE", "x", "sheets[0].probe: must be 'drive' or 'none' (from {})"),
        ("SHEETD_SHEETS__7__PROBE", "x", "sheets: must be a list: head each with [[sheets]]"),
    ],
)
def test_a_problem_of_the_environment_names_the_variable(
    problems: Problems, variable: str, value: str, expected: str
) -> None:
    assert problems(SHEET, **{variable: value}) == [expected.format(variable)]


def test_no_value_is_repeated_since_it_may_be_a_secret(problems: Problems) -> None:
    found = problems('[database]\nurl = "nosuch://me:hunter2@db/x"\n' + SHEET)

    assert "hunter2" not in "".join(found)
