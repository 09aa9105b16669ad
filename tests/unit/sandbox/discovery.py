"""A strict validator of JSON values against Google's discovery documents.

The documents are those inside the google-api-python-client package; that of Sheets v4
is meant where none is named.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

DOCUMENTS = "googleapiclient.discovery_cache.documents"
SHEETS = "sheets.v4"

Schemas = dict[str, Any]


@cache
def discovery(name: str = SHEETS) -> dict[str, Any]:
    """A discovery document, such as that of ``drive.v3``."""
    text = resources.files(DOCUMENTS).joinpath(f"{name}.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


@cache
def methods(name: str = SHEETS) -> dict[str, dict[str, Any]]:
    """All methods by id, such as ``sheets.spreadsheets.values.get``."""
    found: dict[str, dict[str, Any]] = {}

    def walk(resource: dict[str, Any]) -> None:
        for method in resource.get("methods", {}).values():
            found[method["id"]] = method
        for inner in resource.get("resources", {}).values():
            walk(inner)

    walk(discovery(name))
    return found


def problems(schema: str, value: Any, name: str = SHEETS) -> list[str]:
    """What is wrong with a value that should be a message of the schema; empty if nothing is."""
    return _message(discovery(name)["schemas"], schema, value, schema)


def assert_valid(schema: str, value: Any) -> None:
    """Fail with every way in which the value is not a message of the schema."""
    found = problems(schema, value)
    assert not found, "\n".join(found)


def _message(schemas: Schemas, schema: str, value: Any, path: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{path}: not an object: {value!r}"]
    fields = schemas[schema].get("properties", {})
    found = [f"{path}: unknown field {key!r}" for key in value if key not in fields]
    for key in value.keys() & fields.keys():
        found += _value(schemas, fields[key], value[key], f"{path}.{key}")
    return found


def _value(schemas: Schemas, kind: dict[str, Any], value: Any, path: str) -> list[str]:
    if "$ref" in kind:
        return _message(schemas, kind["$ref"], value, path)
    if kind["type"] == "array":
        return _array(schemas, kind, value, path)
    if kind["type"] == "object":
        return _map(schemas, kind, value, path)
    if "enum" in kind and value not in kind["enum"]:
        return [f"{path}: {value!r} is none of {kind['enum']}"]
    return [] if _fits(kind, value) else [f"{path}: {value!r} is no {kind['type']}"]


def _array(schemas: Schemas, kind: dict[str, Any], value: Any, path: str) -> list[str]:
    if not isinstance(value, list):
        return [f"{path}: not a list: {value!r}"]
    return [
        problem
        for index, item in enumerate(value)
        for problem in _value(schemas, kind["items"], item, f"{path}[{index}]")
    ]


def _map(schemas: Schemas, kind: dict[str, Any], value: Any, path: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{path}: not an object: {value!r}"]
    inner = kind.get("additionalProperties", {"type": "any"})
    return [
        problem
        for key, item in value.items()
        for problem in _value(schemas, inner, item, f"{path}[{key!r}]")
    ]


def _fits(kind: dict[str, Any], value: Any) -> bool:
    name = kind["type"]
    if name == "any":
        return True
    if name == "string":
        return isinstance(value, str)
    if name == "boolean":
        return isinstance(value, bool)
    if isinstance(value, bool):
        return False
    if name == "integer":
        return isinstance(value, int) and -(2**31) <= value < 2**31
    return isinstance(value, int | float)
