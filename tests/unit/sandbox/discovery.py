"""A strict validator of JSON values against Google's discovery document for Sheets v4.

The document is the one inside the google-api-python-client package.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

DOCUMENT = "googleapiclient.discovery_cache.documents"


@cache
def discovery() -> dict[str, Any]:
    """The discovery document of the Sheets API v4."""
    text = resources.files(DOCUMENT).joinpath("sheets.v4.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


@cache
def methods() -> dict[str, dict[str, Any]]:
    """All methods by id, such as ``sheets.spreadsheets.values.get``."""
    found: dict[str, dict[str, Any]] = {}

    def walk(resource: dict[str, Any]) -> None:
        for method in resource.get("methods", {}).values():
            found[method["id"]] = method
        for inner in resource.get("resources", {}).values():
            walk(inner)

    walk(discovery())
    return found


def problems(schema: str, value: Any) -> list[str]:
    """What is wrong with a value that should be a message of the schema; empty if nothing is."""
    return list(_message(schema, value, schema))


def assert_valid(schema: str, value: Any) -> None:
    """Fail with every way in which the value is not a message of the schema."""
    found = problems(schema, value)
    assert not found, "\n".join(found)


def _message(schema: str, value: Any, path: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{path}: not an object: {value!r}"]
    fields = discovery()["schemas"][schema].get("properties", {})
    found = [f"{path}: unknown field {key!r}" for key in value if key not in fields]
    for key in value.keys() & fields.keys():
        found += _value(fields[key], value[key], f"{path}.{key}")
    return found


def _value(kind: dict[str, Any], value: Any, path: str) -> list[str]:
    if "$ref" in kind:
        return _message(kind["$ref"], value, path)
    if kind["type"] == "array":
        return _array(kind, value, path)
    if kind["type"] == "object":
        return _map(kind, value, path)
    if "enum" in kind and value not in kind["enum"]:
        return [f"{path}: {value!r} is none of {kind['enum']}"]
    return [] if _fits(kind, value) else [f"{path}: {value!r} is no {kind['type']}"]


def _array(kind: dict[str, Any], value: Any, path: str) -> list[str]:
    if not isinstance(value, list):
        return [f"{path}: not a list: {value!r}"]
    return [
        problem
        for index, item in enumerate(value)
        for problem in _value(kind["items"], item, f"{path}[{index}]")
    ]


def _map(kind: dict[str, Any], value: Any, path: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{path}: not an object: {value!r}"]
    inner = kind.get("additionalProperties", {"type": "any"})
    return [p for key, item in value.items() for p in _value(inner, item, f"{path}[{key!r}]")]


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
