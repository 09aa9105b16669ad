"""Loads one tool: from a folder with a ``processor.py``, or from an entry point."""

from __future__ import annotations

import hashlib
import importlib
import inspect
import os
import shlex
import sys
import traceback
from dataclasses import dataclass
from enum import Enum
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import module_from_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, TypeVar

from sync_daemon.processing import source_import
from sync_daemon.processing.inputs import wanted_by_fields
from sync_daemon.processing.parsers.wire import FILES
from sync_daemon.tooling import Tool, ToolDefinitionError

if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.metadata import EntryPoint

    from sync_daemon.processing.resolved_step import AnyTool

T = TypeVar("T")

_NAMESPACE = "sheetd_tools"
_DISTRIBUTIONS = {"docx": "python-docx", "google": "google-auth", "readability": "readability-lxml"}
_LONGEST = 300  # characters of a foreign message


class Origin(Enum):
    """Where a tool comes from."""

    BUILT_IN = "built in"
    FOLDER = "folder"  # of tools.paths
    ENTRY_POINT = "package"


@dataclass(frozen=True, slots=True)
class ToolEntry:
    """A tool that was loaded. One instance serves all steps that use it."""

    tool: AnyTool
    origin: Origin
    source: str

    @property
    def name(self) -> str:
        """How configurations name it."""
        return self.tool.name


@dataclass(frozen=True, slots=True)
class ToolProblem:
    """Why a tool was not loaded.

    Attributes:
        name: the tool's name as far as known; a folder's name otherwise.
        source: the file or entry point.
        message: what is wrong, with file and line where there is one.
        hint: how to fix it.
        origin: where the tool would have come from.
    """

    name: str
    source: str
    message: str
    hint: str = ""
    origin: Origin = Origin.FOLDER


class _LoadError(Exception):
    """The tool cannot be used; args are the message and the hint."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def load_tool_folder(folder: Path, origin: Origin) -> ToolEntry | ToolProblem:
    """The tool that ``folder/processor.py`` holds.

    The folder becomes a package of a unique name, so that its relative imports
    work and the ``processor`` modules of two tools never meet.
    """
    source = folder / "processor.py"
    try:
        module = _import_processor(folder, origin)
        tool = _instance(_only_class(module, str(source)), source)
    except _LoadError as error:
        return ToolProblem(folder.name, str(source), error.message, error.hint, origin)
    return ToolEntry(tool, origin, str(source))


def load_entry_point(point: EntryPoint) -> ToolEntry | ToolProblem:
    """The tool that an entry point of group ``sheetd.tools`` names: a class or a module."""
    package = point.dist.name if point.dist is not None else "?"
    source = f"{point.value} (package {package})"
    try:
        loaded = _guarded_import(point.load, source)
        tool = _instance(_class_of(loaded, source), source)
    except _LoadError as error:
        return ToolProblem(point.name, source, error.message, error.hint, Origin.ENTRY_POINT)
    return ToolEntry(tool, Origin.ENTRY_POINT, source)


def _import_processor(folder: Path, origin: Origin) -> ModuleType:
    """The folder's ``processor``, imported anew if one of its files has changed since."""
    namespace = _NAMESPACE if origin is Origin.BUILT_IN else source_import.NAMESPACE
    package = _package_name(folder, namespace)
    source = folder / "processor.py"
    files = _guarded_import(lambda: _fingerprint(folder), source)
    kept = sys.modules.get(f"{package}.processor")
    if kept is not None and getattr(kept, FILES, None) == files:
        return kept
    _guarded_import(lambda: make_package(package, folder), source)
    module = _guarded_import(lambda: importlib.import_module(f"{package}.processor"), source)
    setattr(module, FILES, files)
    return module


def _fingerprint(folder: Path) -> list[tuple[str, int, int]]:
    """What tells whether a file of the tool has changed: names, times and sizes."""
    found = []
    for file in sorted(folder.rglob("*.py")):
        stamp = file.stat()
        found.append((str(file.relative_to(folder)), stamp.st_mtime_ns, stamp.st_size))
    return found


def _package_name(folder: Path, namespace: str) -> str:
    digest = hashlib.blake2b(os.fsencode(folder.resolve()), digest_size=6).hexdigest()
    readable = "".join(c if c.isalnum() and c.isascii() else "_" for c in folder.name)
    return f"{namespace}.{readable}_{digest}"


def make_package(package: str, folder: Path) -> None:
    """Make a tool's folder the package that it is in the process that loaded the tool."""
    source_import.install()
    sys.modules.setdefault(_NAMESPACE, ModuleType(_NAMESPACE))
    for name in [n for n in sys.modules if n == package or n.startswith(f"{package}.")]:
        del sys.modules[name]
    importlib.invalidate_caches()
    _import_package(package, folder)


def _import_package(package: str, folder: Path) -> None:
    """Put the folder into ``sys.modules`` as a package, with its ``__init__`` if it has one."""
    init = folder / "__init__.py"
    is_users = package.startswith(source_import.NAMESPACE)
    load = source_import.SourceLoader if is_users else SourceFileLoader
    loader = load(package, str(init)) if init.is_file() else None
    spec = ModuleSpec(package, loader, origin=str(folder), is_package=True)
    spec.submodule_search_locations = [str(folder)]
    module = module_from_spec(spec)
    sys.modules[package] = module
    if loader is not None:
        loader.exec_module(module)


def _guarded_import(load: Callable[[], T], source: Path | str) -> T:
    """Call ``load``; whatever the code of the tool raises becomes a `_LoadError`."""
    try:
        return load()
    except ToolDefinitionError as error:
        raise _LoadError(error.message, error.hint) from error
    except SyntaxError as error:
        message = f"{error.filename or source}, line {error.lineno}: {error.msg}."
        raise _LoadError(message, "Correct the syntax of that line.") from error
    except ImportError as error:
        message = f"{_place(error, source)}: {_short(error)}."
        raise _LoadError(message, _import_hint(error)) from error
    except (Exception, SystemExit) as error:
        message = f"{_place(error, source)}: {type(error).__name__}: {_short(error)}."
        raise _LoadError(message, "The file fails when Python reads it.") from error


def _place(error: BaseException, source: Path | str) -> str:
    """File and line of the tool's own code where ``error`` came up."""
    folder = str(source.parent) if isinstance(source, Path) else None
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if folder is not None and frame.filename.startswith(folder)]
    return f"{own[-1].filename}, line {own[-1].lineno}" if own else str(source)


def _import_hint(error: ImportError) -> str:
    module = _missing_module(error)
    if module is None:
        return "Correct the import."
    if module in {"schemas", "processor"}:
        return f'Write "from .{module} import …": files of a tool\'s folder take a dot.'
    package = distribution_of(module)
    command = shlex.join([sys.executable, "-m", "pip", "install", package])
    return f'Install "{package}" into the environment that sheetd runs in: {command}'


def _missing_module(error: BaseException) -> str | None:
    """The module that is not there, also where a library puts its own words over it."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ModuleNotFoundError) and cause.name:
            return cause.name
        cause = cause.__cause__ or cause.__context__
    return None


def distribution_of(module: str) -> str:
    """What to ask pip for, to get a module that is not there."""
    top = module.partition(".")[0]
    return _DISTRIBUTIONS.get(top, top).replace("_", "-")


def _short(error: BaseException) -> str:
    return " ".join(str(error).split())[:_LONGEST].rstrip(".")


def _class_of(loaded: object, source: str) -> type[AnyTool]:
    if isinstance(loaded, ModuleType):
        return _only_class(loaded, source)
    if inspect.isclass(loaded) and issubclass(loaded, Tool):
        return loaded
    message = f"Entry point {source} is not a class derived from Tool."
    raise _LoadError(message)


def _only_class(module: ModuleType, source: str) -> type[AnyTool]:
    """The one tool class that ``module`` itself defines; imported ones do not count."""
    classes = [
        one
        for one in vars(module).values()
        if inspect.isclass(one)
        and issubclass(one, Tool)
        and one.__module__ == module.__name__
        and hasattr(one, "result_schema")
    ]
    if len(classes) == 1:
        return classes[0]
    if not classes:
        message = f"{source} holds no class derived from Tool."
        raise _LoadError(message, "Write: class MyTool(Tool[MyInputSchema, MyResult]).")
    names = ", ".join(one.__name__ for one in classes)
    message = f"{source} holds {len(classes)} tool classes: {names}."
    raise _LoadError(message, "Give each its own folder.")


def _instance(cls: type[AnyTool], source: Path | str) -> AnyTool:
    tool = _guarded_import(cls, source)
    _guarded_import(lambda: wanted_by_fields(cls.input_schema), source)
    return tool
