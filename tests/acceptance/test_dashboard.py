"""The dashboard as a process of its own, beside the daemon, on one mirror."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.loop import Loop, running_loop
from tests.support.processes import started, wait_until


def sheetd(loop: Loop, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sync_daemon", *arguments, "--config", str(loop.config)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_page_api_daemon_and_commands_work_together(tmp_path: Path) -> None:
    with running_loop(tmp_path) as loop:
        loop.cycle()
        made = json.loads(
            sheetd(loop, "token", "create", "all", "--role", "operate", "--json").stdout
        )
        assert made.keys() == {"name", "role", "sheets", "token"}
        config = ("--config", str(loop.config))
        with started(
            "dashboard", "--port", "0", *config, log=tmp_path / "dashboard.log"
        ) as dashboard:
            assert dashboard.stdout is not None
            login = dashboard.stdout.readline().strip()
            base = login.partition("/login?code=")[0]
            headers = {"Authorization": f"Bearer {made['token']}"}
            with httpx.Client(base_url=base, headers=headers, trust_env=False) as client:
                _use(loop, client, config, tmp_path)
            with httpx.Client(trust_env=False, follow_redirects=True) as browser:
                assert "Needs you" in browser.get(login).text
                assert browser.get(f"{base}/rows").status_code == 200
                assert browser.get(login).status_code == 403
            listed = sheetd(loop, "token", "list", "--json").stdout
            assert made["token"] not in listed
            assert sheetd(loop, "token", "revoke", "al").returncode == 2
            assert sheetd(loop, "token", "revoke", "all").returncode == 0
            assert httpx.get(f"{base}/api/v1/rows", headers=headers).status_code == 401
            dashboard.send_signal(signal.SIGINT)
            assert dashboard.wait(20) == 130
        log = (tmp_path / "dashboard.log").read_text()
        assert "Traceback" not in log
        assert made["token"] not in log


def _use(loop: Loop, client: httpx.Client, config: tuple[str, str], folder: Path) -> None:
    assert client.get("/api/v1/health").json()["daemon"] == "stopped"
    asked = client.post("/api/v1/sync")
    assert asked.status_code == 202
    assert sheetd(loop, "sync", "now").returncode == 0
    assert _state(client, asked) == "done"
    with started("run", *config, log=folder / "daemon.log") as daemon:
        wait_until(lambda: client.get("/api/v1/health").json()["daemon"] == "running")
        body = {"sheet": "jobs", "cells": {"Company": "By request", "Description": "a b"}}
        began = time.monotonic()
        asked = client.post("/api/v1/rows", json=body, headers={"Idempotency-Key": "k"})
        wait_until(lambda: _state(client, asked) == "done")
        assert time.monotonic() - began < 15  # long before the next cycle of the schedule
        daemon.terminate()
        assert daemon.wait(30) == 0
    assert loop.rows()[-1]["Company"] == "By request"
    assert loop.rows()[-1]["Words"] == 2


def _state(client: httpx.Client, asked: httpx.Response) -> Any:
    return client.get(f"/api/v1/requests/{asked.json()['request_id']}").json()["state"]


def test_a_service_manager_ends_it_cleanly_while_somebody_listens(tmp_path: Path) -> None:
    log = tmp_path / "dashboard.log"
    with running_loop(tmp_path) as loop:
        loop.cycle()
        token = json.loads(sheetd(loop, "token", "create", "all", "--json").stdout)["token"]
        config = ("--config", str(loop.config))
        with started("dashboard", "--port", "0", *config, log=log) as dashboard:
            assert dashboard.stdout is not None
            base = dashboard.stdout.readline().partition("/login?code=")[0]
            headers = {"Authorization": f"Bearer {token}"}
            events = f"{base}/api/v1/events"
            with httpx.stream("GET", events, headers=headers, trust_env=False) as stream:
                lines = stream.iter_lines()
                assert next(lines).startswith("retry:")
                dashboard.terminate()
                assert not any("event:" in line for line in lines), "the stream ends"
                assert dashboard.wait(20) == 0

    assert len(log.read_text().splitlines()) == 1, "it complains of nothing"


@pytest.mark.parametrize(
    ("options", "says"),
    [(("--host", "0.0.0.0"), "dashboard.host"), (("--host", "192.0.2.1"), "tls_cert")],  # noqa: S104
)
def test_it_does_not_listen_to_a_network_in_the_clear(
    tmp_path: Path, options: tuple[str, ...], says: str
) -> None:
    with running_loop(tmp_path) as loop:
        ended = sheetd(loop, "dashboard", *options)

    assert ended.returncode == 2
    assert says in ended.stderr
