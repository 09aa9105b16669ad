"""The process that ``make footprint`` measures: the daemon's rounds, and nothing else."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from sync_daemon import log
from sync_daemon.bootstrap import Application
from sync_daemon.daemon.rounds import Rounds, Watcher
from sync_daemon.notify import ServiceNotifier
from sync_daemon.schedule import Schedule
from sync_daemon.settings import load_settings


def main(config: Path) -> None:
    """Run as many cycles as each line of standard input says, and print what they cost."""
    log.configure("error")
    application = Application(load_settings(config, {}))
    schedule = Schedule(application.settings, application.clock)
    watcher = Watcher(lambda: None, lambda: None)
    rounds = Rounds(application, schedule, ServiceNotifier({}), watcher)
    rounds.begin()
    for _ in range(3):
        rounds.run("jobs")
    for line in sys.stdin:
        os.utime(config)  # a mark for strace's log
        before = _usage()
        for _ in range(int(line)):
            rounds.run("jobs")
        after = _usage()
        os.utime(config)
        spent = {name: after[name] - before[name] for name in before}
        sys.stdout.write(json.dumps({**spent, "resident": _resident()}) + "\n")
        sys.stdout.flush()
    rounds.end()
    application.close()


def _usage() -> dict[str, float]:
    lines = Path("/proc/self/io").read_text(encoding="ascii").split("\n")
    written = {key: int(value) for key, _, value in (line.partition(": ") for line in lines) if key}
    return {"bytes": written["write_bytes"], "processor_ms": time.process_time() * 1_000}


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
