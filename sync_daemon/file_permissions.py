"""Who besides the user can change what a path leads to."""

from __future__ import annotations

import errno
import grp
import os
import pwd
import shlex
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_ROOT = 0
_MOST_LINKS = 40  # as Linux has it (path_resolution(7))


@dataclass(frozen=True, slots=True)
class PermissionFault:
    """What lets others change a file, and the command that ends it."""

    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose files are trusted: those of root and of one user.

    Attributes:
        user: the user's id.
        lacks_root: root's files look like nobody's here (a user's service with PrivateUsers=).
    """

    user: int
    lacks_root: bool = False

    @classmethod
    def of_process(cls) -> Trust:
        """Trust the user that this process runs as."""
        return cls(os.geteuid(), _lacks_root())

    def has_owner(self, place: Path, status: os.stat_result) -> bool:
        """Whether ``place`` belongs to the user or to root."""
        if status.st_uid in {_ROOT, self.user}:
            return True
        return self.lacks_root and status.st_uid == _overflow_id() and self._is_roots(place)

    def _is_roots(self, place: Path) -> bool:
        """Whether what is nobody's here can be root's alone: in the home, and above it."""
        home = _home(self.user)
        return home is not None and (place.is_relative_to(home) or home.is_relative_to(place))

    def may_others_write(self, place: Path, status: os.stat_result) -> bool:
        """Whether anybody else may write: everybody, a group of several people, or by an ACL."""
        if not status.st_mode & stat.S_IWGRP:  # an ACL's mask stands there too (acl(5))
            return bool(status.st_mode & stat.S_IWOTH)
        is_private = status.st_gid == _ROOT or _is_private(status.st_gid, self.user)
        return bool(status.st_mode & stat.S_IWOTH) or not is_private or _has_acl(place)


def find_fault(path: Path, trust: Trust) -> PermissionFault | None:
    """What lets others change the file or folder ``path``, or put another in its place.

    Walks from the root down as the kernel does, with links followed. A sticky
    folder such as ``/tmp`` is safe to walk through where what lies in it is trusted.
    """
    try:
        for folder, entry in _look_ups(path):
            fault = _folder_fault(folder, entry, trust)
            if fault is not None:
                return fault
        return find_own_fault(path, trust)
    except OSError as error:
        return _not_examined(path, error)


def find_own_fault(place: Path, trust: Trust) -> PermissionFault | None:
    """What lets others change ``place`` itself, by its owner and mode."""
    try:
        status = place.stat()
    except OSError as error:
        return _not_examined(place, error)
    if not trust.has_owner(place, status):
        return _foreign(place, status)
    if trust.may_others_write(place, status):
        return _open_to_others(place, status)
    return None


def _look_ups(path: Path) -> Iterator[tuple[Path, Path]]:
    """Each folder that a name is looked up in on the way to ``path``, and what has that name."""
    start, *rest = path.absolute().parts
    folder, pending, links = Path(start), list(reversed(rest)), 0
    while pending:
        name = pending.pop()
        if name == "..":
            folder = folder.parent
            continue
        entry = folder / name
        yield folder, entry
        if not entry.is_symlink():
            folder = entry
            continue
        links += 1
        if links > _MOST_LINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
        target = entry.readlink()
        parts = target.parts
        if target.is_absolute():
            folder, parts = Path(parts[0]), parts[1:]
        pending += reversed(parts)


def _folder_fault(folder: Path, entry: Path, trust: Trust) -> PermissionFault | None:
    status = folder.lstat()
    if not trust.has_owner(folder, status):
        return _foreign(folder, status)
    if not trust.may_others_write(folder, status):
        return None
    if status.st_mode & stat.S_ISVTX and trust.has_owner(entry, entry.lstat()):
        return None
    return _open_to_others(folder, status)


def _not_examined(place: Path, error: OSError) -> PermissionFault:
    return PermissionFault(
        f"{place} cannot be examined ({error.strerror}).", "Correct or remove it."
    )


def _foreign(place: Path, status: os.stat_result) -> PermissionFault:
    return PermissionFault(
        f"{place} belongs to user {status.st_uid}, who is neither you nor root.",
        f"Check what it holds, then run: sudo chown {os.geteuid()} {shlex.quote(str(place))}",
    )


def _open_to_others(place: Path, status: os.stat_result) -> PermissionFault:
    if status.st_mode & stat.S_IWOTH:
        who, change = "everybody", "o-w"
        if status.st_mode & stat.S_IWGRP:
            change = "go-w"
    else:
        who, change = f"group {_group_name(status.st_gid)}", "g-w"
    hint = f"Run: chmod {change} {shlex.quote(str(place))}"
    if status.st_mode & stat.S_ISVTX:  # /tmp and its like are meant to be open
        hint = "Move it to a folder of your own."
    return PermissionFault(f"{who} may write {place}.", hint)


def _has_acl(place: Path) -> bool:
    if not hasattr(os, "getxattr"):  # off Linux
        return False
    try:
        return bool(os.getxattr(place, "system.posix_acl_access"))
    except OSError:  # none, or a file system without
        return False


def _group_name(number: int) -> str:
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)


def _is_private(group: int, user: int) -> bool:
    """Whether the group is the user's private one, of the user's name and without other members.

    Many distributions make one for each user and let it write what the user makes.
    """
    try:
        account, found = pwd.getpwuid(user), grp.getgrgid(group)
    except KeyError:
        return False
    is_own = account.pw_gid == group and found.gr_name == account.pw_name
    return is_own and not set(found.gr_mem) - {account.pw_name}


@cache
def _home(user: int) -> Path | None:
    try:
        return Path(pwd.getpwuid(user).pw_dir)
    except KeyError:
        return None


@cache
def _lacks_root() -> bool:
    """Whether root has no id in this process's user namespace (user_namespaces(7))."""
    try:
        lines = Path("/proc/self/uid_map").read_text(encoding="ascii").splitlines()
    except OSError:
        return False
    return bool(lines) and all(int(line.split()[0]) != _ROOT for line in lines)


@cache
def _overflow_id() -> int:
    try:
        return int(Path("/proc/sys/kernel/overflowuid").read_text(encoding="ascii"))
    except OSError:
        return 65_534
