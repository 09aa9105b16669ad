"""``make test-hostile``: 2,000 hostile documents in rows of a sheet, and what each cost."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from sync_daemon import log
from tests.hostile.attack import attack


def main() -> int:
    """Attack; 1 if a row took more than it may, or a good one suffered."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=2_000)
    parser.add_argument("--first", type=int, default=0, help="the number of the first one")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    log.configure("error")
    with TemporaryDirectory() as folder:
        figures = attack(Path(folder), asked.seed, asked.documents, asked.first, tell=_tell)
    sys.stdout.write("\n".join(figures.lines()) + "\n")
    return 0 if figures.is_right else 1


def _tell(number: int) -> None:
    if number % 100 == 0:
        sys.stderr.write(f"{number} documents\n")


if __name__ == "__main__":
    sys.exit(main())
