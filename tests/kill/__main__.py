"""``python -m tests.kill --kills 1000``: kill sheetd so often, print figures, 1 on any loss."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.kill.asked import Asked, kill_at, steps_of_requests
from tests.kill.campaign import KILLS_A_SHEET, Campaign, campaign


def main() -> int:
    """Run the campaign; the exit status tells whether everything held."""
    parser = argparse.ArgumentParser(prog="python -m tests.kill", description=__doc__)
    parser.add_argument("--kills", type=int, default=1000, help="kills of cycles")
    parser.add_argument("--seed", type=int, default=1, help="of what the user and chance do")
    given = parser.parse_args()
    started = time.monotonic()
    with TemporaryDirectory() as folder, campaign(Path(folder), given.seed) as running:
        _kill(running, given.kills)
        _kill_requests(running, Path(folder))
    figures = asdict(running.figures)
    violations = figures.pop("violations")
    figures |= {"seconds": round(time.monotonic() - started), "violations": len(violations)}
    for name, value in figures.items():
        sys.stdout.write(f"{name.replace('_', ' '):32} {value}\n")
    for violation in violations:
        sys.stderr.write(f"{violation}\n")
    return 1 if violations else 0


def _kill(running: Campaign, kills: int) -> None:
    """Half of the kills at named steps, at least one at each; the others at random instants."""
    figures = running.figures
    first, second = running.named_steps()
    while figures.kills < kills / 2:
        for step in first:
            running.kill_in_first_cycle(step)
        for step in second:
            running.kill_in_second_cycle(step)
    sys.stderr.write(f"killed {figures.kills_at_steps} times at {figures.steps_known} steps\n")
    while figures.kills < kills:
        running.kill_at_random(min(KILLS_A_SHEET, kills - figures.kills))


def _kill_requests(running: Campaign, folder: Path) -> None:
    """Once at each step of carrying out what was asked for."""
    steps = steps_of_requests(folder, running.server, running.nursery)
    for number, step in enumerate(steps):
        asked = Asked(folder / f"asked-{number}", running.server)
        running.figures.violations += kill_at(asked, running.nursery, step)
        running.figures.kills_in_requests += 1
    sys.stderr.write(f"killed {len(steps)} times while requests were carried out\n")


if __name__ == "__main__":
    sys.exit(main())
