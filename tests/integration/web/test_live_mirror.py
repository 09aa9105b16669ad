"""How the dashboard reads: nobody waits for another, and nothing lasts for ever."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Connection

from sync_daemon.errors import MirrorError
from sync_daemon.mirror.live import LiveMirror
from sync_daemon.settings import DashboardSettings
from sync_daemon.web.server import _listen
from tests.integration.web.conftest import Site
from tests.support.processes import PATIENCE_S

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


def url_of(site: Site) -> str:
    return site.loop.application.settings.database.url


def test_a_read_that_takes_long_holds_up_no_other(quiet_site: Site) -> None:
    may_end = Event()

    def wait(_connection: Connection) -> bool:
        return may_end.wait(PATIENCE_S)

    async def ask() -> tuple[bool, int]:
        mirror = LiveMirror(url_of(quiet_site))
        slow = [asyncio.create_task(do(wait)) for do in (mirror.read, mirror.work)]
        await asyncio.sleep(0)
        number = await mirror.read(
            lambda c: c.exec_driver_sql("SELECT count(*) FROM rows").scalar()
        )
        may_end.set()
        ended = await asyncio.gather(*slow)
        await mirror.close()
        return all(ended), int(number or 0)

    assert asyncio.run(ask()) == (True, 8)


def test_a_read_is_ended_when_it_takes_too_long_and_the_mirror_is_fine(quiet_site: Site) -> None:
    async def ask() -> int:
        mirror = LiveMirror(url_of(quiet_site), longest_read_s=0.05)
        with pytest.raises(MirrorError, match="took too long"):
            await mirror.read(lambda c: c.exec_driver_sql(ENDLESS).scalar())
        found = await mirror.read(lambda c: c.exec_driver_sql("SELECT 1").scalar())
        await mirror.close()
        return int(found or 0)

    assert asyncio.run(ask()) == 1


def test_figures_are_counted_once_for_all_who_ask_at_once(quiet_site: Site) -> None:
    counted = []

    def count(connection: Connection) -> int:
        counted.append(connection)
        return int(connection.exec_driver_sql("SELECT count(*) FROM rows").scalar() or 0)

    async def ask() -> list[int]:
        mirror = LiveMirror(url_of(quiet_site))
        found = await asyncio.gather(*(mirror.recall("rows", count) for _ in range(5)))
        found.append(await mirror.recall("rows", count))
        await mirror.close()
        return found

    assert asyncio.run(ask()) == [8] * 6
    assert len(counted) == 1


def test_the_dashboard_ends_at_once_while_it_counts(quiet_site: Site) -> None:
    has_begun = Event()

    def count(connection: Connection) -> object:
        has_begun.set()
        return connection.exec_driver_sql(ENDLESS).scalar()

    async def ask() -> bool:
        mirror = LiveMirror(url_of(quiet_site))
        counting = asyncio.create_task(mirror.recall("endless", count))
        await asyncio.to_thread(has_begun.wait, PATIENCE_S)
        async with asyncio.timeout(PATIENCE_S):
            await mirror.close()
        return isinstance((await asyncio.gather(counting, return_exceptions=True))[0], MirrorError)

    assert asyncio.run(ask())


def test_a_mirror_that_is_written_to_has_another_version(site: Site, tmp_path: Path) -> None:
    async def versions() -> list[str]:
        mirror = LiveMirror(url_of(site))
        first = [await mirror.version(), await mirror.version()]
        site.token("new", "read")
        first.append(await mirror.version())
        (site.loop.folder / "sheetd.db.search").unlink()
        first.append(await mirror.version())
        await mirror.close()
        return first

    one, same, written, without_index = asyncio.run(versions())

    assert one == same
    assert len({one, written, without_index}) == 3


def test_answers_are_sent_at_once() -> None:
    """A socket that names its protocol is one for which asyncio does without Nagle's algorithm."""
    listener = _listen(DashboardSettings(port=0))
    with listener:
        assert listener.proto == socket.IPPROTO_TCP
