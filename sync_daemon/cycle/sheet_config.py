"""A sheet as the configuration gives it to the engine."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import blake2b

from sync_daemon.domain.assignment import Assignment, Kind, Purpose
from sync_daemon.domain.cells import CellValue
from sync_daemon.domain.decoration import ColumnStyle, ResultField, style_columns
from sync_daemon.domain.feeding import Feed
from sync_daemon.domain.jobs import FromColumn
from sync_daemon.domain.pipeline import Step
from sync_daemon.domain.sheet_state import SheetTarget
from sync_daemon.domain.sheet_view import ResultType
from sync_daemon.domain.spelling import SpelledStep, respelled, respelled_feed


@dataclass(frozen=True, slots=True)
class ConfiguredSheet:
    """One sheet with its pipeline; ``steps`` are in the order of dependency."""

    target: SheetTarget
    steps: Sequence[Step] = field(default_factory=tuple)
    create_columns: bool = True
    max_delete_fraction: float = 0.5
    probe: bool = False
    full_pull_every: timedelta = timedelta(minutes=10)
    feeds: Sequence[Feed] = ()
    results: Mapping[str, ResultField] = field(default_factory=dict)  # by header
    decorate: bool = True
    adopt: Sequence[str] = ()  # filled columns that results may go to
    pipeline: str = ""  # the fingerprint of one whose headers were spelled in another way
    links: Mapping[str, Collection[str]] = field(default_factory=dict)  # step → inputs

    @property
    def name(self) -> str:
        """Its name in the configuration."""
        return self.target.name

    @property
    def result_types(self) -> dict[str, ResultType]:
        """What tools declare of each result, by header."""
        return {header: field.type for header, field in self.results.items()}

    def dates_among(self, headers: Sequence[str]) -> tuple[str, ...]:
        """Those columns formatted for dates in which no number is to stand as such."""
        numeric = {ResultType.NUMBER, ResultType.ANY}
        return tuple(h for h in headers if self.result_types.get(h, ResultType.ANY) not in numeric)

    def styles(self) -> dict[str, ColumnStyle]:
        """How columns of ours look that are created; empty if they are to be left plain."""
        if not self.decorate:
            return {}
        return style_columns(self.target.headers, [s.spec for s in self.steps], self.results)

    def called(self, name: str) -> ConfiguredSheet:
        """The same under another name."""
        return replace(self, target=replace(self.target, name=name))

    def needed_headers(self) -> list[str]:
        """The user's columns that tools read and feeds fill, each once."""
        read = (
            source.header
            for step in self.steps
            for source in step.spec.sources
            if isinstance(source, FromColumn)
        )
        filled = (header for feed in self.feeds for header in feed.columns.values())
        return list(dict.fromkeys([*read, *filled]))

    def is_passing(self, header: str, value: CellValue) -> bool:
        """Whether it may be a result that changes by itself, as its step runs again and again."""
        return any(
            header in step.spec.outputs.values()
            for step in self.steps
            if step.spec.recheck_every is not None
        ) and self.result_types.get(header, ResultType.ANY).may_be(value)

    def spelled(self, aliases: Mapping[str, str]) -> ConfiguredSheet:
        """The sheet with the user's headers as they stand in it (configured → as it stands)."""
        if not aliases:
            return self
        return replace(
            self,
            steps=[SpelledStep(step, respelled(step.spec, aliases)) for step in self.steps],
            feeds=[respelled_feed(feed, aliases) for feed in self.feeds],
            pipeline=self.fingerprint(),
        )

    def link_headers(self) -> set[str]:
        """The user's columns in which tools look for addresses."""
        return {
            source.header
            for step in self.steps
            for name, sources in step.spec.inputs.items()
            for source in sources
            if name in self.links.get(step.spec.name, ()) and isinstance(source, FromColumn)
        }

    def assignment(self) -> Assignment:
        """What our columns are for, and what the steps are."""
        headers = self.target.headers
        columns = {headers.id: Purpose("", "id"), headers.status: Purpose("", "status")}
        steps = {}
        for step in self.steps:
            spec = step.spec
            columns |= {h: Purpose(spec.name, o) for o, h in spec.outputs.items()}
            does = f"{spec.fingerprint}|{dict(spec.inputs)}"
            steps[spec.name] = Kind(spec.tool, blake2b(does.encode(), digest_size=8).hexdigest())
        return Assignment(columns, steps)

    def fingerprint(self) -> str:
        """Changes whenever jobs may have to be planned again for unchanged rows."""
        if self.pipeline:
            return self.pipeline
        parts = [
            f"{s.spec.name}|{s.spec.fingerprint}|{dict(s.spec.inputs)}|{dict(s.spec.outputs)}"
            for s in self.steps
        ]
        return blake2b("\n".join(parts).encode(), digest_size=8).hexdigest()
