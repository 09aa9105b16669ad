"""The search index finds what a look at each row finds, however far behind it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine

from sync_daemon.domain.cells import CellValue, content_hash, encode_cells
from sync_daemon.domain.plan import ChangeKind, RowChange, SheetChanges
from sync_daemon.domain.rows import OwnedCell
from sync_daemon.domain.sheet_state import SheetRecord
from sync_daemon.domain.status import RowProgress, RowStanding
from sync_daemon.mirror.database import backup, open_engine, upgrade
from sync_daemon.mirror.erasure import forget_row
from sync_daemon.mirror.live import _connect
from sync_daemon.mirror.row_pages import RowFilter, RowOrder, RowPlace, load_page
from sync_daemon.mirror.search.index import (
    catch_up,
    check,
    index_path,
    remove_index,
    sort_by,
)
from sync_daemon.mirror.store import SqlMirror
from sync_daemon.mirror.words import words_of
from tests.support.drawing import examples

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
COLUMNS = ["Company", "Größe [m/s]", "Match"]
WORDS = [
    "Zürich",
    "zurich",
    "ZÜRI",
    "co_op",
    "co",
    "éa",
    "ea",
    "3",
    "3.0",
    "ß",
    "ss",
    "true",
    "-",
    "ﬁx",
]
cell = st.one_of(
    st.sampled_from(["", *WORDS, "Zürich co", "3 true", "\u0301 odd \0"]),
    st.sampled_from([3, 3.0, -0.0, 0, 2.5, 2**60, True, False]),
)
row = st.fixed_dictionaries({}, optional=dict.fromkeys(COLUMNS, cell))
question = st.builds(
    RowFilter,
    sheets=st.sampled_from([None, ("jobs",), ("other",), ("jobs", "other")]),
    states=st.frozensets(st.sampled_from(list(RowStanding)), max_size=2),
    changed_since=st.sampled_from(["", "2026-11-24", "2999"]),
    words=st.lists(st.sampled_from(WORDS), max_size=2).map(lambda w: tuple(words_of(" ".join(w)))),
    where=st.lists(
        st.tuples(st.sampled_from(COLUMNS), st.sampled_from(["", *WORDS, "0", "2.50", "TRUE"])),
        max_size=2,
    ).map(tuple),
)
order = st.builds(RowOrder, st.sampled_from(["", *COLUMNS]), st.booleans())


class Hunt:
    """A mirror of two sheets, and who asks it."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "mirror.db"
        self.engine = open_engine(f"sqlite:///{self.file}")
        upgrade(self.engine)
        self.mirror = SqlMirror(self.engine)
        for name in ("jobs", "other"):
            self.mirror.save_sheet(SheetRecord(name, "id", headers=COLUMNS))
        self.run = self.mirror.open_run("test", NOW)
        self.number = 0

    def insert(self, *contents: dict[str, CellValue], sheet: str = "jobs") -> list[str]:
        ids = [f"r{self.number + n:04d}" for n in range(len(contents))]
        self.number += len(ids)
        changes = [_change(ChangeKind.INSERTED, i, c) for i, c in zip(ids, contents, strict=True)]
        self.mirror.apply_changes(self.run, sheet, SheetChanges(changes), NOW)
        return ids

    def change(self, kind: ChangeKind, row_id: str, content: dict[str, CellValue]) -> None:
        changes = SheetChanges([_change(kind, row_id, content)])
        self.mirror.apply_changes(self.run, "jobs", changes, NOW.replace(day=25))

    def result(self, row_id: str, column: str, value: CellValue, standing: RowStanding) -> None:
        progress = RowProgress(row_id, standing, "said", "", "", {column: OwnedCell(value)})
        self.mirror.save_progress(self.run, [progress], [], [], NOW)

    def ask(
        self, which: RowFilter, by: RowOrder, after: RowPlace | None = None, limit: int = 500
    ) -> tuple[list[str], RowPlace | None, int | None]:
        """With the index, if there is one."""
        with self.connected() as connection:
            page = load_page(connection, which, by, after, limit)
        return [each.row_id for each in page.items], page.last, page.total

    def ids(self, words: str) -> list[str]:
        return self.ask(RowFilter(words=tuple(words_of(words))), RowOrder())[0]

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        engine = create_engine("sqlite://", creator=lambda: _connect(self.file))
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()


def _change(kind: ChangeKind, row_id: str, cells: dict[str, CellValue]) -> RowChange:
    content = encode_cells(cells)
    return RowChange(kind, row_id, 2, content, content_hash(content))


@pytest.fixture
def hunt(tmp_path: Path) -> Iterator[Hunt]:
    made = Hunt(tmp_path)
    yield made
    made.engine.dispose()


@settings(max_examples=examples(15), deadline=None)
@given(
    st.lists(row, min_size=1, max_size=8), st.lists(row, max_size=4),
    st.lists(st.tuples(st.integers(0, 7), cell), max_size=4),
    st.lists(st.tuples(question, order), min_size=2, max_size=5), st.booleans(),
)  # fmt: skip
def test_with_and_without_the_index_the_answers_are_the_same(
    first: list[dict[str, CellValue]],
    later: list[dict[str, CellValue]],
    results: list[tuple[int, CellValue]],
    asked: list[tuple[RowFilter, RowOrder]],
    is_caught_up: bool,
) -> None:
    with TemporaryDirectory() as name:
        hunt = Hunt(Path(name))
        ids = hunt.insert(*first)
        hunt.insert(*first[:2], sheet="other")
        check(hunt.file)
        catch_up(hunt.file)
        for place, value in results:
            standing = RowStanding.FAILED if place % 2 else RowStanding.DONE
            hunt.result(ids[place % len(ids)], "Match", value, standing)
        hunt.insert(*later)
        for content in later[:2]:
            hunt.change(ChangeKind.UPDATED, ids[0], content)
        if len(ids) > 2:
            hunt.change(ChangeKind.DELETED, ids[2], {})
        if is_caught_up:
            catch_up(hunt.file)
            for column in COLUMNS[:2]:
                sort_by(hunt.file, column)
        found = [_all_pages(hunt, *each) for each in asked]
        remove_index(hunt.file)
        assert found == [_all_pages(hunt, *each) for each in asked]
        hunt.engine.dispose()


def _all_pages(hunt: Hunt, which: RowFilter, by: RowOrder) -> tuple[list[str], int | None]:
    whole, _, total = hunt.ask(which, by)
    paged: list[str] = []
    after, limit = None, 1
    while True:
        found, after, _ = hunt.ask(which, by, after, limit)
        paged += found
        limit = 2
        if after is None:
            break
    assert paged == whole
    assert total == len(whole)
    return whole, total


def test_what_changed_since_is_found_by_what_it_is_now(hunt: Hunt) -> None:
    [one, other] = hunt.insert({"Company": "Acme"}, {"Company": "Globex"})
    check(hunt.file)
    assert catch_up(hunt.file) == 2
    hunt.change(ChangeKind.UPDATED, one, {"Company": "Initech"})

    assert (hunt.ids("acme"), hunt.ids("initech"), hunt.ids("globex")) == ([], [one], [other])
    assert catch_up(hunt.file) == 1
    assert (hunt.ids("acme"), hunt.ids("initech"), hunt.ids("globex")) == ([], [one], [other])
    assert catch_up(hunt.file) == 0


def test_moves_and_states_are_no_change(hunt: Hunt) -> None:
    [one] = hunt.insert({"Company": "Acme"})
    check(hunt.file)
    catch_up(hunt.file)
    hunt.mirror.apply_changes(
        hunt.run, "jobs", SheetChanges(moves=[(one, 9)], confirmed=[one]), NOW
    )
    hunt.mirror.save_statuses({one: "other words"})

    assert catch_up(hunt.file) == 0


def test_a_forgotten_row_leaves_no_word_in_the_index(hunt: Hunt) -> None:
    [one, _] = hunt.insert({"Company": "Secretive"}, {"Company": "Globex"})
    check(hunt.file)
    catch_up(hunt.file)
    hunt.change(ChangeKind.DELETED, one, {})

    forget_row(hunt.engine, one, NOW)

    assert not index_path(hunt.file).exists()
    check(hunt.file)
    catch_up(hunt.file)
    assert b"secretive" not in index_path(hunt.file).read_bytes()
    assert len(hunt.ids("globex")) == 1


def test_after_a_backup_took_the_mirrors_place_the_index_fits_again(
    hunt: Hunt, tmp_path: Path
) -> None:
    [one] = hunt.insert({"Company": "Acme"})
    backup(hunt.engine, tmp_path / "kept.db")
    hunt.change(ChangeKind.UPDATED, one, {"Company": "Initech"})
    check(hunt.file)
    catch_up(hunt.file)
    sort_by(hunt.file, "Company")
    hunt.engine.dispose()
    for end in ("-wal", "-shm"):
        hunt.file.with_name(hunt.file.name + end).unlink(missing_ok=True)
    (tmp_path / "kept.db").replace(hunt.file)

    check(hunt.file)
    catch_up(hunt.file)

    assert (hunt.ids("acme"), hunt.ids("initech")) == ([one], [])
    assert hunt.ask(RowFilter(), RowOrder("Company"))[0] == [one]


@pytest.mark.parametrize("content", [b"", b"no database at all " * 400])
def test_an_index_that_is_none_is_made_again(hunt: Hunt, content: bytes) -> None:
    [one] = hunt.insert({"Company": "Acme"})
    index_path(hunt.file).write_bytes(content)

    assert hunt.ids("acme") == [one]
    check(hunt.file)
    assert catch_up(hunt.file) == 1
    assert hunt.ids("acme") == [one]


def test_a_row_that_changed_more_often_than_there_is_room_for_is_still_found(
    hunt: Hunt, monkeypatch: pytest.MonkeyPatch
) -> None:
    [one, other] = hunt.insert({"Company": "Acme"}, {"Company": "Globex"})
    check(hunt.file)
    catch_up(hunt.file)
    with sqlite3.connect(index_path(hunt.file)) as index:
        index.execute("UPDATE docs SET generation = 4095 WHERE place = 1")
    index.close()
    hunt.change(ChangeKind.UPDATED, one, {"Company": "Initech"})

    catch_up(hunt.file)

    assert (hunt.ids("initech"), hunt.ids("globex"), hunt.ids("acme")) == ([one], [other], [])
