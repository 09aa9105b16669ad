"""The cycle: the only one there is, for the schedule and for ``sheetd sync now``."""

from sync_daemon.engine.configured import ConfiguredSheet
from sync_daemon.engine.context import CycleOptions, FeedPorts, Ports
from sync_daemon.engine.report import JobCounts, RunReport, SheetReport
from sync_daemon.engine.run import Engine

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
