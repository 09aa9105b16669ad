"""Python's garbage collector, out of the way while a large sheet is in hand."""

from __future__ import annotations

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
