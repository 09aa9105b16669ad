"""How new columns look: notes, widths, formats, and the colours of every kind of status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from sync_daemon.domain.decoration import (
    STATUS_RULES,
    ColourRule,
    Format,
    Match,
    NumberFormat,
    ResultField,
    Signal,
    style_columns,
)
from sync_daemon.domain.headers import OwnedHeaders
from sync_daemon.domain.jobs import Ask, FromColumn, FromStep, Source, StepSpec
from sync_daemon.domain.pipeline import StepStanding, StepState
from sync_daemon.domain.sheet_view import ResultType
from sync_daemon.domain.sources import ColumnAsk
from sync_daemon.domain.status import NOT_BEGUN, status_text

NOON = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
HEADERS = OwnedHeaders("sheetd id", "sheetd status", ("Text", "Keywords"))


def step(name: str, sources: Sequence[Source], outputs: Mapping[str, str]) -> StepSpec:
    return StepSpec(name, name, 1, "f", {"text": sources}, frozenset(), outputs)


STEPS = [
    step("fetch", [FromColumn("Link")], {"text": "Text"}),
    step("words", [FromColumn("Description"), FromStep("fetch", "text")], {"terms": "Keywords"}),
]


def waiting(ask: Ask) -> list[StepStanding]:
    needs = [[ColumnAsk("Notes", ask, 0)]]
    return [StepStanding("words", StepState.WAITING, needs=needs, is_held=True)]


def retrying(due_at: datetime | None) -> list[StepStanding]:
    cause = "Cannot reach www.example.com."
    return [StepStanding("words", StepState.RETRYING, cause, due_at=due_at)]


def failed(cause: str) -> list[StepStanding]:
    return [StepStanding("words", StepState.FAILED, cause)]


def signal_of(text: str, rules: Sequence[ColourRule] = STATUS_RULES) -> Signal | None:
    """The colour that Sheets gives a cell: the first rule that matches, case ignored."""
    folded = text.casefold()
    for rule in rules:
        wanted = rule.text.casefold()
        matches = {
            Match.BEGINS: folded.startswith(wanted),
            Match.CONTAINS: wanted in folded,
            Match.FILLED: text != "",
            Match.COME: False,
        }
        if matches[rule.match]:
            return rule.signal
    return None


@pytest.mark.parametrize(
    ("standings", "signal"),
    [
        ([StepStanding("words", StepState.DONE)], Signal.QUIET),
        ([StepStanding("words", StepState.DONE, remark="no link")], Signal.QUIET),
        ([StepStanding("words", StepState.QUEUED)], Signal.QUIET),
        (waiting(Ask.ADD), Signal.ATTENTION),
        (waiting(Ask.PASTE), Signal.ATTENTION),
        (waiting(Ask.FILL_IN), Signal.ATTENTION),
        (retrying(NOON + timedelta(minutes=5)), Signal.ATTENTION),
        (retrying(NOON + timedelta(days=2)), Signal.ATTENTION),
        (retrying(None), Signal.ATTENTION),
        (failed("The Link is not an address."), Signal.ALARM),
        (failed("done by nobody"), Signal.ALARM),
        (failed(""), Signal.ALARM),
    ],
)
def test_each_kind_of_sentence_has_its_colour(
    standings: list[StepStanding], signal: Signal
) -> None:
    assert signal_of(status_text(standings, NOON, UTC)) is signal


def test_a_row_that_has_not_begun_is_quiet_and_a_blank_cell_has_no_colour() -> None:
    assert signal_of(NOT_BEGUN) is Signal.QUIET
    assert signal_of("") is None


def test_the_note_says_what_the_column_holds_and_which_columns_it_comes_from() -> None:
    fields = {"Keywords": ResultField("Terms of the posting, the best first.", ResultType.TEXT)}
    styles = style_columns(HEADERS, STEPS, fields)
    assert styles["Keywords"].note == (
        "Terms of the posting, the best first. sheetd fills this column in from Description and"
        " Link. What you type over a result stays until the row's own cells change."
    )
    assert styles["Text"].note.startswith("sheetd fills this column in from Link. ")


def test_steps_that_feed_each_other_end_the_search_for_columns() -> None:
    looped = [
        step("a", [FromStep("b", "y"), FromColumn("Link")], {"x": "Text"}),
        step("b", [FromStep("a", "x"), FromColumn("Role")], {"y": "Keywords"}),
    ]
    assert "from Role and Link." in style_columns(HEADERS, looped, {})["Text"].note


def test_the_id_is_hidden_and_the_status_is_coloured_and_wrapped() -> None:
    styles = style_columns(HEADERS, STEPS, {})
    assert [h for h, style in styles.items() if style.is_hidden] == ["sheetd id"]
    assert [h for h, style in styles.items() if style.rules] == ["sheetd status"]
    assert [h for h, style in styles.items() if style.is_wrapped] == ["sheetd status"]


@pytest.mark.parametrize(
    ("field", "number_format"),
    [
        (ResultField("", ResultType.NUMBER), None),
        (ResultField("", ResultType.NUMBER, Format.MONEY), NumberFormat("NUMBER", "#,##0")),
        (ResultField("", ResultType.NUMBER, Format.PRICE), NumberFormat("NUMBER", "#,##0.00")),
        (ResultField("", ResultType.NUMBER, Format.PERCENT), NumberFormat("NUMBER", '0"%"')),
    ],
)
def test_numbers_have_a_format_where_they_are_of_a_kind(
    field: ResultField, number_format: NumberFormat | None
) -> None:
    assert style_columns(HEADERS, STEPS, {"Text": field})["Text"].number_format == number_format


def test_a_day_that_has_come_is_coloured_where_it_is_for_acting_on() -> None:
    day, due = (ResultField("", ResultType.DATE, shown) for shown in (None, Format.DUE))
    styles = style_columns(HEADERS, STEPS, {"Text": day, "Keywords": due})
    assert styles["Text"].rules == ()
    assert styles["Keywords"].rules == (ColourRule(Match.COME, Signal.ATTENTION),)
    assert styles["Text"].number_format == styles["Keywords"].number_format == NumberFormat("DATE")


def test_a_word_takes_less_room_than_a_text() -> None:
    fields = {
        "Text": ResultField("", ResultType.TEXT),
        "Keywords": ResultField("", ResultType.TEXT, Format.WORD),
    }
    styles = style_columns(HEADERS, STEPS, fields)
    assert styles["Keywords"].width < styles["Text"].width


def test_a_column_is_wide_enough_for_its_title_and_not_for_any() -> None:
    long, longer = "A title of thirty characters..", "x" * 200
    headers = OwnedHeaders("id", "status", ("n", long, longer))
    fields = dict.fromkeys(headers.results, ResultField("", ResultType.BOOLEAN))
    widths = [style_columns(headers, [], fields)[header].width for header in headers.results]
    assert widths == [80, 220, 220]
