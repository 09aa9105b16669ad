"""The ``sheetd`` command."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence

from sync_daemon.gc_pause import code_loading

INTERRUPTED = 130  # 128 + SIGINT, as shells have it


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line, by default the process's own; Ctrl-C ends it quietly at any moment."""
    if arguments is None:
        code_loading.begin()
    try:
        with code_loading:
            from sync_daemon.cli.command_line import main as run
        run(arguments)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    finally:
        if arguments is None:  # what is left is to end: no second way to do that
            signal.signal(signal.SIGINT, signal.SIG_IGN)


__all__ = ["INTERRUPTED", "main"]
