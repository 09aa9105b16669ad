"""What a cycle is given: how it was asked for, and the outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sync_daemon.ports import Clock, JobExecutor, Mirror, SheetGateway


@dataclass(frozen=True, slots=True)
class CycleOptions:
    """How a cycle was asked for."""

    dry_run: bool = False
    allow_mass_delete: bool = False
    may_skip: bool = False  # a probe that finds nothing new ends the cycle


@dataclass(frozen=True, slots=True)
class Ports:
    """What a cycle needs of the outside."""

    gateway: SheetGateway
    mirror: Mirror
    executor: JobExecutor
    clock: Clock
    random_number: Callable[[], int]
    tell: Callable[[str], None] = lambda _: None  # how far long work has come, in words
