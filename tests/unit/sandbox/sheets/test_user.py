"""The user in the browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sync_daemon.sandbox.api_errors import ApiError
from sync_daemon.sandbox.user import SheetUser
from tests.unit.sandbox.sheets.client import Client, column_metadata, lookup, span

ROWS = [["h", "k"], ["b", "2"], ["a", "1"], ["c", "3"]]


@pytest.fixture
def user(client: Client) -> SheetUser:
    """Somebody with four rows typed."""
    user = SheetUser(client.document)
    user.type_rows(0, 0, ROWS)
    return user


Do = Callable[[SheetUser], None]
ACTIONS: list[tuple[str, Do, list[list[str]]]] = [
    ("type", lambda u: u.type(1, 1, "=1+1"), [["h", "k"], ["b", "2"], *ROWS[2:]]),
    ("clear", lambda u: u.clear(1, 3, 0, 1), [["h", "k"], ["", "2"], ["", "1"], ["c", "3"]]),
    ("insert", lambda u: u.insert_rows(1), [ROWS[0], [], *ROWS[1:]]),
    ("delete", lambda u: u.delete_rows(1, 3), [ROWS[0], ROWS[3]]),
    ("move", lambda u: u.move_rows(1, 2, 4), [ROWS[0], ROWS[2], ROWS[3], ROWS[1]]),
    ("move up", lambda u: u.move_rows(3, 4, 0), [ROWS[3], *ROWS[:3]]),
    ("columns", lambda u: u.insert_columns(1, 1), [[row[0], "", row[1]] for row in ROWS]),
    ("no column", lambda u: u.delete_columns(0, 1), [[row[1]] for row in ROWS]),
    ("swap", lambda u: u.move_columns(0, 1, 2), [[row[1], row[0]] for row in ROWS]),
    (
        "sort",
        lambda u: u.sort(1, 4, 0, 2, [(0, True)]),
        [ROWS[0], ROWS[3], ROWS[1], ROWS[2]],
    ),
    ("merge", lambda u: u.merge(1, 3, 0, 1), [ROWS[0], ROWS[1], ["", "1"], ROWS[3]]),
]


@pytest.mark.parametrize(("_name", "act", "wanted"), ACTIONS)
def test_an_action_and_its_undo(
    user: SheetUser, _name: str, act: Do, wanted: list[list[str]]
) -> None:
    version = user.document.version
    act(user)
    assert user.texts() == wanted
    assert user.document.version == version + 1
    assert user.undo()
    assert user.texts() == ROWS


@pytest.mark.parametrize(("_name", "act", "_wanted"), ACTIONS)
def test_an_undo_leaves_what_others_did_since(
    user: SheetUser, client: Client, _name: str, act: Do, _wanted: object
) -> None:
    act(user)
    client.put("F9", [["theirs"]])
    assert user.undo()
    texts = user.texts()
    assert [[*row, ""][:2] for row in texts[:4]] == ROWS
    assert "theirs" in [text for row in texts for text in row]


def others(name: str, dimension: str, start: int, end: int, **more: int) -> dict[str, Any]:
    """What another person does to rows or columns."""
    key = "source" if name == "moveDimension" else "range"
    return {name: {key: span(dimension, start, end), **more}}


SINCE: list[tuple[str, dict[str, Any]]] = [
    ("rows above", others("insertDimension", "ROWS", 0, 2)),
    ("a row among", others("insertDimension", "ROWS", 2, 3)),
    ("a row below", others("insertDimension", "ROWS", 4, 5)),
    ("a column to the left", others("insertDimension", "COLUMNS", 0, 1)),
    ("columns trade", others("moveDimension", "COLUMNS", 1, 2, destinationIndex=0)),
]


@pytest.mark.parametrize(("_since", "request_"), SINCE)
@pytest.mark.parametrize(("_name", "act", "_wanted"), ACTIONS)
def test_an_undo_follows_rows_and_columns_that_others_put_in_or_moved(
    user: SheetUser,
    client: Client,
    _name: str,
    act: Do,
    _wanted: object,
    _since: str,
    request_: dict[str, Any],
) -> None:
    act(user)
    client.batch(request_)
    assert user.undo()
    found = [sorted(filter(None, row)) for row in user.texts() if any(row)]
    assert found == [sorted(row) for row in ROWS]


@pytest.mark.parametrize(
    ("act", "wanted"),
    [
        (lambda u: u.type_rows(0, 0, [["x"], ["y"], ["z"]]), [ROWS[0], *ROWS[2:]]),
        (lambda u: u.insert_rows(1, 2), ROWS),
        (lambda u: u.delete_rows(2, 3), [ROWS[0], *ROWS[2:]]),
        (lambda u: u.move_rows(1, 3, 4), [ROWS[0], *ROWS[1:3]]),
    ],
)
def test_an_undo_leaves_out_what_others_have_deleted(
    user: SheetUser, client: Client, act: Do, wanted: list[list[str]]
) -> None:
    act(user)
    client.batch(others("deleteDimension", "ROWS", 1, 2))
    assert user.undo()
    assert user.texts() == wanted


def test_an_undo_finds_the_very_rows_again(user: SheetUser, client: Client) -> None:
    user.type(2, 1, "=B2*2")
    user.hide_rows(2, 3)
    user.delete_rows(2, 3)
    client.batch(others("insertDimension", "ROWS", 0, 1), others("insertDimension", "ROWS", 4, 5))
    assert user.undo()
    assert user.texts()[1:4] == [*ROWS[:2], [ROWS[2][0], "4"]]
    data = client.sheet(ranges="A1:B6", includeGridData=True)["data"][0]
    assert data["rowData"][3]["values"][1]["userEnteredValue"] == {"formulaValue": "=B3*2"}
    assert [row.get("hiddenByUser", False) for row in data["rowMetadata"]].index(True) == 3
    assert user.undo()
    assert user.undo()
    assert user.texts() == [[], *ROWS]


def test_columns_come_back_with_their_metadata(user: SheetUser, client: Client) -> None:
    client.batch(column_metadata(1, 7))
    user.delete_columns(1, 2)
    client.put("F9", [["theirs"]])
    body = {"dataFilters": [lookup(metadataId=7)]}
    assert client.call("POST", "/developerMetadata:search", body) == {}
    user.undo()
    assert client.call("POST", "/developerMetadata:search", body)
    assert user.texts()[1] == ["b", "2"]


def test_copied_rows_keep_their_ids_and_cut_rows_leave(user: SheetUser) -> None:
    user.copy_rows(1, 2)
    user.paste(5)
    user.paste(6)
    assert user.texts()[5:] == [["b", "2"], ["b", "2"]]
    user.cut_rows(5, 6)
    user.paste(9)
    assert user.texts()[5:] == [[], ["b", "2"], [], [], ["b", "2"]]
    with pytest.raises(ApiError, match="clipboard is empty"):
        user.paste(0)


def test_a_tab_is_renamed_hidden_filtered_and_protected(user: SheetUser, client: Client) -> None:
    user.rename_tab("New tab")
    user.hide_columns(1, 2)
    user.filter(0, 4, 0, 2, filterSpecs=[{"filterCriteria": {"hiddenValues": ["a"]}}])
    user.protect(0, 1, 0, 2)
    shown = client.sheet(ranges="'New tab'!A1:B4", includeGridData=True)
    assert shown["properties"]["title"] == "New tab"
    data = shown["data"][0]
    assert [column.get("hiddenByUser", False) for column in data["columnMetadata"]] == [False, True]
    hidden = [row.get("hiddenByFilter", False) for row in data["rowMetadata"]]
    assert hidden == [False, False, True, False]
    stranger = SheetUser(client.document, 0, "stranger@example.com")
    with pytest.raises(ApiError, match="protected cell"):
        stranger.type(0, 0, "x")
    stranger.type(1, 0, "x")
    user.clear_filter()
    assert "basicFilter" not in client.sheet()


def test_typing_beyond_the_grid_makes_it_larger(user: SheetUser, client: Client) -> None:
    user.type(1005, 30, "far")
    assert client.sheet()["properties"]["gridProperties"] == {
        "rowCount": 1006,
        "columnCount": 31,
    }


def test_there_is_nothing_to_undo_at_first(client: Client) -> None:
    assert not SheetUser(client.document).undo()
