"""Plots as SVG: bars, drawn without a script, with the same told as text."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from html import escape

from sqlalchemy import Connection

from sync_daemon.domain.access import Scope
from sync_daemon.domain.sentence import counted
from sync_daemon.services import stats
from sync_daemon.services.stats import Bar, Period, Pipelines

# A label stands above its bar, so that the same drawing can be read on a phone.
_WIDTH, _ROW, _THICK = 400, 38, 11
_LONGEST_LINE = 50  # characters of a label and its figure
_RANGES, _CURRENCIES = 8, 5
_WEEKS = 52  # the last ones
# A file that is looked at by itself has no style sheet beside it.
_ALONE = (
    "<style>text{font:13px system-ui,sans-serif;fill:#1d2422}.bar{fill:#2b8a6b}"
    ".track{fill:#e9edeb}</style>"
)


@dataclass(frozen=True, slots=True)
class Mark:
    """One figure of a plot as it is drawn.

    Attributes:
        label: what it is of.
        low: where its bar begins.
        value: where its bar ends.
        largest: the end of the scale.
        text: the figure in words.
    """

    label: str
    low: float
    value: float
    largest: float
    text: str


@dataclass(frozen=True, slots=True)
class Plot:
    """One plot with its figures.

    Attributes:
        title: what it shows.
        unit: what its figures count.
        bars: the figures.
        empty: what to do where there are none.
        ranges: figures that have a beginning, too, in place of bars.
    """

    title: str
    unit: str
    bars: Sequence[Bar]
    empty: str
    ranges: Sequence[Mark] = ()

    def marks(self) -> list[Mark]:
        """Bars and ranges alike."""
        largest = max((bar.value for bar in self.bars), default=0)
        drawn = [Mark(b.label, 0, b.value, largest, f"{b.value:,.6g}") for b in self.bars]
        return [*drawn, *self.ranges]

    def svg(self, *, alone: bool = False) -> str:
        """The drawing; ``alone`` where no page gives it its looks."""
        marks = self.marks()
        height = max(1, len(marks)) * _ROW
        told = "; ".join(f"{mark.label[:80]}: {mark.text}" for mark in marks) or self.empty
        head = (
            f'<svg class="plot" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}"'
            f' role="img" aria-label="{_text(f"{self.title}. {told}")}">'
        )
        parts = [_drawn(mark, index) for index, mark in enumerate(marks)]
        return "".join([head, _ALONE if alone else "", *parts, "</svg>"])


def _drawn(mark: Mark, index: int) -> str:
    top, line = index * _ROW + 20, index * _ROW + 15
    start, end = _scaled(mark.low, mark), _scaled(mark.value, mark)
    width = max(end - start, 3.0 if mark.low else 0.0)  # a range of one value is seen, too
    room = max(8, _LONGEST_LINE - len(mark.text))
    label = mark.label if len(mark.label) <= room else f"{mark.label[: room - 1]}…"
    return (
        f'<text x="0" y="{line}">{_text(label)}</text>'
        f'<text x="{_WIDTH}" y="{line}" text-anchor="end">{_text(mark.text)}</text>'
        f'<rect class="track" x="0" y="{top}" width="{_WIDTH}" height="{_THICK}" rx="3"/>'
        f'<rect class="bar" x="{min(start, _WIDTH - width):.1f}" y="{top}" width="{width:.1f}"'
        f' height="{_THICK}" rx="3"/>'
    )


def _scaled(value: float, mark: Mark) -> float:
    if not math.isfinite(value) or not mark.largest > 0:
        return 0.0
    return min(max(0.0, value / mark.largest), 1.0) * _WIDTH


def _text(text: str) -> str:
    """Escaped, and without what XML cannot carry."""
    visible = "".join(c if c.isprintable() else " " for c in text)
    return escape(visible.encode("utf-8", "replace").decode(), quote=True)


@dataclass(frozen=True)
class Source:
    """What plots are drawn from; each figure is counted once."""

    connection: Connection
    scope: Scope
    pipelines: Pipelines
    period: Period
    now: datetime
    known: stats.Progress | None = None

    @cached_property
    def progress(self) -> stats.Progress:
        """How far applications came, and what came back."""
        return self.known or stats.progress(
            stats.load_applications(self.connection, self.scope, self.pipelines, self.period),
            self.now,
        )

    @cached_property
    def keywords(self) -> stats.Keywords:
        """What postings ask for."""
        return stats.keywords(self.connection, self.scope, self.period)


_NO_STATUS = "No status yet. Fill a Status column, and have follow_up read it."
_NO_WORDS = "No keywords yet. Add a step with keyword_analyzer."
_NO_MATCH = "No match yet. Add a step with resume_match, and name your résumé in its options."


def funnel(source: Source) -> Plot:
    """How far applications came."""
    stages = source.progress.funnel.stages
    bars = stages if any(bar.value for bar in stages) else ()
    return Plot("How far applications came", "Applications", bars, _NO_STATUS)


def days(source: Source) -> Plot:
    """Median days in each stage."""
    bars = source.progress.funnel.days
    return Plot("Median days in each stage", "Days", bars, _NO_STATUS)


def responses(source: Source) -> Plot:
    """Answers a week."""
    bars = source.progress.responses.per_week[-_WEEKS:]
    return Plot("Answers a week", "Answers", bars, "No answer was seen yet.")


def waits(source: Source) -> Plot:
    """Days to the first answer."""
    bars = source.progress.responses.days_to_first
    return Plot("Days to the first answer", "Applications", bars, "No answer was seen yet.")


def keywords(source: Source) -> Plot:
    """What postings ask for."""
    bars = source.keywords.asked
    return Plot("What postings ask for", "Postings", bars, _NO_WORDS)


def missing(source: Source) -> Plot:
    """What the résumé lacks."""
    bars = source.keywords.missing
    return Plot("What the résumé lacks", "Postings", bars, _NO_MATCH)


def match(source: Source) -> Plot:
    """How well the résumé matches."""
    bars = source.keywords.match
    return Plot("How well the résumé matches", "Postings", bars, _NO_MATCH)


def silences(source: Source) -> Plot:
    """Applications that got no answer in so many days."""
    bars = source.progress.responses.silences
    return Plot("No answer after", "Applications", bars, _NO_STATUS)


def salaries(source: Source) -> Plot:
    """What postings pay in a year, by currency."""
    found = stats.salaries(source.connection, source.scope, source.period)
    currencies = Counter(each.currency for each in found).most_common(_CURRENCIES)
    ranges = [
        mark
        for currency, _ in currencies
        for mark in _ranges(currency, [each for each in found if each.currency == currency])
    ]
    empty = "No pay yet. Add a step with salary_parser."
    return Plot("Pay ranges by currency", "A year", (), empty, ranges)


def _ranges(currency: str, found: Sequence[stats.Salary]) -> list[Mark]:
    """All of one currency as one range, then the best paid; one scale for them."""
    largest = max(each.maximum for each in found)
    low = min(each.minimum for each in found)
    whole = f"{currency}: {counted(len(found), 'posting')}"
    marks = [_range(whole, low, largest, largest)]
    best = sorted(found, key=lambda each: -each.maximum)[:_RANGES]
    return marks + [_range(each.label, each.minimum, each.maximum, largest) for each in best]


def _range(label: str, low: float, high: float, largest: float) -> Mark:
    text = f"{high:,.0f}" if low == high else f"{low:,.0f} to {high:,.0f}"
    return Mark(label, low, high, largest, text)


PLOTS: Mapping[str, Callable[[Source], Plot]] = {
    "funnel": funnel,
    "days": days,
    "responses": responses,
    "waits": waits,
    "silences": silences,
    "keywords": keywords,
    "missing": missing,
    "match": match,
    "salaries": salaries,
}
"""By the name that ``sheetd plot`` takes."""


PIPELINE = ("funnel", "days", "responses", "waits", "silences", "salaries")
KEYWORDS = ("keywords", "missing", "match")
