"""Steps and feeds with the user's headers as the sheet spells them, not the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sync_daemon.domain.cell_locale import CellLocale
from sync_daemon.domain.cells import CellValue
from sync_daemon.domain.feeding import Feed
from sync_daemon.domain.jobs import FromColumn, JsonValue, Source, StepSpec
from sync_daemon.domain.pipeline import BoundInputs, Step, Unbindable


@dataclass(frozen=True, slots=True)
class SpelledStep:
    """A step whose inputs come from columns as they are called in the sheet."""

    step: Step
    spec: StepSpec

    def bind(self, values: Mapping[str, JsonValue], locale: CellLocale) -> BoundInputs | Unbindable:
        """As the step does."""
        return self.step.bind(values, locale)

    def show(self, output: str, value: JsonValue) -> CellValue:
        """As the step does."""
        return self.step.show(output, value)


def respelled(spec: StepSpec, aliases: Mapping[str, str]) -> StepSpec:
    """The step with its source columns under other names (configured → as it stands)."""
    inputs = {
        name: [_respelled(source, aliases) for source in sources]
        for name, sources in spec.inputs.items()
    }
    return replace(spec, inputs=inputs)


def respelled_feed(feed: Feed, aliases: Mapping[str, str]) -> Feed:
    """The feed with its columns under other names."""
    return replace(feed, columns={f: aliases.get(h, h) for f, h in feed.columns.items()})


def _respelled(source: Source, aliases: Mapping[str, str]) -> Source:
    if isinstance(source, FromColumn):
        return FromColumn(aliases.get(source.header, source.header))
    return source
