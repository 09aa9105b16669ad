"""The prompt that a person writes: text with the names of inputs in braces, and no more.

``str.format`` would let a template look into objects (``{text.__class__}``) and
ask for a billion spaces (``{text:>1000000000}``). Here a name is a name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

_MARK = re.compile(r"\{\{|\}\}|\{([a-z]{1,30})\}|[{}]")


def check_template(template: str, names: Collection[str]) -> None:
    """See that every brace is doubled or belongs to one of ``names``.

    Raises:
        ValueError: with the place that is wrong.
    """
    known = ", ".join(f"{{{name}}}" for name in names)
    for mark in _MARK.finditer(template):
        if mark[0] in ("{", "}"):
            near = template[mark.start() : mark.start() + 20].split("\n", maxsplit=1)[0]
            raise ValueError(
                f'near "{near}": only {known} can stand in braces; a brace itself is doubled'
            )
        if mark[1] is not None and mark[1] not in names:
            raise ValueError(f"{mark[0]} is not one of {known}")


def fill_template(template: str, values: Mapping[str, str]) -> str:
    """The template with the values in their places; what is in a value is not looked at."""

    def filled(mark: re.Match[str]) -> str:
        return values[mark[1]] if mark[1] is not None else mark[0][0]

    return _MARK.sub(filled, template)
