"""The ``sheetd`` command."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sync_daemon.gc_pause import code_loading

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

INTERRUPTED = 130  # 128 + SIGINT, as shells have it
_AGAIN_S = 0.01


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line, by default the process's own; Ctrl-C ends it quietly at any moment."""
    if arguments is None:
        code_loading.begin()
        sys.unraisablehook = _repeat_lost_interrupt
    try:
        with code_loading:
            from sync_daemon.cli.command_line import main as run
        run(arguments)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    finally:
        if arguments is None:  # what is left is to end: no second way to do that
            signal.signal(signal.SIGINT, signal.SIG_IGN)


def _repeat_lost_interrupt(lost: UnraisableHookArgs) -> None:
    """Have a Ctrl-C that fell into a callback of Python's own, where none counts, come again.

    Python would print it as ignored and go on: so it is with weak references and finalisers.
    """
    if lost.exc_type is not KeyboardInterrupt:
        sys.__unraisablehook__(lost)
        return
    main_thread = threading.main_thread().ident
    assert main_thread is not None  # noqa: S101 - it runs
    again = threading.Timer(_AGAIN_S, signal.pthread_kill, (main_thread, signal.SIGINT))
    again.daemon = True
    again.start()


__all__ = ["INTERRUPTED", "main"]
