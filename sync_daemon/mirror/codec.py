"""Between the mirror's text columns and the domain's types."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from sync_daemon.domain.assignment import Assignment, Kind, Purpose
from sync_daemon.domain.jobs import JsonValue
from sync_daemon.domain.rows import OwnedCell
from sync_daemon.domain.typed_forms import TypedForm

_FIXED = 6  # of an encoded result cell; what follows are the results before


def encode_time(moment: datetime) -> str:
    """ISO 8601 in UTC with microseconds, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def decode_time(text: str | None) -> datetime | None:
    """The inverse of :func:`encode_time`; None stays None."""
    return None if text is None else datetime.fromisoformat(text)


def encode_json(value: JsonValue) -> str:
    """Compact JSON; text that UTF-8 cannot carry is escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"))
    return text


def encode_owned(owned: Mapping[str, OwnedCell]) -> str:
    """Result cells as ``{header: [desired, written, observed, override, basis, …, *past]}``."""
    if not owned:
        return "{}"
    packed: dict[str, JsonValue] = {
        header: [
            cell.desired,
            cell.written,
            cell.observed,
            cell.override,
            cell.basis,
            cell.inputs,
            *cell.past,
        ]
        for header, cell in owned.items()
    }
    return encode_json(packed)


def decode_owned(text: str) -> dict[str, OwnedCell]:
    """The inverse of :func:`encode_owned`."""
    if text == "{}":
        return {}
    packed: dict[str, list[Any]] = json.loads(text)
    return {
        header: OwnedCell(*cell) if len(cell) <= _FIXED else _with_past(cell)
        for header, cell in packed.items()
    }


def encode_assignment(assignment: Assignment) -> str:
    """As ``{"columns": {header: [step, output]}, "steps": {name: [tool, signature]}}``."""
    columns: dict[str, JsonValue] = {h: list(p) for h, p in assignment.columns.items()}
    steps: dict[str, JsonValue] = {name: list(kind) for name, kind in assignment.steps.items()}
    return encode_json({"columns": columns, "steps": steps})


def decode_assignment(text: str) -> Assignment:
    """The inverse of :func:`encode_assignment`."""
    found: dict[str, dict[str, list[str]]] = json.loads(text)
    return Assignment(
        {header: Purpose(*purpose) for header, purpose in found.get("columns", {}).items()},
        {name: Kind(*kind) for name, kind in found.get("steps", {}).items()},
    )


def encode_forms(forms: Mapping[str, TypedForm]) -> str:
    """As ``{header: [value, row, formula, format type, pattern]}``."""
    return encode_json({header: list(form) for header, form in forms.items()})


def decode_forms(text: str) -> dict[str, TypedForm]:
    """The inverse of :func:`encode_forms`."""
    found: dict[str, list[Any]] = json.loads(text)
    return {header: TypedForm(*form) for header, form in found.items()}


@lru_cache(maxsize=1024)
def decode_computed(text: str) -> Mapping[str, str]:
    """Formulas' fingerprints by header; rows that have the same share one mapping."""
    return MappingProxyType(json.loads(text))


def _with_past(cell: list[Any]) -> OwnedCell:
    desired, written, observed, override, basis, inputs, *past = cell
    return OwnedCell(desired, written, observed, override, basis, inputs, tuple(past))
