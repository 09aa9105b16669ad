"""A step that is ready to run: its tool, its options, and how a row's values become inputs."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic import BaseModel, ValidationError

from sync_daemon.domain.cells import is_blank, is_unready
from sync_daemon.domain.jobs import FromColumn, Source, StepSpec
from sync_daemon.domain.pipeline import BoundInputs, Unbindable
from sync_daemon.domain.redaction import redact
from sync_daemon.domain.sheet_view import ResultType
from sync_daemon.processing.cells import result_to_cell
from sync_daemon.processing.inputs import ANYTHING, Kind, Wanted, convert, wanted_by_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_core import ErrorDetails

    from sync_daemon.domain.cell_locale import CellLocale
    from sync_daemon.domain.cells import CellValue
    from sync_daemon.domain.jobs import JsonValue
    from sync_daemon.tooling import Tool, ToolInputSchema, ToolResultSchema

    AnyTool: TypeAlias = Tool[Any, Any]

_RESULT_TYPES = {
    Kind.NUMBER: ResultType.NUMBER,
    Kind.BOOLEAN: ResultType.BOOLEAN,
    Kind.DATE: ResultType.DATE,
    Kind.DATETIME: ResultType.DATETIME,
}
_SHOWN = 40  # characters of a value in a message


@dataclass(frozen=True, slots=True)
class PreparedStep:
    """One configured step with its tool and validated options."""

    spec: StepSpec
    tool: AnyTool
    options: BaseModel
    _wanted: Mapping[str, Wanted] = field(init=False, repr=False, compare=False)
    _given: Mapping[str, Wanted] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_wanted", wanted_by_fields(self.tool.input_schema))
        object.__setattr__(self, "_given", wanted_by_fields(self.tool.result_schema))

    def bind(self, values: Mapping[str, JsonValue], locale: CellLocale) -> BoundInputs | Unbindable:
        """The tool's inputs from a row's values. Pure.

        Args:
            values: input name → the cell, or the other step's output, that the
                configuration maps to it (``spec.inputs`` says which). Absent,
                blank and not-ready (``Loading…``, ``#N/A``) are all missing.
                A step whose inputs are all missing has nothing to work on, also
                where none of them is required.
            locale: how the spreadsheet writes dates, and its time zone.
        """
        raw = {
            name: convert(values[name], self._wanted.get(name, ANYTHING), locale)
            for name in self.spec.inputs
            if not _is_missing(values.get(name))
        }
        missing = tuple(
            source_label(source)
            for name, source in self.spec.inputs.items()
            if name in self.spec.required and name not in raw
        )
        if self.spec.inputs and not raw and not missing:
            labels = map(source_label, self.spec.inputs.values())
            return Unbindable((" or ".join(labels),))
        try:
            entry = self.tool.input_schema.model_validate(raw)
        except ValidationError as error:
            invalid = tuple(_sentences(error, self.spec.inputs, values))
            return Unbindable(missing, invalid)
        inputs: dict[str, JsonValue] = entry.model_dump(mode="json")
        return BoundInputs(inputs, input_hash(self.spec.fingerprint, inputs))

    def show(self, output: str, value: JsonValue) -> CellValue:  # noqa: ARG002 - the port's form
        """An output as it stands in a cell. Pure."""
        return result_to_cell(value)

    def entry(self, inputs: Mapping[str, JsonValue]) -> ToolInputSchema:
        """The schema instance for inputs in the form that `bind` gave them."""
        return self.tool.input_schema.model_validate(dict(inputs))

    def result_type(self, output: str) -> ResultType:
        """What the tool declares of an output."""
        kinds = self._given.get(output, ANYTHING).kinds
        if len(kinds) != 1:
            return ResultType.ANY
        (kind,) = kinds
        return _RESULT_TYPES.get(kind, ResultType.TEXT)

    @property
    def result_schema(self) -> type[ToolResultSchema]:
        """What the tool returns."""
        return self.tool.result_schema


def input_hash(fingerprint: str, inputs: Mapping[str, JsonValue]) -> str:
    """The idempotency key of a job: the same step with the same inputs, nothing else."""
    canonical = json.dumps(inputs, sort_keys=True, separators=(",", ":"))
    return blake2b(f"{fingerprint}\n{canonical}".encode(), digest_size=16).hexdigest()


def source_label(source: Source) -> str:
    """How a message calls the place an input comes from."""
    return source.header if isinstance(source, FromColumn) else f"{source.step}.{source.output}"


def _is_missing(value: JsonValue) -> bool:
    return is_blank(value) or (isinstance(value, str) and is_unready(value))


def _sentences(
    error: ValidationError, sources: Mapping[str, Source], values: Mapping[str, JsonValue]
) -> list[str]:
    """One sentence for each problem but the blanks, which are reported as missing."""
    return [
        _sentence(problem, sources, values)
        for problem in error.errors(include_url=False, include_context=False)
        if not (problem["type"] == "missing" and len(problem["loc"]) == 1)
    ]


def _sentence(
    problem: ErrorDetails, sources: Mapping[str, Source], values: Mapping[str, JsonValue]
) -> str:
    text = _reason(problem)
    name = str(problem["loc"][0]) if problem["loc"] else ""
    if name not in sources:
        return text
    source = sources[name]
    kind = "column " if isinstance(source, FromColumn) else ""
    return f'{kind}"{source_label(source)}": {text} (found {_shown(values.get(name))})'


def _reason(problem: ErrorDetails) -> str:
    if problem["type"].startswith("date"):
        return "this is not a date that can be read; write it like 2026-05-31"
    return problem["msg"].removeprefix("Value error, ")


def _shown(value: JsonValue) -> str:
    text = redact(json.dumps(value, ensure_ascii=False))
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
