"""What a cycle costs does not grow with the number of rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync_daemon.domain.api_calls import ApiCalls
from tests.support.loop import Loop, running_loop

ROWS = 3_000


@pytest.fixture
def large(tmp_path: Path) -> Iterator[Loop]:
    rows = [[f"Company {n}", f"Role {n}", f"text of row {n}"] for n in range(ROWS)]
    with running_loop(tmp_path, rows) as loop:
        yield loop


def calls(loop: Loop) -> ApiCalls:
    report = loop.run()
    assert report.sheets[0].failure is None
    return report.api_calls


def test_thousands_of_rows_take_no_more_calls_than_ten(large: Loop) -> None:
    assert calls(large) == ApiCalls(sheets_read=2, sheets_write=2)
    assert calls(large) == ApiCalls(sheets_read=1)
    assert calls(large) == ApiCalls(sheets_read=1)
    large.user.type(ROWS // 2, 2, "edited in the middle")
    assert calls(large) == ApiCalls(sheets_read=1, sheets_write=1)
    large.user.type_rows(ROWS + 1, 0, [["New", "Role", "one more row"]])
    assert calls(large) == ApiCalls(sheets_read=1, sheets_write=2)
    large.user.insert_rows(1, 3)
    large.user.sort(1, ROWS + 4, 0, 7, [(0, True)])
    assert calls(large) == ApiCalls(sheets_read=1)
    large.assert_right()
