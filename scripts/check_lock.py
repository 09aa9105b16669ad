"""Check that pyproject.toml, poetry.lock and the exported requirements say the same.

Needs no network and no Poetry, so that it runs anywhere the linters run::

    python scripts/check_lock.py [FOLDER]
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

EXPORTS = {
    "requirements.txt": frozenset({"main"}),
    "requirements-dev.txt": frozenset({"main", "dev"}),
}
MEND = "Run `make lock`, and commit poetry.lock and both exports."

_PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)")
_HASH = re.compile(r"--hash=(sha256:[0-9a-f]{64})")
_ADDRESS = re.compile(r"\w+://|(?:^|\s)-{1,2}(?:i|f|index-url|extra-index-url|find-links)\b")


@dataclass(frozen=True, slots=True)
class Pin:
    """One version of one package, and the digests its files may have."""

    name: str
    version: str
    hashes: frozenset[str]


def content_hash(pyproject: Mapping[str, Any]) -> str:
    """What Poetry 2 writes as ``content-hash``: a digest of all that decides a lock.

    Source: ``Locker._get_content_hash`` of Poetry 2.5.
    """
    project, groups = pyproject.get("project", {}), pyproject.get("dependency-groups", {})
    poetry = pyproject.get("tool", {}).get("poetry", {})
    keys = ("requires-python", "dependencies", "optional-dependencies")
    poetry_keys = ("dependencies", "source", "extras", "dev-dependencies", "group")
    relevant: dict[str, Any] = {"project": {key: project[key] for key in keys if key in project}}
    if groups:
        relevant["dependency-groups"] = groups
    relevant["tool"] = {"poetry": {key: poetry[key] for key in poetry_keys if key in poetry}}
    return sha256(json.dumps(relevant, sort_keys=True).encode()).hexdigest()


def locked_pins(lock: Mapping[str, Any], groups: frozenset[str]) -> set[Pin]:
    """The packages that ``groups`` need."""
    return {
        Pin(
            _normalised(package["name"]),
            package["version"],
            frozenset(file["hash"] for file in package["files"]),
        )
        for package in lock["package"]
        if any(_needs(group, package) for group in groups)
    }


def _needs(group: str, package: Mapping[str, Any]) -> bool:
    """Whether a group needs a package by itself: `pip install sheetd[mcp]` is asked for."""
    markers = package.get("markers", "")
    marker = markers.get(group, "") if isinstance(markers, Mapping) else markers
    return group in package["groups"] and "extra ==" not in marker


def exported_pins(text: str) -> set[Pin]:
    """The packages of an exported file; one a logical line, hashes and all."""
    lines = text.replace("\\\n", " ").splitlines()
    return {
        Pin(_normalised(pin["name"]), pin["version"], frozenset(_HASH.findall(line)))
        for line in lines
        if (pin := _PIN.match(line))
    }


def find_faults(folder: Path) -> Iterator[str]:
    """What does not agree, one sentence each."""
    pyproject = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    lock_text = (folder / "poetry.lock").read_text(encoding="utf-8")
    lock = tomllib.loads(lock_text)
    if content_hash(pyproject) != lock["metadata"]["content-hash"]:
        yield "pyproject.toml has changed since poetry.lock was made."
    for package in lock["package"]:
        if "source" in package:
            yield f"poetry.lock: {package['name']} comes from an address of its own."
    for name, groups in EXPORTS.items():
        text = (folder / name).read_text(encoding="utf-8")
        yield from _compare(name, locked_pins(lock, groups), exported_pins(text))
        if found := _ADDRESS.search(text):
            yield f"{name} holds an address or an index option: {found[0].strip()}."


def _compare(name: str, locked: set[Pin], exported: set[Pin]) -> Iterator[str]:
    for pin in sorted(exported - locked, key=lambda pin: pin.name):
        yield f"{name}: {pin.name} {pin.version} is not what poetry.lock holds."
    for pin in sorted(locked - exported, key=lambda pin: pin.name):
        yield f"{name}: {pin.name} {pin.version} of poetry.lock is missing or has other hashes."


def _normalised(name: str) -> str:
    """A package's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> int:
    """Print the faults; 0 if there are none, else 1."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path()
    faults = list(find_faults(folder))
    for fault in faults:
        print(fault)
    if faults:
        print(MEND)
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
