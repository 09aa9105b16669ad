"""The property tests draw the same examples in every run, and many more when asked to."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
PROBE = """
import sys
{imports}
from tests.support.drawing import choose_examples, examples
choose_examples()
from hypothesis import given, settings, strategies as st

@given(st.lists(st.one_of(st.text(), st.integers(), st.floats())))
def all_of_them(drawn):
    print(ascii(drawn))

@settings(max_examples=examples(7))
@given(st.integers())
def seven(drawn):
    print("seven", drawn)

all_of_them()
seven()
"""


def draw(imports: str = "", **environment: str) -> list[str]:
    answer = subprocess.run(
        [sys.executable, "-c", PROBE.format(imports=imports)],
        cwd=TESTS.parent,
        env={**os.environ, "SHEETD_TEST_TIMES": "1", **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return answer.stdout.splitlines()


@pytest.fixture(scope="module")
def usual() -> list[str]:
    return draw()


def test_the_same_examples_whatever_was_imported_before(usual: list[str]) -> None:
    assert draw("import sync_daemon.bootstrap, sync_daemon.sandbox", PYTHONHASHSEED="7") == usual


def test_many_more_examples_and_others_when_asked_to(usual: list[str]) -> None:
    many = draw(SHEETD_TEST_TIMES="3")
    assert set(many) != set(usual)
    assert sum(line.startswith("seven") for line in usual) == 7
    assert sum(line.startswith("seven") for line in many) == 21
    assert len(many) - 21 > 2 * (len(usual) - 7)


def test_every_test_scales_its_own_number_of_examples() -> None:
    fixed = [
        path
        for path in TESTS.rglob("*.py")
        if re.search(r"max_examples=\s*\d", path.read_text(encoding="utf-8"))
    ]
    assert fixed == []
