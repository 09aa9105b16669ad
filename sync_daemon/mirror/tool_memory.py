"""What tools keep between their calls: implements ``tooling.ToolMemory``."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Engine, Insert, select
from sqlalchemy.exc import IntegrityError

from sync_daemon.mirror.codec import encode_time
from sync_daemon.mirror.database import translated
from sync_daemon.mirror.tables import tool_memory
from sync_daemon.ports import Clock


@dataclass(frozen=True, slots=True)
class SqlToolMemory:
    """Keeps everything in the mirror; each change is committed at once."""

    engine: Engine
    clock: Clock

    def of(self, tool: str, row_id: str) -> _MemoryOfTool:
        """The memory of a tool that works on a row."""
        return _MemoryOfTool(self.engine, self.clock, tool, row_id)


@dataclass(frozen=True, slots=True)
class _MemoryOfTool:
    engine: Engine
    clock: Clock
    tool: str
    row_id: str

    def get(self, key: str) -> str | None:
        """What is kept under ``key``."""
        query = select(tool_memory.c.value).where(*self._place(key))
        with translated(self.engine), self.engine.connect() as connection:
            return connection.scalars(query).one_or_none()

    def put(self, key: str, value: str) -> None:
        """Keep ``value``, in place of what was kept."""
        change = tool_memory.update().where(*self._place(key))
        with translated(self.engine), self.engine.begin() as connection:
            changed = connection.execute(change.values(**self._content(value)))
            if not changed.rowcount:
                connection.execute(self._insert(key, value))

    def claim(self, key: str) -> bool:
        """Keep ``key`` if nobody has; whether that was so."""
        with translated(self.engine):
            try:
                with self.engine.begin() as connection:
                    connection.execute(self._insert(key, ""))
            except IntegrityError:
                return False
        return True

    def release(self, key: str) -> None:
        """Forget ``key``."""
        with translated(self.engine), self.engine.begin() as connection:
            connection.execute(tool_memory.delete().where(*self._place(key)))

    def _place(self, key: str) -> tuple[ColumnElement[bool], ...]:
        return tool_memory.c.tool == self.tool, tool_memory.c.key == key

    def _insert(self, key: str, value: str) -> Insert:
        values = self._content(value)
        return tool_memory.insert().values(tool=self.tool, key=key, **values)

    def _content(self, value: str) -> dict[str, str]:
        return {"row_id": self.row_id, "value": value, "at": encode_time(self.clock.now())}
