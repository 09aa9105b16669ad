"""A person at a terminal: a command on a pseudo-terminal, read and typed to."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PATIENCE_S = 60.0
_STYLES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")


class Terminal:
    """What the person sees and types."""

    def __init__(self, process: subprocess.Popen[bytes], end: int) -> None:
        self.process = process
        self._end = end
        self._unread = ""
        self.seen = ""

    def wait_for(self, text: str) -> str:
        """Read until ``text`` is there; returns what stood before it."""
        ends = time.monotonic() + _PATIENCE_S
        while text not in self._unread:
            assert time.monotonic() < ends, f"{text!r} did not come:\n{self.seen}"
            assert self._read(), f"it ended before {text!r}:\n{self.seen}"
        before, _, self._unread = self._unread.partition(text)
        return before

    def answer(self, question: str, text: str = "") -> None:
        """Wait for a question, and type the answer."""
        self.wait_for(question)
        os.write(self._end, f"{text}\n".encode())

    def finish(self) -> int:
        """Read to the end; returns the exit status."""
        ends = time.monotonic() + _PATIENCE_S
        while self._read():
            assert time.monotonic() < ends, self.seen
        return self.process.wait(_PATIENCE_S)

    def _read(self) -> bool:
        """Read what there is; whether the other end is still open."""
        if not select.select([self._end], [], [], 1.0)[0]:
            return True
        try:
            raw = os.read(self._end, 65536)
        except OSError:  # EIO: Linux's way of saying that the other end is closed
            return False
        text = _STYLES.sub("", raw.decode("utf-8", "replace"))
        self._unread += text
        self.seen += text
        return bool(raw)


@contextmanager
def at_terminal(*arguments: str, folder: Path, **environ: str) -> Iterator[Terminal]:
    """Run ``sheetd`` with arguments in a folder, at a terminal of its own."""
    near, far = pty.openpty()
    command = [sys.executable, "-m", "sync_daemon", *arguments]
    told = {**os.environ, "COLUMNS": "200", "TERM": "xterm", "HOME": str(folder), **environ}
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # tests that run in the background
        signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        command, cwd=folder, stdin=far, stdout=far, stderr=far, env=told, start_new_session=True
    )
    os.close(far)
    try:
        yield Terminal(process, near)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        with suppress(OSError):
            os.close(near)
