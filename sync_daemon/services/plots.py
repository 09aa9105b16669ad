"""Plots as SVG: bars, drawn without a script, with the same told as text."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from html import escape

from sqlalchemy import Connection

from sync_daemon.domain.access import Scope
from sync_daemon.services import stats
from sync_daemon.services.stats import Bar, Period, Pipelines

_ROW, _LABELS, _BARS, _VALUES = 26, 230, 440, 90
_LONGEST_LABEL = 28
# A file that is looked at by itself has no style sheet beside it.
_ALONE = (
    "<style>text{font:13px system-ui,sans-serif;fill:#1d2422}.bar{fill:#2b8a6b}"
    ".track{fill:#e9edeb}</style>"
)


@dataclass(frozen=True, slots=True)
class Plot:
    """One plot with its figures.

    Attributes:
        title: what it shows.
        unit: what its figures count.
        bars: the figures.
        empty: what to do where there are none.
    """

    title: str
    unit: str
    bars: Sequence[Bar]
    empty: str

    def svg(self, *, alone: bool = False) -> str:
        """The drawing; ``alone`` where no page gives it its looks."""
        width, height = _LABELS + _BARS + _VALUES, max(1, len(self.bars)) * _ROW
        largest = max((bar.value for bar in self.bars), default=0) or 1
        told = "; ".join(f"{bar.label}: {bar.value:g}" for bar in self.bars) or self.empty
        head = (
            f'<svg class="plot" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
            f' role="img" aria-label="{_text(f"{self.title}. {told}")}">'
        )
        parts = [_drawn(bar, index, largest) for index, bar in enumerate(self.bars)]
        return "".join([head, _ALONE if alone else "", *parts, "</svg>"])


def _drawn(bar: Bar, index: int, largest: float) -> str:
    top, middle = index * _ROW + 4, index * _ROW + 18
    width = max(0.0, bar.value / largest * _BARS) if math.isfinite(bar.value) else 0.0
    label = bar.label if len(bar.label) <= _LONGEST_LABEL else bar.label[: _LONGEST_LABEL - 1] + "…"
    return (
        f'<text x="{_LABELS - 8}" y="{middle}" text-anchor="end">{_text(label)}</text>'
        f'<rect class="track" x="{_LABELS}" y="{top}" width="{_BARS}" height="18" rx="3"/>'
        f'<rect class="bar" x="{_LABELS}" y="{top}" width="{width:.1f}" height="18" rx="3"/>'
        f'<text x="{_LABELS + _BARS + 8}" y="{middle}">{bar.value:,.6g}</text>'
    )


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
_NO_WORDS = "No keywords yet. Add a step with keyword_analyzer, and a résumé to compare with."


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
    bars = source.progress.responses.per_week
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
    return Plot("What the résumé lacks", "Postings", bars, _NO_WORDS)


def match(source: Source) -> Plot:
    """How well the résumé matches."""
    bars = source.keywords.match
    return Plot("How well the résumé matches", "Postings", bars, _NO_WORDS)


def salaries(source: Source) -> Plot:
    """The most that postings pay in a year."""
    found = stats.salaries(source.connection, source.scope, source.period)
    bars = [Bar(f"{each.currency} {each.label}", each.maximum) for each in found[:20]]
    empty = "No pay yet. Add a step with salary_parser."
    return Plot("The most that postings pay in a year", "A year", bars, empty)


PLOTS: Mapping[str, Callable[[Source], Plot]] = {
    "funnel": funnel,
    "days": days,
    "responses": responses,
    "waits": waits,
    "keywords": keywords,
    "missing": missing,
    "match": match,
    "salaries": salaries,
}
"""By the name that ``sheetd plot`` takes."""


PIPELINE = ("funnel", "days", "responses", "waits", "salaries")
KEYWORDS = ("keywords", "missing", "match")
