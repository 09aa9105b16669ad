"""What somebody typed, told from what formulas show."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from sync_daemon.domain.cells import CellValue, content_hash, encode_cells
from sync_daemon.domain.computed import CellDetail, Columns, Judge, forget_read, plan_look
from sync_daemon.domain.formulas import SPILLED, UNKNOWN, Layout, fingerprint
from sync_daemon.domain.identity import IdentifiedRow, Recognition
from sync_daemon.domain.rows import MirrorRow, RowState
from sync_daemon.domain.snapshot import SheetRow
from tests.unit.domain.sheets import A, B

LAYOUT = Layout({0: "Role", 1: "Age", 2: "Notes"}, 1)
COLUMNS = Columns({"Role", "Age", "Notes"}, {"Role"}, LAYOUT)
FORMULA = CellDetail("=NOW()-A2", is_entered=True)
AGE = fingerprint("=NOW()-A2", 2, LAYOUT)
TYPED = CellDetail(is_entered=True)
FILLED = CellDetail()


def read(cells: Mapping[str, CellValue], number: int = 2) -> SheetRow:
    content = encode_cells(cells)
    return SheetRow(number, A, "", content, content_hash(content), ())


def kept(cells: Mapping[str, CellValue], computed: Mapping[str, str], row_id: str = A) -> MirrorRow:
    typed = {key: value for key, value in cells.items() if key not in computed}
    fingerprint_of = content_hash(encode_cells(typed))
    return MirrorRow(row_id, 2, RowState.LIVE, fingerprint_of, computed=computed)


OLD: dict[str, CellValue] = {"Age": 5, "Notes": "x", "Role": "Dev"}


@pytest.mark.parametrize(
    ("computed", "now", "details", "is_edited", "after"),
    [
        pytest.param({"Age": AGE}, {"Age": 6}, {"Age": FORMULA}, False, {"Age": AGE}, id="ticks"),
        pytest.param({"Age": AGE}, {"Age": 6}, {"Age": TYPED}, True, {}, id="typed over"),
        pytest.param({"Age": AGE}, {"Age": ""}, {"Age": FILLED}, True, {}, id="taken out"),
        pytest.param({"Age": "other"}, {"Age": 6}, {"Age": FORMULA}, True, {"Age": AGE}, id="new"),
        pytest.param(
            {"Age": UNKNOWN}, {"Age": 6}, {"Age": FORMULA}, False, {"Age": AGE}, id="renamed"
        ),
        pytest.param(
            {"Age": SPILLED}, {"Age": 6}, {"Age": FILLED}, False, {"Age": SPILLED}, id="array"
        ),
        pytest.param(
            {"Age": SPILLED}, {"Age": ""}, {"Age": FILLED}, False, {"Age": SPILLED}, id="shrinks"
        ),
        pytest.param({}, {"Age": 6}, {"Age": TYPED}, True, {}, id="an edit"),
        pytest.param({}, {"Age": 6}, {"Age": FORMULA}, True, {"Age": AGE}, id="a lone formula"),
        pytest.param({}, {"Role": "Ops"}, {}, True, {}, id="an input"),
        pytest.param({}, {"Notes": ""}, {}, True, {}, id="cleared"),
        pytest.param(
            {"Age": AGE}, {"Age": 6, "Notes": "y"}, {"Age": FORMULA, "Notes": TYPED}, True,
            {"Age": AGE}, id="both",
        ),
    ],
)  # fmt: skip
def test_each_kind_of_change(
    computed: Mapping[str, str],
    now: Mapping[str, CellValue],
    details: Mapping[str, CellDetail],
    is_edited: bool,
    after: Mapping[str, str],
) -> None:
    cells = {key: value for key, value in {**OLD, **now}.items() if value != ""}
    row, known = read(cells), kept(OLD, computed)
    verdict = Judge(COLUMNS, {2: details}, [row], {}).judge(row, known, OLD, cells)
    assert (verdict.is_edited, dict(verdict.computed)) == (is_edited, after)


def test_a_formula_that_other_rows_have_was_there_before() -> None:
    row, known = read({**OLD, "Age": 6}), kept(OLD, {})
    others = {B: kept(OLD, {"Age": AGE}, B), "c": kept(OLD, {"Age": AGE}, "c")}
    verdict = Judge(COLUMNS, {2: {"Age": FORMULA}}, [row], others).judge(
        row, known, OLD, row.cells()
    )
    assert (verdict.is_edited, dict(verdict.computed)) == (False, {"Age": AGE})


class TestLook:
    def look(
        self, now: Mapping[str, CellValue], computed: Mapping[str, str], **explained: str
    ) -> tuple[dict[int, set[str]], Mapping[str, str]]:
        row = IdentifiedRow(read({**OLD, **now}), A, Recognition.WITNESSED)
        known = {A: kept(OLD, computed)}
        look = plan_look([row], known, {A: OLD}, COLUMNS, explained)
        return {number: set(keys) for number, keys in look.cells.items()}, look.digests

    def test_nothing_is_asked_of_an_unchanged_row(self) -> None:
        assert self.look({}, {}) == ({}, {})

    def test_nothing_is_asked_of_inputs(self) -> None:
        assert self.look({"Role": "Ops"}, {})[0] == {}

    def test_nothing_is_asked_of_a_formula_without_value(self) -> None:
        assert self.look({"Notes": "#N/A"}, {})[0] == {}

    def test_a_changed_cell_that_no_step_reads_is_asked_for(self) -> None:
        assert self.look({"Notes": "y"}, {})[0] == {2: {"Notes"}}

    def test_formulas_are_asked_for_until_what_they_show_is_explained(self) -> None:
        asked, digests = self.look({"Age": 6}, {"Age": AGE})
        assert asked == {2: {"Age"}}
        assert self.look({"Age": 6}, {"Age": AGE}, **digests) == ({}, digests)
        assert self.look({"Age": 7}, {"Age": AGE}, **digests)[0] == {2: {"Age"}}


def test_a_formula_that_a_step_reads_now_counts_with_its_value() -> None:
    known = forget_read({A: kept(OLD, {"Age": AGE})}, Columns({"Age"}, {"Age"}, LAYOUT))
    assert (known[A].computed, known[A].content_hash) == ({}, "")
