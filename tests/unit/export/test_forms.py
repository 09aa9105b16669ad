"""Exported files: all that the mirror holds, and nothing that runs."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.domain.cells import CellValue
from sync_daemon.domain.headers import fold_header
from sync_daemon.errors import ConfigError
from sync_daemon.export import workbook
from sync_daemon.export.forms import ExportForm, write_export
from sync_daemon.export.table import Export, ExportedRow
from sync_daemon.mirror.read_models import RowView
from sync_daemon.mirror.versions import RowVersion

NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FORMULAS = [
    "=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", " =1", '=HYPERLINK("x")',
    "＝1", "=cmd|' /C calc'!A0", "{=1}", "'=1",
]  # fmt: skip
texts = st.text(st.characters(codec="utf-8"), max_size=40)


def row(
    cells: dict[str, CellValue],
    results: dict[str, CellValue] | None = None,
    row_id: str = "k7",
    state: str = "done",
) -> RowView:
    return RowView(row_id, "jobs", 2, state, state, cells, results or {}, None, "2026", "2026")


def written(export: Export, form: ExportForm) -> bytes:
    file = io.BytesIO()
    write_export(export, form, file)
    return file.getvalue()


def csv_lines(export: Export) -> list[list[str]]:
    text = written(export, ExportForm.CSV).decode()
    return list(csv.reader(io.StringIO(text, newline="")))


def part(content: bytes, name: str) -> ET.Element:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return ET.fromstring(archive.read(name))  # noqa: S314 - our own file


def xlsx_lines(content: bytes) -> list[dict[str, Any]]:
    """The worksheet's lines, column letter → value."""
    lines = []
    for line in part(content, "xl/worksheets/sheet1.xml").iter(f"{NAMESPACE}row"):
        cells: dict[str, Any] = {}
        for cell in line.iter(f"{NAMESPACE}c"):
            letter = cell.attrib["r"].rstrip("0123456789")
            if cell.get("t") == "inlineStr":
                cells[letter] = "".join(cell.itertext())
            else:
                value = float(cell.findtext(f"{NAMESPACE}v") or "")
                cells[letter] = bool(value) if cell.get("t") == "b" else value
        lines.append(cells)
    return lines


def export_of(*rows: RowView) -> Export:
    return Export([ExportedRow(each) for each in rows])


def test_a_line_holds_the_row_s_cells_and_results_in_the_order_of_the_sheet() -> None:
    export = export_of(
        row({"Company": "Acme", "n": 3}, {"Words": 1}),
        row({"Company": "Bolt", "Extra": True}, {"Words": 2.5}, "m3"),
    )
    assert csv_lines(export) == [
        ["row_id", "sheet", "row_number", "state", "Company", "n", "Extra", "Words"],
        ["k7", "jobs", "2", "done", "Acme", "3", "", "1"],
        ["m3", "jobs", "2", "done", "Bolt", "", "True", "2.5"],
    ]


def test_with_history_every_version_is_a_line_and_the_results_stand_beside_the_newest() -> None:
    versions = [
        RowVersion(1, "inserted", "2026-01-01", 1, {"Old": "a"}),
        RowVersion(2, "updated", "2026-01-02", 2, {"New": "b"}),
    ]
    export = Export([ExportedRow(row({"New": "b"}, {"Words": 1}), versions)], with_history=True)
    assert [line[3:] for line in csv_lines(export)] == [
        ["state", "version", "change", "at", "run_id", "New", "Old", "Words"],
        ["done", "1", "inserted", "2026-01-01", "1", "", "a", ""],
        ["done", "2", "updated", "2026-01-02", "2", "b", "", "1"],
    ]
    (document,) = json.loads(written(export, ExportForm.JSON))
    assert [version["cells"] for version in document["versions"]] == [{"Old": "a"}, {"New": "b"}]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_is_a_formula_in_csv(text: str) -> None:
    lines = csv_lines(export_of(row({text: text}, {f"{text} result": text})))
    for cell in (cell for line in lines for cell in line[4:]):
        assert cell.strip(" ")[0] not in "=+-@\t\r\n＝＋－＠", cell


@pytest.mark.parametrize("text", FORMULAS)
def test_text_in_a_workbook_is_whole_and_a_string(text: str) -> None:
    content = written(export_of(row({text: text, "n": -1.5}, {"ok": True})), ExportForm.XLSX)
    sheet = part(content, "xl/worksheets/sheet1.xml")
    assert list(sheet.iter(f"{NAMESPACE}f")) == []
    assert list(sheet.iter(f"{NAMESPACE}hyperlink")) == []
    headers, line = xlsx_lines(content)
    restored = text.replace("\r", "_x000D_")
    assert (headers["E"], line["E"]) == (restored, restored)
    assert (line["F"], line["G"]) == (-1.5, True)
    assert b'quotePrefix="1"' in ET.tostring(part(content, "xl/styles.xml"))


def test_results_that_are_dates_are_dates_in_a_workbook_and_iso_elsewhere() -> None:
    results: dict[str, CellValue] = {
        "Due": "2026-12-31",
        "At": "2026-12-31T18:00:00",
        "Long ago": "1900-02-01",
        "None": "2026-02-30",
    }
    export = export_of(row({"Typed": "2026-12-31"}, results))
    content = written(export, ExportForm.XLSX)
    line = xlsx_lines(content)[1]
    assert [line[c] for c in "EFGHI"] == [
        "2026-12-31", 46387, 46387.75, "1900-02-01", "2026-02-30",
    ]  # fmt: skip
    styles = ET.tostring(part(content, "xl/styles.xml")).decode()
    assert "yyyy-mm-dd hh:mm:ss" in styles
    assert csv_lines(export)[1][4:] == ["2026-12-31", *map(str, results.values())]


def test_what_tools_read_as_dates_are_dates_too() -> None:
    cells: dict[str, CellValue] = {"Applied ": 46328, "At": 46328.5, "Note": "soon", "Pay": 46328}
    dates = {"jobs": {fold_header("applied"), fold_header("At"), fold_header("Note")}}
    export = Export([ExportedRow(row(cells))], dates=dates)
    assert csv_lines(export)[1][4:] == ["2026-11-02", "2026-11-02T12:00:00", "soon", "46328"]
    content = written(export, ExportForm.XLSX)
    assert [xlsx_lines(content)[1][c] for c in "EFGH"] == [46328, 46328.5, "soon", 46328]
    sheet = part(content, "xl/worksheets/sheet1.xml")
    styles = [cell.get("s", "0") for cell in sheet.iter(f"{NAMESPACE}c")][-4:]
    assert len(set(styles)) == 4  # a day, a moment, a text, a plain number
    (document,) = json.loads(written(export, ExportForm.JSON))
    assert document["cells"] == cells
    other = Export([ExportedRow(row(cells))], dates={"else": {"applied"}})
    assert csv_lines(other)[1][4] == "46328"


def test_a_workbook_can_be_filtered_and_its_columns_are_wide_enough_to_read() -> None:
    long = row({"Company": "Lindqvist Maritime", "Notes": "x" * 500}, {"Words": 1})
    sheet = part(written(export_of(long, row({})), ExportForm.XLSX), "xl/worksheets/sheet1.xml")
    (filtered,) = sheet.iter(f"{NAMESPACE}autoFilter")
    assert filtered.attrib["ref"] == "A1:G3"
    widths = {
        int(column.attrib["min"]) - 1: float(column.attrib["width"])
        for column in sheet.iter(f"{NAMESPACE}col")
    }
    assert widths[2] > len("row_number") + 3  # the filter's button stands beside it
    assert widths[4] > len("Lindqvist Maritime")
    assert 40 < widths[5] < 45


def test_a_link_in_a_workbook_is_no_link() -> None:
    content = written(export_of(row({"Link": "https://example.com/a"})), ExportForm.XLSX)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not [name for name in archive.namelist() if name.endswith("sheet1.xml.rels")]
    assert xlsx_lines(content)[1]["E"] == "https://example.com/a"


@given(st.dictionaries(texts, texts | st.booleans() | st.integers(), max_size=4))
def test_json_gives_back_every_cell(cells: dict[str, CellValue]) -> None:
    (document,) = json.loads(written(export_of(row(cells)), ExportForm.JSON))
    assert document["cells"] == cells


@given(texts)
def test_csv_gives_back_every_text_but_for_the_guard(text: str) -> None:
    (_, line) = csv_lines(export_of(row({"Text": text})))
    assert line[4] in {text, f"'{text}"}


@pytest.mark.parametrize("form", ExportForm)
def test_text_that_utf_8_cannot_carry_ends_no_export(form: ExportForm) -> None:
    content = written(export_of(row({"Text": "half \ud83d"})), form)
    shown = str(xlsx_lines(content)) if form is ExportForm.XLSX else content.decode()
    assert "\\ud83d" in shown


def test_a_text_longer_than_an_excel_cell_is_cut_and_says_so() -> None:
    content = written(export_of(row({"Text": "🙂" * 25_000})), ExportForm.XLSX)
    text = xlsx_lines(content)[1]["E"]
    assert text.startswith("🙂" * 1_000)
    assert text.endswith("exports have it whole)")
    assert len(text.encode("utf-16-le")) // 2 <= 32_767


def test_more_rows_than_a_worksheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_ROWS", 2)
    with pytest.raises(ConfigError, match="at most 2 rows"):
        written(export_of(row({"n": 1}), row({"n": 2})), ExportForm.XLSX)


def test_more_columns_than_a_worksheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_COLUMNS", 4)
    with pytest.raises(ConfigError, match="at most 4 columns"):
        written(export_of(row({"n": 1})), ExportForm.XLSX)


@pytest.mark.parametrize(("form", "content"), [(ExportForm.JSON, b"[\n]\n")])
def test_an_empty_mirror_is_an_empty_export(form: ExportForm, content: bytes) -> None:
    assert written(export_of(), form) == content
