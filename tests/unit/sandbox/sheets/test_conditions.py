"""Conditions: which rows a filter hides, which colours a conditional format draws."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.sandbox.sheets.client import Client, cells

RED = {"backgroundColor": {"red": 1}}
BOLD_BLUE = {"backgroundColor": {"blue": 1}, "textFormat": {"bold": True}}


def condition(kind: str, *values: str, **more: str) -> dict[str, Any]:
    entered = [{"userEnteredValue": value} for value in values]
    return {"type": kind, "values": entered + ([more] if more else [])}


def hidden_rows(client: Client, criterion: dict[str, Any], rows: int) -> list[int]:
    wished = {"range": cells(0, rows + 1, 0, 1), "criteria": {"0": criterion}}
    client.batch({"setBasicFilter": {"filter": wished}})
    data = client.sheet(ranges="A1:A20", includeGridData=True)["data"][0]
    return [
        index for index, row in enumerate(data["rowMetadata"]) if row.get("hiddenByFilter", False)
    ]


@pytest.mark.parametrize(
    ("locale", "typed"),
    [
        ("en_US", ["12/31/2026", "1/2/2027", "2/1/2027", "1,234.5", "soon"]),
        ("de_DE", ["31.12.2026", "2.1.2027", "1.2.2027", "1.234,5", "bald"]),
        ("fr_FR", ["31/12/2026", "02/01/2027", "01/02/2027", "1234,5", "bientôt"]),
        ("ja_JP", ["2026/12/31", "2027/01/02", "2027/02/01", "1,234.5", "soon"]),
    ],
)
def test_filters_compare_dates_and_numbers_not_texts(locale: str, typed: list[str]) -> None:
    client = Client()
    properties = {"properties": {"locale": locale}, "fields": "locale"}
    client.batch({"updateSpreadsheetProperties": properties})
    client.type("A1:A6", [["When"], *([text] for text in typed)])
    second = typed[1]
    for kind, hidden in [
        ("DATE_AFTER", [1, 2, 4, 5]),
        ("DATE_BEFORE", [2, 3, 5]),
        ("DATE_EQ", [1, 3, 4, 5]),
        ("NUMBER_GREATER", [1, 2, 4, 5]),
        ("NUMBER_LESS_THAN_EQ", [3, 5]),
    ]:
        criterion = {"condition": condition(kind, second)}
        assert hidden_rows(client, criterion, 5) == hidden, kind
    between = {"condition": condition("DATE_BETWEEN", typed[0], typed[1])}
    assert hidden_rows(client, between, 5) == [3, 4, 5]
    own = {"condition": condition("NUMBER_EQ", typed[3])}
    assert hidden_rows(client, own, 5) == [1, 2, 3, 5]


def test_a_filter_by_formula_reads_the_rows_it_stands_in(client: Client) -> None:
    client.put("A1:B4", [["a", "b"], [1, 2], [3, 2], [5, 9]])
    criterion = {"condition": condition("CUSTOM_FORMULA", "=A2>B2")}
    assert hidden_rows(client, criterion, 3) == [1, 3]


def test_filters_come_back_in_both_forms(client: Client) -> None:
    hidden = {"hiddenValues": ["x"]}
    both = {
        "criteria": {"1": hidden},
        "filterSpecs": [{"columnIndex": 1, "filterCriteria": hidden}],
    }
    where = {"range": cells(0, 4, 0, 2)}
    for form in both.items():
        wished = {**where, **dict([form])}
        client.batch({"setBasicFilter": {"filter": wished}})
        shown = client.sheet()["basicFilter"]
        assert {key: shown[key] for key in both} == both
    client.batch({"addFilterView": {"filter": {**where, "filterViewId": 7, **both}}})
    changed = {"filterViewId": 7, "criteria": {"0": hidden}}
    client.batch({"updateFilterView": {"filter": changed, "fields": "criteria"}})
    assert client.sheet()["filterViews"][0]["filterSpecs"] == [
        {"columnIndex": 0, "filterCriteria": hidden}
    ]


def formats(client: Client, cells_: str) -> list[dict[str, Any]]:
    data = client.sheet(ranges=cells_, includeGridData=True)["data"][0]
    return [row["values"][0]["effectiveFormat"] for row in data["rowData"]]


def add_rule(client: Client, index: int, test: dict[str, Any], look: dict[str, Any]) -> None:
    rule = {"ranges": [cells(1, 9, 0, 1)], "booleanRule": {"condition": test, "format": look}}
    client.batch({"addConditionalFormatRule": {"rule": rule, "index": index}})


def test_conditional_formats_show_in_the_effective_format_the_first_rule_first(
    client: Client,
) -> None:
    client.put("A1:A4", [["state"], ["failed: no link"], ["fail"], ["done"]])
    add_rule(client, 0, condition("TEXT_STARTS_WITH", "FAIL"), BOLD_BLUE)
    add_rule(client, 0, condition("TEXT_CONTAINS", "no link"), RED)
    found = formats(client, "A2:A4")
    assert [one["backgroundColor"] for one in found] == [
        {"red": 1},
        {"blue": 1},
        {"red": 1, "green": 1, "blue": 1},
    ]
    assert [one["textFormat"]["bold"] for one in found] == [True, True, False]
    data = client.sheet(ranges="A2", includeGridData=True)["data"][0]
    assert "userEnteredFormat" not in data["rowData"][0]["values"][0]


def test_a_rule_for_days_that_have_come_moves_with_today(client: Client) -> None:
    client.type("A1:A5", [["Due"], ["=TODAY()"], ["=TODAY()+1"], ["=TODAY()-400"], ["later"]])
    add_rule(client, 0, condition("DATE_BEFORE", relativeDate="TOMORROW"), RED)
    found = [one["backgroundColor"] == {"red": 1} for one in formats(client, "A2:A5")]
    assert found == [True, False, True, False]
