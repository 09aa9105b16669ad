"""What each key of the configuration means: for ``sheetd config explain``."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from sync_daemon.settings import models


@dataclass(frozen=True, slots=True)
class KeyExplanation:
    """One key; plain data, fit for ``dataclasses.asdict``.

    Attributes:
        key: its path: ``sheets.steps.tool``.
        type: what it takes, in words.
        default: as TOML has it; None where the key has to be given.
        text: what it does.
    """

    key: str
    type: str
    default: str | None
    text: str


def explain_keys() -> list[KeyExplanation]:
    """Every key, in the order of the sample configuration."""
    return list(_keys_of(models.ConfigFile, ""))


def _keys_of(model: type[BaseModel], prefix: str) -> Iterator[KeyExplanation]:
    for name, info in model.model_fields.items():
        key = f"{prefix}{info.alias or name}"
        inner = _section_in(info.annotation)
        text = _docstrings().get((model.__name__, name), "")
        if text:
            needed = info.is_required()
            default = None if needed else _as_toml(info.get_default(call_default_factory=True))
            yield KeyExplanation(key, _in_words(info.annotation), default, text)
        if inner is not None:
            yield from _keys_of(inner, f"{key}.")


def _section_in(annotation: Any) -> type[BaseModel] | None:
    """The model of a section, or of one of several (``[[sheets]]``)."""
    for part in (annotation, *get_args(annotation)):
        if isinstance(part, type) and issubclass(part, BaseModel):
            return part
    return None


@cache
def _docstrings() -> Mapping[tuple[str, str], str]:
    """Model and field → the text below the field; read from the source, as few commands ask."""
    found = {}
    for node in ast.parse(inspect.getsource(models)).body:
        if isinstance(node, ast.ClassDef):
            for field, after in pairwise(node.body):
                match field, after:
                    case (
                        ast.AnnAssign(target=ast.Name(id=name)),
                        ast.Expr(value=ast.Constant(value=str(text))),
                    ):
                        found[node.name, name] = " ".join(text.split())
    return found


_WORDS = {
    str: "text", int: "whole number", float: "number", bool: "true or false", Path: "path",
    timedelta: "duration", dict: "table",
}  # fmt: skip


def _in_words(annotation: Any) -> str:
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return " | ".join(map(str, parts))
    if origin in {Union, UnionType}:
        return _in_words(next(part for part in parts if part is not type(None)))
    if origin in {tuple, frozenset}:
        return "list"
    if hasattr(annotation, "__metadata__"):
        return _in_words(parts[0])
    return _WORDS.get(origin or annotation, "text")


def _as_toml(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case None:
            return "none"
        case timedelta():
            return f'"{_span(value)}"'
        case int() | float():
            return str(value)
        case tuple() | frozenset():
            return "[]"
        case dict():
            return "{}"
    return f'"{value}"'


def _span(value: timedelta) -> str:
    """A duration as the sample configuration writes it: ``60s``, ``10m``, ``6h``, ``365d``."""
    seconds = int(value.total_seconds())
    for unit, length in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds % length == 0 and seconds > length:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"
