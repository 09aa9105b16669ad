"""Imports the modules of users' tools from their sources: bytecode that lies beside is not trusted.

Python takes a file in ``__pycache__`` for what the source compiles to, and a lone ``.pyc``
for a module. Whoever can put one there would decide what runs.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import (
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    ModuleSpec,
    SourceFileLoader,
)
from types import CodeType, ModuleType

NAMESPACE = "sheetd_user_tools"


class SourceLoader(SourceFileLoader):
    """Compiles the source each time, and keeps nothing."""

    def get_code(self, fullname: str) -> CodeType:
        """The code of the source as it is now."""
        path = self.get_filename(fullname)
        code: CodeType = self.source_to_code(self.get_data(path), path)
        return code


class SourceFinder:
    """Finds the modules of packages in :data:`NAMESPACE`; for ``sys.meta_path``."""

    @classmethod
    def find_spec(
        cls, fullname: str, path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Where a module of a user's tool is; None for every other module.

        Raises:
            ModuleNotFoundError: it has no source; no other finder is to be asked.
        """
        if not fullname.startswith(f"{NAMESPACE}."):
            return None
        for folder in path or ():
            spec = FileFinder(
                folder, (ExtensionFileLoader, EXTENSION_SUFFIXES), (SourceLoader, SOURCE_SUFFIXES)
            ).find_spec(fullname)
            if spec is not None:
                return spec
        raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)


def install() -> None:
    """Have Python ask :class:`SourceFinder` first; idempotent."""
    if NAMESPACE not in sys.modules:
        sys.modules[NAMESPACE] = ModuleType(NAMESPACE)
    if SourceFinder not in sys.meta_path:
        sys.meta_path.insert(0, SourceFinder)
