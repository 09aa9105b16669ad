"""Whatever goes wrong, for however long: when it is over, the daemon goes on.

In CI each kind of trouble lasts as long as one of three; `make test-trouble` tries all.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable

import pytest

from tests.trouble.conftest import Ward
from tests.trouble.kinds import KINDS, UNNOTICED

LASTS_S = (1.0, 30.0, 300.0)
IS_WHOLE = os.environ.get("SHEETD_TEST_TROUBLE") == "all"
CASES = [
    (kind, lasts_s)
    for number, kind in enumerate(KINDS)
    for place, lasts_s in enumerate(LASTS_S)
    if IS_WHOLE or number % len(LASTS_S) == place
]
STATEMENTS = range(0, 60, 1 if IS_WHOLE else 12)


@pytest.mark.parametrize(("kind", "lasts_s"), CASES)
def test_an_edit_after_the_trouble_is_answered_within_two_cycles(
    ward: Ward, kind: str, lasts_s: float
) -> None:
    scene = ward.scene()
    scene.edit()  # there is work to do when it begins
    scene.suffer(lambda: KINDS[kind](scene), lasts_s)
    if lasts_s == max(LASTS_S):
        assert bool(scene.seen) is (kind not in UNNOTICED)
    scene.recover()


@pytest.mark.parametrize("number", STATEMENTS)
def test_from_any_statement_on(ward: Ward, number: int) -> None:
    """The disk fills up in the middle of a cycle, or of what follows it."""
    scene = ward.scene()
    scene.edit()

    def begin() -> Callable[[], None]:
        scene.statements.fail_from(number, fill_disk)
        return scene.statements.heal

    scene.suffer(begin, 30.0)
    assert scene.seen, "the cycle has fewer statements"
    scene.recover()


def fill_disk() -> None:
    message = "database or disk is full"
    raise sqlite3.OperationalError(message)


def test_there_are_fifty_kinds_of_trouble() -> None:
    assert len(KINDS) >= 50
