"""The state machine, bounded; ``make test-stateful`` runs it for long."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from sync_daemon import log
from sync_daemon.sandbox import SandboxServer
from tests.stateful.machine import SheetMachine

EXAMPLES = int(os.environ.get("SHEETD_TEST_EXAMPLES", "15"))
IS_LONG = EXAMPLES > 100


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    log.configure("error")
    with SandboxServer(per_user=0, per_project=0) as running:
        yield running


def test_every_promise_holds_whatever_happens_in_whatever_order(server: SandboxServer) -> None:
    machine = type("Machine", (SheetMachine,), {"server": server})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=30 if IS_LONG else 15,
            deadline=None,
            derandomize=not IS_LONG,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink) if IS_LONG else (Phase.generate,),
        ),
    )
