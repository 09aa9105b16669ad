from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from sync_daemon.fetching.host_backoff import HostBackoff, retry_after_of
from sync_daemon.tooling import HostBusyError

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(("status", "wait"), [(429, 7.0), (503, 7.0), (301, None), (200, None)])
def test_it_counts_for_an_overloaded_server_alone(status: int, wait: float | None) -> None:
    response = httpx.Response(status, headers={"Retry-After": "7"})
    assert retry_after_of(response, NOW) == wait


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_host_is_left_alone_for_as_long_as_it_asked() -> None:
    clock = Clock()
    pauses = HostBackoff(clock, lambda: NOW)
    pauses.note("example.org", 429, "120")
    clock.now += 60

    with pytest.raises(HostBusyError, match=r"example\.org asked .* 60 s") as caught:
        pauses.check("example.org")
    assert caught.value.retry_after_s == 60
    pauses.check("other.example")

    clock.now += 60
    pauses.check("example.org")


def test_ever_more_hosts_cost_no_more_memory() -> None:
    clock = Clock()
    pauses = HostBackoff(clock, lambda: NOW)
    for number in range(3_000):
        pauses.note(f"{number}.example", 503, "60")
    assert len(pauses._until) <= 1_000
    clock.now += 61
    pauses.note("new.example", 503, "60")
    assert list(pauses._until) == ["new.example"]
