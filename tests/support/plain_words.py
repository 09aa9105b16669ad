"""What the keeper of a sheet should never have to read: names from inside sheetd."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from sync_daemon.domain.sentence import LONGEST
from sync_daemon.processing.registry import load_registry

_ADDRESS = re.compile(r"https?://\S+|\b[\w-]+(?:\.[\w-]+)+/?\S*|\"[^\"]*\"|'[^']*'")
_SNAKE = re.compile(r"\b[a-zA-Z0-9]+(?:_[a-zA-Z0-9]+)+\b")
_PYTHON = re.compile(
    r"\b[A-Z]\w*(?:Error|Exception|Warning)\b|\[Errno|Traceback|\bNoneType\b|\bInput should\b"
    r"|\b\w+\.py\b|\bpydantic\b|\bhttpx\b"
)
_OF_CONFIGURATIONS = {"allow_origins"}  # what to do about it has to name the key


@cache
def _known() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Names of tools, of their outputs and inputs, and of their options."""
    tools = [entry.tool for entry in load_registry(installed=[]).tools.values()]
    fields = {
        name
        for tool in tools
        for schema in (tool.result_schema, tool.input_schema)
        for name in schema.model_fields
    }
    options = {name for tool in tools for name in tool.Options.model_fields}
    return frozenset(t.name for t in tools), frozenset(fields), frozenset(options)


def internal_names(sentence: str) -> list[str]:
    """The names of tools, steps and outputs, and the words of Python, that stand in a sentence.

    A tool's name of one plain word counts as a word of its own; an output's name of
    one plain word is English too, so it counts with a step in front of it alone.
    """
    return sorted(set(_find(sentence)))


def _find(sentence: str) -> Iterator[str]:
    tools, fields, options = _known()
    for match in re.finditer(r"\b([\w-]+)\.(\w+)\b", sentence):
        if match[2] in fields and not re.search(r"[\w-]+\.\w+\.\w+", sentence):
            yield match[0]
    yield from (match[0] for match in _PYTHON.finditer(sentence))
    bare = _ADDRESS.sub(" ", sentence)
    for word in re.findall(r"[\w.]+", bare):
        if word.strip(".") in tools:
            yield word
    allowed = options | _OF_CONFIGURATIONS
    yield from (m[0] for m in _SNAKE.finditer(bare) if m[0] not in allowed)


def faults_of_sentence(sentence: str) -> list[str]:
    """What is wrong with a row's sentence, as far as its form shows it."""
    faults = [f"names {name}" for name in internal_names(sentence)]
    faults += [f"has {len(sentence)} characters"] if len(sentence) > LONGEST else []
    faults += ["is empty"] if not sentence.strip() else []
    return faults + ([] if sentence.isprintable() else ["is not one line"])
