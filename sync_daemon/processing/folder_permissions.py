"""Whose a tool folder is: code that others may change is not run."""

from __future__ import annotations

from importlib.machinery import EXTENSION_SUFFIXES, SOURCE_SUFFIXES
from typing import TYPE_CHECKING

from sync_daemon.file_permissions import PermissionFault, Trust, find_fault, find_own_fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

IMPORTED = (*SOURCE_SUFFIXES, *EXTENSION_SUFFIXES)
"""What the names of files end in that a tool of a user's may import; see source_import."""


def find_folder_fault(folder: Path, *, user: int | None = None) -> PermissionFault | None:
    """What lets others change the tool in ``folder``; None if nothing does.

    Looks at the folders from the root down to ``folder`` and at every folder and
    importable file in it, links followed: who can write one of them decides what runs.

    Args:
        folder: the tool's folder.
        user: whose tools are trusted besides root's; by default the process's user.
    """
    trust = Trust.of_process() if user is None else Trust(user)
    fault = find_fault(folder, trust)
    try:
        fault = fault or next(filter(None, (_fault(p, trust) for p in _places_in(folder))), None)
    except OSError as error:
        fault = PermissionFault(
            f"{error.filename} cannot be examined ({error.strerror}).", "Correct or remove it."
        )
    return fault and PermissionFault(f"Refused tool: {fault.message}", fault.hint)


def _fault(place: Path, trust: Trust) -> PermissionFault | None:
    """A link leads to folders that were not looked at yet."""
    return find_fault(place, trust) if place.is_symlink() else find_own_fault(place, trust)


def _places_in(folder: Path) -> Iterator[Path]:
    """Each folder in it, behind links too, and each file that can be imported."""
    pending, seen = [folder], set()
    while pending:
        inner = pending.pop()
        if (identity := _identity(inner)) in seen:  # a link that leads back
            continue
        seen.add(identity)
        for place in sorted(inner.iterdir()):
            if place.is_dir():
                pending.append(place)
                yield place
            elif place.name.endswith(IMPORTED):
                yield place


def _identity(folder: Path) -> tuple[int, int]:
    status = folder.stat()
    return status.st_dev, status.st_ino
