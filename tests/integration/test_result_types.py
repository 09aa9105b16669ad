"""Whatever a tool answers is stored as it is, never parsed, and never written twice."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import booleans, floats, integers, lists, one_of, text
from pytest_mock import MockerFixture

from sync_daemon.domain.cells import is_blank
from sync_daemon.sandbox import Fault, FaultKind
from tests.support.drawing import examples
from tests.support.furniture import change, photograph
from tests.support.loop import Loop, running_loop
from tests.support.user_tools import add_tool

JsonValue = Any
ANSWERS = '''
import json
from pathlib import Path
from typing import Any

from sync_daemon.tooling import Tool, ToolContext, ToolInputSchema, ToolResultSchema


class AnswerInputSchema(ToolInputSchema):
    key: str


class AnswerResult(ToolResultSchema):
    value: Any


class Answer(Tool[AnswerInputSchema, AnswerResult]):
    """Answer what the file beside it says."""

    name = "answer"
    version = 1

    def process(self, entry: AnswerInputSchema, context: ToolContext) -> AnswerResult:
        answers = json.loads(Path(__file__).with_name("answers.json").read_text("utf-8"))
        return AnswerResult(value=answers[entry.key])
'''
STEP = """
[[sheets.steps]]
tool = "answer"
inputs = { key = "Role" }
outputs = { value = "Answer" }
"""
LONGEST = 50_000
TEXTS = [
    "=1+1",
    '=HYPERLINK("https://example.com")',
    "+49 170 1234567",
    "+1+1",
    "-1",
    "@SUM(A1)",
    "1/2",
    "TRUE",
    "false",
    "007",
    "1e5",
    "1,234.50",
    "2024-01-02",
    "2024-01-02T12:30:00Z",
    "12:30",
    "50%",
    "$5",
    "#N/A",
    "#REF!",
    "Loading...",
    "one\ntwo\r\nthree",
    "tab\tand space ",
    "'x",
    "''",
    '"quoted"',
    "👩‍💻 🇩🇪 𝔘",
    "שלום עולם \u202eabc",
    "e\u0301 ﬁ \u00a0 \u200b",
    "bell \x07 and escape \x1b[31m",
    "nul \x00 within",
    "\ufeffmark \ufffe \uffff",
    "null",
    "NaN",
    "x" * LONGEST,
]
NUMBERS = [0, 7, -3, 0.1 + 0.2, 1e21, 1e-7, 1.7e308, 5e-324, 2**53, -(2**53), 46387.5]
CONVERTED: list[tuple[JsonValue, dict[str, Any]]] = [
    (True, {"boolValue": True}),
    (False, {"boolValue": False}),
    (-0.0, {"numberValue": 0}),
    (3.0, {"numberValue": 3}),
    (2**53 + 1, {"stringValue": "9007199254740993"}),
    (-(10**30), {"stringValue": str(-(10**30))}),
    (["a", "b, c", 3, None, True], {"stringValue": "a, b, c, 3, TRUE"}),
    (["=1+1"], {"stringValue": "=1+1"}),
    ({"a": [1, 2.0]}, {"stringValue": '{"a":[1,2.0]}'}),
    ("x" * 60_000, {"stringValue": "x" * (LONGEST - 7) + "… (cut)"}),
    ("lone \ud800 half", {"stringValue": "lone \ufffd half"}),
    (None, {}),
    ("", {}),
    (" ", {}),
    ("\u00a0\u200b", {}),
    ([], {}),
    ([" ", "\x85"], {}),
]
ALL: list[tuple[JsonValue, dict[str, Any]]] = [
    *((text, {"stringValue": text}) for text in TEXTS),
    *((number, {"numberValue": number}) for number in NUMBERS),
    *CONVERTED,
]
WRITE = "values:batchUpdateByDataFilter"
DROPPED = re.compile(r"[\x00-\x09\x0b-\x1f]|\s+$")
RETYPED = ["a\x00b", 1 / 3, "one\r\ntwo", "ends in space ", 2**53]
VALUES = one_of(
    text(),
    text(alphabet="=+-'0123456789.,:/%€$eETRUFALSN#A!() \n\t"),
    integers(),
    floats(allow_nan=False, allow_infinity=False),
    booleans(),
)


class Desk:
    """A sheet whose result column shows what a test wants."""

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self._asked = 0
        self._rows = 0

    def answer(self, values: Sequence[JsonValue]) -> None:
        """Let the tool answer these from now on, each on a row of its own."""
        self._asked += 1
        self._rows = len(values)
        keys = [f"{self._asked}-{number}" for number in range(len(values))]
        path = self.loop.folder / "my-tools" / "answer" / "answers.json"
        path.write_text(json.dumps(dict(zip(keys, values, strict=True))), encoding="utf-8")
        self.loop.user.type_rows(1, 0, [[f"Company {key}", f"'{key}"] for key in keys])

    def stored(self) -> list[dict[str, Any]]:
        """What is entered in the result's cells: text and formulas are told apart."""
        data = photograph(self.loop)["sheets"][0]["data"][0]["rowData"]
        column = self.loop.column("Answer")
        rows = data[1 : self._rows + 1]
        cells = [row.get("values", [])[column : column + 1] for row in rows]
        return [cell[0].get("userEnteredValue", {}) if cell else {} for cell in cells]

    def assert_quiet(self) -> None:
        """Two more cycles write nothing, run nothing and see nothing new."""
        for _ in range(2):
            report = self.loop.run()
            sheet = report.sheets[0]
            assert (sheet.updated, sheet.cells_written, sheet.jobs.done) == (0, 0, 0)
            assert report.api_calls.sheets_write == 0

    def hand_edits(self) -> list[Mapping[str, Any]]:
        """What the histories of all rows call typed over by the user."""
        reader = self.loop.application.reader
        return [
            event.detail
            for row in reader.rows()
            for event in reader.history(row.row_id)
            if event.what == "typed over by the user"
        ]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with running_loop(tmp_path, rows=[]) as loop:
        add_tool(loop, "answer", ANSWERS, STEP)
        yield Desk(loop)


def lose_answers(desk: Desk, mocker: MockerFixture) -> None:
    """One cycle whose every write takes effect unanswered, then cycles until all is quiet."""
    mocker.patch("sync_daemon.clock.SystemClock.sleep")
    desk.loop.server.service.faults.add(Fault(FaultKind.RESET_AFTER, path=WRITE, times=0))
    assert desk.loop.run().status == "failed"
    desk.loop.server.service.faults.clear()
    desk.loop.settle()
    desk.assert_quiet()


def extended(value: str | float | bool) -> dict[str, Any]:
    """What is to be entered for a text, a number or a boolean."""
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int) and abs(value) > 2**53:
        return {"stringValue": str(value)}
    if isinstance(value, str):
        return {} if is_blank(value) else {"stringValue": value}
    return {"numberValue": value}


class TestAnswers:
    def test_each_is_stored_as_it_is_once_and_for_all(self, desk: Desk) -> None:
        desk.answer([value for value, _ in ALL])
        assert desk.loop.cycle().jobs.done == len(ALL)
        assert desk.stored() == [expected for _, expected in ALL]
        desk.assert_quiet()
        assert desk.hand_edits() == []

    def test_each_takes_the_place_of_any_other(self, desk: Desk) -> None:
        desk.answer([value for value, _ in ALL])
        desk.loop.cycle()
        for turned in (list(reversed(ALL)), [*ALL[7:], *ALL[:7]]):
            desk.answer([value for value, _ in turned])
            assert desk.loop.cycle().jobs.done == len(turned)
            assert desk.stored() == [expected for _, expected in turned]
            desk.assert_quiet()
        assert desk.hand_edits() == []

    def test_each_comes_back_from_the_mirror_as_it_was(self, desk: Desk) -> None:
        desk.answer([value for value, _ in ALL])
        desk.loop.cycle()
        column = desk.loop.column("Answer")
        desk.loop.user.delete_columns(column, column + 1)
        assert desk.loop.cycle().jobs.done == 0
        assert desk.stored() == [expected for _, expected in ALL]
        desk.assert_quiet()
        assert desk.hand_edits() == []

    def test_an_answer_of_google_that_is_lost_makes_none_an_edit(
        self, desk: Desk, mocker: MockerFixture
    ) -> None:
        desk.answer([value for value, _ in ALL])
        lose_answers(desk, mocker)
        assert desk.stored() == [expected for _, expected in ALL]
        assert desk.hand_edits() == []

    @given(values=lists(VALUES, min_size=20, max_size=60))
    @settings(
        max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    def test_any_text_and_any_number_are_stored_as_they_are(
        self, desk: Desk, values: list[str | float | bool]
    ) -> None:
        desk.answer(values)
        desk.loop.cycle()
        assert desk.stored() == [extended(value) for value in values]
        desk.assert_quiet()

    def test_a_lost_mirror_takes_none_for_an_edit(self, desk: Desk) -> None:
        desk.answer([value for value, _ in ALL])
        desk.loop.cycle()
        desk.loop.close()
        (desk.loop.folder / "sheetd.db").unlink()
        desk.loop.application = desk.loop.open()
        desk.loop.cycle(take_over=True)
        desk.loop.settle()
        assert desk.stored() == [expected for _, expected in ALL]
        assert desk.hand_edits() == []

    def test_a_number_format_of_the_user_makes_no_date_of_a_text(self, desk: Desk) -> None:
        desk.answer([value for value, _ in ALL])
        desk.loop.cycle()
        column = desk.loop.column("Answer")
        day = {"userEnteredFormat": {"numberFormat": {"type": "DATE", "pattern": "d.m.yy"}}}
        cells = {"sheetId": 0, "startColumnIndex": column, "endColumnIndex": column + 1}
        fields = "userEnteredFormat.numberFormat"
        change(desk.loop, [{"repeatCell": {"range": cells, "cell": day, "fields": fields}}])
        desk.assert_quiet()
        desk.answer([value for value, _ in reversed(ALL)])
        desk.loop.cycle()
        assert desk.stored() == [expected for _, expected in reversed(ALL)]
        desk.assert_quiet()

    def test_an_infinity_is_shown_as_a_text(self, desk: Desk) -> None:
        desk.answer([math.inf, -math.inf, math.nan, [math.inf]])
        desk.loop.cycle()
        texts = ["inf", "-inf", "nan", "inf"]
        assert desk.stored() == [{"stringValue": text} for text in texts]


class TestRetyped:
    """Google may store another form than it was sent: what it answers is taken as right."""

    @pytest.fixture(autouse=True)
    def retype(self, mocker: MockerFixture) -> None:
        """Let the sandbox drop control characters and carriage returns, and round numbers."""
        module = "sync_daemon.sandbox.sheets.values_write"
        mocker.patch(f"{module}.sound_text", lambda text: DROPPED.sub("", text))
        mocker.patch(f"{module}.tidy_number", lambda number: float(f"{number:.9g}"))

    def test_nothing_is_written_again_and_nothing_taken_for_an_edit(self, desk: Desk) -> None:
        desk.answer(RETYPED)
        desk.loop.cycle()
        before = desk.stored()
        assert before[0] == {"stringValue": "ab"}
        assert before[1] == {"numberValue": 0.333333333}
        desk.assert_quiet()
        assert desk.hand_edits() == []
        assert desk.stored() == before

    def test_nothing_is_taken_for_an_edit_after_a_lost_answer(
        self, desk: Desk, mocker: MockerFixture
    ) -> None:
        desk.answer(RETYPED)
        desk.loop.cycle()
        desk.answer(list(reversed(RETYPED)))
        lose_answers(desk, mocker)
        assert desk.hand_edits() == []

    def test_a_real_edit_is_still_seen(self, desk: Desk) -> None:
        desk.answer(RETYPED)
        desk.loop.cycle()
        desk.loop.user.type(1, desk.loop.column("Answer"), "mine")
        desk.assert_quiet()
        assert desk.hand_edits() == [{"Answer": {"before": RETYPED[0], "after": "mine"}}]
