"""``python -m tests.unit.sandbox --sequences 2000``: random requests over HTTP, 1 on any fault."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

from sync_daemon.sandbox import SandboxServer
from tests.unit.sandbox.books import DistantBook, check_sequence
from tests.unit.sandbox.random_requests import Drawer


def main() -> int:
    """Run the sequences; the exit status tells whether everything held."""
    parser = argparse.ArgumentParser(prog="python -m tests.unit.sandbox", description=__doc__)
    parser.add_argument("--sequences", type=int, default=2000, help="of 12 requests each")
    parser.add_argument("--seed", type=int, default=1, help="of the first; the next counts on")
    given = parser.parse_args()
    started, faults = time.monotonic(), 0
    answers: Counter[int] = Counter()
    with SandboxServer(per_user=0, per_project=0) as server:
        server.service.observers.append(lambda _, answer: answers.update([answer.status]))
        for seed in range(given.seed, given.seed + given.sequences):
            faults += not _holds(server, seed)
    shown = ", ".join(f"{count} of {status}" for status, count in sorted(answers.items()))
    sys.stdout.write(
        f"sequences {given.sequences}\nanswers   {shown}\n"
        f"seconds   {time.monotonic() - started:.0f}\nfaults    {faults}\n"
    )
    return 1 if faults else 0


def _holds(server: SandboxServer, seed: int) -> bool:
    book = DistantBook(server)
    try:
        check_sequence(book, Drawer(seed))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
        sys.stderr.write(f"seed {seed}: {type(error).__name__}: {str(error)[:500]}\n")
        return False
    finally:
        book.close()
    return True


if __name__ == "__main__":
    sys.exit(main())
