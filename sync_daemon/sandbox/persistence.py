"""The sandbox's state in a file: replaced in one piece, or not at all."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

FORMAT = 1
_KEYS = ("workspace", "roles", "public_keys")
_DELAY_S = 0.5  # how long a change may wait for others before it is saved


class CorruptDataError(Exception):
    """The file is none of the sandbox's, or damaged."""


def load_state(path: Path) -> dict[str, Any] | None:
    """What the file holds; None if there is none.

    Raises:
        CorruptDataError: it cannot be read as a sandbox's state.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        message = f"{path} cannot be read as the sandbox's data: {error}"
        raise CorruptDataError(message) from error
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        message = f"{path} is not data of this sandbox (format {FORMAT})"
        raise CorruptDataError(message)
    missing = [key for key in _KEYS if not isinstance(raw.get(key), dict)]
    if missing:
        message = f"{path} is damaged: {missing[0]!r} is missing or no object"
        raise CorruptDataError(message)
    return raw


def save_state(path: Path, state: Mapping[str, Any]) -> None:
    """Replace the file; a crash leaves the old one or the new one, never a mix."""
    part = path.with_name(path.name + ".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump({"format": FORMAT, **state}, file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


class Saver:
    """Saves soon after a change, several changes at once, and at the end.

    Args:
        path: the file.
        state: what to save.
        revision: a value that differs once the state does, and is cheap to tell.
    """

    def __init__(
        self, path: Path, state: Callable[[], Mapping[str, Any]], revision: Callable[[], object]
    ) -> None:
        self._path = path
        self._state = state
        self._revision = revision
        self._saved: object = None
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sandbox-saver", daemon=True)

    def start(self) -> None:
        """Look for changes from now on."""
        self._thread.start()

    def save_if_changed(self) -> bool:
        """Save what is not saved yet; whether there was something.

        Raises:
            OSError: the file cannot be written; the old one stays.
        """
        revision = self._revision()
        if revision == self._saved:
            return False
        save_state(self._path, self._state())
        self._saved = revision
        return True

    def close(self) -> None:
        """Stop, and save what is not saved yet.

        Raises:
            OSError: the file cannot be written; the old one stays.
        """
        self._closed.set()
        if self._thread.is_alive():
            self._thread.join()
        self.save_if_changed()

    def _run(self) -> None:
        while not self._closed.wait(_DELAY_S):
            # A full disk may have room again later; the last attempt, in close, tells.
            with contextlib.suppress(OSError):
                self.save_if_changed()
