"""``make soak``: 30 days of schedule on an accelerated clock, with figures."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from sync_daemon import log
from tests.soak.run import Soak
from tests.support.fake_clock import FakeClock
from tests.support.loop import running_loop


def main() -> int:
    """Soak; 1 if an edit was late, or something grew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    log.configure("error")
    clock = FakeClock()
    with TemporaryDirectory() as folder, running_loop(Path(folder), clock=clock) as loop:
        figures = Soak(loop, clock, asked.seed).run(asked.days)
        loop.server.service.faults.clear()
        loop.settle()
        loop.assert_right()
    sys.stdout.write("\n".join([*figures.lines(), *figures.late]) + "\n")
    return 0 if not figures.late and figures.is_flat else 1


if __name__ == "__main__":
    sys.exit(main())
