"""A contract for import-linter: a package may import what is listed, and nothing else."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

STANDARD_LIBRARY = "*"


@dataclass(frozen=True, slots=True, order=True)
class Breach:
    """An import that is not allowed, with the line where it stands (0 if unknown)."""

    importer: str
    imported: str
    line: int


class OnlyContract(Contract):
    """``importers`` import ``allowed``, themselves, and nothing else.

    import-linter's own kinds forbid what they name; this one forbids what it does
    not name, so that a new dependency cannot slip in.

    Options:
        importers: packages, with all modules in them; each has to exist.
        allowed: packages or modules; ``*`` stands for the standard library.
    """

    type_name = "only"

    importers = fields.ListField(subfield=fields.StringField())
    allowed = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: FBT001 - theirs
        """Look at every direct import of every module of the importers."""
        del verbose
        importers = cast("Sequence[str]", self.importers)
        allowed = cast("Sequence[str]", self.allowed)
        missing = [package for package in importers if package not in graph.modules]
        breaches = sorted(
            breach for package in importers for breach in find_breaches(graph, package, allowed)
        )
        return ContractCheck(
            kept=not missing and not breaches,
            metadata={"missing": missing, "breaches": breaches},
        )

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Say which line imports what, and which packages do not exist."""
        for package in check.metadata["missing"]:
            output.print_error(f"There is no package {package}: correct the contract.")
        for breach in check.metadata["breaches"]:
            output.print_error(
                f"{breach.importer} (line {breach.line}) may not import {breach.imported}."
            )


def find_breaches(graph: ImportGraph, package: str, allowed: Sequence[str]) -> Iterator[Breach]:
    """The imports of ``package`` and its descendants that are neither allowed nor their own."""
    names = sys.stdlib_module_names if STANDARD_LIBRARY in allowed else frozenset[str]()
    permitted = (package, *allowed, *names)
    modules = {package, *graph.find_descendants(package)} & graph.modules
    for importer in modules:
        for imported in graph.find_modules_directly_imported_by(importer):
            if not any(_is_within(imported, each) for each in permitted):
                details = graph.get_import_details(importer=importer, imported=imported)
                line = details[0]["line_number"] if details else 0
                yield Breach(importer, imported, line)


def _is_within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")
