"""Manners of the guarded client: robots.txt, and how often a host is asked."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from sync_daemon.fetching import FetchLimits, GuardedHttp
from sync_daemon.tooling import (
    HostBusyError,
    RobotsRefusedError,
    RobotsUnknownError,
    TransientToolError,
)
from tests.support.fetching_world import (
    OTHER_SITE,
    Mode,
    World,
    always,
    answer,
    get,
    running,
)

MODES: list[Mode] = ["sync", "async"]
URL = "http://site.example/jobs/1?key=secret"


@pytest.fixture
def world() -> Iterator[World]:
    with running() as world:
        yield world


class Clock:
    """Stands still, but for those who sleep."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    async def sleep_async(self, seconds: float) -> None:
        self.sleep(seconds)


def timed(world: World, clock: Clock, limits: FetchLimits | None = None) -> GuardedHttp:
    return world.http(
        limits=limits or FetchLimits(),
        monotonic=clock,
        sleep=clock.sleep,
        sleep_async=clock.sleep_async,
    )


@pytest.mark.parametrize("mode", MODES)
def test_a_page_that_robots_txt_forbids_is_not_asked_for(world: World, mode: Mode) -> None:
    robots = answer(b"User-agent: sheetd\nDisallow: /jobs\n")
    server = world.serve(always(answer(b"hello")), robots=robots)
    http = world.http()

    for _ in range(2):
        with pytest.raises(RobotsRefusedError, match=r"site\.example does not allow"):
            get(http, URL, mode)
    assert get(http, "http://site.example/open", mode).text == "hello"

    assert server.paths == ["/robots.txt", "/open"]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("status", "is_allowed"),
    [("200 OK", True), ("204 No Content", True), ("401 No", True), ("403 No", True),
     ("404 No", True), ("410 Gone", True), ("429 Slow", False), ("500 Oops", False),
     ("503 Busy", False)],
)  # fmt: skip
def test_a_robots_txt_that_is_not_there_allows_and_one_that_fails_does_not(
    world: World, status: str, mode: Mode, *, is_allowed: bool
) -> None:
    world.serve(always(answer(b"hello")), robots=answer(status=status))
    if is_allowed:
        assert get(world.http(), URL, mode).text == "hello"
        return
    with pytest.raises(RobotsUnknownError, match=rf"site\.example answers {status[:3]}"):
        get(world.http(), URL, mode)


def test_a_robots_txt_may_lie_elsewhere(world: World) -> None:
    world.serve(
        always(answer(b"hello")),
        robots=answer(b"", "Location: http://other.example/rules", status="302 Found"),
    )
    world.serve(always(answer(b"User-agent: *\nDisallow: /jobs")), at=OTHER_SITE)
    with pytest.raises(RobotsRefusedError):
        get(world.http(), URL)


def test_a_crawl_delay_is_kept(world: World) -> None:
    world.serve(always(answer(b"hello")), robots=answer(b"User-agent: *\nCrawl-delay: 4\n"))
    clock = Clock()
    http = timed(world, clock)
    for _ in range(3):
        get(http, URL)
    assert clock.slept == [4.0, 4.0]


# How often


@pytest.mark.parametrize("mode", MODES)
def test_requests_to_one_host_start_a_second_apart(world: World, mode: Mode) -> None:
    world.serve(always(answer(b"hello")))
    world.serve(always(answer(b"hello")), at=OTHER_SITE)
    clock = Clock()
    http = timed(world, clock)

    for url in (URL, "http://other.example/", URL, URL):
        get(http, url, mode)

    assert clock.slept == [1.0, 1.0]


def test_two_connections_to_a_host_at_a_time(world: World) -> None:
    arrived, go_on = threading.Semaphore(0), threading.Event()

    def wait(connection: socket.socket, _path: str) -> None:
        arrived.release()
        go_on.wait(10.0)
        connection.sendall(answer(b"hello"))

    server = world.serve(wait)
    http = world.http()
    assert get(http, "http://site.example/robots.txt").status_code == 404
    turns = http._shared.fetcher.exchanges.turns
    with ThreadPoolExecutor(6) as threads:
        pages = [threads.submit(get, http, URL) for _ in range(6)]
        assert arrived.acquire(timeout=10.0)
        assert arrived.acquire(timeout=10.0)
        patience = time.monotonic() + 10.0
        while len(turns._waiting) < 4 and time.monotonic() < patience:
            go_on.wait(0.01)
        assert server.paths.count("/jobs/1?key=secret") == 2
        go_on.set()
        assert [page.result().text for page in pages] == ["hello"] * 6


def test_a_cancelled_task_makes_room_for_the_next(world: World) -> None:
    arrived = threading.Semaphore(0)

    def hang(connection: socket.socket, path: str) -> None:
        if path == "/hang":
            arrived.release()
            connection.recv(1)
        connection.sendall(answer(b"hello"))

    world.serve(hang)
    http = world.http()

    async def run() -> str:
        client = http.async_client()
        stuck = [asyncio.create_task(client.get("http://site.example/hang")) for _ in range(2)]
        for _ in stuck:
            await asyncio.to_thread(arrived.acquire)
        waiting = asyncio.create_task(client.get(URL))
        await asyncio.sleep(0)
        for task in stuck:
            task.cancel()
        ended = await asyncio.gather(*stuck, return_exceptions=True)
        assert all(isinstance(one, asyncio.CancelledError) for one in ended)
        text = (await waiting).text
        await http.aclose()
        return text

    assert asyncio.run(run()) == "hello"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
def test_a_host_that_asks_for_time_gets_it(world: World, status: str, mode: Mode) -> None:
    server = world.serve(always(answer(b"", "Retry-After: 90", status=status)))
    clock = Clock()
    http = timed(world, clock)

    assert get(http, URL, mode).status_code == int(status[:3])
    clock.now += 30
    with pytest.raises(HostBusyError, match=r"site\.example asked") as caught:
        get(http, URL, mode)
    assert isinstance(caught.value, TransientToolError)
    assert caught.value.retry_after_s == 60

    clock.now += 60
    assert get(http, URL, mode).status_code == int(status[:3])
    assert server.paths.count("/jobs/1?key=secret") == 2
