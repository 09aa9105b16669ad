"""Overrides from the environment: ``SHEETD_SECTION__KEY``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import EnvSettingsSource

from sync_daemon.settings.models import ENV_DELIMITER, ENV_PREFIX, ConfigFile


class _Environment(EnvSettingsSource):
    """The overrides in a given environment, the process's own or a test's."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        super().__init__(ConfigFile)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return {key.lower(): value for key, value in self._environ.items()}

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:
        """Lists and tables are JSON; what is not stays text, so that its key is reported."""
        try:
            return super().decode_complex_value(field_name, field, value)
        except ValueError:
            return value


def override(content: Mapping[str, Any], environ: Mapping[str, str]) -> dict[str, Any]:
    """The file's content with the environment's overrides merged in.

    An item of a list is named by its number: ``SHEETD_SHEETS__0__WORKSHEET``.
    """
    merged: dict[str, Any] = _merge(content, _Environment(environ)())
    return merged


def unknown_overrides(environ: Mapping[str, str]) -> list[tuple[str, str]]:
    """Variables (name, section) that look like overrides of a section that there is not."""
    found = []
    for name in environ:
        section, delimiter, _ = name.removeprefix(ENV_PREFIX).partition(ENV_DELIMITER)
        if name.startswith(ENV_PREFIX) and delimiter:
            found.append((name, section.lower()))
    return [(name, section) for name, section in found if section not in ConfigFile.model_fields]


def override_of(loc: tuple[int | str, ...], environ: Mapping[str, str]) -> str | None:
    """The variable that sets the key at ``loc``, or a table around it."""
    for length in range(len(loc), 0, -1):
        name = ENV_PREFIX + ENV_DELIMITER.join(str(part) for part in loc[:length]).upper()
        if name in environ:
            return name
    return None


def _merge(base: Any, over: Any) -> Any:
    if isinstance(base, Mapping | list) and isinstance(over, str):
        over = _decoded(over)  # inside the items of a list pydantic-settings leaves JSON alone
    if isinstance(base, Mapping) and isinstance(over, Mapping):
        return {**base, **{key: _merge(base.get(key), value) for key, value in over.items()}}
    if isinstance(base, list) and isinstance(over, Mapping):
        numbered = {int(key): value for key, value in over.items() if key.isdecimal()}
        if len(numbered) == len(over) and all(number < len(base) for number in numbered):
            return [
                _merge(item, numbered[number]) if number in numbered else item
                for number, item in enumerate(base)
            ]
    return over


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
