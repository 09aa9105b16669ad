"""What can be wrong with the steps of a sheet, each problem with its key path."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from sync_daemon.domain.cells import is_blank
from sync_daemon.domain.jobs import FromColumn, FromStep, Source
from sync_daemon.processing.registry import ToolProblem, ToolRegistry
from sync_daemon.processing.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sync_daemon.processing.resolved_step import AnyTool


class StepConfig(Protocol):
    """A step as configured."""

    @property
    def name(self) -> str | None:
        """What other steps call it; the tool's name by default."""

    @property
    def tool(self) -> str:
        """The tool's name."""

    @property
    def inputs(self) -> Mapping[str, str | Sequence[str]]:
        """Tool input → column or ``step.output``, or several: the first that is not blank."""

    @property
    def outputs(self) -> Mapping[str, str]:
        """Tool output → column."""

    @property
    def options(self) -> Mapping[str, Any]:
        """Option → value."""


@dataclass(frozen=True, slots=True)
class StepPlace:
    """Where steps stand in the configuration.

    Attributes:
        sheet: the sheet's name.
        config_dir: the folder that relative paths in options start from.
        id_column: the header of the id column.
        status_column: the header of the status column.
    """

    sheet: str
    config_dir: Path = Path()
    id_column: str = "sheetd id"
    status_column: str = "sheetd status"

    @property
    def key(self) -> str:
        """The key path of the steps."""
        return f"sheets[{self.sheet}].steps"


def step_name(config: StepConfig) -> str:
    """What other steps call this one."""
    return config.name or config.tool


def source_of(text: str, names: Iterable[str]) -> Source:
    """Where an input comes from: ``step.output`` if there is such a step, else a column."""
    step, dot, output = text.strip().partition(".")
    if dot and step in names:
        return FromStep(step, output)
    return FromColumn(text.strip())


def source_texts(configured: str | Sequence[str]) -> tuple[str, ...]:
    """The sources of an input, also where there is but one."""
    return (configured,) if isinstance(configured, str) else tuple(configured)


def find_tool_problem(name: str, key: str, registry: ToolRegistry) -> str:
    """Why the step's tool cannot be had."""
    found = registry.find(name)
    if isinstance(found, ToolProblem):
        return f"{key}: {found.message} {found.hint}".rstrip()
    return f'{key}: there is no tool "{name}". {did_you_mean(name, registry.tools)}'


def find_name_problems(names: Sequence[str], key: str) -> Iterator[str]:
    """Names that two steps share, or that ``step.output`` could not tell apart."""
    counts = Counter(names)
    for index, name in enumerate(names):
        if counts[name] > 1 and names.index(name) != index:
            first = names.index(name)
            yield (
                f'{key}[{index}].name: "{name}" is also the name of step {first};'
                ' give one of them another (name = "…").'
            )
        if "." in name:
            yield f'{key}[{index}].name: "{name}" must not contain a dot.'


def find_mapping_problems(
    config: StepConfig,
    tool: AnyTool,
    key: str,
    tools: Mapping[str, AnyTool],
    names: Sequence[str],
) -> Iterator[str]:
    """Inputs and outputs that the tool does not have, or needs and does not get.

    Args:
        config: the step.
        tool: its tool.
        key: its key path.
        tools: step name → tool, of the steps whose tool is there.
        names: the names of all steps of the sheet.
    """
    fields = tool.input_schema.model_fields
    for name, configured in config.inputs.items():
        if name not in fields and name not in tool.passed_on:
            hint = did_you_mean(name, fields)
            yield f"{key}.inputs.{name}: {tool.name} has no such input. {hint}"
        for place, text in _places(f"{key}.inputs.{name}", configured):
            yield from _source_problems(text, place, tools, names)
    for name, info in fields.items():
        if info.is_required() and name not in config.inputs:
            yield (
                f"{key}.inputs.{name}: {tool.name} needs this input;"
                f' map it to a column ({name} = "Header") or to another step\'s output.'
            )
    results = tool.result_schema.model_fields
    for name, column in config.outputs.items():
        if name not in results:
            yield (
                f"{key}.outputs.{name}: {tool.name} has no such output."
                f" {did_you_mean(name, results)}"
            )
        if is_blank(column):
            yield f"{key}.outputs.{name}: the column has no name."


def _source_problems(
    text: str, key: str, tools: Mapping[str, AnyTool], names: Sequence[str]
) -> Iterator[str]:
    if is_blank(text):
        yield f"{key}: names no column."
        return
    source = source_of(text, names)
    if not isinstance(source, FromStep) or source.step not in tools:
        return
    outputs = tools[source.step].result_schema.model_fields
    if source.output not in outputs:
        yield (
            f'{key}: step "{source.step}" has no output "{source.output}".'
            f" {did_you_mean(source.output, outputs)}"
        )


def _places(key: str, configured: str | Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each source with its key path; the path has a number where there are several."""
    texts = source_texts(configured)
    for index, text in enumerate(texts):
        yield (f"{key}[{index}]" if len(texts) > 1 else key), text


def find_column_problems(
    configs: Sequence[StepConfig], names: Sequence[str], place: StepPlace
) -> Iterator[str]:
    """Columns that two outputs share, or that are both read and written."""
    own = {place.id_column.strip(): "id column", place.status_column.strip(): "status column"}
    written: dict[str, str] = {}
    for key, column in _columns(configs, place.key, "outputs"):
        if column in own:
            yield f'{key}: "{column}" is the {own[column]}; choose another column.'
        elif column in written:
            yield f'{key}: column "{column}" is already written by {written[column]}.'
        else:
            written[column] = key
    for key, text in _columns(configs, place.key, "inputs"):
        source = source_of(text, names)
        column = source.header if isinstance(source, FromColumn) else ""
        if column in own:
            yield f'{key}: "{column}" is the {own[column]}, which no tool can read.'
        elif column and column in written:
            yield (
                f'{key}: column "{column}" is written by {written[column]};'
                " to take that output, write step.output."
            )


def _columns(configs: Sequence[StepConfig], key: str, part: str) -> Iterator[tuple[str, str]]:
    for index, config in enumerate(configs):
        mapping: Mapping[str, str | Sequence[str]] = getattr(config, part)
        for name, configured in mapping.items():
            for place, column in _places(f"{key}[{index}].{part}.{name}", configured):
                if not is_blank(column):
                    yield place, column.strip()
