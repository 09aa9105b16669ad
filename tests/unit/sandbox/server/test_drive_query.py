from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.sandbox.answers import Refusal
from sync_daemon.sandbox.drive_query import (
    COMMENT_FIELDS,
    FILE_FIELDS,
    PERMISSION_FIELDS,
    Fields,
    matches,
    page_of,
    picked,
)
from tests.unit.sandbox.discovery import discovery

FILE = {
    "name": "Job hunt's plan",
    "mimeType": "application/vnd.google-apps.spreadsheet",
    "parents": ["folder-1"],
    "trashed": False,
}
LISTED: Fields = {"kind": {}, "nextPageToken": {}, "files": {"id": {}, "name": {}, "owners": {}}}
LIST = {"kind": "drive#fileList", "files": [{"id": "1", "name": "A"}, {"id": "2", "name": "B"}]}


def refusal(error: pytest.ExceptionInfo[Refusal]) -> dict[str, str]:
    assert error.value.answer.status == 400
    described: dict[str, str] = json.loads(error.value.answer.body)["error"]["errors"][0]
    return described


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True),
        ("mimeType='application/vnd.google-apps.spreadsheet'", True),
        ('mimeType="application/vnd.google-apps.spreadsheet" and name = "other"', False),
        (r"name = 'Job hunt\'s plan'", True),
        ('name = "job hunt\'s PLAN"', True),
        ("name != 'x' and trashed = false", True),
        ("trashed=true", False),
        ("name contains 'hun'", True),
        ("name contains 'unt'", False),
        ('parents in "folder-1"', True),
        ("'folder-2' in parents", False),
        ("name = 'a and b'", False),
    ],
)
def test_query(query: str, *, found: bool) -> None:
    assert matches(query, FILE) is found


@pytest.mark.parametrize(
    "query",
    [
        "name = plan",
        "name = 'a' or name = 'b'",
        "name = 'a' and",
        "and name = 'a'",
        "name = 'a' name = 'b'",
        "colour = 'red'",
        "name > 'a'",
        "name = 'open",
    ],
)
def test_malformed_query(query: str) -> None:
    with pytest.raises(Refusal) as error:
        matches(query, FILE)
    assert refusal(error)["location"] == "q"


@given(st.text())
def test_every_name_can_be_asked_for(name: str) -> None:
    quoted = name.replace("\\", "\\\\").replace("'", "\\'")
    assert matches(f"name = '{quoted}'", {**FILE, "name": name})


@given(st.integers(0, 30), st.integers(1, 12))
def test_pages_hold_everything_once_and_in_order(count: int, size: int) -> None:
    items, query, collected = list(range(count)), {"pageSize": str(size)}, []
    while True:
        page, token = page_of(items, query)
        assert len(page) <= size
        collected += page
        if token is None:
            break
        query["pageToken"] = token
    assert collected == items


@pytest.mark.parametrize(
    ("query", "location"),
    [
        ({"pageSize": "0"}, "pageSize"),
        ({"pageSize": "1001"}, "pageSize"),
        ({"pageSize": "ten"}, "pageSize"),
        ({"pageToken": "next"}, "pageToken"),
    ],
)
def test_bad_page(query: dict[str, str], location: str) -> None:
    with pytest.raises(Refusal) as error:
        page_of([], query)
    assert refusal(error)["location"] == location


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("*", LIST),
        ("kind", {"kind": "drive#fileList"}),
        ("nextPageToken, files(id)", {"files": [{"id": "1"}, {"id": "2"}]}),
        ("files/name", {"files": [{"name": "A"}, {"name": "B"}]}),
        ("files/id,files/name", {"files": LIST["files"]}),
        ("files", {"files": LIST["files"]}),
        ("files(*),kind", LIST),
        ("files(owners)", {"files": [{}, {}]}),
    ],
)
def test_picked(fields: str, expected: dict[str, object]) -> None:
    assert picked(LIST, fields, LISTED) == expected


@pytest.mark.parametrize(
    "fields", ["nope", "files(nope)", "files/nope", "files(id", "files)", "id,,", "files()"]
)
def test_bad_selection(fields: str) -> None:
    with pytest.raises(Refusal) as error:
        picked({}, fields, LISTED)
    assert refusal(error)["location"] == "fields"


@pytest.mark.parametrize(
    ("schema", "fields"),
    [("File", FILE_FIELDS), ("Permission", PERMISSION_FIELDS), ("Comment", COMMENT_FIELDS)],
)
def test_names_are_those_of_the_discovery_document(schema: str, fields: Fields) -> None:
    assert set(fields) == set(discovery("drive.v3")["schemas"][schema]["properties"])
