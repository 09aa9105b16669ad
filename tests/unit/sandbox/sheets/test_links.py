"""Links of a cell: of a formula, of the whole, of parts of its text, of smart chips."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sync_daemon.sandbox.user import SheetUser
from sync_daemon.sandbox.workspace import Workspace
from tests.unit.sandbox.sheets.client import Client

ONE, OTHER = "https://one.example/", "https://other.example/"
ALL = "sheets.data.rowData.values(hyperlink,textFormatRuns,chipRuns,userEnteredFormat)"


def cell(client: Client, fields: str = ALL) -> dict[str, Any]:
    shown: dict[str, Any] = client.sheet(fields=fields)["data"][0]["rowData"][0]["values"][0]
    return shown


CASES: dict[str, tuple[Callable[[SheetUser], None], str]] = {
    "formula": (lambda u: u.type(0, 0, f'=HYPERLINK("{ONE}","Apply")'), ONE),
    "computed": (lambda u: u.type_rows(0, 0, [['=HYPERLINK(B1,"Apply")', ONE]]), ONE),
    "inside a formula": (lambda u: u.type(0, 0, f'=UPPER(HYPERLINK("{ONE}","Apply"))'), ""),
    "cell": (lambda u: u.link_cell(0, 0, "Apply", ONE), ONE),
    "text": (lambda u: u.link(0, 0, "Apply", [ONE]), ONE),
    "several": (lambda u: u.link(0, 0, "Apply", [ONE, OTHER]), ""),
    "none": (lambda u: u.type(0, 0, "Apply"), ""),
}


@pytest.mark.parametrize(("make", "address"), CASES.values(), ids=list(CASES))
def test_the_only_link_of_a_cell_is_its_hyperlink(
    client: Client, make: Callable[[SheetUser], None], address: str
) -> None:
    make(SheetUser(client.document))
    assert cell(client, "sheets.data.rowData.values(formattedValue,hyperlink)").get(
        "hyperlink", ""
    ) == (address)
    assert client.value("A1").casefold() == "apply"


def test_parts_of_a_text_and_chips_have_theirs(client: Client) -> None:
    user = SheetUser(client.document)
    user.link(0, 0, "Apply", [ONE, OTHER])
    assert [run["format"]["link"]["uri"] for run in cell(client)["textFormatRuns"]] == [ONE, OTHER]
    user.chip(0, 0, "Apply", ONE)
    shown = cell(client)
    assert shown["chipRuns"] == [{"chip": {"richLinkProperties": {"uri": ONE}}}]
    assert "textFormatRuns" not in shown
    assert client.value("A1") == "Apply"


def test_what_is_typed_over_them_ends_them_and_undo_brings_them_back(client: Client) -> None:
    user = SheetUser(client.document)
    user.chip(0, 0, "Apply", ONE)
    user.type(0, 0, "Later")
    assert "chipRuns" not in cell(client, "sheets.data.rowData.values(formattedValue,chipRuns)")
    user.undo()
    assert "chipRuns" in cell(client)


def test_they_outlive_a_restart(client: Client) -> None:
    SheetUser(client.document).chip(0, 0, "Apply", ONE)
    before = cell(client)
    again = Client(Workspace.from_json(client.workspace.to_json()))
    again.document = again.workspace.get(client.document.spreadsheet_id)
    assert cell(again) == before
