"""Random sequences of requests, each answer held against Google's description."""

from __future__ import annotations

import json

from hypothesis import example, given, settings
from hypothesis import strategies as st

from sync_daemon.sandbox import SandboxServer
from tests.support.drawing import examples
from tests.unit.sandbox.books import (
    Book,
    DistantBook,
    check_sequence,
    check_two_ways_of_reading,
    reloaded,
)
from tests.unit.sandbox.random_requests import Drawer


@settings(max_examples=examples(80), deadline=None)
@given(seed=st.integers(0, 2**32))
@example(seed=292349991)  # a filter whose condition has no type
def test_no_sequence_of_requests_makes_the_sandbox_fail(seed: int) -> None:
    check_sequence(Book(), Drawer(seed))


def test_no_sequence_breaks_a_connection() -> None:
    with SandboxServer(per_user=0, per_project=0) as server:
        for seed in range(10):
            book = DistantBook(server)
            check_sequence(book, Drawer(seed))
            book.close()


@settings(max_examples=examples(40), deadline=None)
@given(seed=st.integers(0, 2**32))
@example(seed=49820)  # the same
def test_no_spreadsheet_that_can_be_made_makes_the_sandbox_fail(seed: int) -> None:
    book, drawer = Book(), Drawer(seed)
    before = book.state()
    status, made = book.ask(drawer.create(), root=True)
    if status != 200:
        assert book.state() == before
        return
    book.id = made["spreadsheetId"]
    shown = book.shown()
    assert reloaded(book).shown() == json.loads(json.dumps(shown))
    for _ in range(3):
        book.ask(drawer.call())
    check_two_ways_of_reading(book)
