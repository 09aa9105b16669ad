from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, create_model

from sync_daemon.domain.cell_locale import CellLocale
from sync_daemon.domain.jobs import FromColumn, FromStep, JsonValue, Source, StepSpec
from sync_daemon.domain.pipeline import BoundInputs, Unbindable, Unread
from sync_daemon.processing.inputs import SERIAL_EPOCH, convert, wanted_by_fields
from sync_daemon.processing.resolved_step import ResolvedStep, input_hash
from sync_daemon.tooling import Tool, ToolContext, ToolInputSchema, ToolOptions, ToolResultSchema

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


class Colour(Enum):
    RED = "red"


def converted(annotation: Any, value: JsonValue) -> Any:
    model = create_model("M", __base__=ToolInputSchema, x=(annotation, ...))
    return model.model_validate(
        {"x": convert(value, wanted_by_fields(model)["x"], CellLocale(AMSTERDAM))}
    ).x  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("annotation", "value", "wanted"),
    [
        (str, "  kept ", "  kept "),
        (str, 45000, "45000"),
        (str, 45000.0, "45000"),
        (str, 1e21, "1000000000000000000000"),
        (str, 12345678901234567890, "12345678901234567890"),
        (str, 2.5, "2.5"),
        (str, True, "TRUE"),
        (str, ["a", 2], "a, 2"),
        (str, "a\ud800", "a\ufffd"),
        (str | None, 7, "7"),
        (int, 3.0, 3),
        (int, 1e21, 10**21),
        (int, " 42 ", 42),
        (float, "2.5", 2.5),
        (Decimal, 0.1, Decimal("0.1")),
        (int | str, 3.0, 3),
        (bool, True, True),
        (bool, "yes", True),
        (bool, 0, False),
        (date, 45000, date(2023, 3, 15)),
        (date, 45000.75, date(2023, 3, 15)),
        (date, "2023-03-15", date(2023, 3, 15)),
        (datetime, 45000.5, datetime(2023, 3, 15, 12, tzinfo=AMSTERDAM)),
        (datetime, "2023-03-15 12:00", datetime(2023, 3, 15, 12, tzinfo=AMSTERDAM)),
        (datetime, "2023-03-15T12:00Z", datetime(2023, 3, 15, 12, tzinfo=UTC)),
        (time, 0.25, time(6)),
        (timedelta, 1.5, timedelta(hours=36)),
        (list[str], "a, b;c\nd,,", ["a", "b", "c", "d"]),
        (list[str], '["a, b", "c"]', ["a, b", "c"]),
        (list[int], "1, 2", [1, 2]),
        (list[int], 3.0, [3]),
        (list[date], [45000], [date(2023, 3, 15)]),
        (list[str] | None, "a", ["a"]),
        (dict[str, int], '{"a": 1}', {"a": 1}),
        (Literal["x", "y"], "x", "x"),
        (Colour, "red", Colour.RED),
        (Any, "x", "x"),
    ],
)
def test_a_cell_is_read_as_the_field_wants_it(
    annotation: Any, value: JsonValue, wanted: object
) -> None:
    assert converted(annotation, value) == wanted


class Inputs(ToolInputSchema):
    text: str
    salary: int | None = None
    tags: list[str] = Field(default=[])


class Result(ToolResultSchema):
    words: int


class Counter(Tool[Inputs, Result]):
    """Count."""

    name = "counter"
    version = 1

    def process(self, entry: Inputs, context: ToolContext) -> Result:
        return Result(words=0)


SOURCES: dict[str, tuple[Source, ...]] = {
    "text": (FromColumn("Description"),),
    "salary": (FromColumn("Salary"),),
    "tags": (FromStep("keywords", "terms"),),
}


def make_step(fingerprint: str = "f", required: Collection[str] = ("text",)) -> ResolvedStep:
    spec = StepSpec("counter", "counter", 1, fingerprint, SOURCES, frozenset(required), {})
    return ResolvedStep(spec, Counter(), ToolOptions())


def test_values_are_bound_in_json_form_with_defaults() -> None:
    bound = make_step().bind({"text": "x", "salary": "", "tags": ["a"]}, CellLocale(UTC))
    assert isinstance(bound, BoundInputs)
    assert bound.inputs == {"text": "x", "salary": None, "tags": ["a"]}


@pytest.mark.parametrize("blank", [None, "", "  \n", "Loading...", "#N/A"])
def test_a_required_input_that_is_not_there_is_waited_for(blank: JsonValue) -> None:
    bound = make_step().bind({"text": blank}, CellLocale(UTC))
    assert bound == Unbindable(missing=("text",))
    assert bound.is_waiting
    assert bound.message == "it needs text"


def test_an_optional_input_that_cannot_be_read_is_left_out() -> None:
    bound = make_step().bind({"text": "x", "salary": "much", "tags": "a"}, CellLocale(UTC))
    assert isinstance(bound, BoundInputs)
    assert bound.inputs == {"text": "x", "salary": None, "tags": ["a"]}
    assert bound.unread == (Unread("salary", '"much"', "is not a number", "write a number"),)
    assert bound.input_hash == hash_of(make_step(), {"text": "x", "tags": "a"})


def test_a_required_input_that_cannot_be_read_is_invalid() -> None:
    bound = make_step(required={"text", "salary"}).bind(
        {"text": "x", "salary": "much"}, CellLocale(UTC)
    )
    assert isinstance(bound, Unbindable)
    assert not bound.is_waiting
    assert bound.message == 'salary is "much", which is not a number'


def test_where_nothing_else_is_there_what_cannot_be_read_is_told() -> None:
    bound = make_step(required=set()).bind({"salary": "much"}, CellLocale(UTC))
    assert isinstance(bound, Unbindable)
    assert [one.input for one in bound.unread] == ["salary"]


class Odd(ToolInputSchema):
    day: date
    at: datetime
    many: Annotated[int, Field(gt=3)]
    yes: bool
    colour: Colour


class Oddity(Tool[Odd, Result]):
    """Take much."""

    name = "oddity"
    version = 1

    def process(self, entry: Odd, context: ToolContext) -> Result:
        return Result(words=0)


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("day", "soon", "is not a date"),
        ("at", "soon", "is not a date and time"),
        ("many", "some", "is not a number"),
        ("many", 2, "is not accepted"),
        ("yes", "perhaps", "is neither yes nor no"),
        ("colour", "blue", "is not accepted"),
    ],
)
def test_what_is_wrong_with_a_value_is_told_in_plain_words(
    name: str, value: JsonValue, fault: str
) -> None:
    spec = StepSpec(
        "o", "oddity", 1, "f", {name: (FromColumn("A"),)}, frozenset(Odd.model_fields), {}
    )
    bound = ResolvedStep(spec, Oddity(), ToolOptions()).bind({name: value}, CellLocale(UTC))
    assert isinstance(bound, Unbindable)
    assert [one.fault for one in bound.invalid if one.input == name] == [fault]


def test_an_input_that_a_tool_had_once_does_not_make_another_job() -> None:
    class Heir(Counter):
        """Count as before."""

        passed_on = {"description": "words"}  # noqa: RUF012 - as tools write it

    step = replace(make_step(), tool=Heir())
    before = input_hash("f", {"text": "x", "salary": None, "tags": [], "description": None})
    assert hash_of(step, {"text": "x"}) == before


def hash_of(step: ResolvedStep, values: dict[str, JsonValue]) -> str:
    bound = step.bind(values, CellLocale(UTC))
    assert isinstance(bound, BoundInputs)
    return bound.input_hash


def test_the_hash_depends_on_inputs_and_fingerprint_only() -> None:
    base = hash_of(make_step(), {"text": "x", "salary": 5})
    assert hash_of(make_step(), {"salary": 5.0, "text": "x"}) == base
    assert hash_of(make_step(), {"text": "x", "salary": 6}) != base
    assert hash_of(make_step("g"), {"text": "x", "salary": 5}) != base


@given(st.dictionaries(st.text(st.characters()), st.integers() | st.text(st.characters())))
def test_hashing_takes_any_text_and_ignores_order(inputs: dict[str, JsonValue]) -> None:
    backwards = dict(reversed(inputs.items()))
    assert input_hash("f", inputs) == input_hash("f", backwards)


@given(st.text(st.characters()) | st.floats() | st.integers() | st.booleans())
def test_binding_never_raises(value: JsonValue) -> None:
    bound = make_step().bind({"text": value, "salary": value, "tags": value}, CellLocale(UTC))
    if isinstance(bound, BoundInputs):
        assert make_step().entry(bound.inputs)
    else:
        assert all(one.fault for one in [*bound.invalid, *bound.unread])


FIRST, LAST = datetime(1901, 1, 1), datetime(2200, 1, 1)  # noqa: DTZ001 - wall time


@given(st.datetimes(FIRST, LAST))
def test_serial_dates_are_read_to_the_millisecond(moment: datetime) -> None:
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    serial = (moment - SERIAL_EPOCH) / timedelta(days=1)
    assert converted(datetime, serial).replace(tzinfo=None) == moment


class Days(ToolInputSchema):
    on: date
    at: datetime | None = None
    either: date | str | None = None
    other: str | None = None


class Calendar(Tool[Days, Result]):
    """Look at days."""

    name = "calendar"
    version = 1

    def process(self, entry: Days, context: ToolContext) -> Result:
        return Result(words=0)


def test_columns_of_dates_are_those_that_are_read_as_nothing_else() -> None:
    sources: dict[str, tuple[Source, ...]] = {
        "on": (FromColumn("Applied"), FromColumn("Sent"), FromStep("other", "day")),
        "at": (FromColumn("Call at"),),
        "either": (FromColumn("When"),),
        "other": (FromColumn("Note"),),
    }
    spec = StepSpec("calendar", "calendar", 1, "f", sources, frozenset({"on"}), {})
    step = ResolvedStep(spec, Calendar(), ToolOptions())
    assert step.date_headers == {"Applied", "Sent", "Call at"}
