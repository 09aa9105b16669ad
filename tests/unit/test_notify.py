"""Telling systemd how the service is."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync_daemon.notify import ServiceNotifier


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as bound:
        bound.bind(str(tmp_path / "notify"))
        bound.settimeout(5)
        yield bound


def test_what_systemd_hears(listener: socket.socket) -> None:
    notifier = ServiceNotifier(
        {"NOTIFY_SOCKET": listener.getsockname(), "WATCHDOG_USEC": "30000000"}
    )
    notifier.ready()
    notifier.status("run 1 done\nin 2 s")
    notifier.alive()
    notifier.reloading(1.5)
    notifier.stopping()
    heard = [listener.recv(200).decode() for _ in range(5)]
    assert heard == [
        "READY=1",
        "STATUS=run 1 done in 2 s",
        "WATCHDOG=1",
        "RELOADING=1\nMONOTONIC_USEC=1500000",
        "STOPPING=1",
    ]
    assert notifier.watchdog_s == 30


def test_without_a_watchdog_there_are_no_signs_of_life(listener: socket.socket) -> None:
    notifier = ServiceNotifier({"NOTIFY_SOCKET": listener.getsockname()})
    notifier.alive()
    notifier.stopping()
    assert listener.recv(200) == b"STOPPING=1"


def test_an_abstract_socket() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as bound:
        bound.bind("\0sheetd-test-notify")
        ServiceNotifier({"NOTIFY_SOCKET": "@sheetd-test-notify"}).ready()
        assert bound.recv(200) == b"READY=1"


@pytest.mark.parametrize("address", ["", "/nowhere/at/all"])
def test_nobody_listens(address: str) -> None:
    ServiceNotifier({"NOTIFY_SOCKET": address}).ready()


def test_a_listener_that_has_stopped_listening_holds_nothing_up(tmp_path: Path) -> None:
    path = str(tmp_path / "gone")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as bound:
        bound.bind(path)
    ServiceNotifier({"NOTIFY_SOCKET": path}).ready()
