"""Field masks: which parts of a message to answer or to change.

``a.b,c/d,e(f,g.h),*`` as in the ``fields`` of a query and of update requests.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sync_daemon.sandbox.api_errors import BAD_REQUEST_TYPE, ApiError, invalid_argument
from sync_daemon.sandbox.sheets.protocol import json_names, protocol

JsonObject = dict[str, Any]

ALL = "*"


@dataclass(frozen=True)
class Mask:
    """A tree of field names; an empty tree covers everything below."""

    fields: Mapping[str, Mask]

    def covers(self, name: str) -> bool:
        """Whether a field is, at least in part, covered."""
        return not self.fields or name in self.fields

    def inside(self, name: str) -> Mask | None:
        """The mask of what is inside a field; None if all of it is covered."""
        inner = self.fields.get(name)
        return inner if inner is not None and inner.fields else None

    def pick(self, message: Any) -> Any:
        """The covered part of an answer."""
        if not self.fields:
            return message
        if isinstance(message, list):
            return [self.pick(item) for item in message]
        if not isinstance(message, dict):
            return message
        return {
            name: self.fields[name].pick(value)
            for name, value in message.items()
            if name in self.fields
        }

    def assign(self, old: JsonObject, wished: JsonObject) -> JsonObject:
        """The old message with the covered fields set as wished, or removed if not wished."""
        if not self.fields:
            return wished
        result = dict(old)
        for name, inner in self.fields.items():
            if inner.fields:
                below = inner.assign(result.get(name, {}), wished.get(name, {}))
                result[name] = below
            elif name in wished:
                result[name] = wished[name]
            else:
                result.pop(name, None)
            if result.get(name) == {} and name not in wished:
                del result[name]
        return result


EVERYTHING = Mask({})


@lru_cache(maxsize=256)
def parse_mask(text: str, schema: str) -> Mask:
    """Parse the mask of an update request.

    Args:
        text: the mask.
        schema: the message it is about.

    Raises:
        ApiError: 400 for an empty mask or a field that the message has not.
    """
    if not text.strip():
        raise invalid_argument(
            "At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)"
        )
    tree = _parse(text)
    bad = _first_unknown(tree, schema, "")
    if bad is not None:
        raise invalid_argument(f"Invalid field: {bad}")
    mask = _named(tree, schema)
    inside = _inside_a_list(mask, schema)
    if inside is not None:
        raise invalid_argument(f"Invalid field: {inside}")
    return mask


def _inside_a_list(mask: Mask, schema: str) -> str | None:
    """A path that goes on after a repeated field: such may only come last (FieldMask's rules)."""
    for name, inner in mask.fields.items():
        kind = protocol().schemas[schema][name]
        if not inner.fields:
            continue
        if kind.startswith("["):
            return name
        below = _inside_a_list(inner, kind.removeprefix("R:"))
        if below is not None:
            return f"{name}.{below}"
    return None


@lru_cache(maxsize=256)
def parse_query_mask(text: str, schema: str) -> Mask:
    """Parse the ``fields`` of a query.

    Raises:
        ApiError: 400 with Google's field violation for a field the answer has not.
    """
    tree = _parse(text)
    bad = _first_unknown(tree, schema, "")
    if bad is not None:
        description = (
            f"Error expanding 'fields' parameter. Cannot find matching fields for path '{bad}'."
        )
        violation = {"field": bad, "description": description}
        detail = {"@type": BAD_REQUEST_TYPE, "fieldViolations": [violation]}
        message = "Request contains an invalid argument."
        raise ApiError(400, "INVALID_ARGUMENT", message, [detail])
    return _named(tree, schema)


Tree = dict[str, Any]


def _parse(text: str) -> Tree:
    tree, rest = _parse_list("".join(text.split()), 0)
    if rest != len("".join(text.split())):
        raise invalid_argument(f"Invalid field mask: {text}")
    return tree


def _parse_list(text: str, place: int) -> tuple[Tree, int]:
    tree: Tree = {}
    while place < len(text) and text[place] != ")":
        place = _parse_path(text, place, tree)
        if place < len(text) and text[place] == ",":
            place += 1
    return tree, place


def _parse_path(text: str, place: int, tree: Tree) -> int:
    end = place
    while end < len(text) and text[end] not in "./,()":
        end += 1
    name = text[place:end]
    if not name:
        raise invalid_argument(f"Invalid field mask: {text}")
    known = name in tree
    below = tree.setdefault(name, {})
    if end < len(text) and text[end] in "./":
        _widen(below, known=known)
        return _parse_path(text, end + 1, below)
    if end < len(text) and text[end] == "(":
        inner, close = _parse_list(text, end + 1)
        if close >= len(text):
            raise invalid_argument(f"Invalid field mask: {text}")
        below.update(inner)
        return close + 1
    below.clear()
    below[ALL] = {}
    return end


def _widen(below: Tree, *, known: bool) -> None:
    """A field that was listed whole stays whole: ``a,a.b`` is ``a``."""
    if known and not below:
        below[ALL] = {}


def _first_unknown(tree: Tree, schema: str | None, path: str) -> str | None:
    for name, below in tree.items():
        if name == ALL:
            continue
        here = f"{path}.{name}" if path else name
        names = json_names(schema) if schema is not None else {}
        if name not in names:
            return here
        kind = protocol().schemas[schema or ""][names[name]].lstrip("[")
        inner = kind[2:] if kind.startswith("R:") else None
        bad = _first_unknown(below, inner, here)
        if bad is not None:
            return bad
    return None


def _named(tree: Tree, schema: str | None) -> Mask:
    if ALL in tree or schema is None:
        return EVERYTHING
    names = json_names(schema)
    fields: dict[str, Mask] = {}
    for name, below in tree.items():
        kind = protocol().schemas[schema][names[name]].lstrip("[")
        fields[names[name]] = _named(below, kind[2:] if kind.startswith("R:") else None)
    return Mask(fields)
