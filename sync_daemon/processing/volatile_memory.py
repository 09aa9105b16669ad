"""What tools keep between their calls while there is no mirror: until the process ends."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class VolatileMemory:
    """The memories of all tools."""

    _kept: dict[tuple[str, str], str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, tool: str, row_id: str) -> _VolatileMemoryOfTool:
        """The memory of a tool, whatever row it works on."""
        del row_id
        return _VolatileMemoryOfTool(tool, self._kept, self._lock)


@dataclass(frozen=True, slots=True)
class _VolatileMemoryOfTool:
    """Implements ``tooling.ToolMemory``."""

    tool: str
    kept: dict[tuple[str, str], str]
    lock: threading.Lock

    def get(self, key: str) -> str | None:
        """What is kept under ``key``."""
        return self.kept.get((self.tool, key))

    def put(self, key: str, value: str) -> None:
        """Keep ``value``, in place of what was kept."""
        self.kept[self.tool, key] = value

    def claim(self, key: str) -> bool:
        """Keep ``key`` if nobody has; whether that was so."""
        with self.lock:
            is_new = (self.tool, key) not in self.kept
            self.kept.setdefault((self.tool, key), "")
        return is_new

    def release(self, key: str) -> None:
        """Forget ``key``."""
        self.kept.pop((self.tool, key), None)
