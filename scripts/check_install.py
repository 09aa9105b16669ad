"""Check that sheetd installs from its ranges, as a user installs it, and that all of it works.

The wheel is built once and installed with an old pip and with the newest, each into an
environment of its own, with the newest releases that the ranges in pyproject.toml allow. Then
every built-in tool is loaded, ``sheetd doctor`` looks at them, and the demo runs; and a module
is taken away, which doctor and demo have to notice. Needs a package index::

    python scripts/check_install.py [--pip VERSION]…
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import subprocess
import sys
import tempfile
import venv
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).resolve().parents[1]
OLDEST = "22.3"  # what Python 3.11.0 brings
USUAL = "23.2.1"  # what 3.11.4 to 3.11.7 and 3.12.1 bring; it skips lxml[html_clean]
NEWEST = "newest"
TAKEN_AWAY = ("lxml-html-clean", "posting_fetcher")  # a package, and the tool that needs it

_BUILD = "import sys; from poetry.core.masonry import api; print(api.build_wheel(sys.argv[1]))"
_CONFIG = """\
[google]
credentials_file = "no-key.json"

[[sheets]]
name = "jobs"
spreadsheet = "1SpreadsheetOfACheckThatAsksGoogleNothing01"
worksheet = "Jobs"
"""
_TIMEOUT_S = 600


class InstallationError(Exception):
    """Something of the installation does not work."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the installation with each pip; 1 if one of them does not work."""
    parser = argparse.ArgumentParser(description="Install sheetd from its ranges and try it.")
    parser.add_argument("--pip", action="append", metavar="VERSION", help=f"or {NEWEST!r}")
    versions = parser.parse_args(arguments).pip or [OLDEST, USUAL, NEWEST]
    with tempfile.TemporaryDirectory(prefix="sheetd-install-") as name:
        folder = Path(name)
        wheel = folder / _run([sys.executable, "-c", _BUILD, name], ROOT).splitlines()[-1]
        with ThreadPoolExecutor() as threads:
            found = list(threads.map(lambda pip: check(pip, wheel, folder / pip), versions))
    return int(not all(found))


def check(pip: str, wheel: Path, home: Path) -> bool:
    """Install the wheel with that pip, and tell on one line whether all works."""
    began = monotonic()
    try:
        _install(pip, wheel, home)
        _try(home)
        _try_without(home, *TAKEN_AWAY)
    except InstallationError as error:
        print(f"pip {pip}: {error}", flush=True)
        return False
    print(
        f"pip {pip}: all tools load, doctor and demo work ({monotonic() - began:.0f} s)", flush=True
    )
    return True


def built_in_tools() -> list[str]:
    """The tools that have to be there."""
    return sorted(path.parent.name for path in ROOT.glob("tools/*/processor.py"))


def _install(pip: str, wheel: Path, home: Path) -> None:
    venv.EnvBuilder(with_pip=True).create(home)
    command = [str(home / "bin" / "python"), "-m", "pip", "install", "-q", "--no-input"]
    _run([*command, "--upgrade", "pip"] if pip == NEWEST else [*command, f"pip=={pip}"], home)
    _run([*command, str(wheel)], home)


def _try(home: Path) -> None:
    """Every tool, doctor's word on them, and the demo."""
    listed = sorted(tool["name"] for tool in json.loads(_sheetd(home, "tools", "--json")))
    if listed != built_in_tools():
        missing = set(built_in_tools()) - set(listed)
        raise InstallationError(f"`sheetd tools` lacks {', '.join(sorted(missing))}")
    finding = _doctor_on_tools(home)
    if not finding["ok"]:
        raise InstallationError(f"`sheetd doctor` says: {finding['message']}")
    _sheetd(home, "demo")


def _try_without(home: Path, package: str, tool: str) -> None:
    python = str(home / "bin" / "python")
    _run([python, "-m", "pip", "uninstall", "-q", "-y", package], home)
    finding = _doctor_on_tools(home)
    if finding["ok"] or tool not in finding["message"] or package not in finding["hint"]:
        raise InstallationError(f"`sheetd doctor` does not miss {package}: {finding}")
    try:
        _sheetd(home, "demo")
    except InstallationError:
        return
    raise InstallationError(f"`sheetd demo` does not miss {package}")


def _doctor_on_tools(home: Path) -> dict[str, str]:
    """Its finding on the tools; the others fail, for there is no key."""
    config = home / "sheetd.toml"
    config.write_text(_CONFIG, encoding="utf-8")
    answer = _sheetd(home, "doctor", "--json", "--config", str(config), statuses=(2, 3))
    (finding,) = (one for one in json.loads(answer) if one["name"] == "tools")
    return finding  # type: ignore[no-any-return]


def _sheetd(home: Path, *arguments: str, statuses: Sequence[int] = (0,)) -> str:
    return _run([str(home / "bin" / "sheetd"), *arguments], home, statuses, {"HOME": str(home)})


def _run(
    command: list[str],
    folder: Path,
    statuses: Sequence[int] = (0,),
    changes: Mapping[str, str] | None = None,
) -> str:
    """What the command prints.

    Raises:
        InstallationError: it ends otherwise than it should.
    """
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SHEETD_")}
    ended = subprocess.run(
        command,
        cwd=folder,
        env={**clean, **(changes or {})},
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_S,
        check=False,
    )
    if ended.returncode not in statuses:
        said = (ended.stderr or ended.stdout).strip()[-2_000:]
        raise InstallationError(f"`{shlex.join(command)}` ended with {ended.returncode}:\n{said}")
    return ended.stdout


if __name__ == "__main__":
    sys.exit(main())
