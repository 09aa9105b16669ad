"""The unit in a real systemd: ``make test-systemd``, as root; skipped where that cannot be."""

from __future__ import annotations

import sys

import pytest

from tests.support.processes import wait_until
from tests.systemd.service import Service, needs_machine

pytestmark = needs_machine


def test_it_is_active_when_a_first_request_was_answered_and_not_before(service: Service) -> None:
    machine = service.machine
    machine.run("systemctl", "stop", "sheetd")
    service.sandbox.slow_down(2)
    machine.run("systemctl", "start", "--no-block", "sheetd")
    machine.seconds_until("sheetd", "ActiveState", "activating", 10)
    waited = machine.seconds_until("sheetd", "ActiveState", "active", 30)
    assert waited > 1, "it did not wait for Google"


def test_it_is_active_without_google_too_once_it_has_tried(service: Service) -> None:
    machine = service.machine
    machine.run("systemctl", "stop", "sheetd")
    machine.run("systemctl", "kill", "--signal=STOP", "sandbox")
    try:
        machine.run("systemctl", "start", "--no-block", "sheetd")
        machine.seconds_until("sheetd", "ActiveState", "active", 85)
    finally:
        machine.run("systemctl", "kill", "--signal=CONT", "sandbox")
    assert machine.show("sheetd", "NRestarts") == "0"


def test_it_reads_its_key_as_a_user_who_may_not_read_the_original(service: Service) -> None:
    assert service.user() != "0"
    assert service.machine.run("stat", "-c", "%u %a", service.key) == "0 600"
    service.do("Kotlin in Ghent", "Kotlin")


def test_killed_it_is_started_again(service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    old = service.pid()
    service.machine.run("systemctl", "kill", "--signal=KILL", "sheetd")
    waited = service.wait_for_new_pid(old, 30)
    with capsys.disabled():
        sys.stdout.write(f"\nactive again {waited:.1f} s after kill -9 (RestartSec=1s)\n")


def test_a_hang_is_caught_by_the_watchdog(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    old = service.pid()
    service.machine.run("systemctl", "kill", "--signal=STOP", "sheetd")
    waited = service.wait_for_new_pid(old, 120)
    with capsys.disabled():
        sys.stdout.write(f"\nactive again {waited:.1f} s after a hang (WatchdogSec=5s)\n")


def test_it_stops_cleanly_in_the_middle_of_a_cycle(service: Service) -> None:
    machine = service.machine
    service.sandbox.slow_down(1.5)
    service.type("Rust in Bergen")
    machine.run("sleep", "2")
    machine.run("systemctl", "stop", "sheetd")
    assert machine.show("sheetd", "Result") == "success"
    assert machine.show("sheetd", "ExecMainStatus") == "0"
    log = machine.run("journalctl", "-u", "sheetd", "-n", "10", "--no-pager")
    assert "sheet left for the next start" in log, "it was not in the middle of a cycle"
    service.sandbox.slow_down(0)
    service.start()
    assert "Rust" in str(service.rows()[1][4:])


def test_a_reload_with_a_wrong_configuration_keeps_the_old_one(service: Service) -> None:
    machine, pid = service.machine, service.pid()
    service.write_config("colour = 1\n")
    try:
        machine.run("systemctl", "reload", "sheetd")
        wait_until(
            lambda: "the old configuration stays" in machine.run("journalctl", "-u", "sheetd")
        )
        service.do("Scala in Lund", "Scala")
    finally:
        service.write_config()
    assert service.pid() == pid


def test_a_wrong_configuration_ends_it_and_is_not_tried_again(service: Service) -> None:
    machine = service.machine
    machine.run("systemctl", "stop", "sheetd")
    service.write_config("colour = 1\n")
    try:
        machine.run("systemctl", "start", "sheetd", is_checked=False)
        machine.seconds_until("sheetd", "ActiveState", "failed", 30)
        told = service.status()
        words = service.command("status")
    finally:
        service.write_config()
        machine.run("systemctl", "reset-failed", "sheetd")
    assert (told["state"], told["exit_status"], told["restarts"]) == ("failed", 2, 0)
    assert "the configuration is wrong" in words


def test_a_missing_key_is_told_in_plain_words(service: Service) -> None:
    machine = service.machine
    machine.run("systemctl", "stop", "sheetd")
    machine.run("mv", service.key, "/etc/away.json")
    try:
        machine.run("systemctl", "start", "sheetd", is_checked=False)
        words = service.command("status")
    finally:
        machine.run("mv", "/etc/away.json", service.key)
        machine.run("systemctl", "stop", "sheetd")
        machine.run("systemctl", "reset-failed", "sheetd", is_checked=False)
    assert "its key file is not there" in words
