"""The options of a step, validated by the model that its tool declares."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel, ValidationError

from sync_daemon.processing.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic_core import ErrorDetails

    from sync_daemon.processing.resolved_step import AnyTool


def validate_options(
    tool: AnyTool, given: Mapping[str, Any], config_dir: Path, key: str
) -> BaseModel | list[str]:
    """The options as the tool's model, or what is wrong with them.

    Args:
        tool: the tool whose ``Options`` they are.
        given: option → value as configured.
        config_dir: the folder that relative paths start from.
        key: the key path of the options.
    """
    fields = tool.Options.model_fields
    unknown = [
        f"{key}.{name}: {tool.name} has no such option. {did_you_mean(name, fields)}"
        for name in given
        if name not in fields
    ]
    known = {name: value for name, value in given.items() if name in fields}
    placed = {
        name: _placed(value, config_dir) if _holds_path(fields[name].annotation) else value
        for name, value in known.items()
    }
    try:
        options = tool.Options.model_validate(placed)
    except ValidationError as error:
        return [*unknown, *_problems(error, placed, key)]
    return unknown or options


def _problems(error: ValidationError, given: Mapping[str, Any], key: str) -> Iterator[str]:
    for problem in error.errors(include_url=False, include_context=False):
        yield f"{_key_path(key, problem)}: {_text(problem, given)}."


def _key_path(key: str, problem: ErrorDetails) -> str:
    return "".join(
        [key, *(f"[{part}]" if isinstance(part, int) else f".{part}" for part in problem["loc"])]
    )


def _text(problem: ErrorDetails, given: Mapping[str, Any]) -> str:
    if problem["type"] == "missing":
        return "this option is needed"
    text = problem["msg"].removeprefix("Value error, ").rstrip(".")
    if problem["type"].startswith("path_"):
        return f"{text}: {given.get(str(problem['loc'][0]), '')}"
    return text


def _holds_path(annotation: object) -> bool:
    """Whether the type is a path, or a union or list of paths."""
    if isinstance(annotation, type) and issubclass(annotation, Path):
        return True
    return any(_holds_path(part) for part in get_args(annotation))


def _placed(value: object, config_dir: Path) -> object:
    """Relative paths as absolute ones, from the folder of the configuration."""
    if isinstance(value, list):
        return [_placed(one, config_dir) for one in value]
    if isinstance(value, str | Path) and str(value):
        return config_dir / Path(value).expanduser()
    return value
