"""One definition of blank, and everybody's use of it."""

from __future__ import annotations

import ast
import unicodedata
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from sync_daemon import tooling
from sync_daemon.domain.cell_locale import CellLocale
from sync_daemon.domain.cells import BLANK, is_blank, same_cell
from sync_daemon.domain.headers import OwnedHeaders, map_columns
from sync_daemon.domain.snapshot import SheetRow, read_rows
from sync_daemon.onboarding.headers import titles
from sync_daemon.processing.cells import joined, result_to_cell
from sync_daemon.processing.inputs import Kind, Wanted, convert
from sync_daemon.settings.values import Name

ROOT = Path(__file__).resolve().parents[3]
INVISIBLE = (
    "\x00\t\n\x1c\x85\x9f\u00a0\u00ad\u034f\u115f"
    "\u2003\u200b\u200d\u2028\u202e\u2060\u2800\u3000\u3164\ufe0f\ufeff\uffa0"
)
BLANK_TEXT = st.text(INVISIBLE, min_size=1)
COLUMNS = OwnedHeaders("id", "status", ("Out",))
LIST_OF_TEXTS = Wanted(frozenset({Kind.LIST}), Wanted(frozenset({Kind.TEXT})))


@pytest.mark.parametrize("sign", INVISIBLE, ids=ascii)
def test_a_sign_that_shows_nothing_is_blank(sign: str) -> None:
    assert is_blank(sign)
    assert is_blank(sign * 3)
    assert not is_blank(f"{sign}x{sign}")


@pytest.mark.parametrize(
    "value", [0, 0.0, False, "0", "-", ".", "n/a", "\u0600", "\ud800", "é", "🎉"]
)
def test_what_shows_something_is_not_blank(value: object) -> None:
    assert not is_blank(value)


def test_every_space_and_control_of_unicode_is_blank_and_every_letter_and_digit_is_not() -> None:
    for point in range(0x110000):
        sign = chr(point)
        category = unicodedata.category(sign)
        if sign.isspace() or category in {"Zs", "Zl", "Zp", "Cc"}:
            assert is_blank(sign), ascii(sign)
        elif category[0] in "LN" and "FILLER" not in unicodedata.name(sign, ""):
            assert not is_blank(sign), ascii(sign)


@given(BLANK_TEXT)
def test_blank_everywhere(text: str) -> None:
    assert is_blank(text)
    assert tooling.is_blank(text)
    assert same_cell(text, BLANK)
    assert result_to_cell(text) == BLANK
    assert joined(["a", text, "b"]) == "a, b"
    assert convert(f"a,{text},b", LIST_OF_TEXTS, CellLocale(UTC)) == ["a", "b"]
    assert titles([text, "Company"]) == ["Company"]
    with pytest.raises(ValidationError, match="must not be blank"):
        TypeAdapter(Name).validate_python(text)


@given(BLANK_TEXT)
def test_a_blank_cell_of_the_user_is_nothing_and_a_blank_one_of_ours_is_blank(text: str) -> None:
    assert read("Acme", text, text, text, text) == read("Acme", "", "", "", "")
    assert read(text, text, text, text, text) is None


def test_sheetd_and_its_tools_have_no_other_definition_of_blank() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for folder in ("sync_daemon", "tools")
        for path in ROOT.glob(f"{folder}/**/*.py")
        # The sandbox has Google's definitions, and cells.py is where sheetd's is.
        if "sandbox" not in path.parts and path.name != "cells.py"
        for line in _other_definitions(path)
    ]
    assert found == []


def test_another_definition_is_found(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(
        "if not text.strip(): pass\n"
        "[a for a in b if a.strip()]\n"
        "c = d and e.strip() == ''\n"
        "f = g.isspace()\n"
        "h = i.strip()\n"
    )
    assert sorted(_other_definitions(path)) == [1, 2, 3, 4]


def read(*cells: str) -> SheetRow | None:
    headers = ["Company", "Role", "id", "status", "Out"]
    columns = map_columns(headers, 5, COLUMNS.columns({}), {})
    return next(read_rows([cells], 2, columns, COLUMNS), None)


def _other_definitions(path: Path) -> Iterator[int]:
    """Lines that judge by ``strip`` or ``isspace`` whether a text has anything in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        judged: list[ast.expr] = []
        match node:
            case ast.UnaryOp(op=ast.Not()):
                judged = [node.operand]
            case ast.If() | ast.IfExp() | ast.While():
                judged = [node.test]
            case ast.comprehension():
                judged = node.ifs
            case ast.Compare(comparators=[ast.Constant(value="")]):
                judged = [node.left]
            case ast.Call(func=ast.Attribute(attr="isspace")):
                yield node.lineno
        yield from (one.lineno for one in judged if _is_strip(one))


def _is_strip(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "strip"
        and not node.args
    )
