"""The cycle: the only one there is, for the schedule and for ``sheetd sync now``."""

from sync_daemon.cycle.context import CycleOptions, FeedPorts, Ports
from sync_daemon.cycle.engine import Engine
from sync_daemon.cycle.report import JobCounts, RunReport, SheetReport
from sync_daemon.cycle.sheet_config import ConfiguredSheet

__all__ = [
    "ConfiguredSheet",
    "CycleOptions",
    "Engine",
    "FeedPorts",
    "JobCounts",
    "Ports",
    "RunReport",
    "SheetReport",
]
