"""What goes between the pool and a worker: pickles in frames, and functions by their names.

Both ends are one program of one user, so a pickle gives a worker that a page took
over no more than it has. The standard library alone is imported here.
"""

from __future__ import annotations

import pickle
import socket
import struct
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

FILES = "__sheetd_files__"
"""The attribute of a tool's ``processor`` module that tells which files it was loaded from."""
_LENGTH = struct.Struct(">Q")
_LARGEST_STEP = 1 << 20
MOST_BYTES = 64 << 20
"""Of a frame: more than any tool reads or gives."""


class Answer(Enum):
    """What a worker says first."""

    READY = "ready"  # the function is there; its arguments may come
    VALUE = "value"
    ERROR = "error"
    MEMORY = "memory"  # no more of it, so the worker ends


@dataclass(frozen=True, slots=True)
class Reference:
    """A function by its names.

    Attributes:
        module: where it is defined.
        name: its name there.
        package: the package of a tool's folder, which no import finds by itself.
        folder: that folder; empty for a function that is imported as usual.
        stamp: of the tool's files as they were loaded.
    """

    module: str
    name: str
    package: str = ""
    folder: str = ""
    stamp: str = ""

    @classmethod
    def to(cls, function: Callable[..., object]) -> Reference:
        """The reference to a function at the top level of a module.

        Raises:
            TypeError: it is another kind of function, which no other process could find.
        """
        module, name = function.__module__, getattr(function, "__qualname__", "")
        if getattr(sys.modules.get(module), name, None) is not function:
            message = f"{name or function!r} is not a function at the top level of a module."
            raise TypeError(message)
        package = ".".join(module.split(".")[:2])
        if not package.startswith(("sheetd_tools.", "sheetd_user_tools.")):
            return cls(module, name)
        stamp = getattr(sys.modules.get(f"{package}.processor"), FILES, "")
        return cls(module, name, package, str(sys.modules[package].__path__[0]), repr(stamp))


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception, in parts: many cannot be made again by calling their class."""

    kind: type[BaseException]
    arguments: tuple[Any, ...]
    state: dict[str, Any]

    @classmethod
    def of(cls, error: BaseException) -> Failure:
        """The parts of an exception, with its traceback as a note; of an odd one its text."""
        if not isinstance(error, Exception):  # it was to end the process: that is our matter
            return cls(RuntimeError, (f"{type(error).__name__}: {error}",), {})
        error.add_note("In a parser process:\n" + "".join(traceback.format_exception(error)))
        found = cls(type(error), error.args, dict(error.__dict__))
        try:
            pickle.loads(pickle.dumps(found)).error()  # noqa: S301 - our own
        except Exception:  # noqa: BLE001 - a class of a tool's own can do anything
            text = f"{type(error).__name__}: {error}"
            return cls(RuntimeError, (text,), {"__notes__": error.__notes__})
        return found

    def error(self) -> BaseException:
        """The exception again."""
        made = self.kind.__new__(self.kind, *self.arguments)
        made.__dict__.update(self.state)
        return made


@dataclass(frozen=True, slots=True)
class Reply:
    """What a worker answers, and whether it ends then, for it holds too much memory."""

    answer: Answer
    content: Any = None
    is_spent: bool = False


def send(line: socket.socket, content: bytes) -> None:
    """Send one frame; the socket's time-out is for all of it."""
    line.sendall(_LENGTH.pack(len(content)) + content)


def receive(line: socket.socket, until: float | None = None) -> bytes:
    """Receive one frame.

    Args:
        line: the connection.
        until: the time of the monotonic clock to wait for; None for ever.

    Raises:
        EOFError: the other end is gone.
        TimeoutError: it did not come in time.
        OverflowError: it is longer than `MOST_BYTES`.
    """
    (length,) = _LENGTH.unpack(_exactly(line, _LENGTH.size, until))
    if length > MOST_BYTES:
        raise OverflowError(length)
    return _exactly(line, length, until)


def _exactly(line: socket.socket, length: int, until: float | None) -> bytes:
    parts = bytearray()
    while len(parts) < length:
        if until is not None:
            line.settimeout(_left(until))
        part = line.recv(min(length - len(parts), _LARGEST_STEP))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
