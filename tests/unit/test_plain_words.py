"""No text that a tool raises, and none of the engine's, names what is inside sheetd."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.plain_words import internal_names

ROOT = Path(__file__).parents[2]
FOLDERS = ("tools", "sync_daemon/tooling", "sync_daemon/fetching", "sync_daemon/processing")
OF_CONFIGURATIONS = {  # their readers write them, and know the names
    "once.py", "naming.py", "options.py", "step_checks.py", "loading.py", "rules.py",
}  # fmt: skip
FILES = sorted(
    path
    for folder in FOLDERS
    for path in (ROOT / folder).rglob("*.py")
    if path.name
    not in {"once.py", "naming.py", "options.py", "step_checks.py", "loading.py", "rules.py"}
)
TEXTS = {"message", "hint", "reason", "remark_without"}


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("Cannot reach www.example.com; trying again at 11:35. Is the link right?", []),
        ("done 2026-11-30 14:05; no link, so not checked whether it is open", []),
        ("Add a Link or paste the Description", []),
        ('Applied says "salary_parser", which is not a date.', []),
        ("boards.greenhouse.io cannot answer now (503).", []),
        ("Raise max_answer_tokens.", []),
        ("posting_fetcher failed: no such page", ["posting_fetcher"]),
        ("waiting for posting_fetcher.salary", ["posting_fetcher.salary"]),
        ("waiting for keywords.terms", ["keywords.terms"]),
        ("notify took longer than 3 s", ["notify"]),
        ("the canonical_link is missing", ["canonical_link"]),
        ("ValueError: bad", ["ValueError"]),
        ("[Errno 2] No such file", ["[Errno"]),
    ],
)
def test_internal_names_are_found(sentence: str, names: list[str]) -> None:
    found = internal_names(sentence)
    assert bool(found) is bool(names)
    assert set(names) <= set(found)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_raised_names_nothing_from_inside(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = {text: names for text in _told(tree) if (names := internal_names(text))}
    assert told == {}


def _told(tree: ast.Module) -> Iterator[str]:
    """The texts of errors, of what is assigned to be told, and of hints."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func).endswith("Error"):
            yield from (_text(part) for part in node.args)
            yield from (_text(part.value) for part in node.keywords if part.arg in TEXTS)
        if isinstance(node, ast.Assign) and _name(node.targets[0]) in TEXTS:
            yield _text(node.value)


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


def _text(node: ast.expr) -> str:
    """The literal parts of a text, with an X for what is put in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            _text(part) if isinstance(part, ast.Constant) else "X" for part in node.values
        )
    return ""
