"""What ``sheetd tools`` shows of a tool."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

    from sync_daemon.domain.jobs import JsonValue
    from sync_daemon.processing.loading import ToolEntry
    from sync_daemon.processing.registry import ToolRegistry


@dataclass(frozen=True, slots=True)
class FieldDescription:
    """An input, output or option: ``type`` in words, ``default`` None when required."""

    name: str
    type: str
    required: bool
    default: JsonValue
    description: str


@dataclass(frozen=True, slots=True)
class ToolDescription:
    """A tool as its author described it; plain data, fit for ``dataclasses.asdict``."""

    name: str
    version: int
    summary: str
    help: str
    inputs: tuple[FieldDescription, ...]
    outputs: tuple[FieldDescription, ...]
    options: tuple[FieldDescription, ...]
    origin: str
    source: str


def describe_tools(registry: ToolRegistry) -> list[ToolDescription]:
    """All tools that were loaded, by name."""
    return [describe_tool(registry.tools[name]) for name in sorted(registry.tools)]


def describe_tool(entry: ToolEntry) -> ToolDescription:
    """One tool."""
    tool = entry.tool
    return ToolDescription(
        name=tool.name,
        version=tool.version,
        summary=tool.summary(),
        help=tool.help_text(),
        inputs=_fields(tool.input_schema),
        outputs=_fields(tool.result_schema),
        options=_fields(tool.Options),
        origin=entry.origin.value,
        source=entry.source,
    )


def _fields(model: type[BaseModel]) -> tuple[FieldDescription, ...]:
    schema = model.model_json_schema(by_alias=False)
    properties: Mapping[str, Any] = schema.get("properties", {})
    definitions = schema.get("$defs", {})
    return tuple(
        FieldDescription(
            name=name,
            type=type_in_words(properties.get(name, {}), definitions),
            required=info.is_required(),
            default=properties.get(name, {}).get("default"),
            description=info.description or "",
        )
        for name, info in model.model_fields.items()
    )


def type_in_words(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    """A JSON schema as a short phrase: ``list of text``, ``number or nothing``."""
    if "$ref" in schema:
        return type_in_words(definitions.get(schema["$ref"].rpartition("/")[2], {}), {})
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    if "anyOf" in schema:
        parts = (type_in_words(part, definitions) for part in schema["anyOf"])
        return " or ".join(dict.fromkeys(parts))
    if schema.get("type") == "array":
        return f"list of {type_in_words(schema.get('items', {}), definitions)}"
    return _FORMATS.get(schema.get("format", "")) or _TYPES.get(schema.get("type", ""), "anything")


_FORMATS = {
    "date": "date",
    "date-time": "date and time",
    "time": "time",
    "duration": "duration",
    "path": "path",
    "file-path": "file",
    "directory-path": "folder",
    "uri": "address",
    "email": "e-mail address",
}
_TYPES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "mapping",
    "null": "nothing",
}
