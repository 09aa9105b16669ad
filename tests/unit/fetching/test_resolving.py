from __future__ import annotations

import socket
from collections.abc import Sequence

import httpx
import pytest

from sync_daemon.fetching.resolving import checked, resolve_by_system, start_resolving
from sync_daemon.fetching.urls import Target
from sync_daemon.tooling import AddressRefusedError

TARGET = Target("https", "example.org", 443)
OWN = Target("http", "localhost", 11434, trusted=True)


@pytest.mark.parametrize(
    ("found", "dialled"),
    [
        (["1.1.1.1"], ["1.1.1.1"]),
        (["1.1.1.1", "8.8.8.8"], ["1.1.1.1", "8.8.8.8"]),
        (
            ["2606:4700::1", "2606:4700::2", "2606:4700::3", "2606:4700::4", "1.1.1.1"],
            ["2606:4700::1", "1.1.1.1", "2606:4700::2", "2606:4700::3"],
        ),
        (["1.1.1.1", "8.8.8.8", "2606:4700::1"], ["1.1.1.1", "2606:4700::1", "8.8.8.8"]),
    ],
)
def test_four_addresses_at_most_are_dialled_of_both_families(
    found: list[str], dialled: list[str]
) -> None:
    assert checked(TARGET, found) == dialled


@pytest.mark.parametrize("place", range(6))
def test_one_private_address_refuses_all_wherever_it_stands(place: int) -> None:
    found = ["1.1.1.1", "8.8.8.8", "2606:4700::1", "9.9.9.9", "1.0.0.1"]
    found.insert(place, "10.0.0.1")
    with pytest.raises(AddressRefusedError):
        checked(TARGET, found)


def test_an_origin_of_ones_own_may_lead_anywhere() -> None:
    assert checked(OWN, ["127.0.0.1"]) == ["127.0.0.1"]


@pytest.mark.parametrize(
    "error", [socket.gaierror(socket.EAI_NONAME, "?"), OSError(), UnicodeError("label too long")]
)
def test_a_name_server_without_an_answer_is_a_failure_of_the_network(error: Exception) -> None:
    def fail(_host: str, _port: int) -> Sequence[str]:
        raise error

    with pytest.raises(httpx.ConnectError, match=r"^Cannot reach example\.org$"):
        start_resolving(fail, TARGET).result(10.0)


def test_no_address_is_no_host() -> None:
    with pytest.raises(httpx.ConnectError, match="Cannot reach"):
        checked(TARGET, [])


def test_the_system_knows_numeric_addresses() -> None:
    assert resolve_by_system("127.0.0.1", 80) == ["127.0.0.1"]
    assert resolve_by_system("2130706433", 80) == ["127.0.0.1"]
