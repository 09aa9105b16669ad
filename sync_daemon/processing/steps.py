"""From the steps of the configuration to steps that can run, in their order."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from sync_daemon.domain.jobs import Ask, FromStep, StepSpec
from sync_daemon.errors import ConfigError
from sync_daemon.processing.fingerprint import fingerprint
from sync_daemon.processing.options import validate_options
from sync_daemon.processing.registry import ToolEntry, ToolRegistry
from sync_daemon.processing.resolved_step import ResolvedStep
from sync_daemon.processing.step_checks import (
    StepConfig,
    StepPlace,
    find_column_problems,
    find_mapping_problems,
    find_name_problems,
    find_tool_problem,
    source_of,
    source_texts,
    step_name,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pydantic import BaseModel

    from sync_daemon.processing.resolved_step import AnyTool

__all__ = ["StepConfig", "StepPlace", "check_steps", "prepare_steps"]


def prepare_steps(
    configs: Sequence[StepConfig], registry: ToolRegistry, place: StepPlace
) -> list[ResolvedStep]:
    """The steps of one sheet, each after the steps whose outputs it takes.

    Otherwise the order is that of the configuration. Cheap enough to be called
    for every cycle, which is how an edited file that an option names is noticed.

    Raises:
        ConfigError: naming every problem with its key path.
    """
    steps, problems = check_steps(configs, registry, place)
    if problems:
        raise ConfigError("\n".join(problems))
    return steps


def check_steps(
    configs: Sequence[StepConfig], registry: ToolRegistry, place: StepPlace
) -> tuple[list[ResolvedStep], list[str]]:
    """Like `prepare_steps`, but returns the problems: those of all sheets can be shown at once.

    Returns:
        The steps that are right, in order, and the problems with their key paths.
    """
    names = [step_name(config) for config in configs]
    passed_on = _passed_on(configs, names, registry)
    tools = {
        name: entry.tool
        for name, config in zip(names, configs, strict=True)
        if isinstance(entry := registry.find(config.tool), ToolEntry)
    }
    problems = list(find_name_problems(names, place.key))
    steps = []
    for index, config in enumerate(configs):
        key = f"{place.key}[{index}]"
        step, faults = _check_step(config, key, registry, tools, names, place, passed_on)
        problems += faults
        steps += [step] if step is not None else []
    problems += find_column_problems(configs, names, place)
    ordered, cycle = _in_order(steps)
    if cycle:
        problems.append(f"{place.key}: these steps wait for each other: {cycle}.")
    return ordered, problems


def _check_step(
    config: StepConfig,
    key: str,
    registry: ToolRegistry,
    tools: Mapping[str, AnyTool],
    names: Sequence[str],
    place: StepPlace,
    passed_on: Mapping[str, Sequence[str]],
) -> tuple[ResolvedStep | None, list[str]]:
    entry = registry.find(config.tool)
    if not isinstance(entry, ToolEntry):
        return None, [find_tool_problem(config.tool, f"{key}.tool", registry)]
    faults = list(find_mapping_problems(config, entry.tool, key, tools, names))
    options = validate_options(entry.tool, config.options, place.config_dir, f"{key}.options")
    if isinstance(options, list):
        return None, [*faults, *options]
    if faults:
        return None, faults
    try:
        return _prepared(config, entry.tool, options, names, passed_on), []
    except OSError as error:
        return None, [f"{key}.options: {error.filename} cannot be read ({error.strerror})."]


def _prepared(
    config: StepConfig,
    tool: AnyTool,
    options: BaseModel,
    names: Sequence[str],
    passed_on: Mapping[str, Sequence[str]],
) -> ResolvedStep:
    fields = tool.input_schema.model_fields
    inputs = {
        name: tuple(dict.fromkeys(_expanded(source_texts(configured), passed_on)))
        for name, configured in config.inputs.items()
        if name in fields
    }
    spec = StepSpec(
        name=step_name(config),
        tool=tool.name,
        version=tool.version,
        fingerprint=fingerprint(tool, options),
        inputs={
            name: tuple(source_of(text, names) for text in texts) for name, texts in inputs.items()
        },
        required=frozenset(name for name, one in fields.items() if one.is_required()),
        outputs={output: column.strip() for output, column in config.outputs.items()},
        recheck_every=tool.recheck_every,
        max_attempts=tool.max_attempts,
        has_outside_effect=tool.has_outside_effect,
        asks={
            name: ask
            for name, one in fields.items()
            for ask in one.metadata
            if isinstance(ask, Ask)
        },
        remark=tool.remark_without,
    )
    return ResolvedStep(spec, tool, options)


def _passed_on(
    configs: Sequence[StepConfig], names: Sequence[str], registry: ToolRegistry
) -> dict[str, tuple[str, ...]]:
    """``step.output`` → the sources that the step's tool once gave on as that output."""
    return {
        f"{name}.{output}": source_texts(config.inputs[given])
        for name, config in zip(names, configs, strict=True)
        if isinstance(entry := registry.find(config.tool), ToolEntry)
        for given, output in entry.tool.passed_on.items()
        if given in config.inputs
    }


def _expanded(texts: Sequence[str], passed_on: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """What was given on comes first, as it did when the tool gave it on."""
    for text in (one.strip() for one in texts):
        yield from passed_on.get(text, ())
        yield text


def _in_order(steps: Sequence[ResolvedStep]) -> tuple[list[ResolvedStep], str]:
    """The steps so that each follows those it needs, else as given; and a cycle if there is one."""
    needs = {
        step.spec.name: {
            source.step for source in step.spec.sources if isinstance(source, FromStep)
        }
        for step in steps
    }
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        return list(steps), " → ".join(error.args[1])
    return _stable(steps, needs), ""


def _stable(steps: Sequence[ResolvedStep], needs: Mapping[str, set[str]]) -> list[ResolvedStep]:
    """Kahn's algorithm, always taking the first step of the configuration that is ready."""
    known = set(needs)
    waiting = list(steps)
    done: set[str] = set()
    ordered = []
    while waiting:
        ready = next(step for step in waiting if not (needs[step.spec.name] & known) - done)
        waiting.remove(ready)
        done.add(ready.spec.name)
        ordered.append(ready)
    return ordered
