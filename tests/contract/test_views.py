"""The SQL view of a sheet: the sheet's own names, the tools' types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from sync_daemon.domain.cells import CellValue, content_hash, encode_cells
from sync_daemon.domain.plan import ChangeKind, RowChange, SheetChanges
from sync_daemon.domain.rows import OwnedCell
from sync_daemon.domain.sheet_state import SheetRecord
from sync_daemon.domain.sheet_view import ResultType, ViewColumn
from sync_daemon.domain.status import RowProgress, RowStanding
from sync_daemon.mirror.database import open_engine, upgrade
from sync_daemon.mirror.store import SqlMirror
from tests.support.drawing import examples

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
OURS = [
    "sheetd_row_id",
    "sheetd_row_number",
    "sheetd_state",
    "sheetd_status",
    "sheetd_error",
    "sheetd_first_seen",
    "sheetd_last_changed",
]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path / 'mirror.db'}")
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def mirror(engine: Engine) -> SqlMirror:
    mirror = SqlMirror(engine)
    mirror.save_sheet(SheetRecord("jobs", "spreadsheet-id"))
    mirror.open_run("test", NOW)
    return mirror


def insert(
    mirror: SqlMirror,
    cells: Mapping[str, CellValue],
    results: Mapping[str, CellValue] | None = None,
) -> None:
    content = encode_cells(dict(cells))
    change = RowChange(ChangeKind.INSERTED, "a", 2, content, content_hash(content))
    mirror.apply_changes(1, "jobs", SheetChanges([change]), NOW)
    owned = {
        header: OwnedCell(value, None, None, basis="h") for header, value in (results or {}).items()
    }
    progress = RowProgress("a", RowStanding.DONE, "done", "", "pipeline", owned)
    mirror.save_progress(1, [progress], [], [], NOW)


def read(engine: Engine) -> dict[str, Any]:
    with engine.connect() as connection:
        (found,) = connection.exec_driver_sql("SELECT * FROM sheet_jobs").mappings().all()
    return dict(found)


def show(mirror: SqlMirror, engine: Engine, *columns: ViewColumn) -> dict[str, Any]:
    assert mirror.save_view("jobs", columns) == 0
    return read(engine)


def typed(*labels: str) -> list[ViewColumn]:
    return [ViewColumn(label, label) for label in labels]


def test_the_sheets_headers_keep_their_names_and_sheetds_have_a_prefix(
    mirror: SqlMirror, engine: Engine
) -> None:
    users = ["Status", "state", "row_id", "Error", "first_seen", "Row_Number"]
    insert(mirror, {header: f"my {header}" for header in users})
    found = show(mirror, engine, *typed(*users))
    assert list(found) == [*OURS, *users]
    assert {header: found[header] for header in users} == {h: f"my {h}" for h in users}
    assert (found["sheetd_row_id"], found["sheetd_row_number"]) == ("a", 2)
    assert (found["sheetd_state"], found["sheetd_status"]) == ("done", "done")


def test_where_a_header_is_called_as_one_of_sheetds_the_sheets_stays(
    mirror: SqlMirror, engine: Engine
) -> None:
    insert(mirror, {"Sheetd_State": "mine"})
    found = show(mirror, engine, *typed("Sheetd_State"))
    assert found["Sheetd_State"] == "mine"
    assert found["sheetd_state (2)"] == "done"


def test_headers_that_differ_in_case_alone_are_both_there(
    mirror: SqlMirror, engine: Engine
) -> None:
    insert(mirror, {"Notes": 1, "notes": 2, "NOTES": 3, "Straße": 4, "STRASSE": 5})
    found = show(mirror, engine, *typed("Notes", "notes", "NOTES", "Straße", "STRASSE"))
    assert [found[name] for name in ("Notes", "notes (2)", "NOTES (3)")] == [1, 2, 3]
    assert [found[name] for name in ("Straße", "STRASSE (2)")] == [4, 5]


@pytest.mark.parametrize(
    "header",
    [
        '5" tape',
        "Größe",
        "a:b",
        "it's",
        "back\\slash",
        "two\nlines",
        "100 %",
        "$.a[0]",
        "?",
        "a.b",
        "日本",
    ],
)
def test_any_header(mirror: SqlMirror, engine: Engine, header: str) -> None:
    insert(mirror, {header: "value"}, {f"r{header}": "result"})
    result = ViewColumn(f"r{header}", f"r{header}", ResultType.TEXT)
    found = show(mirror, engine, *typed(header), result)
    assert (found[header], found[f"r{header}"]) == ("value", "result")


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)


@settings(max_examples=examples(30))
@given(st.lists(TEXTS, max_size=6, unique=True))
def test_headers_of_all_kinds_at_once(
    tmp_path_factory: pytest.TempPathFactory, headers: list[str]
) -> None:
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('view') / 'mirror.db'}")
    upgrade(engine)
    mirror = SqlMirror(engine)
    mirror.save_sheet(SheetRecord("jobs", "spreadsheet-id"))
    mirror.open_run("test", NOW)
    insert(mirror, {header: number for number, header in enumerate(headers)})
    found = show(mirror, engine, *typed(*headers))
    assert list(found.values())[len(OURS) :] == list(range(len(headers)))
    engine.dispose()


@pytest.mark.parametrize(
    ("declared", "value", "shown"),
    [
        (ResultType.NUMBER, 3, 3),
        (ResultType.NUMBER, 3.5, 3.5),
        (ResultType.NUMBER, "three", None),
        (ResultType.NUMBER, True, None),
        (ResultType.BOOLEAN, True, 1),
        (ResultType.BOOLEAN, False, 0),
        (ResultType.BOOLEAN, 1, None),
        (ResultType.TEXT, "0042", "0042"),
        (ResultType.TEXT, 42, "42"),
        (ResultType.TEXT, True, "true"),
        (ResultType.DATE, "2026-05-31", "2026-05-31"),
        (ResultType.DATE, 46173, "2026-05-31"),
        (ResultType.DATE, "now", None),
        (ResultType.DATE, "soon", None),
        (ResultType.DATETIME, "2026-05-31T10:00:00Z", "2026-05-31T10:00:00Z"),
        (ResultType.DATETIME, 46173.5, "2026-05-31T12:00:00"),
        (ResultType.ANY, "x", "x"),
        (ResultType.ANY, 1.5, 1.5),
        *((declared, "", None) for declared in ResultType),
    ],
)
@pytest.mark.parametrize("header", ["Out", "Größe"])
def test_a_result_has_the_type_that_its_tool_declares(
    mirror: SqlMirror,
    engine: Engine,
    header: str,
    declared: ResultType,
    value: CellValue,
    shown: object,
) -> None:
    insert(mirror, {"Company": "Acme"}, {header: value})
    found = show(mirror, engine, ViewColumn(header, header, declared))[header]
    assert (found, type(found)) == (shown, type(shown))


def test_a_cell_of_the_users_is_shown_as_it_is_kept_and_a_blank_one_is_null(
    mirror: SqlMirror, engine: Engine
) -> None:
    insert(mirror, {"Text": "0042", "Number": 1.5, "Truth": True})
    found = show(mirror, engine, *typed("Text", "Number", "Truth", "Blank"))
    assert [found[name] for name in ("Text", "Number", "Truth", "Blank")] == ["0042", 1.5, 1, None]


def test_a_view_holds_as_many_columns_as_sqlite_takes(mirror: SqlMirror, engine: Engine) -> None:
    headers = [f"Column {number}" for number in range(2100)]
    insert(mirror, dict.fromkeys(headers, "x"))
    assert mirror.save_view("jobs", typed(*headers)) == 2100 - (2000 - len(OURS))
    found = read(engine)
    assert len(found) == 2000
    assert found["Column 1992"] == "x"


def test_headers_as_long_as_cells_do_not_break_it(mirror: SqlMirror, engine: Engine) -> None:
    headers = [f"{number}{'x' * 49_990}" for number in range(100, 150)]
    insert(mirror, dict.fromkeys(headers, "x"))
    left_out = mirror.save_view("jobs", typed(*headers))
    assert len(read(engine)) == len(OURS) + len(headers) - left_out


def test_a_view_that_is_right_is_left_alone(mirror: SqlMirror, engine: Engine) -> None:
    def version() -> object:
        with engine.connect() as connection:
            return connection.exec_driver_sql("PRAGMA schema_version").scalar()

    mirror.save_view("jobs", typed("A", "B:c"))
    before = version()
    mirror.save_view("jobs", typed("A", "B:c"))
    assert version() == before
    mirror.save_view("jobs", typed("B:c", "A"))
    assert version() != before
