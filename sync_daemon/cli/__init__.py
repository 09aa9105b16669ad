"""The ``sheetd`` command."""

from __future__ import annotations

import sys
from collections.abc import Sequence

_INTERRUPTED = 130  # 128 + SIGINT, as shells have it


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; what it needs is imported then, and Ctrl-C ends it at any moment."""
    try:
        from sync_daemon.cli.command_line import main as run

        run(arguments)
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)


__all__ = ["main"]
