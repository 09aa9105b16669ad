"""How the columns that sheetd creates are made to look; pure.

A column is decorated in the request that creates it and never again, so nothing that the
user changes afterwards is undone, and no other column is touched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from sync_daemon.domain.headers import OwnedHeaders
from sync_daemon.domain.jobs import FromColumn, Source, StepSpec
from sync_daemon.domain.sentence import listed
from sync_daemon.domain.sheet_view import ResultType

_CHARACTER = 8  # pixels of a header's character, in bold
_MARGIN = 28  # pixels beside a header, with the menu of a filter
_WIDEST_HEADER = 220
_ID_NOTE = (
    "sheetd knows each row by this id, wherever you move or sort it. Please leave it as it is."
)
_STATUS_NOTE = (
    "How far the row is: done, what you can add, or what went wrong and what to do about it."
    " sheetd keeps this column up to date."
)
_KEPT = "What you type over a result stays until the row's own cells change."


class Format(Enum):
    """How a result is shown; a tool annotates the fields of its result with it."""

    MONEY = "money"  # a yearly salary: 60,000
    PRICE = "price"  # with decimals: 45.50
    PERCENT = "percent"  # 0 to 100
    LINK = "link"  # an address, the whole cell
    WORD = "word"  # a word or two: EUR, on-site
    DUE = "due"  # a date, coloured from that day on


class Signal(Enum):
    """What the status of a row means to somebody who glances at it."""

    QUIET = "nothing to do"
    ATTENTION = "the user can add something, or it is tried again"
    ALARM = "something cannot be done"


class Match(Enum):
    """How the text of a rule is compared with a cell."""

    BEGINS = "begins with"
    CONTAINS = "contains"
    FILLED = "is not blank"
    COME = "is a day up to today"


@dataclass(frozen=True, slots=True)
class ColourRule:
    """A cell that matches is coloured by its signal; of several rules the first counts."""

    match: Match
    signal: Signal
    text: str = ""


STATUS_RULES = (  # after `status.status_text`
    ColourRule(Match.BEGINS, Signal.QUIET, "done 2"),
    ColourRule(Match.BEGINS, Signal.QUIET, "working: "),
    ColourRule(Match.CONTAINS, Signal.ATTENTION, "trying again "),
    ColourRule(Match.BEGINS, Signal.ATTENTION, "Add "),
    ColourRule(Match.BEGINS, Signal.ATTENTION, "Paste "),
    ColourRule(Match.BEGINS, Signal.ATTENTION, "Fill in "),
    ColourRule(Match.FILLED, Signal.ALARM),
)


DUE_RULES = (ColourRule(Match.COME, Signal.ATTENTION),)


@dataclass(frozen=True, slots=True)
class ResultField:
    """What a tool declares of the result that a column holds."""

    description: str = ""
    type: ResultType = ResultType.ANY
    format: Format | None = None


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """A number format as the Sheets API has it; without a pattern it is the locale's own."""

    type: str
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class ColumnStyle:
    """How one column looks when it is created.

    Attributes:
        note: on its header.
        width: in pixels.
        is_wrapped: whether a long text goes on in the next line; else it is clipped.
        is_hidden: whether the column is hidden.
        is_link: whether addresses in it can be clicked.
        number_format: of its numbers, if they need one.
        rules: that colour its cells.
    """

    note: str
    width: int
    is_wrapped: bool = False
    is_hidden: bool = False
    is_link: bool = False
    number_format: NumberFormat | None = None
    rules: Sequence[ColourRule] = ()

    @property
    def is_of_dates(self) -> bool:
        """Whether numbers in it are shown as dates."""
        return self.number_format in _TEMPORAL_FORMATS.values()


# As the spreadsheet's locale writes dates and times
_TEMPORAL_FORMATS = {
    ResultType.DATE: NumberFormat("DATE"),
    ResultType.DATETIME: NumberFormat("DATE_TIME"),
}
_WIDTHS = {
    ResultType.NUMBER: 90,
    ResultType.BOOLEAN: 80,
    ResultType.DATE: 100,
    ResultType.DATETIME: 150,
    ResultType.TEXT: 220,
    ResultType.ANY: 180,
}
_WORD_WIDTH = 110
_NUMBER_FORMATS = {
    Format.MONEY: NumberFormat("NUMBER", "#,##0"),
    Format.PRICE: NumberFormat("NUMBER", "#,##0.00"),
    Format.PERCENT: NumberFormat("NUMBER", '0"%"'),
}


def style_columns(
    headers: OwnedHeaders, steps: Sequence[StepSpec], fields: Mapping[str, ResultField]
) -> dict[str, ColumnStyle]:
    """How each of our columns looks, by header.

    Args:
        headers: of our columns.
        steps: of the sheet.
        fields: what the tools declare of each result, by header.
    """
    sources = {h: _sources_of(s, steps) for s in steps for h in s.outputs.values()}
    styles = {
        header: _result_style(header, fields.get(header, ResultField()), sources.get(header, []))
        for header in headers.results
    }
    status = ColumnStyle(_STATUS_NOTE, 320, is_wrapped=True, rules=STATUS_RULES)
    return {
        headers.id: ColumnStyle(_ID_NOTE, 120, is_hidden=True),
        headers.status: status,
        **styles,
    }


def _result_style(header: str, field: ResultField, sources: Sequence[str]) -> ColumnStyle:
    usual = _WORD_WIDTH if field.format is Format.WORD else _WIDTHS[field.type]
    width = max(usual, min(_CHARACTER * len(header) + _MARGIN, _WIDEST_HEADER))
    number_format = _NUMBER_FORMATS.get(field.format) if field.format else None
    number_format = _TEMPORAL_FORMATS.get(field.type, number_format)
    is_link = field.format is Format.LINK
    rules = DUE_RULES if field.format is Format.DUE else ()
    note = _result_note(field.description, sources)
    return ColumnStyle(note, width, is_link=is_link, number_format=number_format, rules=rules)


def _result_note(description: str, sources: Sequence[str]) -> str:
    """What the column holds, which columns it comes from, and what becomes of what one types."""
    origin = f" from {listed(list(sources), 'and')}" if sources else ""
    about = description.strip()
    sentences = (about[:1].upper() + about[1:], f"sheetd fills this column in{origin}.", _KEPT)
    return " ".join(sentence for sentence in sentences if sentence)


def _sources_of(step: StepSpec, steps: Sequence[StepSpec]) -> list[str]:
    """The user's columns from which a step's results come, also by way of other steps."""
    by_name = {other.name: other for other in steps}
    return list(dict.fromkeys(_headers_of(step.sources, by_name, {step.name})))


def _headers_of(
    sources: Iterator[Source], by_name: Mapping[str, StepSpec], seen: set[str]
) -> Iterator[str]:
    for source in sources:
        if isinstance(source, FromColumn):
            yield source.header
        elif source.step not in seen and source.step in by_name:
            yield from _headers_of(by_name[source.step].sources, by_name, seen | {source.step})
