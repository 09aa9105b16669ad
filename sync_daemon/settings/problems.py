"""What is wrong with a configuration, in words: one line a problem, its key's path first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from sync_daemon.settings.environment import override_of, unknown_overrides
from sync_daemon.settings.models import ConfigFile
from sync_daemon.settings.values import parse_spreadsheet

_Loc = tuple[int | str, ...]


def describe(detail: ErrorDetails, environ: Mapping[str, str]) -> str:
    """One of pydantic's findings; says so if the environment and not the file is to blame."""
    loc = detail["loc"]
    variable = override_of(loc, environ)
    source = f" (from {variable})" if variable else ""
    return f"{key_path(loc)}: {_finding(detail)}{source}"


def unknown_keys(content: Mapping[str, Any]) -> list[str]:
    """Top-level keys that are no sections."""
    return [
        f"{key_path((key,))}: {_unknown((key,))}"
        for key in content
        if key not in ConfigFile.model_fields
    ]


def unknown_variables(environ: Mapping[str, str]) -> list[str]:
    """Variables that look like overrides and name no section."""
    return [f"{name}: {_unknown((key,))}" for name, key in unknown_overrides(environ)]


def clashes(sheets: object) -> list[str]:
    """Sheets of one name and sheets at one tab.

    Looks at the raw content, so that they are told together with all other problems.
    """
    if not isinstance(sheets, list | tuple):
        return []
    return [*_clashes(sheets, "name", _name), *_clashes(sheets, "worksheet", _tab)]


def key_path(loc: _Loc) -> str:
    """The path of a key as the README writes it: ``sheets[0].steps[1].tool``."""
    path = ""
    for part in loc:
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
    return path.removeprefix(".")


def _finding(detail: ErrorDetails) -> str:
    match detail["type"]:
        case "extra_forbidden":
            return _unknown(detail["loc"])
        case "missing":
            return "is missing"
        case "tuple_type":
            listed = {
                "sheets": "[[sheets]]",
                "steps": "[[sheets.steps]]",
                "feeds": "[[sheets.feeds]]",
            }
            head = listed.get(str(detail["loc"][-1]))
            return f"must be a list: head each with {head}" if head else 'must be a list: ["…"]'
        case "path_type":
            return 'must be a path: "folder/name"'
        case "model_type" | "model_attributes_type" | "dict_type":
            return 'must be a table: { key = "value" } or lines under its [header]'
        case _:
            message = detail["msg"].removeprefix("Value error, ")
            return message.replace("Input should", "must").replace("String should", "must")


def _unknown(loc: _Loc) -> str:
    known = list(_keys_at(loc[:-1]))
    close = get_close_matches(str(loc[-1]), known, n=1)
    if close:
        return f"unknown key; did you mean {close[0]!r}?"
    return f"unknown key; keys there: {', '.join(known)}"


def _keys_at(loc: _Loc) -> Iterator[str]:
    """The keys that a section takes, found by walking the models along ``loc``."""
    model: Any = ConfigFile
    for part in loc:
        if isinstance(part, int):
            continue
        fields = model.model_fields.items()
        annotation = next(field.annotation for name, field in fields if part == name)
        candidates = [annotation, *get_args(annotation)]
        model = next(c for c in candidates if isinstance(c, type) and issubclass(c, BaseModel))
    for name, field in model.model_fields.items():
        yield field.alias or name


def _clashes(sheets: Any, key: str, identity: Any) -> Iterator[str]:
    seen: dict[object, int] = {}
    for number, sheet in enumerate(sheets):
        this = identity(sheet) if isinstance(sheet, Mapping) else None
        if this in seen:
            what = f"sheets[{seen[this]}] has the same {key}"
            where = " of the same spreadsheet" if key == "worksheet" else ""
            yield f"sheets[{number}].{key}: {what}{where}"
        elif this is not None:
            seen[this] = number


def _name(sheet: Mapping[str, Any]) -> str | None:
    """The name as far as it tells sheets apart: views are called by letters and digits alone."""
    name = sheet.get("name")
    return re.sub(r"\W+", "_", name.casefold()).strip("_") if isinstance(name, str) else None


def _tab(sheet: Mapping[str, Any]) -> tuple[str, str] | None:
    spreadsheet, worksheet = sheet.get("spreadsheet"), sheet.get("worksheet")
    if not isinstance(spreadsheet, str) or not isinstance(worksheet, str):
        return None
    try:
        return parse_spreadsheet(spreadsheet), worksheet.casefold()  # titles differ by more
    except ValueError:
        return None
