"""When a formula is still the same formula."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.domain.formulas import Layout, fingerprint

NAMES = ["Company", "Role", "Applied", "Age"]
HERE = Layout(dict(enumerate(NAMES)), 1)
MOVED = Layout({0: "Age", 1: "New", 2: "Company", 3: "Role", 4: "Applied"}, 1)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("=NOW()-C2", "=NOW()-E9"),
        ("=NOW() - $C2", "=now()-E$9"),
        ("=IF(C2;1,5;0)", "=IF(E9,1.5,0)"),
        ("=SUM(C2:C)", "=SUM(E9:E)"),
        ("=SUM(C:C)/2", "=SUM(E:E)/2"),
        ("=C2*$B$1", "=E9*$D$1"),
        ("=C2*Rates!B3", "=E9*'My rates'!D44"),
        ('=A2&" (C2; 1,5)"', '=C9&" (C2; 1,5)"'),
        ("=VLOOKUP(A2;Rates!$A$1:$C$9;2)", "=VLOOKUP(C9,Rates!$B$2:$D$10,2)"),
        ("=C2-C3", "=E9-E11"),
    ],
)
def test_a_formula_that_google_rewrote_is_the_same(before: str, after: str) -> None:
    assert fingerprint(before, 2, HERE) == fingerprint(after, 9, MOVED)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("=NOW()-C2", "=TODAY()-C2"),
        ("=NOW()-C2", "=NOW()-B2"),
        ("=NOW()-C2", "=NOW()-C3"),
        ("=C2*2", "=C2*3"),
        ('=A2&"x"', '=A2&"X"'),
        ("=LOG10(C2)", "=LOG2(C2)"),
        ("=C2*$B$1", "=C2*B2"),
    ],
)
def test_a_formula_that_somebody_changed_is_another(one: str, other: str) -> None:
    assert fingerprint(one, 2, HERE) != fingerprint(other, 2, HERE)


@given(st.text(max_size=60), st.integers(1, 10_000))
def test_any_text_has_a_fingerprint(text: str, row_number: int) -> None:
    assert len(fingerprint("=" + text, row_number, HERE)) == 12
