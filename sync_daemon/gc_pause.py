"""Python's garbage collector, out of the way while a large sheet or the code itself is loaded."""

from __future__ import annotations

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Make no collections inside.

    Parsing a sheet makes millions of objects in which there are no cycles to
    be found; looking through them again and again takes a third of the time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class CodeLoading:
    """No collections while modules are imported, and none of what they made later.

    Classes and functions live as long as the process: looking through them costs a
    command that only reads the mirror a fifteenth of its time. Nothing is done unless
    the process is sheetd's own (``begin``): another's objects are not ours to freeze.
    """

    def __init__(self) -> None:
        self._is_own = False

    def begin(self) -> None:
        """Tell that the process is to run one command of sheetd, and to end."""
        self._is_own = True
        # The system takes the memory back quicker than the collector looks at it.
        atexit.register(gc.freeze)

    def __enter__(self) -> None:
        if self._is_own:
            gc.disable()

    def __exit__(self, *_: object) -> None:
        if self._is_own:
            gc.freeze()
            gc.enable()


code_loading = CodeLoading()
