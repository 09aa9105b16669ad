"""One tool on given inputs, without a sheet: ``sheetd tools run NAME --input KEY=VALUE``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sync_daemon.domain.cell_locale import CellLocale
from sync_daemon.domain.jobs import Job, Outcome
from sync_daemon.domain.pipeline import Unbindable
from sync_daemon.errors import ConfigError
from sync_daemon.fetching import GuardedHttp
from sync_daemon.processing.executor import LocalExecutor
from sync_daemon.processing.steps import StepPlace, prepare_steps
from sync_daemon.processing.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sync_daemon.domain.jobs import JsonValue
    from sync_daemon.ports import Clock
    from sync_daemon.processing.registry import ToolRegistry
    from sync_daemon.processing.resolved_step import ResolvedStep
    from sync_daemon.tooling import MirrorReader, MirrorRow

_SHEET = "command line"
_GRACE_S = 5.0


class NoRows:
    """A mirror that holds nothing, for trying a tool without one."""

    def rows(self, sheet: str) -> Iterable[MirrorRow]:  # noqa: ARG002 - the port's form
        """No rows."""
        return ()


@dataclass(frozen=True, slots=True)
class _OneStep:
    name: str | None
    tool: str
    inputs: Mapping[str, str]
    outputs: Mapping[str, str]
    options: Mapping[str, Any]


def run_tool(  # noqa: PLR0913 - what a sheet would give
    registry: ToolRegistry,
    tool: str,
    inputs: Mapping[str, JsonValue],
    options: Mapping[str, Any] | None = None,
    *,
    clock: Clock,
    config_dir: Path = Path(),
    mirror: MirrorReader | None = None,
    tz: tzinfo = UTC,
    allow_origins: frozenset[str] = frozenset(),
) -> Outcome:
    """Run ``tool`` on ``inputs``, which are read as the cells of a row would be.

    Returns:
        The outcome; a failure of the tool is in it.

    Raises:
        ConfigError: no such tool, input or option; an input missing or not accepted.
    """
    step = _prepared(registry, tool, inputs, options or {}, config_dir)
    bound = step.bind(inputs, CellLocale(tz, typed_on=clock.now().astimezone(tz).date()))
    if isinstance(bound, Unbindable):
        message = f"{tool}: {bound.message}."
        raise ConfigError(message)
    job = Job("command-line", _SHEET, step.spec.name, tool, bound.inputs, bound.input_hash)
    http = GuardedHttp(allow_origins)
    executor = LocalExecutor(
        {(_SHEET, step.spec.name): step},
        clock=clock,
        mirror=mirror or NoRows(),
        http=http,
        threads=1,
    )
    try:
        executor.submit(job)
        (outcome,) = executor.wait(step.tool.timeout + _GRACE_S)
    finally:
        executor.close()
        http.close()
    return outcome


def _prepared(
    registry: ToolRegistry,
    tool: str,
    inputs: Mapping[str, JsonValue],
    options: Mapping[str, Any],
    config_dir: Path,
) -> ResolvedStep:
    fields = registry.get(tool).tool.input_schema.model_fields
    for name in inputs:
        if name not in fields:
            message = f"{tool} has no input {name}."
            raise ConfigError(message, hint=did_you_mean(name, fields))
    for name, info in fields.items():
        if info.is_required() and name not in inputs:
            message = f"{tool} needs the input {name}."
            raise ConfigError(message, hint=f"Give it: --input {name}=…")
    config = _OneStep(None, tool, {name: name for name in inputs}, {}, options)
    (step,) = prepare_steps([config], registry, StepPlace(_SHEET, config_dir))
    return step
