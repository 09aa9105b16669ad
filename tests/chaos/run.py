"""Runs an attack on sheetd, or on the yardstick, and counts what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType

import requests

from sync_daemon.errors import TornReadError
from sync_daemon.sandbox import HttpRequest
from tests.chaos.attack import Attacker
from tests.chaos.plain_script import PlainScript
from tests.chaos.shocks import Shock
from tests.chaos.upheaval import Upheaval
from tests.chaos.watch import Figures, Watch
from tests.support.fake_clock import FakeClock
from tests.support.loop import Loop, running_loop
from tests.support.sandbox import gspread_client

CYCLES = 3  # under attack, before a quiet one
UPHEAVAL, SHOCK = 0.2, 0.15  # the chances of one after a quiet cycle

Cycle = Callable[[Figures], None]


def attack_sheetd(folder: Path, seed: int, operations: int) -> Figures:
    """Cycles of sheetd under attack, each few followed by a quiet one."""
    with running_loop(folder, clock=FakeClock()) as loop:

        def cycle(figures: Figures) -> None:
            with suppress(TornReadError):  # the user acted between every two of eight readings
                figures.cells_repaired += loop.cycle(allow_mass_delete=True).cells_repaired

        return _attack(loop, cycle, seed, operations, {Upheaval: UPHEAVAL, Shock: SHOCK})


def attack_plain_script(folder: Path, seed: int, operations: int) -> Figures:
    """The same user against a plain script."""
    with running_loop(folder) as loop:
        script = PlainScript(gspread_client(loop.server, folder), loop.spreadsheet_id)
        return _attack(loop, lambda _: script.cycle(), seed, operations, may_be_ruined=True)


def _attack(
    loop: Loop,
    cycle: Cycle,
    seed: int,
    operations: int,
    upheavals: Mapping[type[Upheaval | Shock], float] = MappingProxyType({}),
    *,
    may_be_ruined: bool = False,
) -> Figures:
    """Attack until enough was done, or a header of the user's is gone and he cannot go on."""
    attacker = Attacker(loop, seed)
    watch = Watch(attacker)
    while len(attacker.log) < operations:
        try:
            with _watched(attacker, watch), attacker.busy():
                for _ in range(CYCLES):
                    cycle(watch.figures)
            cycle(watch.figures)
        except requests.ConnectionError:  # the user found nothing where the header should be
            if not may_be_ruined:
                raise
            break
        watch.in_quiet()
        watch.figures.cycles += CYCLES + 1
        for upheaval, chance in upheavals.items():
            if attacker.random.random() < chance:
                with _watched(attacker, watch):
                    upheaval(attacker, watch.figures).happen()
                watch.in_quiet()
    watch.figures.operations = len(attacker.log)
    return watch.figures


@contextmanager
def _watched(attacker: Attacker, watch: Watch) -> Iterator[None]:
    """The user acts before every request to Sheets when busy, and is watched over at each."""
    server = attacker.loop.server

    def before(request: HttpRequest) -> None:
        if request.target.startswith("/v4/"):
            with server.workspace.lock:
                attacker.before_request()
                watch.before(request)

    def after(request: HttpRequest) -> None:
        if request.target.startswith("/v4/"):
            with server.workspace.lock:
                watch.after(request)

    server.service.before.append(before)
    server.service.after.append(after)
    try:
        yield
    finally:
        server.service.before.remove(before)
        server.service.after.remove(after)
