"""Reading a mirror that is older than this sheetd, or not there yet, without changing it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine

from sync_daemon.errors import MirrorError
from sync_daemon.mirror.database import (
    SchemaAge,
    backup,
    database_path,
    load_schema,
    open_engine,
    upgrade,
)


class Preview:
    """A mirror as it will be after the upgrade: a copy for its owner alone, while it is open.

    Attributes:
        engine: on the mirror itself, if that has the newest schema.
    """

    def __init__(self, url: str) -> None:
        self._folder: TemporaryDirectory[str] | None = None
        self.engine = self._open(url)

    def close(self) -> None:
        """Remove the copy, if there is one."""
        self.engine.dispose()
        if self._folder is not None:
            self._folder.cleanup()

    def _open(self, url: str) -> Engine:
        path = database_path(url)
        if path is not None and not path.exists():
            return self._copy(lambda _: None)
        original = open_engine(url)
        if load_schema(original).age is SchemaAge.NOW:
            return original
        try:
            if path is None:
                message = "The mirror is of an older sheetd, or empty."
                raise MirrorError(message, hint="Bring it up to date: sheetd db upgrade.")
            return self._copy(lambda copy: backup(original, copy))
        finally:
            original.dispose()

    def _copy(self, fill: Callable[[Path], None]) -> Engine:
        self._folder = TemporaryDirectory(prefix="sheetd-")
        copy = Path(self._folder.name) / "mirror.db"
        fill(copy)
        engine = open_engine(f"sqlite:///{copy}")
        upgrade(engine)
        return engine
