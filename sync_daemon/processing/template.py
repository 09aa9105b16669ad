"""A new tool of the user's: a folder with its ``processor.py`` and a test."""

from __future__ import annotations

import re
from pathlib import Path

from sync_daemon.errors import ConfigError

_NAME = re.compile(r"[a-z][a-z0-9_]*")

_PROCESSOR = '''\
"""What {name} does."""

from sync_daemon.tooling import Tool, ToolContext, ToolInputSchema, ToolResultSchema


class {title}InputSchema(ToolInputSchema):
    text: str


class {title}Result(ToolResultSchema):
    words: int


class {title}(Tool[{title}InputSchema, {title}Result]):
    """Count the words of a text."""

    name = "{name}"
    version = 1  # one more whenever the results change: then it runs again on every row

    def process(self, entry: {title}InputSchema, context: ToolContext) -> {title}Result:
        return {title}Result(words=len(entry.text.split()))
'''
_TEST = '''\
"""Run it with: pytest {name}"""

from processor import {title}, {title}InputSchema


def test_the_words_are_counted():
    result = {title}().process({title}InputSchema(text="one two three"), context=None)
    assert result.words == 3
'''


def write_new_tool(parent: Path, name: str) -> list[Path]:
    """Write the folder of a new tool; returns the files.

    Raises:
        ConfigError: it cannot have that name, is there already, or cannot be written.
    """
    if _NAME.fullmatch(name) is None:
        message = f"{name!r} cannot be the name of a tool."
        raise ConfigError(message, hint="Use lower-case letters, digits and underscores.")
    folder = parent / name
    title = "".join(part.capitalize() for part in name.split("_"))
    files = {
        folder / "processor.py": _PROCESSOR.format(name=name, title=title),
        folder / f"test_{name}.py": _TEST.format(name=name, title=title),
    }
    try:
        folder.mkdir(parents=True)
        for file, text in files.items():
            file.write_text(text, encoding="utf-8")
    except FileExistsError as error:
        message = f"{folder} is there already."
        raise ConfigError(message, hint="Choose another name, or another --folder.") from error
    except OSError as error:
        message = f"{folder} cannot be written: {error.strerror}."
        raise ConfigError(message, hint="Choose another place with --folder.") from error
    return list(files)
