"""A step that is ready to run: its tool, its options, and how a row's values become inputs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic import BaseModel, ValidationError

from sync_daemon.domain.cells import is_blank, is_unready
from sync_daemon.domain.decoration import Format, ResultField
from sync_daemon.domain.jobs import FromColumn, StepSpec
from sync_daemon.domain.pipeline import BoundInputs, Unbindable, Unread
from sync_daemon.domain.redaction import redact
from sync_daemon.domain.sheet_view import ResultType
from sync_daemon.processing.cells import result_to_cell
from sync_daemon.processing.inputs import (
    ANYTHING,
    Kind,
    Wanted,
    convert,
    link_inputs,
    wanted_by_fields,
)

if TYPE_CHECKING:
    from collections.abc import Collection

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
_UNREAD: Mapping[Kind, tuple[str, str]] = {
    Kind.NUMBER: ("is not a number", "write a number"),
    Kind.BOOLEAN: ("is neither yes nor no", "write TRUE or FALSE"),
    Kind.DATE: ("is not a date", "write it like 2026-05-31"),
    Kind.DATETIME: ("is not a date and time", "write one such as 2026-05-31 14:30"),
    Kind.TIME: ("is not a time", "write one such as 14:30"),
    Kind.DURATION: ("is not a duration", "write one such as 1:30:00"),
}
_TEMPORAL = {Kind.DATE, Kind.DATETIME, Kind.TIME, Kind.DURATION}
_RULES = {  # of pydantic, for values of the right kind
    "greater_than", "greater_than_equal", "less_than", "less_than_equal", "multiple_of",
    "string_too_short", "string_too_long", "string_pattern_mismatch", "too_short", "too_long",
    "value_error", "literal_error", "enum", "finite_number", "int_from_float",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ResolvedStep:
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

        An optional value that the tool does not take is left out.

        Args:
            values: input name → the cell, or the other step's output, that was found
                for it. Absent, blank and not-ready (``Loading…``, ``#N/A``) are all
                missing. A step whose inputs are all missing has nothing to work on,
                also where none of them is required.
            locale: how the spreadsheet writes dates, and its time zone.
        """
        raw = {
            name: convert(values[name], self._wanted.get(name, ANYTHING), locale)
            for name in self.spec.inputs
            if not _is_missing(values.get(name))
        }
        missing = tuple(n for n in self.spec.inputs if n in self.spec.required and n not in raw)
        entry, problems = self._validated(raw)
        unread: list[Unread] = []
        optional = {str(p["loc"][0]) for p in problems if p["loc"]} & raw.keys()
        optional -= self.spec.required
        if optional:
            unread = [self._unread(p, values) for p in problems if _is_of(p, optional)]
            raw = {name: value for name, value in raw.items() if name not in optional}
            entry, problems = self._validated(raw)
        if self.spec.inputs and not raw and not missing:
            return Unbindable(tuple(self.spec.inputs), unread=tuple(unread))
        invalid = [self._unread(p, values) for p in problems if not _is_of_blank(p)]
        if entry is None or missing:
            return Unbindable(missing, tuple(invalid), tuple(unread))
        inputs: dict[str, JsonValue] = entry.model_dump(mode="json")
        return BoundInputs(inputs, self._hash(inputs), tuple(unread))

    def _validated(
        self, raw: Mapping[str, object]
    ) -> tuple[ToolInputSchema | None, list[ErrorDetails]]:
        try:
            return self.tool.input_schema.model_validate(dict(raw)), []
        except ValidationError as error:
            return None, error.errors(include_url=False, include_context=False)

    def _unread(self, problem: ErrorDetails, values: Mapping[str, JsonValue]) -> Unread:
        name = str(problem["loc"][0]) if problem["loc"] else ""
        if name not in self.spec.inputs:
            return Unread("", "", _rule_in_words(problem["msg"]))
        kinds = self._wanted.get(name, ANYTHING).kinds
        shown = _shown(values.get(name))
        for kind, (fault, advice) in _UNREAD.items():
            if kinds == {kind} and (kind in _TEMPORAL or problem["type"] not in _RULES):
                return Unread(name, shown, fault, advice)
        return Unread(name, shown, "is not accepted", _rule_in_words(problem["msg"]))

    def _hash(self, inputs: Mapping[str, JsonValue]) -> str:
        """Inputs that a tool no longer has count as blank, so that no finished job runs again."""
        former = dict.fromkeys(self.tool.passed_on)
        return input_hash(self.spec.fingerprint, {**former, **inputs} if former else inputs)

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

    def result_field(self, output: str) -> ResultField:
        """What the tool declares of an output: what it is, and how it is shown."""
        field = self.tool.result_schema.model_fields.get(output)
        if field is None:
            return ResultField(type=self.result_type(output))
        formats = [mark for mark in field.metadata if isinstance(mark, Format)]
        shown = formats[0] if formats else None
        return ResultField(field.description or "", self.result_type(output), shown)

    @property
    def links(self) -> Collection[str]:
        """The inputs that are addresses."""
        return link_inputs(self.tool.input_schema)

    @property
    def date_headers(self) -> set[str]:
        """The user's columns that the tool reads as days or moments."""
        return {
            source.header
            for name, sources in self.spec.inputs.items()
            if (kinds := self._wanted.get(name, ANYTHING).kinds)
            and kinds <= {Kind.DATE, Kind.DATETIME}
            for source in sources
            if isinstance(source, FromColumn)
        }

    @property
    def result_schema(self) -> type[ToolResultSchema]:
        """What the tool returns."""
        return self.tool.result_schema


def input_hash(fingerprint: str, inputs: Mapping[str, JsonValue]) -> str:
    """The idempotency key of a job: the same step with the same inputs, nothing else."""
    canonical = json.dumps(inputs, sort_keys=True, separators=(",", ":"))
    return blake2b(f"{fingerprint}\n{canonical}".encode(), digest_size=16).hexdigest()


def _is_missing(value: JsonValue) -> bool:
    return is_blank(value) or (isinstance(value, str) and is_unready(value))


def _is_of(problem: ErrorDetails, names: Collection[str]) -> bool:
    return bool(problem["loc"]) and problem["loc"][0] in names


def _is_of_blank(problem: ErrorDetails) -> bool:
    return problem["type"] == "missing" and len(problem["loc"]) == 1


def _rule_in_words(text: str) -> str:
    """What pydantic says, as the end of a sentence."""
    rule = text.removeprefix("Value error, ").removeprefix("Assertion failed, ").rstrip(".")
    return rule.replace("Input should", "it should", 1).replace("String should", "it should", 1)


def _shown(value: JsonValue) -> str:
    text = redact(json.dumps(value, ensure_ascii=False))
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 2]}…{text[-1]}"
