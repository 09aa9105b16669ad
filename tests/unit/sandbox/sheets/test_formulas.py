"""Formulas: values, errors, arrays and locales."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from sync_daemon.sandbox.sheets.references import rewrite, translate
from sync_daemon.sandbox.workspace import Workspace
from tests.unit.sandbox.sheets.client import Client

FORMULAS: list[tuple[str, str]] = [
    ("=1+2*3^2", "19"),
    ("=-2^2", "4"),
    ("=(1+2)*3", "9"),
    ("=50%", "0.5"),
    ('="a"&1&TRUE', "a1TRUE"),
    ('="say ""hi"""', 'say "hi"'),
    ("=1/0", "#DIV/0!"),
    ('="x"+1', "#VALUE!"),
    ("=FOO(1)", "#NAME?"),
    ("=nowhere", "#NAME?"),
    ("=Nope!A1", "#REF!"),
    ("=NA()", "#N/A"),
    ("=1+", "#ERROR!"),
    ("=SUM(H1:H4)", "10"),
    ("=SUM(H:H,100)", "110"),
    ("=COUNT(H1:I4)", "4"),
    ("=COUNTA(H1:I5)", "8"),
    ("=AVERAGE(H1:H4)", "2.5"),
    ("=AVERAGE(J1:J4)", "#DIV/0!"),
    ("=MIN(H1:H4)&MAX(H1:H4)", "14"),
    ('=IF(H1=1,"y","n")', "y"),
    ("=IF(H1>1,1)", "FALSE"),
    ('=IFERROR(1/0,"e")', "e"),
    ('=IFERROR(5,"e")', "5"),
    ("=ROW()&COLUMN()", "11"),
    ("=ROW(C7)", "7"),
    ('=CONCATENATE("a",H1:H2)', "a12"),
    ('=LEN("abc")&UPPER("x")&LOWER("Y")', "3Xy"),
    ("=ISBLANK(J1)&ISBLANK(H1)", "TRUEFALSE"),
    ("=J1=0", "TRUE"),
    ('=J1=""', "TRUE"),
    ('="A"="a"', "TRUE"),
    ('=HYPERLINK("http://x","label")', "label"),
    ("=VLOOKUP(3,H1:I4,2,FALSE)", "three"),
    ("=VLOOKUP(3.5,H1:I4,2)", "three"),
    ("=VLOOKUP(9,H1:I4,2,FALSE)", "#N/A"),
    ("=MATCH(2,H1:H4,0)", "2"),
    ("=INDEX(H1:I4,4,2)", "four"),
    ("=Table", "1"),
    ("=SUM(Table)", "10"),
    ("=AND(TRUE,H1=1)&OR(FALSE,FALSE)", "TRUEFALSE"),
    ("=ROUND(2.345,2)", "2.35"),
    ("=B100000", "#REF!"),
    ("=AA1", "#REF!"),
    ("=SUM(A2:A100000)", "0"),
    ("=SUM(AA1:AB2)", "#REF!"),
    ("=Sheet1!B100000+1", "#REF!"),
    ("=" + "(" * 2000 + "1" + ")" * 2000, "#ERROR!"),
    ("=" + "-" * 2000 + "1", "#ERROR!"),
    ("=1" + "+1" * 2000, "#ERROR!"),
    ("=1" + "+1" * 140, "141"),
    ("=ROUND(1E300,300)", "1E+300"),
    ("=ROUND(123,-400)", "0"),
    ("=ROUND(1250,-2)", "1300"),
    *[
        (formula, "#NUM!")
        for formula in (
            "=1E308*10",
            "=-1E308*10",
            "=1E308+1E308",
            "=1E309",
            "=2^1024",
            "=9^(9^9)",
            "=SUM(1E308,1E308)",
            "=AVERAGE(1E308,1E308)",
            "=IF(TRUE,1E400)",
            "=1/(1E308*10)",
            '=LEFT("a",1E400)',
        )
    ],
    ("=H1:H4", "1"),
    ("=A1", "#REF!"),
    ('=IMPORTXML("http://x","//a")', "Loading..."),
]


@pytest.mark.parametrize(("formula", "shown"), FORMULAS)
def test_formulas(client: Client, formula: str, shown: str) -> None:
    client.put("H1", [[1, "one"], [2, "two"], [3, "three"], [4, "four"]])
    named = {"name": "Table", "range": {"startColumnIndex": 7, "endColumnIndex": 8}}
    client.batch({"addNamedRange": {"namedRange": named}})
    client.type("A1", [[formula]])
    assert client.value("A1") == shown
    assert client.formulas("A1") == [[formula]]


def test_errors_in_grid_data_have_their_type(client: Client) -> None:
    client.type("A1", [["=1/0"]])
    data = client.sheet(ranges="A1", includeGridData=True)["data"][0]
    value = data["rowData"][0]["values"][0]
    assert value["userEnteredValue"] == {"formulaValue": "=1/0"}
    assert value["effectiveValue"] == {
        "errorValue": {
            "type": "DIVIDE_BY_ZERO",
            "message": "Function DIVIDE parameter 2 cannot be zero.",
        }
    }


def test_values_are_recalculated_after_a_change(client: Client) -> None:
    client.type("A1", [[1, "=A1*2", "=B1*2"]])
    assert client.values() == [["1", "2", "4"]]
    client.put("A1", [[5]])
    assert client.values() == [["5", "10", "20"]]


def test_long_chains_and_circles(client: Client) -> None:
    rows = [["=1"], *[[f"=A{row}+1"] for row in range(1, 1000)]]
    client.type("A1", rows)
    assert client.value("A1000") == "1000"
    client.type("B1", [["=C1", "=B1"]])
    assert client.values("B1:C1") == [["#REF!", "#REF!"]]


def test_array_formulas_spill_and_refuse_to_overwrite(client: Client) -> None:
    client.put("A1", [[1], [2], [3]])
    client.type("C1", [["=ARRAYFORMULA(A1:A3*10)"]])
    assert client.values("C1:C4") == [["10"], ["20"], ["30"]]
    client.type("D1", [["=SUM(C1:C3)"]])
    assert client.value("D1") == "60"
    client.put("C2", [["in the way"]])
    assert client.values("C1:C3") == [["#REF!"], ["in the way"]]


def test_an_array_formula_over_a_whole_column(client: Client) -> None:
    client.put("A1", [["a"], [], ["c"]])
    client.type("B1", [['=ARRAYFORMULA(IF(A1:A="","",A1:A&"!"))']])
    assert client.values("B1:B3") == [["a!"], [""], ["c!"]]


def test_loading_functions_come_to_what_a_test_says(client: Client) -> None:
    formula = '=IMPORTXML("http://x","//a")'
    client.type("A1", [[formula, "=LEN(A1)"]])
    assert client.values() == [["Loading...", "Loading..."]]
    client.document.settle(formula, "done")
    assert client.values() == [["done", "4"]]


def test_the_clock_and_time_zone_of_the_spreadsheet() -> None:
    noon = datetime(2024, 5, 1, 23, 0, tzinfo=UTC)
    client = Client(Workspace(clock=lambda: noon))
    client.type("A1", [["=TODAY()", "=NOW()", "=A1+1"]])
    assert client.values() == [["5/1/2024", "5/1/2024 23:00:00", "5/2/2024"]]
    zone = {"timeZone": "Asia/Tokyo"}
    client.batch({"updateSpreadsheetProperties": {"properties": zone, "fields": "timeZone"}})
    assert client.value("A1") == "5/2/2024"


def test_german_formulas_have_decimal_commas_and_semicolons(client: Client) -> None:
    locale = {"locale": "de_DE"}
    client.batch({"updateSpreadsheetProperties": {"properties": locale, "fields": "locale"}})
    client.type("A1", [["=SUM(1,5;2)", "=IF(1=1;0,5;2)"]])
    assert client.values() == [["3,5", "0,5"]]


@pytest.mark.parametrize(
    ("formula", "rows", "columns", "wanted"),
    [
        ("=A1+$A$1+$A1+A$1", 1, 1, "=B2+$A$1+$A2+B$1"),
        ("=SUM(A1:B2)", 2, 0, "=SUM(A3:B4)"),
        ("=A1", -1, 0, "=#REF!"),
        ('="A1"&LOG10(A1)', 1, 0, '="A1"&LOG10(A2)'),
        ("='My A1'!B2", 0, 1, "='My A1'!C2"),
    ],
)
def test_copies_of_formulas(formula: str, rows: int, columns: int, wanted: str) -> None:
    assert translate(formula, rows, columns) == wanted


@pytest.mark.parametrize(
    "formula", ["=SUM(A:A)", "=Sheet1!$A$1:B", "=1:3", '="A1:B2"', "=MAX2(A1)", "=foo_A1"]
)
def test_rewriting_nothing_changes_nothing(formula: str) -> None:
    seen: list[Any] = []

    def same(reference: Any) -> str:
        seen.append(reference)
        text: str = reference.text()
        return text

    assert rewrite(formula, same) == formula
    assert all(item.text() in formula for item in seen)
