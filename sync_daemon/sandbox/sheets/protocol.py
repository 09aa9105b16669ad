"""The shapes of the Sheets API v4: which fields each message has, and of which types.

``protocol.json`` is condensed from Google's public discovery document (``sheets.v4.json``);
a test compares the two. A type is written as a short text: ``string``, ``int32``, ``double``,
``float``, ``bool``, ``mask``, ``any``, ``E:n`` (the n-th enumeration), ``R:Name`` (a message),
``[`` before it for a list and ``{`` before it for a map from strings.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from sync_daemon.sandbox.api_errors import field_violations

Schema = dict[str, str]
Violation = tuple[str, str]

INT32_LIMIT = 2**31
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?\Z", re.ASCII)
SCALARS = {"int32": "TYPE_INT32", "double": "TYPE_DOUBLE", "float": "TYPE_FLOAT"}


@dataclass(frozen=True)
class Method:
    """One method of the API, as the discovery document lists it."""

    name: str
    http: str
    path: str
    query: Schema
    request: str | None
    response: str


@dataclass(frozen=True)
class Protocol:
    """Everything the discovery document says about messages and methods."""

    enums: list[list[str]]
    common: Schema
    methods: list[Method]
    schemas: dict[str, Schema]


@cache
def protocol() -> Protocol:
    """Load the condensed discovery document."""
    text = resources.files(__package__).joinpath("protocol.json").read_text(encoding="utf-8")
    raw = json.loads(text)
    methods = [
        Method(m["id"], m["http"], m["path"], m["query"], m["request"], m["response"])
        for m in raw["methods"]
    ]
    return Protocol(raw["enums"], raw["common"], methods, raw["schemas"])


def snake_case(name: str) -> str:
    """``sheetId`` to ``sheet_id``: Google's violations name fields as its own code does."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda m: "_" + m.group(1).lower(), name)


@cache
def json_names(schema: str) -> dict[str, str]:
    """Both spellings of each field of a message, mapped to the JSON one."""
    names: dict[str, str] = {}
    for field in protocol().schemas[schema]:
        names[snake_case(field)] = field
        names[field] = field
    return names


def check_body(schema: str, body: object, *, root: str = "") -> dict[str, Any]:
    """Check a request body as Google's JSON parser does, and normalise it.

    Nulls are dropped as absent (except in lists of values), numbers in strings are converted,
    and fields may be spelt in camelCase or snake_case.

    Args:
        schema: name of the message the body must be.
        body: the parsed JSON; None stands for an empty body.
        root: what Google calls the message in paths (``data`` for a ValueRange).

    Raises:
        ApiError: 400 with one field violation for each thing that is wrong.
    """
    violations: list[Violation] = []
    checked = _message(schema, {} if body is None else body, root, violations)
    if violations:
        raise field_violations(violations)
    result: dict[str, Any] = checked
    return result


def _message(schema: str, value: object, path: str, violations: list[Violation]) -> dict[str, Any]:
    if not isinstance(value, dict):
        text = f"Invalid value at '{path}' ({_type_url(schema)}), {_shown(value)}"
        if not path:
            text = 'Invalid JSON payload received. Unknown name "": Root element must be a message.'
        violations.append((path, text))
        return {}
    names = json_names(schema)
    fields = protocol().schemas[schema]
    result: dict[str, Any] = {}
    for key, item in value.items():
        name = names.get(key)
        if name is None:
            violations.append((path, _unknown_name(key, path)))
        elif item is not None or fields[name] == "any":
            inner = f"{path}.{snake_case(name)}" if path else snake_case(name)
            read = _value(fields[name], item, inner, violations)
            if read or fields[name][0] not in "[{":  # an empty list or map says nothing
                result[name] = read
    return result


def _unknown_name(key: str, path: str) -> str:
    place = f" at '{path}'" if path else ""
    return f'Invalid JSON payload received. Unknown name "{key}"{place}: Cannot find field.'


def _value(kind: str, value: object, path: str, violations: list[Violation]) -> Any:
    if kind == "[[any":
        return _cell_lists(value, path, violations)
    if kind.startswith("["):
        return _list(kind[1:], value, path, violations)
    if kind.startswith("{"):
        return _map(kind[1:], value, path, violations)
    if kind.startswith("R:"):
        return _message(kind[2:], value, path, violations)
    if kind.startswith("E:"):
        return _enum(int(kind[2:]), value, path, violations)
    return _scalar(kind, value, path, violations)


def _cell_lists(value: object, path: str, violations: list[Violation]) -> Any:
    """Rows of cell values: what is wrong inside them is refused later, in other words."""
    if not isinstance(value, list):
        url = "type.googleapis.com/google.protobuf.ListValue"
        violations.append((path, f"Invalid value at '{path}' ({url}), {_shown(value)}"))
        return []
    for index, row in enumerate(value):
        if not isinstance(row, list):
            place = f"{path}[{index}]"
            url = "type.googleapis.com/google.protobuf.ListValue"
            violations.append((place, f"Invalid value at '{place}' ({url}), {_shown(row)}"))
    return value


def _list(kind: str, value: object, path: str, violations: list[Violation]) -> list[Any]:
    """A repeated field: one item for a list, lists in lists and nulls are taken as meant."""
    items = value if kind == "any" and isinstance(value, list) else list(_flat(value))
    return [_value(kind, item, f"{path}[{i}]", violations) for i, item in enumerate(items)]


def _flat(value: object) -> Iterator[object]:
    if isinstance(value, list):
        for item in value:
            yield from _flat(item)
    elif value is not None:
        yield value


def _map(kind: str, value: object, path: str, violations: list[Violation]) -> dict[str, Any]:
    if not isinstance(value, dict):
        violations.append((path, f"Invalid value at '{path}' (Map), {_shown(value)}"))
        return {}
    return {
        key: _value(kind, item, f"{path}[{key}]", violations)
        for key, item in value.items()
        if item is not None
    }


def _enum(index: int, value: object, path: str, violations: list[Violation]) -> str:
    members = protocol().enums[index]
    if isinstance(value, str) and value in members:
        return value
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(members):
        return members[value]
    name = _enum_name(path)
    violations.append((path, f"Invalid value at '{path}' ({name}), {_shown(value)}"))
    return members[0]


def _enum_name(path: str) -> str:
    last = re.sub(r"\[\d+\]$", "", path).rsplit(".", 1)[-1]
    return "type.googleapis.com/google.apps.sheets.v4." + "".join(
        part.capitalize() for part in last.split("_")
    )


def _scalar(kind: str, value: object, path: str, violations: list[Violation]) -> Any:
    converted = _convert(kind, value)
    if converted is None and kind != "any":
        label = SCALARS.get(kind, {"bool": "TYPE_BOOL"}.get(kind, "TYPE_STRING"))
        violations.append((path, f"Invalid value at '{path}' ({label}), {_shown(value)}"))
    return converted


def _convert(kind: str, value: object) -> Any:
    if kind == "any":
        return value
    if kind in {"string", "mask", "int64"}:
        return sound_text(value) if isinstance(value, str) else None
    if kind == "bool":
        return _boolean(value)
    return _number(kind, value)


def sound_text(text: str) -> str:
    """The text with lone surrogates replaced: Google stores valid Unicode only."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _boolean(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value) if isinstance(value, str) else None


def _number(kind: str, value: object) -> int | float | None:
    if isinstance(value, str):
        value = float(value) if _NUMBER.match(value) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not math.isfinite(value):
        return None
    if kind != "int32":
        return value
    if value != int(value) or not -INT32_LIMIT <= value < INT32_LIMIT:
        return None
    return int(value)


def _type_url(schema: str) -> str:
    return f"type.googleapis.com/google.apps.sheets.v4.{schema}"


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def check_query(method: Method, query: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Check and convert the parameters of a query.

    Args:
        method: what is called.
        query: decoded pairs, in order; names may be spelt in camelCase or snake_case.

    Raises:
        ApiError: 400 for a parameter the method has not, or a value of the wrong type.
    """
    kinds = {**protocol().common, **method.query}
    names = {snake_case(name): name for name in kinds} | {name: name for name in kinds}
    violations: list[Violation] = []
    given: dict[str, Any] = {}
    for key, text in query:
        name = names.get(key.removeprefix("$"), names.get(key))
        if name is None:
            violations.append(("", _unbound(key)))
            continue
        kind = kinds[name]
        if kind.startswith("["):
            given.setdefault(name, []).append(text)
        else:
            lowered = text.lower() if kind == "bool" else text
            given[name] = _value(kind, lowered, snake_case(name), violations)
    if violations:
        raise field_violations(violations)
    return given


def _unbound(key: str) -> str:
    return (
        f'Invalid JSON payload received. Unknown name "{key}": Cannot bind query parameter. '
        f"Field '{key}' could not be found in request message."
    )
