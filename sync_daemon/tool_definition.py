"""Checks of a tool class, made when Python reads its definition."""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from datetime import timedelta
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}\Z")
_WITHOUT_SELF = 2


def find_problems(
    cls: type, tool: type, input_base: type[BaseModel], result_base: type[BaseModel]
) -> list[str]:
    """Everything wrong with the definition of ``cls``, as phrases; empty if nothing.

    Args:
        cls: the class to check.
        tool: the ``Tool`` base.
        input_base: what the first type parameter must derive from.
        result_base: what the second type parameter must derive from.
    """
    return [
        *_name_problems(cls),
        *_version_problems(cls),
        *_limit_problems(cls),
        *_options_problems(cls),
        *_schema_problems(cls, tool, input_base, result_base),
        *_process_problems(cls, tool),
    ]


def type_arguments(cls: type, tool: type) -> tuple[Any, Any]:
    """What ``cls`` puts for the two type parameters of ``tool``; type variables if nothing."""
    found = _arguments_through(cls, {}, tool)
    return found if found is not None else (TypeVar("_I"), TypeVar("_R"))


def _arguments_through(cls: type, known: dict[Any, Any], tool: type) -> tuple[Any, Any] | None:
    """Follow the generic bases from ``cls`` up to ``tool``, substituting on the way."""
    for base in cls.__dict__.get("__orig_bases__", cls.__bases__):
        origin = get_origin(base) or base
        if not (inspect.isclass(origin) and issubclass(origin, tool)):
            continue
        arguments = tuple(known.get(argument, argument) for argument in get_args(base))
        if origin is tool:
            return (arguments[0], arguments[1]) if arguments else None
        parameters = getattr(origin, "__parameters__", ())
        return _arguments_through(origin, dict(zip(parameters, arguments, strict=False)), tool)
    return None


def _name_problems(cls: type) -> Iterator[str]:
    name = getattr(cls, "name", None)
    if name is None:
        yield 'it has no name (write name = "my_tool")'
    elif not (isinstance(name, str) and _NAME.match(name)):
        yield (
            f"its name {name!r} is not lower-case letters, digits and underscores,"
            " starting with a letter"
        )


def _version_problems(cls: type) -> Iterator[str]:
    version = getattr(cls, "version", None)
    if version is None:
        yield "it has no version (write version = 1)"
    elif not _is_int(version) or version < 1:
        yield f"its version {version!r} is not a whole number from 1 up"


def _limit_problems(cls: type) -> Iterator[str]:
    checks: list[tuple[str, Callable[[Any], bool], str]] = [
        ("timeout", lambda value: _is_number(value) and value > 0, "a number of seconds above 0"),
        ("concurrency", lambda value: _is_int(value) and value > 0, "a whole number above 0"),
        ("rate_limit", lambda value: _is_number(value) and value > 0, "calls a minute, above 0"),
        ("recheck_every", lambda value: isinstance(value, timedelta) and value > timedelta(0),
         "a timedelta above 0"),
        ("max_attempts", lambda value: _is_int(value) and value > 0, "a whole number above 0"),
        ("has_outside_effect", lambda value: isinstance(value, bool), "True or False"),
        ("remark_without", lambda value: isinstance(value, str), "a text"),
        ("passed_on", lambda value: isinstance(value, Mapping), "a mapping of inputs to outputs"),
    ]  # fmt: skip
    optional = {"concurrency", "rate_limit", "recheck_every"}
    for attribute, is_good, wanted in checks:
        value = getattr(cls, attribute)
        if value is None and attribute in optional:
            continue
        if not is_good(value):
            yield f"its {attribute} {value!r} is not {wanted}"


def _options_problems(cls: type) -> Iterator[str]:
    options = getattr(cls, "Options", None)
    if not (inspect.isclass(options) and issubclass(options, BaseModel)):
        yield f"its Options {options!r} is not a pydantic model class"


def _schema_problems(
    cls: type, tool: type, input_base: type[BaseModel], result_base: type[BaseModel]
) -> Iterator[str]:
    inputs, result = type_arguments(cls, tool)
    if isinstance(inputs, TypeVar) or isinstance(result, TypeVar):
        yield "it does not say its types (write class MyTool(Tool[MyInputSchema, MyResult]))"
        return
    for given, base in ((inputs, input_base), (result, result_base)):
        if not (inspect.isclass(given) and issubclass(given, base)):
            shown = getattr(given, "__name__", repr(given))
            yield f"{shown} is not a subclass of {base.__name__}"


def _process_problems(cls: type, tool: type) -> Iterator[str]:
    process = inspect.getattr_static(cls, "process", None)
    if process is inspect.getattr_static(tool, "process"):
        yield "it has no process method"
        return
    if not inspect.isfunction(process):
        yield "its process is not a plain method"
        return
    if inspect.isgeneratorfunction(process) or inspect.isasyncgenfunction(process):
        yield "its process yields; it has to return one result"
    if not _takes_entry_and_context(process):
        yield "its process does not take (self, entry, context)"
    yield from _annotation_problems(process, *type_arguments(cls, tool))


def _takes_entry_and_context(process: Callable[..., Any]) -> bool:
    try:
        inspect.signature(process).bind(None, None, None)
    except TypeError:
        return False
    return True


def _annotation_problems(process: Callable[..., Any], inputs: Any, result: Any) -> Iterator[str]:
    """Compare annotations, where there are any that can be resolved, with the parameters."""
    try:
        hints = typing.get_type_hints(process)
    except Exception:  # noqa: BLE001 - names imported for type checkers only cannot be resolved
        return
    parameters = list(inspect.signature(process).parameters)[1:_WITHOUT_SELF]
    entry = hints.get(parameters[0]) if parameters else None
    if inspect.isclass(entry) and inspect.isclass(inputs) and not issubclass(inputs, entry):
        yield f"its process takes {entry.__name__}, not {inputs.__name__}"
    returned = _awaited(hints.get("return", result))
    if inspect.isclass(returned) and inspect.isclass(result) and not issubclass(returned, result):
        shown = "None" if returned is type(None) else returned.__name__
        yield f"its process returns {shown}, not {result.__name__}"


def _awaited(hint: Any) -> Any:
    origin = get_origin(hint)
    if inspect.isclass(origin) and issubclass(origin, Awaitable):
        return get_args(hint)[-1] if issubclass(origin, Coroutine) else get_args(hint)[0]
    return hint


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
