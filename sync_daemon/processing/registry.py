"""The tools there are: built in, in the user's folders, in installed packages."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import TYPE_CHECKING

from sync_daemon.errors import ConfigError
from sync_daemon.processing.folder_permissions import find_folder_fault
from sync_daemon.processing.loading import (
    Origin,
    ToolEntry,
    ToolProblem,
    load_entry_point,
    load_tool_folder,
)
from sync_daemon.processing.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

__all__ = ["Origin", "ToolEntry", "ToolProblem", "ToolRegistry", "load_registry"]

ENTRY_POINT_GROUP = "sheetd.tools"
PROCESSOR = "processor.py"

_PACKAGE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class ToolRegistry:
    """Tools by name, and what kept others from being loaded.

    A broken tool does not hide the others: its problem is listed, and becomes
    the error of a step that names it.
    """

    tools: Mapping[str, ToolEntry] = field(default_factory=dict)
    problems: tuple[ToolProblem, ...] = ()

    def find(self, name: str) -> ToolEntry | ToolProblem | None:
        """The tool called ``name``, what is wrong with it, or None."""
        if name in self.tools:
            return self.tools[name]
        return next((problem for problem in self.problems if problem.name == name), None)

    def check_built_in(self) -> None:
        """Refuse an installation in which a tool of sheetd's own cannot be used.

        Raises:
            ConfigError: naming each such tool, and what to do.
        """
        broken = [one for one in self.problems if one.origin is Origin.BUILT_IN]
        if broken:
            lines = [
                f"The built-in tool {one.name} cannot be used: {one.message}" for one in broken
            ]
            hints = dict.fromkeys(one.hint for one in broken if one.hint)
            raise ConfigError("\n".join(lines), hint="\n".join(hints))

    def get(self, name: str) -> ToolEntry:
        """The tool called ``name``.

        Raises:
            ConfigError: there is none, or it is broken.
        """
        found = self.find(name)
        if isinstance(found, ToolEntry):
            return found
        if found is not None:
            raise ConfigError(found.message, hint=found.hint)
        message = f'There is no tool called "{name}".'
        raise ConfigError(message, hint=did_you_mean(name, self.tools))


def load_registry(
    paths: Sequence[Path] = (),
    *,
    built_in: Path | None = None,
    installed: Iterable[EntryPoint] | None = None,
    used: Collection[str] | None = None,
) -> ToolRegistry:
    """Load every tool that can be found.

    Args:
        paths: the folders of ``tools.paths``, absolute; each holds tool folders.
        used: of sheetd's own, which lie in folders of their names, load these alone.
        built_in: the folder of sheetd's own tools; by default where they lie.
        installed: entry points; by default those of group ``sheetd.tools``.
    """
    if installed is None:
        installed = entry_points(group=ENTRY_POINT_GROUP)
    own = built_in_folder() if built_in is None else built_in
    found: list[ToolEntry | ToolProblem] = [
        *_in_folder(own, Origin.BUILT_IN, used),
        *(one for path in paths for one in _in_user_folder(path)),
        *(load_entry_point(point) for point in installed),
    ]
    return _registry_of(found)


def built_in_folder() -> Path:
    """Where sheetd's own tools lie: inside an installed package, or beside it in a checkout."""
    inside = _PACKAGE / "tools"
    return inside if inside.is_dir() else _PACKAGE.parent / "tools"


def _in_user_folder(path: Path) -> Iterator[ToolEntry | ToolProblem]:
    if not path.is_dir():
        what = "is not a folder" if path.exists() else "does not exist"
        yield ToolProblem(
            path.name, str(path), f"tools.paths: {path} {what}.", "Create it or correct the path."
        )
        return
    if (path / PROCESSOR).is_file():
        yield ToolProblem(
            path.name,
            str(path),
            f"tools.paths: {path} is a tool, not a folder of tools.",
            f"Name its parent folder, {path.parent}.",
        )
        return
    yield from _in_folder(path, Origin.FOLDER)


def _in_folder(
    path: Path, origin: Origin, used: Collection[str] | None = None
) -> Iterator[ToolEntry | ToolProblem]:
    """The tools in the sub-folders of ``path``, or in ``used`` of them, by their names."""
    if not path.is_dir():
        return
    for folder in sorted(path.iterdir()):
        if folder.name.startswith((".", "_")) or not folder.is_dir():
            continue
        if used is not None and folder.name not in used:
            continue
        if not (folder / PROCESSOR).is_file():
            if origin is Origin.FOLDER and any(folder.glob("*.py")):
                yield _without_processor(folder)
            continue
        fault = find_folder_fault(folder) if origin is Origin.FOLDER else None
        if fault is not None:
            yield ToolProblem(folder.name, str(folder / PROCESSOR), fault.message, fault.hint)
        else:
            yield load_tool_folder(folder, origin)


def _without_processor(folder: Path) -> ToolProblem:
    return ToolProblem(
        folder.name,
        str(folder),
        f"Tool folder {folder} has no {PROCESSOR}.",
        f"Put the tool's class into {folder / PROCESSOR}.",
    )


def _registry_of(found: Iterable[ToolEntry | ToolProblem]) -> ToolRegistry:
    """Refuse names that two tools have: which one a step means would be a guess."""
    by_name: defaultdict[str, list[ToolEntry]] = defaultdict(list)
    problems: list[ToolProblem] = []
    for one in found:
        if isinstance(one, ToolProblem):
            problems.append(one)
        else:
            by_name[one.name].append(one)
    tools = {name: entries[0] for name, entries in by_name.items() if len(entries) == 1}
    clashes = [_clash(name, entries) for name, entries in by_name.items() if len(entries) > 1]
    return ToolRegistry(tools, (*problems, *clashes))


def _clash(name: str, entries: Sequence[ToolEntry]) -> ToolProblem:
    sources = [str(entry.source) for entry in entries]
    origins = {entry.origin for entry in entries}
    return ToolProblem(
        name,
        sources[-1],
        f'{len(entries)} tools are called "{name}": {" and ".join(sources)}.',
        "Give each a name of its own (the attribute name of its class).",
        Origin.BUILT_IN if Origin.BUILT_IN in origins else Origin.FOLDER,
    )
