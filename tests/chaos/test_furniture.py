"""What else the user put on a tab is after every request of an attacked sheetd as it was before."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from sync_daemon.errors import TornReadError
from sync_daemon.sandbox import HttpRequest
from sync_daemon.sandbox.api_errors import ApiError
from tests.chaos.attack import Attacker
from tests.support.fake_clock import FakeClock
from tests.support.furniture import (
    change,
    photograph,
    sample_rows,
    start_furnished,
    without_owned_columns,
)
from tests.support.loop import Loop, running_loop

# Pictures of a small grid take less.
SMALL = {"sheetId": 0, "gridProperties": {"rowCount": 60, "columnCount": 16}}
FIELDS = "gridProperties(rowCount,columnCount)"


class FurnitureWatch:
    """The user acts before each request of sheetd; what the request then moves is counted."""

    def __init__(self, loop: Loop, attacker: Attacker) -> None:
        self._loop, self._attacker = loop, attacker
        self._before = ""
        self.requests = 0
        self.disturbed: list[str] = []
        service = loop.server.service
        service.before.append(self._look_before)
        service.after.append(self._look_after)

    def _picture(self) -> str:
        return without_owned_columns(photograph(self._loop), self._attacker.owned)

    def _look_before(self, request: HttpRequest) -> None:
        if request.target.startswith("/v4/"):
            with self._loop.server.workspace.lock:
                with suppress(ApiError):  # merged cells are in the way of what the user wants
                    self._attacker.before_request()
                self._before = self._picture()

    def _look_after(self, request: HttpRequest) -> None:
        if request.target.startswith("/v4/"):
            with self._loop.server.workspace.lock:
                self.requests += 1
                if self._picture() != self._before:
                    self.disturbed.append(request.target)


def test_formats_filters_views_and_protections_are_the_users_alone(tmp_path: Path) -> None:
    cycles = int(os.environ.get("SHEETD_TEST_FURNITURE", "8"))
    with running_loop(tmp_path, sample_rows(), clock=FakeClock()) as loop:
        start_furnished(loop)
        change(loop, [{"updateSheetProperties": {"properties": SMALL, "fields": FIELDS}}])
        attacker = Attacker(loop, seed=5)
        watch = FurnitureWatch(loop, attacker)
        for _ in range(cycles):
            with attacker.busy(), suppress(TornReadError):
                loop.cycle(allow_mass_delete=True)
        assert len(attacker.log) > cycles, "the attack did not bite"
        assert watch.disturbed == []
