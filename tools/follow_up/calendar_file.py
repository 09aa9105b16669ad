"""One calendar file, kept by many threads and processes at once, and whole at any moment.

Each row owns one event with an identifier of its own. A change reads the file
(unless it is as this process left it), changes that event and puts a new file
in the old one's place; a crash leaves either the one or the other. Events and
other components that this tool has not written stay as they are.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from icalendar import Calendar

from sync_daemon.tooling import ToolError, TransientToolError

from .events import Entry, domain_of, entry_in, event_of, is_ours, new_calendar

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime
    from pathlib import Path

    from icalendar.cal import Component

MAX_BYTES = 20_000_000
_OWNER_ONLY = 0o600
_BEGIN = re.compile(rb"(?i)(?:\xef\xbb\xbf)?\s*BEGIN:VCALENDAR\s")
_END = re.compile(rb"(?i)\nEND:VCALENDAR[\r\n]*\Z")
_PASSING = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EINTR, errno.EAGAIN,
                      errno.EMFILE, errno.ENFILE, errno.ESTALE, errno.ENOLCK})  # fmt: skip


class _Stamp(NamedTuple):
    """Which file it was, to notice that another process has put a new one in its place."""

    inode: int
    size: int
    modified_ns: int


@dataclass(frozen=True, slots=True)
class _Stored:
    """An event of ours: what it says, how often it changed, and its text in the file."""

    entry: Entry | None
    sequence: int
    text: bytes


@dataclass(slots=True)
class _Content:
    """A file's content: our events by identifier, between what else it holds."""

    head: bytes
    tail: bytes
    events: dict[str, _Stored] = field(default_factory=dict)

    def text(self) -> bytes:
        """The whole file."""
        return b"".join([self.head, *(event.text for event in self.events.values()), self.tail])


class CalendarFile:
    """The file at one path."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._content: _Content | None = None
        self._stamp: _Stamp | None = None

    def put(self, uid: str, entry: Entry | None, now: datetime) -> bool:
        """Make ``entry`` the event ``uid``; None takes the event out.

        Returns:
            Whether the file had to change.

        Raises:
            ToolError: the file cannot be kept there, or is no calendar.
            TransientToolError: the disk is full, or fails otherwise for a time.
        """
        with self._open() as content:
            old = content.events.get(uid)
            if (old.entry if old else None) == entry and (old is not None or entry is None):
                return False
            if entry is None:
                del content.events[uid]
            else:
                content.events[uid] = _stored(uid, entry, old.sequence + 1 if old else 0, now)
            self._save(content)
            return True

    def keep_only(self, sheet: str, uids: Collection[str]) -> int:
        """Take out the events of ``sheet`` whose rows are gone.

        Args:
            sheet: the sheet's configured name.
            uids: the identifiers of its rows.

        Returns:
            How many were taken out.
        """
        domain = domain_of(sheet)
        with self._open() as content:
            gone = [uid for uid in content.events if uid.endswith(domain) and uid not in uids]
            for uid in gone:
                del content.events[uid]
            if gone:
                self._save(content)
        return len(gone)

    @contextmanager
    def _open(self) -> Iterator[_Content]:
        """The content, for this thread and process alone."""
        with self._lock, _translated(), _locked_file(self._path):
            try:
                yield self._current()
            except BaseException:
                self._content = None  # it may be half changed
                raise

    def _current(self) -> _Content:
        stamp = _stamp_of(self._path)
        if self._content is None or stamp != self._stamp:
            self._content = _load(self._path) if stamp else _split(new_calendar())
            self._stamp = stamp
        return self._content

    def _save(self, content: _Content) -> None:
        _replace(self._path, content.text())
        self._stamp = _stamp_of(self._path)


def _stored(uid: str, entry: Entry, sequence: int, now: datetime) -> _Stored:
    return _Stored(entry, sequence, event_of(uid, entry, sequence, now).to_ical())


def _load(path: Path) -> _Content:
    if path.stat().st_size > MAX_BYTES:
        raise ToolError(
            f"The calendar file is larger than {MAX_BYTES // 1_000_000} MB.",
            hint="Name another one in the configuration.",
        )
    text = path.read_bytes()
    if text.strip() == b"":
        return _split(new_calendar())
    if not (_BEGIN.match(text) and _END.search(text)):
        raise _no_calendar()
    try:
        calendar = Calendar.from_ical(text)
    except (ValueError, KeyError, IndexError, AttributeError, TypeError, RecursionError) as error:
        raise _no_calendar() from error
    if not isinstance(calendar, Calendar):
        raise _no_calendar()
    return _split(calendar)


def _no_calendar() -> ToolError:
    return ToolError(
        "The calendar file is not a calendar that can be read.",
        hint="Name another one in the configuration, or move this one away.",
    )


def _split(calendar: Calendar) -> _Content:
    """The calendar's text, with our events taken out of it."""
    own = [part for part in calendar.subcomponents if is_ours(_uid(part))]
    calendar.subcomponents = [part for part in calendar.subcomponents if not is_ours(_uid(part))]
    head, end, tail = calendar.to_ical().rpartition(b"END:VCALENDAR")
    events = {_uid(part): _Stored(entry_in(part), _sequence(part), part.to_ical()) for part in own}
    return _Content(head, end + tail, events)


def _uid(part: Component) -> str:
    return str(part.get("uid", "")) if part.name == "VEVENT" else ""


def _sequence(part: Component) -> int:
    value = part.get("sequence", 0)
    return value if isinstance(value, int) and 0 <= value < 2**31 else 0


def _stamp_of(path: Path) -> _Stamp | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return _Stamp(found.st_ino, found.st_size, found.st_mtime_ns)


@contextmanager
def _locked_file(path: Path) -> Iterator[None]:
    """Keep other processes out; the lock lies beside the file, which itself is replaced."""
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    descriptor = os.open(path.with_name(f".{path.name}.lock"), flags, _OWNER_ONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _replace(path: Path, text: bytes) -> None:
    """Put a new file in the place of the old one, readable by its owner alone.

    The temporary file has one name, so that crashes do not pile them up; the
    lock keeps it to one writer.
    """
    temporary = path.with_name(f".{path.name}.new")
    temporary.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
    descriptor = os.open(temporary, flags, _OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _translated() -> Iterator[None]:
    """Failures of the file system as what they mean to the user."""
    try:
        yield
    except OSError as error:
        message = f"The calendar file cannot be written ({error.strerror})."
        if error.errno in _PASSING:
            raise TransientToolError(message) from error
        hint = "In the configuration, name one in a folder that sheetd may write to."
        raise ToolError(message, hint=hint) from error
