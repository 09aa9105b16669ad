"""HTML: templates that escape whatever they are given."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sync_daemon.web.fitting import cut

_LONGEST_LINK = 2_000
TEMPLATES = Path(__file__).with_name("templates")


def _moment(text: str | None) -> str:
    """Day, hour and minute of a moment of the mirror, in UTC."""
    return datetime.fromisoformat(text).strftime("%Y-%m-%d %H:%M") if text else "never"


def _segment(text: object) -> str:
    """Any text as one part of an address."""
    return quote(str(text), safe="")


def shown(value: object) -> object:
    """A cell as a sheet shows it: a whole number without ``.0``."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _is_link(value: object) -> bool:
    """Whether a text is one address, and no longer than browsers take."""
    if not isinstance(value, str) or len(value) > _LONGEST_LINK or " " in value:
        return False
    return value.startswith(("https://", "http://"))


_environment = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters |= {"moment": _moment, "segment": _segment, "shown": shown, "cut": cut}
_environment.tests["link"] = _is_link


def render(
    template: str,
    values: Mapping[str, Any],
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """A page."""
    text = _environment.get_template(template).render(values)
    return HTMLResponse(text, status, dict(headers or {}))
