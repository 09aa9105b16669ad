"""Whatever happened to the file: a repair ends with a sound mirror, or says that it cannot."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from sync_daemon.errors import MirrorError
from sync_daemon.mirror.database import FILES, make_private, open_engine, upgrade
from sync_daemon.mirror.repair.fixes import Repair
from sync_daemon.mirror.repair.integrity import Finding, inspect_mirror
from sync_daemon.mirror.repair.salvage import Reading
from sync_daemon.mirror.repair.whole import repair
from sync_daemon.mirror.tables import metadata, runs
from tests.support.loop import running_loop

NOW = datetime(2026, 11, 23, tzinfo=UTC)
PAGE = 4096


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mirror with 300 rows in a file of its own, without a log."""
    folder = tmp_path_factory.mktemp("sample")
    cells = [[f"Company {n}", "Role", f"text {n} " * 30] for n in range(300)]
    with running_loop(folder, cells) as loop:
        loop.cycle()
        loop.user.type(2, 2, "edited")
        loop.cycle()
    path = folder / "sheetd.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture
def mirror(sample: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sample, tmp_path / "sheetd.db"))


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


def inspect(path: Path) -> list[Finding]:
    engine = open_engine(url_of(path))
    try:
        return inspect_mirror(engine, ["jobs"], is_idle=True)
    finally:
        engine.dispose()


def count(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as database:
        return int(database.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0])  # noqa: S608


@pytest.mark.parametrize("seed", range(24))
def test_random_damage_ends_sound_or_is_told(mirror: Path, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - damage, no secret
    content = bytearray(mirror.read_bytes())
    for _ in range(draw.choice([1, 1, 3, 40])):
        start = draw.randrange(len(content))
        length = draw.choice([1, 8, 512, PAGE, 5 * PAGE])
        content[start : start + length] = draw.randbytes(min(length, len(content) - start))
    if draw.random() < 0.3:
        del content[draw.randrange(len(content)) :]
    mirror.write_bytes(content)
    failure = None
    try:
        repair(url_of(mirror), ["jobs"], NOW)
    except MirrorError as error:
        failure = error
    if failure is None:
        assert not [finding for finding in inspect(mirror) if finding.is_damage]
    else:
        assert "backup" in failure.hint
        assert mirror.read_bytes() == bytes(content), "what cannot be read is left as it is"
    left = {file.name for file in mirror.parent.iterdir()}
    assert not {name for name in left if ".salvaged" in name or ".reading" in name}


def test_one_page_costs_the_entries_of_one_page(mirror: Path) -> None:
    with closing(sqlite3.connect(mirror)) as database:
        query = "SELECT pageno, ncell FROM dbstat WHERE name = 'results' AND pagetype = 'leaf'"
        pages = database.execute(query).fetchall()
    before = count(mirror, "results")
    page, entries = pages[len(pages) // 2]
    with mirror.open("r+b") as file:
        file.seek((page - 1) * PAGE)
        file.write(b"\xa5" * PAGE)
    repaired = repair(url_of(mirror), ["jobs"], NOW)
    assert f"Up to {entries} entries of results were unreadable." in repaired.lost
    assert count(mirror, "results") == before - entries


def test_damaged_names_in_the_schema_are_no_defect_of_ours(mirror: Path) -> None:
    """SQLite quotes them in its messages, as bytes that are no text."""
    content = mirror.read_bytes()
    mirror.write_bytes(content.replace(b"CREATE TABLE rows", b"CREATE TABLE \xcb\xffws"))
    engine = open_engine(url_of(mirror))
    with pytest.raises(MirrorError):
        upgrade(engine)
    engine.dispose()
    repair(url_of(mirror), ["jobs"], NOW)
    assert not [finding for finding in inspect(mirror) if finding.is_damage]


def test_a_sound_mirror_is_left_alone(mirror: Path) -> None:
    assert repair(url_of(mirror), ["jobs"], NOW) == Repair()
    assert [f.name for f in mirror.parent.iterdir() if ".before" in f.name] == []


def test_where_there_is_no_file_none_is_made(tmp_path: Path) -> None:
    with pytest.raises(MirrorError, match="Only a SQLite mirror that is there"):
        repair(url_of(tmp_path / "none.db"), [], NOW)
    assert list(tmp_path.iterdir()) == []


def test_a_mirror_of_an_older_sheetd_is_saved_without_what_it_never_had(mirror: Path) -> None:
    with closing(sqlite3.connect(mirror)) as database:
        database.execute("DROP TABLE feed_items")
        database.execute("UPDATE alembic_version SET version_num = '0006'")
        database.commit()
        query = "SELECT max(pageno) FROM dbstat WHERE name = 'rows' AND pagetype = 'leaf'"
        page = database.execute(query).fetchone()[0]
    with mirror.open("r+b") as file:
        file.seek((page - 1) * PAGE)
        file.write(b"\xa5" * PAGE)
    repaired = repair(url_of(mirror), ["jobs"], NOW)
    assert not [sentence for sentence in repaired.lost if "feed_items" in sentence]
    assert inspect(mirror) == []
    assert count(mirror, "row_versions") > 0


@pytest.fixture
def table() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, n)")
        yield database


@pytest.mark.parametrize("bad", [set(), {1}, {5_000}, {2, 3, 4}, {7, 900, 901, 2_500}])
def test_only_entries_that_fail_are_left_out(table: sqlite3.Connection, bad: set[int]) -> None:
    def read(number: int) -> int:
        if number in bad:
            raise ValueError
        return number

    table.create_function("read", 1, read)
    table.executemany("INSERT INTO t (n) VALUES (?)", [(n,) for n in range(1, 5_001)])
    reading = Reading(table, "SELECT rowid, read(n) FROM t")
    found = [entry[0] for entries in reading.batches() for entry in entries]
    assert found == [n for n in range(1, 5_001) if n not in bad]
    assert (reading.unreadable, reading.is_given_up) == (len(bad), False)


def test_a_table_of_which_nothing_can_be_read_is_given_up(table: sqlite3.Connection) -> None:
    reading = Reading(table, "SELECT rowid, n FROM nothing")
    assert list(reading.batches()) == []
    assert reading.is_given_up


def modes(path: Path) -> set[int]:
    files = [path.with_name(path.name + end) for end in FILES]
    return {file.stat().st_mode & 0o777 for file in files if file.exists()}


def made(path: Path) -> Engine:
    engine = open_engine(url_of(path))
    upgrade(engine)
    return engine


@pytest.mark.parametrize(
    ("before", "after"), [(0o644, 0o600), (0o666, 0o600), (0o640, 0o640), (0o600, 0o600)]
)
def test_a_file_that_everybody_may_read_is_narrowed(mirror: Path, before: int, after: int) -> None:
    mirror.chmod(before)
    engine = made(mirror)
    assert modes(mirror) == {after}
    engine.dispose()


def test_the_files_of_a_new_mirror_are_for_their_owner_alone(tmp_path: Path) -> None:
    mask = os.umask(0o000)
    try:
        engine = made(tmp_path / "new.db")
        with engine.begin() as connection:
            connection.execute(runs.delete())
        assert (tmp_path / "new.db-wal").exists()
        assert modes(tmp_path / "new.db") == {0o600}
        engine.dispose()
    finally:
        os.umask(mask)


def test_a_folder_that_is_not_there_is_left_to_sqlite_to_name(tmp_path: Path) -> None:
    make_private(tmp_path / "none" / "x.db")
    with pytest.raises(MirrorError, match="unable to open"):
        made(tmp_path / "none" / "x.db")


def test_a_file_that_took_the_place_of_another_is_used(mirror: Path, tmp_path: Path) -> None:
    engine, other = made(mirror), made(tmp_path / "other.db")
    number = select(func.count()).select_from(runs)
    with engine.connect() as connection:
        assert connection.scalar(number)
    other.dispose()
    (tmp_path / "other.db").replace(mirror)
    with engine.connect() as connection:
        assert connection.scalar(number) == 0
    engine.dispose()


def test_every_column_of_json_is_looked_into() -> None:
    """A new one has to be added to ``READERS``, or here."""
    from sync_daemon.mirror.repair.value_checks import READERS  # noqa: PLC0415

    defaults = {"[]", "{}"}
    for table in metadata.sorted_tables:
        for column in table.columns:
            default = getattr(column.server_default, "arg", None)
            assert (default in defaults) <= (column in READERS), column
