"""Whose a tool folder is: code that anybody may change is not run."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ROOT = 0


@dataclass(frozen=True, slots=True)
class OwnershipFault:
    """Why a tool folder is refused, and the command that mends it."""

    message: str
    hint: str


def find_folder_fault(folder: Path, *, top: Path, user: int | None = None) -> OwnershipFault | None:
    """What lets others change the tool in ``folder``; None if nothing does.

    Looks at the folders from ``top`` down to ``folder`` and at everything in
    it, with links followed: whoever can write one of them decides what runs.

    Args:
        folder: the tool's folder.
        top: the folder of ``tools.paths`` that it lies in.
        user: whose tools are trusted besides root's; by default the process's user.
    """
    owners = {_ROOT, os.geteuid() if user is None else user}
    for place in _places(folder, top):
        fault = _fault_of(place, owners)
        if fault is not None:
            return fault
    return None


def _places(folder: Path, top: Path) -> Iterator[Path]:
    yield top
    yield folder
    resolved = folder.resolve()
    if resolved.parent not in (top, top.resolve()):
        yield resolved.parent  # a link to elsewhere: who may replace its target?
    for place in sorted(folder.rglob("*")):
        if place.suffix == ".py" or place.is_dir():
            yield place


def _fault_of(place: Path, owners: set[int]) -> OwnershipFault | None:
    try:
        status = place.stat()
    except OSError as error:
        return OwnershipFault(
            f"Refused tool: {place} cannot be examined ({error.strerror}).",
            "Mend or remove it.",
        )
    if status.st_mode & stat.S_IWOTH:
        return OwnershipFault(
            f"Refused tool: everybody may write {place}.", f"Run: chmod o-w '{place}'"
        )
    if status.st_uid not in owners:
        return OwnershipFault(
            f"Refused tool: {place} belongs to user {status.st_uid}, who is neither you nor root.",
            f"Check what it holds, then run: sudo chown -R {os.geteuid()} '{place}'",
        )
    return None
