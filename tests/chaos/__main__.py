"""``make test-chaos``: the long attack, with figures, on sheetd and on the yardstick."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory

from sync_daemon import log
from tests.chaos.run import attack_plain_script, attack_sheetd
from tests.chaos.watch import Figures


def main() -> int:
    """Attack until enough was done; 1 if a promise was broken, or the attack is blunt."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--operations", type=int, default=10_000)
    parser.add_argument("--each", type=int, default=250, help="operations with one seed")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--yardstick", type=int, default=1_000, help="operations on the script")
    asked = parser.parse_args()
    log.configure("error")
    sheetd = _total("sheetd", attack_sheetd, asked.seed, asked.operations, asked.each)
    script = _total("script", attack_plain_script, asked.seed, asked.yardstick, asked.each)
    lines = ["", "sheetd", *sheetd.lines(), "", "a plain gspread script", *script.lines()]
    sys.stdout.write("\n".join(lines) + "\n")
    is_sharp = not asked.yardstick or (script.user_cells_changed and script.wrong_results)
    return 0 if sheetd.is_right and sheetd.misplaced and is_sharp else 1


def _total(
    name: str, attack: Callable[[Path, int, int], Figures], seed: int, operations: int, each: int
) -> Figures:
    total = Figures()
    while total.operations < operations:
        with TemporaryDirectory() as folder:
            figures = attack(Path(folder), seed, min(each, operations - total.operations))
        for part in fields(Figures):
            setattr(total, part.name, getattr(total, part.name) + getattr(figures, part.name))
        broken = "" if figures.is_right or name == "script" else "  BROKEN"
        sys.stderr.write(f"{name}, seed {seed}: {total.operations} operations{broken}\n")
        seed += 1
    return total


if __name__ == "__main__":
    sys.exit(main())
